using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Journal;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Lists runs.</summary>
internal sealed class HistoryCommand : RunCommand
{
    private readonly Option<string?> _environment = new("--env", "-e") { Description = "of this environment only", HelpName = "NAME" };
    private readonly Option<int> _limit = new("--limit", "-n") { Description = "how many", HelpName = "N", DefaultValueFactory = _ => 20 };
    private readonly Option<string?> _record = RecordPlace.Option();
    private readonly Option<bool> _json = new("--json") { Description = "as JSON" };

    public override string Summary => "List runs, the newest first, and how they ended";

    public override CommandGroup Group => CommandGroup.Records;

    public override IReadOnlyList<string> Examples => ["holdpoint history --env production --limit 5"];

    public override void Declare(Command command)
    {
        foreach (var option in new Option[] { _environment, _limit, _record, _json })
            command.Add(option);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        if (context.Get(_limit) < 1)
            throw new CliError($"--limit {context.Get(_limit)} lists nothing", "give a number above 0");
        var folder = RecordPlace.Find(context, _record);
        var runs = await RunList.ReadAsync(new RunStore(folder, context.Time), context.Get(_environment), context.Get(_limit), context.Stop);
        var now = context.Time.GetUtcNow();
        if (context.Get(_json))
        {
            JsonOut.Print(terminal, json =>
            {
                json.WriteStartArray("runs");
                foreach (var listed in runs)
                {
                    json.WriteStartObject();
                    json.WriteString("run", listed.Id);
                    if (listed.Run is { } run)
                    {
                        json.WriteString("environment", run.Environment);
                        json.WriteString("version", run.Start.Version);
                        json.WriteString("by", run.Start.By);
                        json.WriteString("started", run.StartedAt);
                        json.WriteString("ended", run.EndedAt is { } ended ? Clock.Utc(ended) : null);
                        json.WriteString("outcome", run.End is { } end ? Transcript.OutcomeWord(end.Outcome) : null);
                        json.WriteString("because", run.End?.Because);
                        json.WriteBoolean("driven", listed.Driven);
                        json.WriteBoolean("rehearsal", run.Start.Rehearsal is not null);
                    }

                    json.WriteString("problem", listed.Problem);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return ExitCode.Passed;
        }

        if (runs.Count == 0)
            terminal.Say($"there is no run{(context.Get(_environment) is { } environment ? $" of {environment}" : "")} in {folder}");
        var versions = runs.Select(r => Columns.Of(r.Run?.Start.Version ?? "")).DefaultIfEmpty(0).Max();
        var ids = runs.Select(r => r.Id.Length).DefaultIfEmpty(0).Max();
        foreach (var listed in runs)
        {
            var sign = listed switch { { Run: null } => Sign.Unknown, { Run.End: { } end } => Transcript.OfOutcome(end.Outcome), { Driven: true } => Sign.Running, _ => Sign.Holds };
            var line = ViewLine.Of(sign.Ink, sign.Glyph).Add($" {listed.Id.PadRight(ids)}  {Columns.Fill(listed.Run?.Start.Version ?? "", versions)}  ");
            line.Add(sign.Ink, (listed.Run?.Start.Rehearsal is null ? "" : "rehearsal, ") + RunList.State(listed, now));
            if (listed.Run is { } run)
                line.Add(Ink.Faint, $"  {Clock.Span((run.EndedAt ?? now) - run.StartedAt)}, by {run.Start.By}");
            terminal.Print(terminal.Colour ? line.Painted(terminal.Paint) : line.Plain);
        }

        return ExitCode.Passed;
    }
}
