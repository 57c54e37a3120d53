using Holdpoint.Metrics;
using Holdpoint.Tests.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

/// <summary>What fools people who look at graphs, watched for by rules over a Prometheus.</summary>
public class PrometheusTrapTests
{
    private const string OnErrors = "rollback when error_rate > 5% for 1m";

    [Fact]
    public void A_service_that_dies_takes_its_series_along_and_is_failing_within_the_rules_time() => ManualTime.Run(async time =>
    {
        // rate() answers for another minute from what its window has kept, and then there is nothing at all: the one says no more than the other.
        var told = await WatchAsync(time, TimeSpan.FromMinutes(20), at => at.TotalMinutes < 10 ? new(0.001) : at.TotalMinutes < 11 ? new(0.001) { Ago = null, WhileAgo = null } : new(null) { Ago = null, WhileAgo = null });
        Assert.Equal(["breaching", "fired"], told.States);
        Assert.Equal(TimeSpan.FromMinutes(11), told.At[1]);
        Assert.Contains("the target is gone", told.Messages[1], StringComparison.Ordinal);
    });

    [Fact]
    public void A_service_that_has_had_no_error_yet_is_quiet_for_a_whole_day() => ManualTime.Run(async time =>
    {
        var told = await WatchAsync(time, TimeSpan.FromHours(24), _ => new(null) { Ago = null });
        Assert.Empty(told.States);
        Assert.False(told.Watch.SightOf("rule").ProvesNothing);
    });

    [Fact]
    public void Values_that_the_store_only_goes_on_to_show_for_five_minutes_prove_nothing() => ManualTime.Run(async time =>
    {
        // Whoever pushed the samples has died without a word: no target is scraped, nothing says that the series ended.
        var told = await WatchAsync(time, TimeSpan.FromMinutes(14), at => at.TotalMinutes < 10 ? new(0.001) { Alive = 0 } : new(0.001) { Ago = (at.TotalMinutes - 10) * 60 + 5, WhileAgo = (at.TotalMinutes - 10) * 60 + 5, Alive = 0 });
        Assert.Equal(["blind"], told.States);
        Assert.True(told.Watch.SightOf("rule").ProvesNothing);
    });

    [Fact]
    public void A_dead_service_that_the_store_goes_on_to_show_as_healthy_is_failing_where_others_are_still_measured() => ManualTime.Run(async time =>
    {
        var told = await WatchAsync(time, TimeSpan.FromMinutes(14), at => at.TotalMinutes < 10 ? new(0.001) : new(0.001) { Ago = (at.TotalMinutes - 10) * 60 + 5, WhileAgo = (at.TotalMinutes - 10) * 60 + 5 });
        Assert.Equal(["breaching", "fired"], told.States);
        Assert.True(told.At[1] < TimeSpan.FromMinutes(13.5), $"{told.At[1]}");
    });

    [Fact]
    public void A_Prometheus_that_is_away_for_ten_minutes_and_comes_back_empty_is_blind_and_never_a_failing_service() => ManualTime.Run(async time =>
    {
        var server = new StandInPrometheus(time, at => at.TotalMinutes is < 10 or >= 20.5 ? new(0.001)
            // It is back, and has scraped hardly anything yet.
            : new(null) { Ago = null, WhileAgo = null, Alive = at.TotalMinutes < 20.25 ? 0 : 1 });
        var start = time.Now;
        server.Instead = () => time.Now - start is { TotalMinutes: >= 10 and < 20 } ? throw new HttpRequestException("refused") : null;
        var told = await WatchAsync(time, TimeSpan.FromHours(1), server);
        Assert.Equal(["blind", "quiet"], told.States);
        Assert.False(told.Watch.SightOf("rule").ProvesNothing);
    });

    [Fact]
    public void An_outage_of_ten_minutes_between_hourly_checks_is_seen_because_rules_are_judged_all_the_time() => ManualTime.Run(async time =>
    {
        // The section's checks would look at 5:00 and at 6:00.
        var told = await WatchAsync(time, TimeSpan.FromHours(24), at => at.TotalHours >= 5.25 && at < TimeSpan.FromHours(5.25) + TimeSpan.FromMinutes(10) ? new(1) : new(0.001));
        Assert.Equal(["breaching", "fired"], told.States);
        Assert.Equal(TimeSpan.FromHours(5.25) + TimeSpan.FromMinutes(1), told.At[1]);
    });

    [Fact]
    public void Low_traffic_is_sparse_and_one_failure_of_two_requests_undoes_nothing() => ManualTime.Run(async time =>
    {
        var told = await WatchAsync(time, TimeSpan.FromHours(1), new StandInPrometheus(time, _ => new(0.5) { Events = 2 }), StandInPrometheus.ErrorRate with { MinCount = 20 });
        Assert.Equal(["sparse"], told.States);
    });

    [Fact]
    public void A_service_that_was_dead_in_the_gap_of_a_driver_is_found_in_the_history_and_holds() => ManualTime.Run(async time =>
    {
        var start = time.Now;
        var server = new StandInPrometheus(time, at => at.TotalMinutes is >= 30 and < 40 ? new(null) { Ago = null, WhileAgo = null } : new(0.001));
        time.Leap(TimeSpan.FromHours(2));
        var told = await WatchAsync(time, TimeSpan.FromMinutes(5), server, lookedLast: start);
        Assert.Equal(["breaching", "fired"], told.States);
        Assert.True(told.OnlyHolds);
        Assert.Contains("while nobody looked", told.Messages[1], StringComparison.Ordinal);
    });

    [Fact]
    public void A_gap_in_which_the_service_was_dead_from_its_beginning_to_its_end_is_judged_too() => ManualTime.Run(async time =>
    {
        var start = time.Now;
        var server = new StandInPrometheus(time, _ => new(null) { Ago = null, WhileAgo = null });
        time.Leap(TimeSpan.FromMinutes(30));
        var told = await WatchAsync(time, TimeSpan.FromMinutes(2), server, lookedLast: start);
        Assert.Equal(["breaching", "fired"], told.States);
        Assert.False(told.OnlyHolds);
    });

    private static Task<Told> WatchAsync(ManualTime time, TimeSpan length, Func<TimeSpan, Known> knows) => WatchAsync(time, length, new StandInPrometheus(time, knows));

    private static async Task<Told> WatchAsync(ManualTime time, TimeSpan length, StandInPrometheus server, MetricDefinition? definition = null, DateTimeOffset? lookedLast = null)
    {
        using var stop = new CancellationTokenSource();
        var start = time.Now;
        var watch = new RuleWatch(new() { Rules = [Rules.Read(OnErrors)], Sources = new Dictionary<string, MetricSource> { ["error_rate"] = server.Source(definition) }, Armed = true, LookedLast = lookedLast }, time);
        var told = FollowAsync(watch, stop.Token);
        await time.AdvanceAsync(length);
        await stop.CancelAsync();
        var changes = await told;
        return new(watch, [.. changes.Select(c => c.To.Name)], [.. changes.Select(c => c.At - start)], [.. changes.Select(c => c.Message)], changes.Any(c => c.OnlyHolds));
    }

    private static async Task<List<RuleTransition>> FollowAsync(RuleWatch watch, CancellationToken stop)
    {
        var changes = new List<RuleTransition>();
        await foreach (var happened in watch.RunAsync(stop))
            if (happened is WatchEvent.Changed changed)
                changes.Add(changed.Transition);
        return changes;
    }

    private sealed record Told(RuleWatch Watch, IReadOnlyList<string> States, IReadOnlyList<TimeSpan> At, IReadOnlyList<string> Messages, bool OnlyHolds);
}
