using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Journal;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Looks for everything in a record that is not as it was written.</summary>
internal sealed class AuditCommand : RunCommand
{
    private readonly RunOptions _options = new();
    private readonly Option<bool> _all = new("--all") { Description = "every run of the record folder" };

    public override string Summary => "Look for anything in a record that is not as it was written";

    public override CommandGroup Group => CommandGroup.Records;

    public override string Details => "Names each changed byte, each missing, moved or repeated line, and changed evidence. " + AuditReport.Caveat + "\n\nExit 1 where anything was found.";

    public override IReadOnlyList<string> Examples => ["holdpoint audit", "holdpoint audit --all --json"];

    public override void Declare(Command command)
    {
        _options.AddTo(command);
        command.Add(_all);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var all = context.Get(_all);
        if (all && _options.RunOf(context) is not null)
            throw new CliError("a run and --all exclude each other", "leave one of them out");
        var store = new RunStore(_options.FolderOf(context), context.Time);
        var ids = all ? store.Ids() : [store.FindRun(_options.RunOf(context))];
        if (ids.Count == 0)
            throw new UnknownRun($"there is no run in {store.Folder}");
        var audits = new List<(string Id, AuditReport Report, IReadOnlyList<AuditFinding> Findings)>();
        foreach (var id in ids)
        {
            var report = JournalAudit.Check(store.FolderOf(id));
            audits.Add((id, report, [.. report.Findings, .. await PreviousAsync(store, id, context.Stop)]));
        }

        if (context.Get(_options.Json))
            Json(terminal, audits);
        else
            foreach (var (id, report, findings) in audits)
            {
                var sign = findings.Count == 0 ? Sign.Passed : Sign.Failed;
                terminal.Print($"{terminal.Paint(sign.Ink, sign.Glyph)} {id}: {report.Entries} entries, {report.Evidence} pieces of evidence, {(findings.Count == 0 ? "as they were written" : $"{findings.Count} {(findings.Count == 1 ? "finding" : "findings")}")}; newest hash {report.Hash}");
                foreach (var finding in findings)
                    terminal.Print($"  {terminal.Paint(Ink.Bad, finding.Fault.ToString().ToLowerInvariant())} {Terminal.Clean(finding.ToString())}");
            }

        terminal.Say(AuditReport.Caveat);
        return audits.Any(a => a.Findings.Count > 0) ? ExitCode.Failed : ExitCode.Passed;
    }

    /// <summary>A run names the head of the one before it: one that was taken out of the record is missed by its successor.</summary>
    private static async Task<IReadOnlyList<AuditFinding>> PreviousAsync(RunStore store, string id, CancellationToken cancel)
    {
        try
        {
            await using var journal = store.OpenRun(id);
            var start = Evolution.Replay((await journal.ReadAsync(0, cancel)).Take(1)).Start;
            if (start is not { PreviousRun: { } previous, PreviousHead: { } head })
                return [];
            // The head that was recorded need not be the newest: people are told, and reviews signed, after the end.
            await using var before = store.OpenRun(previous);
            return (await before.ReadAsync(0, cancel)).FirstOrDefault(e => e.Hash == head) is { } entry && JournalAudit.CheckPrevious(store, new(previous, entry.Sequence, head)) is null ? []
                : [new(AuditFault.BrokenChain, Path.Combine(previous, "journal"), null, null, null, $"the previous run {previous} has no entry with the hash that this run recorded, {head}")];
        }
        catch (UnknownRun)
        {
            return [new(AuditFault.Missing, "runs", null, null, null, "the previous run, which this one names, is gone")];
        }
        catch (DamagedJournal)
        {
            // What is damaged in it has been found by the audit itself.
            return [];
        }
    }

    private static void Json(Terminal terminal, List<(string Id, AuditReport Report, IReadOnlyList<AuditFinding> Findings)> audits) => JsonOut.Print(terminal, json =>
    {
        json.WriteString("proves", AuditReport.Caveat);
        json.WriteBoolean("intact", audits.All(a => a.Findings.Count == 0));
        json.WriteStartArray("runs");
        foreach (var (id, report, findings) in audits)
        {
            json.WriteStartObject();
            json.WriteString("run", id);
            json.WriteNumber("entries", report.Entries);
            json.WriteNumber("evidence", report.Evidence);
            json.WriteString("hash", report.Hash);
            json.WriteStartArray("findings");
            foreach (var finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("fault", finding.Fault.ToString().ToLowerInvariant());
                json.WriteString("file", finding.File);
                if (finding.Line is { } line)
                    json.WriteNumber("line", line);
                if (finding.Sequence is { } sequence)
                    json.WriteNumber("sequence", sequence);
                if (finding.Byte is { } at)
                    json.WriteNumber("byte", at);
                json.WriteString("what", finding.What);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
