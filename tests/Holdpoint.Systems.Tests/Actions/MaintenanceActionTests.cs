using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Runs;

namespace Holdpoint.Systems.Tests.Actions;

/// <summary>Maintenance in whole runs, with real scripts and a check of what they do.</summary>
public sealed class MaintenanceActionTests
{
    private const string Maintenance = "maintenance:\n  on: echo \"on for ${ENVIRONMENT:-nobody}\" >> log; touch down\n  off: echo off >> log; rm -f down\n  shows: file down\n";

    [Fact]
    public async Task It_is_switched_around_a_deploy_and_nothing_is_left_to_say()
    {
        var (bench, end) = await GoAsync("- [ ] Closed `! maintenance on`\n- [ ] New version `! deploy web`\n- [ ] Open `! maintenance off`");
        using (bench)
        {
            Assert.Equal(new DriveEnd.Finished(Outcome.Passed, "every gate passed"), end);
            Assert.Equal(["deploy 2.0", "off"], bench.Log.Trim().Split('\n')[1..]);
            Assert.False(File.Exists(bench.Path("down")));
        }
    }

    [Fact]
    public async Task A_run_that_ends_while_it_is_on_says_so()
    {
        var (bench, end) = await GoAsync("- [ ] Closed `! maintenance on`\n- [ ] New version `! deploy web`");
        using (bench)
            Assert.Equal("every gate passed; maintenance is still on: see off of maintenance: in holdpoint.yaml", Assert.IsType<DriveEnd.Finished>(end).Because);
    }

    [Fact]
    public async Task A_rollback_takes_it_away_where_it_says_so_and_is_told_where_it_does_not()
    {
        const string Out = "- [ ] Closed `! maintenance on`\n- [ ] New version `! deploy web`\n- [ ] It works `? file missing` #critical\n\n## Back\n\n**Stage:** rollback\n\n- [ ] Old version `! rollback web`\n";
        var (told, left) = await GoAsync(Out + "- [ ] It is there `? file web.version`");
        using (told)
            Assert.EndsWith("; maintenance is still on: see off of maintenance: in holdpoint.yaml", Assert.IsType<DriveEnd.Finished>(left).Because, StringComparison.Ordinal);
        var (bench, end) = await GoAsync(Out + "- [ ] Open `! maintenance off`\n- [ ] It is there `? file web.version`");
        using (bench)
        {
            var finished = Assert.IsType<DriveEnd.Finished>(end);
            Assert.Equal(Outcome.RolledBack, finished.Outcome);
            Assert.DoesNotContain("maintenance", finished.Because, StringComparison.Ordinal);
            Assert.False(File.Exists(bench.Path("down")));
        }
    }

    private static async Task<(RunBench Bench, DriveEnd End)> GoAsync(string deploy)
    {
        var bench = new RunBench($"# Shop\n\n## Out\n\n**Stage:** deploy\n\n{deploy}\n", RunBench.FileTarget + Maintenance);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await using var run = await bench.StartAsync();
        return (bench, await bench.DriveAsync(run, stop: TestContext.Current.CancellationToken));
    }
}
