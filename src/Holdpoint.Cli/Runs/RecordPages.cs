using System.Text;
using Holdpoint.Journal;
using Holdpoint.Records;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>The record of a run, put together from its journal, and where its pages go.</summary>
internal static class RecordPages
{
    public static IReadOnlyList<string> Formats { get; } = ["html", "markdown", "json", "junit", "text"];

    public static async Task<RunRecord> OfAsync(CommandContext context, OpenRun run)
    {
        var entries = run.Session.Entries;
        var evidence = new Dictionary<EvidenceReference, byte[]>();
        foreach (var reference in entries.SelectMany(e => JournalAudit.EvidenceIn(e.Data)).Distinct())
            if (await ReadAsync(run.Session.Journal, reference, context.Stop) is { } bytes)
                evidence[reference] = bytes;
        return RunRecord.Of(run.Standing.Plan, entries, run.World.Project.Roles, context.Time.GetUtcNow(), r => evidence.GetValueOrDefault(r));
    }

    public static byte[] Bytes(RunRecord record, string format, int width = 80) => format switch
    {
        "html" => Encoding.UTF8.GetBytes(HtmlReport.Write(record)),
        "markdown" => MarkdownReport.WriteBytes(record),
        "json" => JsonReport.WriteBytes(record),
        "junit" => Encoding.UTF8.GetBytes(JUnitReport.Write(record)),
        "text" => Encoding.UTF8.GetBytes(RunText.Write(record, new(width))),
        _ => throw new CliError($"there is no format {format}", $"say --format {string.Join(", ", Formats)}"),
    };

    /// <summary>What a driver leaves behind it: the page that was asked for, and GitHub's summary and annotations. A page that can't be written is told, and changes nothing about how the run ended.</summary>
    public static async Task WriteAsync(CommandContext context, OpenRun run, DriveRequest request, DriveEnd end)
    {
        var summary = context.World.EnvironmentVariable("GITHUB_STEP_SUMMARY");
        var gitHub = RunLog.IsGitHub(context.World);
        if (request.Report is null && summary is null && !gitHub)
            return;
        var terminal = context.Terminal;
        try
        {
            var record = await OfAsync(context, run);
            if (request.Report is { } path)
            {
                await File.WriteAllBytesAsync(context.World.FullPath(path), Bytes(record, "html"), CancellationToken.None);
                terminal.Say($"the report: {path}");
            }

            if (summary is { Length: > 0 })
                await File.AppendAllTextAsync(summary, GitHubSummary.Write(record), CancellationToken.None);
            if (gitHub && end is not DriveEnd.Stopped)
                foreach (var annotation in GitHubSummary.Annotations(record, context.World.EnvironmentVariable("GITHUB_WORKSPACE") ?? context.World.Directory))
                    if (request.Json)
                        terminal.Say(annotation);
                    else
                        terminal.Print(annotation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DamagedJournal or JournalUnwritable)
        {
            terminal.Say($"holdpoint: {terminal.PaintError(Ink.Warning, "warning:")} the report could not be written: {Terminal.Clean(e.Message)} (holdpoint report {run.Session.Run.Id} --format html --output FILE writes it again)");
        }
    }

    /// <summary>Null: it is gone. The record says so in its place.</summary>
    private static async Task<byte[]?> ReadAsync(IJournal journal, EvidenceReference reference, CancellationToken cancel)
    {
        try
        {
            return await journal.ReadEvidenceAsync(reference, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DamagedJournal)
        {
            return null;
        }
    }
}
