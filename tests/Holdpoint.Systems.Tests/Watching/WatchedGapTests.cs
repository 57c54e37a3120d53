using Holdpoint.Processes;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Processes;

namespace Holdpoint.Systems.Tests.Watching;

/// <summary>A driver that is killed, and a breach that nobody saw: whoever resumes finds it in the store.</summary>
public sealed class WatchedGapTests
{
    private const string Query = "sum(rate(shop_requests_total{code=~\"5..\"}[10s])) / sum(rate(shop_requests_total[10s]))";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_breach_that_began_and_ended_while_the_driver_was_dead_is_found_and_holds_and_undoes_nothing()
    {
        await using var bench = await WatchBench.StartAsync("every 5s until 1h", "for 2s", "10s");
        await (await bench.Run.StartAsync()).DisposeAsync();
        await KillInTheWatchAsync(bench);

        var version = bench.Run.Path("web.version");
        await File.WriteAllTextAsync(version, "2.0-errors\n", Cancel);
        await bench.UntilAsync($"min_over_time(({Query})[6s:1s])", rate => rate > 0.1);
        await File.WriteAllTextAsync(version, "2.0\n", Cancel);
        await bench.UntilAsync($"max_over_time(({Query})[4s:1s])", rate => rate < 0.04);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var run = await bench.Run.NewOffice().OpenAsync(null, Cancel);
        run.Session.Happened += (_, happened, _) =>
        {
            if (happened is Event.HeldByRule or Event.RollbackDecided)
                stop.Cancel();
        };
        Assert.IsType<DriveEnd.Stopped>(await bench.Run.DriveAsync(run, stop: stop.Token));

        var entries = run.Session.Entries;
        Assert.Contains(entries, e => e.Type == "gap" && e.Data.GetProperty("because").GetString()!.Contains("filled in from the store: error_rate", StringComparison.Ordinal));
        var fired = entries.First(e => e.Type == "rule-changed" && e.Data.GetProperty("state").GetString() == "fired");
        Assert.True(fired.Data.GetProperty("filled_in").GetBoolean());
        Assert.Contains("while nobody looked: error_rate (", fired.Data.GetProperty("shown").GetString(), StringComparison.Ordinal);
        Assert.Contains("nothing is undone for it", entries.First(e => e.Type == "held-by-rule").Data.GetProperty("because").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(entries, e => e.Type == "rollback-decided");
        Assert.Equal("deploy 2.0\n", bench.Run.Log);
        WatchFigures.Line("a breach while the driver was dead: found, held, nothing undone");
    }

    /// <summary>A driver in a process of its own, killed as soon as the watch has begun.</summary>
    private static async Task KillInTheWatchAsync(WatchBench bench)
    {
        var runner = new CommandRunner(TimeProvider.System);
        var call = Driver.Call("drive", bench.Run.Folder, long.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture), "0");
        var driver = runner.RunAsync(new Command("bash", ["-c", "echo $$ > pid; exec \"$@\"", "bash", call.Program, .. call.Arguments]) { WorkingDirectory = bench.Run.Folder }, TimeSpan.FromMinutes(5), Cancel);
        while (true)
        {
            Assert.False(driver.IsCompleted, driver.IsCompleted ? $"the driver ended by itself: {await driver}" : "");
            await using var seen = await bench.Run.NewOffice().OpenAsync(null, Cancel);
            if (seen.Session.Run.Entered.ContainsKey(Plans.Stage.Watch))
                break;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancel);
        }

        var pid = (await File.ReadAllTextAsync(bench.Run.Path("pid"), Cancel)).Trim();
        Assert.IsType<CommandResult.Exited>(await runner.RunAsync(new Command("kill", ["-9", pid]), TimeSpan.FromMinutes(1), Cancel));
        await driver;
    }
}
