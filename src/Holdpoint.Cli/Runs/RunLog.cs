using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>A run as lines for a log: one for each transition, without colours or anything that moves. In GitHub Actions the lines of a stage fold.</summary>
internal sealed class RunLog(bool gitHub, Action<string> write)
{
    private bool _grouped;

    public static bool IsGitHub(CliWorld world) => world.EnvironmentVariable("GITHUB_ACTIONS") is "true";

    public void Tell(TranscriptLine line, Event happened)
    {
        if (gitHub && happened is Event.StageEntered entered)
            Group(GateWords.Of(entered.Stage));
        else if (gitHub && happened is Event.RollbackDecided)
            Group("rollback");
        Tell(line);
        if (happened is Event.Finished or Event.Left)
            End();
    }

    public void Tell(TranscriptLine line) => write(line.ToString());

    private void Group(string name)
    {
        End();
        write($"::group::{name}");
        _grouped = true;
    }

    private void End()
    {
        if (_grouped)
            write("::endgroup::");
        _grouped = false;
    }
}
