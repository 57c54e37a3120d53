using Holdpoint.Cli.Runs;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Cli.Runs;

public class RunLogTests
{
    private static List<string> Written(bool gitHub, params Event[] events)
    {
        var lines = new List<string>();
        var log = new RunLog(gitHub, lines.Add);
        foreach (var happened in events)
            log.Tell(new(DateTimeOffset.UnixEpoch, Sign.Running, "x", "y"), happened);
        return lines;
    }

    [Fact]
    public void In_GitHub_Actions_each_stage_is_a_group_and_the_last_one_is_closed()
    {
        var lines = Written(true, new Event.StageEntered(Stage.Prepare), new Event.StageEntered(Stage.Deploy), new Event.Finished(Outcome.Passed, ""));

        Assert.Equal(["::group::prepare", "1970-01-01T00:00:00Z ▸ x: y", "::endgroup::", "::group::deploy", "1970-01-01T00:00:00Z ▸ x: y", "1970-01-01T00:00:00Z ▸ x: y", "::endgroup::"], lines);
    }

    [Fact]
    public void Elsewhere_there_are_only_lines() =>
        Assert.All(Written(false, new Event.StageEntered(Stage.Prepare), new Event.Finished(Outcome.Passed, "")), l => Assert.DoesNotContain("::", l, StringComparison.Ordinal));
}
