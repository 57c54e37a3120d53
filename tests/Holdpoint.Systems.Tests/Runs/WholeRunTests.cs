using Holdpoint.Runs;

namespace Holdpoint.Systems.Tests.Runs;

public sealed class WholeRunTests
{
    private const string Checklist = """
        # Shop

        ## Before

        - [ ] There is room `? disk / free > 1MB`
        - [ ] Dump made `! run` `? file dump.sql size > 1B`

          ```bash
          echo dump > dump.sql; echo dump >> log
          ```

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #critical
        - [ ] It is there `? file web.version files == 1`

        ## Verify

        **Stage:** verify

        - [ ] It is the new one `? run output contains "2.0"` #critical

          ```bash
          cat web.version
          ```

        ## Going back

        **Stage:** rollback

        - [ ] Previous version back `! rollback web`
        - [ ] It is the old one `? run output contains "1.0"`

          ```bash
          cat web.version
          ```
        """;

    [Fact]
    public async Task A_good_version_passes_every_stage()
    {
        using var bench = new RunBench(Checklist, RunBench.FileTarget);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await using var run = await bench.StartAsync();
        var end = await bench.DriveAsync(run, stop: TestContext.Current.CancellationToken);
        Assert.Equal(new DriveEnd.Finished(Outcome.Passed, "every gate passed"), end);
        Assert.Equal("dump\ndeploy 2.0\n", bench.Log);
        Assert.Equal("2.0", bench.Version);
    }

    [Fact]
    public async Task A_version_that_fails_a_critical_check_is_rolled_back_and_the_old_one_is_proven()
    {
        using var bench = new RunBench(Checklist, RunBench.FileTarget);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await using var run = await bench.StartAsync("3.0");
        var end = await bench.DriveAsync(run, stop: TestContext.Current.CancellationToken);
        var finished = Assert.IsType<DriveEnd.Finished>(end);
        Assert.Equal(Outcome.RolledBack, finished.Outcome);
        Assert.Equal("dump\ndeploy 3.0\nrollback 1.0\n", bench.Log);
        Assert.Equal("1.0", bench.Version);
    }
}
