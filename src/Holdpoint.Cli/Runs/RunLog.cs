using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>A run as lines for a log: one for each transition, without colours or anything that moves. In GitHub Actions (docs: workflow commands) stages fold and failures are annotated.</summary>
internal sealed class RunLog(CliWorld world, Func<Plan> plan, Action<string> write)
{
    private readonly bool _gitHub = IsGitHub(world);
    private bool _grouped;

    public static bool IsGitHub(CliWorld world) => world.EnvironmentVariable("GITHUB_ACTIONS") is "true";

    public void Tell(TranscriptLine line, Event happened)
    {
        if (_gitHub && happened is Event.StageEntered entered)
            Group(GateWords.Of(entered.Stage));
        else if (_gitHub && happened is Event.RollbackDecided)
            Group("rollback");
        write(line.ToString());
        if (_gitHub)
            Annotate(line, happened);
        if (happened is Event.Finished or Event.Left)
            End();
    }

    /// <summary>Workflow commands end at the line's end, so line ends and percent signs are written as codes; in properties also colons and commas.</summary>
    internal static string Annotation(string level, string? file, int line, string title, string message) =>
        $"::{level} {(file is null ? "" : $"file={Property(file)},line={line},")}title={Property(title)}::{Data(message)}";

    private void Annotate(TranscriptLine line, Event happened)
    {
        var level = happened switch
        {
            Event.Checked { Verdict.Verdict: "failed" } or Event.ActionEnded { Verdict.Verdict: "failed" } => "error",
            Event.RollbackDecided or Event.RollbackEnded { Recovered: false } => "error",
            Event.Finished { Outcome: not (Outcome.Passed or Outcome.Superseded) } => "error",
            Event.Checked { Verdict.Verdict: "unknown" or "warned" } or Event.ActionEnded { Verdict.Verdict: "unknown" } or Event.ActionInDoubt or Event.GateHeld => "warning",
            _ => null,
        };
        if (level is null)
            return;
        var (file, at) = PlaceOf(line.Step);
        write(Annotation(level, file, at, line.Subject, line.Message));
    }

    private (string? File, int Line) PlaceOf(string? id)
    {
        if (id is null || plan().Step(id) is not { } step)
            return (null, 0);
        var section = plan().Sections.First(s => s.Id == step.SectionId);
        var item = section.AllItems.First(i => i.Id == step.ItemId);
        // Annotations are placed by paths from the repository's root.
        return (Path.GetRelativePath(world.EnvironmentVariable("GITHUB_WORKSPACE") ?? world.Directory, world.FullPath(section.File)), item.Source.At.Line);
    }

    private void Group(string name)
    {
        End();
        write($"::group::{Data(name)}");
        _grouped = true;
    }

    private void End()
    {
        if (_grouped)
            write("::endgroup::");
        _grouped = false;
    }

    private static string Data(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
