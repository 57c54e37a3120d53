using Holdpoint.Backtesting;
using Holdpoint.Metrics;
using Holdpoint.Tests.Metrics;
using Holdpoint.Tests.Watching;
using Holdpoint.Watching;

namespace Holdpoint.Tests.Backtesting;

public sealed class ReplayTests
{
    private const string Errors = "rollback when error_rate > 5% for 1m";

    [Fact]
    public void A_rule_fires_when_its_condition_has_held_and_tells_for_how_long_it_held()
    {
        var rule = Pasts.Replay(Errors, 60, m => m is >= 10 and <= 14 ? 0.08 : 0.01);

        var firing = Assert.Single(rule.Firings);
        Assert.Equal((Pasts.At(10), Pasts.At(11), Pasts.At(14)), (firing.Since, firing.At, firing.Until));
        Assert.Equal("error_rate (8%) > 5%", firing.Shown);
        Assert.Equal(24 * 7, rule.PerDay * 7, 1);
        Assert.Equal((0.08, Pasts.At(10)), (rule.Worst!.Value.Amount, rule.Worst.At));
        Assert.Equal(0, rule.BlindShare);
    }

    [Fact]
    public void A_breach_that_is_shorter_than_for_fires_nothing()
    {
        var rule = Pasts.Replay(Errors, 60, m => m is >= 10 and < 10.9 ? 0.5 : 0.01);

        Assert.Empty(rule.Firings);
        Assert.Equal(TimeSpan.FromSeconds(45), Assert.Single(rule.Watches[0].Breaches).Length);
        Assert.Equal(0.5, rule.Worst!.Value.Amount);
    }

    [Fact]
    public void In_a_time_without_deployments_a_rule_arms_again_after_it_was_quiet()
    {
        var rule = Pasts.Replay(Errors, 120, m => m % 30 is >= 10 and <= 20 ? 0.08 : 0.01);

        Assert.Equal([Pasts.At(11), Pasts.At(41), Pasts.At(71), Pasts.At(101)], rule.Firings.Select(f => f.At));
        Assert.Equal(TimeSpan.FromMinutes(10), rule.LongestHeld);
    }

    [Fact]
    public void A_gap_is_blindness_and_neither_quiet_nor_a_breach()
    {
        var rule = Pasts.Replay(Errors, 100, m => m is >= 20 and < 70 ? null : 0.01);

        Assert.Empty(rule.Firings);
        Assert.Equal(0.5, rule.BlindShare, 2);
        Assert.Contains("nothing is known of that time", rule.BlindBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void What_held_before_a_gap_does_not_add_up_with_what_held_after_it()
    {
        var rule = Pasts.Replay("rollback when error_rate > 5% for 4m", 60, m => m switch { >= 10 and < 13 => 0.08, >= 13 and < 20 => null, >= 20 and < 23 => 0.08, _ => 0.01 });

        Assert.Empty(rule.Firings);
        Assert.Equal(2, rule.Watches[0].Breaches.Count);
    }

    [Fact]
    public void Without_a_number_at_all_nothing_was_judged()
    {
        var result = Pasts.Run(Pasts.Request(Errors, 60, _ => null));

        Assert.False(result.AnythingJudged);
        Assert.Equal(1, result.Rules[0].BlindShare);
        Assert.Null(result.Rules[0].Worst);
    }

    [Fact]
    public void The_worst_of_what_must_not_fall_is_the_least()
    {
        var rule = Pasts.Replay("hold when error_rate < 1% for 1m", 60, m => m == 30 ? 0.02 : 0.5);

        Assert.Equal((0.02, Pasts.At(30)), (rule.Worst!.Value.Amount, rule.Worst.At));
    }

    [Fact]
    public void Without_deployments_the_baseline_is_taken_anew_at_the_start_of_each_watch()
    {
        var request = Pasts.Request("hold when latency_p95 > 3x baseline for 1m", 240, m => m < 110 ? 0.1 : 0.35) with { WatchLength = TimeSpan.FromHours(2) };

        var rule = Pasts.Run(request).Rules[0];

        // Slow against the first baseline; the second one is taken between 90 and 120 minutes, mostly before it got slow; nothing is left of it by the end.
        Assert.Equal(Pasts.At(111), Assert.Single(rule.Firings).At);
        Assert.Contains("3x baseline (300ms)", rule.Firings.First().Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_that_was_too_short_leaves_the_rule_blind()
    {
        var rule = Pasts.Replay("hold when latency_p95 > 3x baseline for 1m", 60, m => m < 0 ? null : 0.1);

        Assert.False(rule.WasJudged);
        Assert.Contains("has 1 of the 3 samples that a baseline needs", rule.BlindBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_look_back_over_the_same_window_as_in_a_watch()
    {
        var rule = Pasts.Replay("tell ops when error_rate avg > 5% for 2m", 60, m => m is >= 10 and < 10.9 ? 0.5 : 0.01);

        // Four samples of 50 % among eight lift the mean above the limit until they have left the window.
        Assert.Equal(Pasts.At(10), Assert.Single(rule.Watches[0].Breaches).From);
    }

    [Fact]
    public void Two_metrics_are_judged_when_both_have_a_new_sample()
    {
        var request = Pasts.Request("rollback when error_rate > 5% and latency_p95 > 1s for 1m", 60, m => m is >= 10 and <= 14 ? 2 : 0.01);

        Assert.Equal(Pasts.At(11), Assert.Single(Pasts.Run(request).Rules[0].Firings).At);
    }

    [Theory]
    [InlineData("rollback when error_rate > 5% for 1m")]
    [InlineData("rollback when error_rate p95 > 5% for 2m")]
    [InlineData("rollback when error_rate > 5%")]
    public void The_past_is_judged_exactly_as_a_live_watch_judges_it(string text)
    {
        static double? Trouble(double minutes) => minutes switch { >= 3 and < 3.6 => 0.3, >= 7 and < 8 => null, >= 8 and < 13 => 0.09, _ => 0.01 };
        var live = new List<(string, DateTimeOffset)>();
        ManualTime.Run(async time =>
        {
            var start = time.Now;
            var source = new ScriptedSource(Pasts.Definition("error_rate"), time, at => Trouble(at.TotalMinutes) is { } v ? new MetricReading.Number(v) : new MetricReading.NoAnswer("a gap"));
            var watch = new RuleWatch(new() { Rules = [Rules.Read(text)], Sources = new Dictionary<string, MetricSource> { ["error_rate"] = source }, Armed = true }, time);
            using var stop = new CancellationTokenSource();
            var told = FollowAsync(watch.RunAsync(stop.Token));
            await time.AdvanceAsync(TimeSpan.FromMinutes(20));
            await stop.CancelAsync();
            await told;

            // On the clock's own thread: a busy machine begins what is put on another one after the time has moved on.
            async Task FollowAsync(IAsyncEnumerable<WatchEvent> events)
            {
                await foreach (var happened in events)
                    if (happened is WatchEvent.Changed { Transition: { Fires: true } fired })
                        live.Add((fired.Message, Pasts.Start + (fired.At - start)));
            }
        });

        var request = Pasts.Request(text, 20, Trouble) with { Deployments = [new("v1", Pasts.Start, null, false)] };
        var replayed = Pasts.Run(request).Rules[0].Firings;

        Assert.NotEmpty(live);
        Assert.Equal(live, replayed.Select(f => (f.Shown, f.At)));
    }
}
