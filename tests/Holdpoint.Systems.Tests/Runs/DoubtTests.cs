using Holdpoint.Runs;

namespace Holdpoint.Systems.Tests.Runs;

/// <summary>An action of which nobody knows how it ended: it kills all of itself, as a machine that loses its power does.</summary>
public sealed class DoubtTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Checklist(string postcondition) => $"""
        # Shop

        ## Before

        - [ ] Dump made `! run` `{postcondition}`

          ```bash
          echo ran >> log
          touch dump.sql
          kill -KILL "$(cut -d' ' -f6 /proc/self/stat)"
          kill -KILL $$
          ```

        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web`
        """;

    [Fact]
    public async Task A_postcondition_that_held_before_proves_nothing_so_a_person_is_asked()
    {
        using var bench = new RunBench(Checklist("? file web.version files == 1"), RunBench.FileTarget);
        await File.WriteAllTextAsync(bench.Path("web.version"), "1.0\n", Cancel);
        await using var run = await bench.StartAsync();
        var waiting = Assert.IsType<DriveEnd.Waiting>(await bench.DriveAsync(run, stop: Cancel));
        Assert.Equal(6, waiting.ExitCode);
        Assert.Contains("in doubt", waiting.Work.Holds[0].What, StringComparison.Ordinal);
        Assert.Equal("ran\n", bench.Log);
    }

    [Fact]
    public async Task A_postcondition_that_did_not_hold_before_and_does_now_proves_the_action()
    {
        using var bench = new RunBench(Checklist("? file dump.sql files == 1"), RunBench.FileTarget);
        await File.WriteAllTextAsync(bench.Path("web.version"), "1.0\n", Cancel);
        await using var run = await bench.StartAsync();
        Assert.Equal(Outcome.Passed, Assert.IsType<DriveEnd.Finished>(await bench.DriveAsync(run, stop: Cancel)).Outcome);
        Assert.Equal("ran\ndeploy 2.0\n", bench.Log);
    }
}
