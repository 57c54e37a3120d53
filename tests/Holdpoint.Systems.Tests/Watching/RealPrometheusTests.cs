using System.Globalization;
using Holdpoint.Runs;

namespace Holdpoint.Systems.Tests.Watching;

/// <summary>
/// Deployments that a real Prometheus watches: what each kind of trouble makes of the run. <c>bench/watch/run</c> runs exactly these, and reads
/// the times that they write to the file HOLDPOINT_WATCH_FIGURES names.
/// </summary>
public sealed class RealPrometheusTests
{
    /// <summary>Judged every half second; whoever waits for it has an hour.</summary>
    private const string Keen = "every 5s until 1h";
    private const string KeenRule = "for 2s";
    private static readonly TimeSpan KeenFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeenPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>Judged every 2 seconds: it bears with looks that come seconds late.</summary>
    private const string Calm = "every 10s until 30s";
    private const string CalmRule = "for 8s";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("errors", "error_rate (", 0.05, WatchBench.ErrorRate)]
    [InlineData("slow", "latency (", 0.3, "histogram_quantile(0.95, sum by (le) (rate(shop_duration_seconds_bucket[WINDOW])))")]
    [InlineData("leak", "memory (", 500e6, "shop_memory_bytes")]
    public async Task A_version_that_brings_trouble_is_taken_back_for_the_reason_that_Prometheus_shows(string trouble, string because, double limit, string query)
    {
        await using var bench = await WatchBench.StartAsync(Keen, KeenRule);
        await using var run = await bench.Run.StartAsync($"2.0-{trouble}");
        var end = Assert.IsType<DriveEnd.Finished>(await bench.Run.DriveAsync(run, stop: Cancel));
        Assert.Equal(Outcome.RolledBack, end.Outcome);
        Assert.Contains(because, end.Because, StringComparison.Ordinal);
        Assert.Equal($"deploy 2.0-{trouble}\nrollback 1.0\n", bench.Run.Log);

        // Deployed, breaching, fired, decided, undone.
        var entries = run.Session.Entries;
        long First(string type, string state = "") => entries.First(e => e.Type == type && (state.Length == 0 || e.Data.GetProperty("state").GetString() == state)).Sequence;
        var decided = First("rollback-decided");
        var undone = entries.First(e => e.Type == "action-started" && e.Sequence > decided);
        long[] order = [First("action-started"), First("rule-changed", "breaching"), First("rule-changed", "fired"), decided, undone.Sequence];
        Assert.Equal(order.Order(), order);

        var stored = await bench.FirstAboveAsync(query.Replace("WINDOW", "30s", StringComparison.Ordinal), limit, entries.First(e => e.Type == "action-started").At, undone.At);
        Assert.True(stored < undone.At, "the store had no bad sample before the rollback began");
        Figure($"{trouble}: {end.Outcome} on {because.TrimEnd('(', ' ')}; from the first bad sample stored to the rollback's first action {Seconds(undone.At - stored.Value)}, of which the rule holds for {Seconds(KeenFor)}; the rest, {Seconds(undone.At - stored.Value - KeenFor)}, is promised to be at most {Seconds(KeenPeriod + TimeSpan.FromSeconds(1))}");
    }

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
        Figure($"outage of Prometheus: {end.Outcome}; nothing was undone");
    }

    [Fact]
    public async Task A_service_that_restarts_begins_its_counters_anew_and_fails_nothing()
    {
        await using var bench = await WatchBench.StartAsync(Calm, CalmRule);
        await bench.UntilAsync("sum(shop_requests_total{code=\"500\"})", failed => failed >= 1);
        await using var run = await bench.Run.StartAsync();
        run.Session.Happened += (_, happened, _) =>
        {
            if (happened is Event.StageEntered { Stage: Plans.Stage.Watch })
                bench.Service.Restart();
        };
        var end = Assert.IsType<DriveEnd.Finished>(await bench.Run.DriveAsync(run, stop: Cancel));
        Assert.True(end.Outcome == Outcome.Passed, $"{end}");
        Assert.Equal("deploy 2.0\n", bench.Run.Log);
        Figure($"restart of the service: {end.Outcome}");
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";

    private static void Figure(string line)
    {
        if (Environment.GetEnvironmentVariable("HOLDPOINT_WATCH_FIGURES") is { Length: > 0 } file)
            File.AppendAllText(file, line + "\n");
    }
}
