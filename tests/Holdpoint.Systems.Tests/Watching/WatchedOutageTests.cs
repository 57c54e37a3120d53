using Holdpoint.Runs;

namespace Holdpoint.Systems.Tests.Watching;

/// <summary>Deployments that a real Prometheus watches: the store goes away, or the service restarts. Neither is a reason to go back.</summary>
public sealed class WatchedOutageTests
{
    /// <summary>Judged every 2 seconds: it bears with looks that come seconds late.</summary>
    private const string Calm = "every 10s until 30s";
    private const string CalmRule = "for 8s";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Prometheus_that_goes_away_makes_the_watch_blind_and_the_run_unknown_and_undoes_nothing()
    {
        await using var bench = await WatchBench.StartAsync("every 5s until 15s", CalmRule);
        await using var run = await bench.Run.StartAsync();
        var outage = Task.CompletedTask;
        run.Session.Happened += (_, happened, _) =>
        {
            if (happened is Event.StageEntered { Stage: Plans.Stage.Watch })
                outage = bench.StopPrometheusAsync();
        };
        var end = Assert.IsType<DriveEnd.Finished>(await bench.Run.DriveAsync(run, stop: Cancel));
        await outage;
        Assert.Equal(Outcome.Unknown, end.Outcome);
        Assert.Contains("blind", end.Because, StringComparison.Ordinal);
        Assert.Equal("deploy 2.0\n", bench.Run.Log);
        WatchFigures.Line($"outage of Prometheus: {end.Outcome}; nothing was undone");
    }

    [Fact]
    public async Task A_service_that_restarts_begins_its_counters_anew_and_fails_nothing()
    {
        await using var bench = await WatchBench.StartAsync(Calm, CalmRule);
        bench.Service.FailOnce();
        await bench.UntilAsync("sum(shop_requests_total{code=\"500\"})", failed => failed == 1);
        await using var run = await bench.Run.StartAsync();
        run.Session.Happened += (_, happened, _) =>
        {
            if (happened is Event.StageEntered { Stage: Plans.Stage.Watch })
                bench.Service.Restart();
        };
        var end = Assert.IsType<DriveEnd.Finished>(await bench.Run.DriveAsync(run, stop: Cancel));
        Assert.True(end.Outcome == Outcome.Passed, $"{end}");
        Assert.Equal("deploy 2.0\n", bench.Run.Log);
        WatchFigures.Line($"restart of the service: {end.Outcome}");
    }
}
