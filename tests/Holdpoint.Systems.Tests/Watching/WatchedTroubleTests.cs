using System.Globalization;
using Holdpoint.Runs;

namespace Holdpoint.Systems.Tests.Watching;

/// <summary>
/// Deployments that a real Prometheus watches: versions that bring trouble. <c>bench/watch/run</c> runs these and their neighbours, and reads
/// the times that they write to the file HOLDPOINT_WATCH_FIGURES names.
/// </summary>
public sealed class WatchedTroubleTests
{
    /// <summary>Judged every half second; whoever waits for it has an hour.</summary>
    private const string Keen = "every 5s until 1h";
    private const string KeenRule = "for 2s";
    private static readonly TimeSpan KeenFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeenPeriod = TimeSpan.FromMilliseconds(500);

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
        WatchFigures.Promise($"{trouble}: {end.Outcome} on {because.TrimEnd('(', ' ')}; from the first bad sample stored to the rollback's first action {Seconds(undone.At - stored.Value)}, of which the rule holds for {Seconds(KeenFor)}; the rest, {Seconds(undone.At - stored.Value - KeenFor)}, is promised to be at most {Seconds(KeenPeriod + TimeSpan.FromSeconds(1))}",
            undone.At - stored.Value - KeenFor, KeenPeriod + TimeSpan.FromSeconds(1));
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";
}
