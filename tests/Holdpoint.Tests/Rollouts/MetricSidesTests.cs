using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Rollouts;
using Holdpoint.Tests.Metrics;

namespace Holdpoint.Tests.Rollouts;

/// <summary>When the new side of a canary is worse than the stable one, by metrics that are asked of both.</summary>
public class MetricSidesTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(5);

    private static readonly MetricDefinition s_latency = new("latency", Dimension.Duration, 1, new MetricSourceDefinition.Command("script"));

    [Fact]
    public void Ten_samples_of_which_seven_are_100_against_a_stable_side_of_all_1_do_not_pass() => ManualTime.Run(async time =>
    {
        var turn = 0;
        var verdict = await WatchAsync(time, _ => new MetricReading.Number(turn++ % 10 < 7 ? 100 : 1), _ => new MetricReading.Number(1), TimeSpan.FromSeconds(9));
        var failed = Assert.IsType<Verdict.Failed>(verdict);
        Assert.Equal("latency on the new side no higher than on the stable side, give or take 10%", failed.Expected);
        Assert.StartsWith("latency at the median 1m 40s on the new side (10 samples), 1s on the stable side (10 samples): more than 10% worse in 70% of pairs", failed.Actual, StringComparison.Ordinal);
    });

    [Fact]
    public void Sides_that_do_alike_pass_and_say_what_was_seen() => ManualTime.Run(async time =>
        Assert.StartsWith("latency at the median 1.2s on the new side (21 samples)", Assert.IsType<Verdict.Passed>(await WatchAsync(time, Wave, Wave, s_pause)).Message, StringComparison.Ordinal));

    [Fact]
    public void A_side_that_is_plainly_worse_does_not_need_the_whole_pause() => ManualTime.Run(async time =>
    {
        var began = time.Now;
        Assert.IsType<Verdict.Failed>(await WatchAsync(time, _ => new MetricReading.Number(2), _ => new MetricReading.Number(1), s_pause));
        Assert.InRange(time.Now - began, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3));
    });

    [Fact]
    public void Where_more_is_better_less_is_worse() => ManualTime.Run(async time =>
    {
        var sides = Sides(time, s_latency with { Name = "orders", Better = Better.Higher }, _ => new MetricReading.Number(1), _ => new MetricReading.Number(2), s_pause);
        Assert.IsType<Verdict.Failed>(await WatchAsync(time, sides, s_pause));
    });

    [Fact]
    public void A_side_without_numbers_is_unknown_with_the_side_and_the_reason() => ManualTime.Run(async time =>
    {
        var verdict = await WatchAsync(time, Wave, at => at > TimeSpan.FromMinutes(4) ? new MetricReading.NoAnswer("the store is gone") : Wave(at), s_pause);
        Assert.Equal("on the stable side latency: the store is gone", Assert.IsType<Verdict.Unknown>(verdict).Because);
    });

    [Fact]
    public void Too_little_traffic_on_the_new_side_is_no_proof() => ManualTime.Run(async time =>
    {
        var verdict = await WatchAsync(time, at => new MetricReading.Number(1, Events: 0), Wave, s_pause);
        Assert.Equal("on the new side latency: no events in the window", Assert.IsType<Verdict.Unknown>(verdict).Because);
    });

    [Fact]
    public void A_short_pause_does_not_end_before_there_are_five_samples() => ManualTime.Run(async time =>
    {
        var sides = Sides(time, s_latency with { Every = TimeSpan.FromSeconds(5) }, Wave, Wave, TimeSpan.FromSeconds(10));
        Assert.Contains("not enough data", Assert.IsType<Verdict.Unknown>(await WatchAsync(time, sides, TimeSpan.FromSeconds(10))).Because, StringComparison.Ordinal);
        Assert.IsType<Verdict.Passed>(await WatchAsync(time, sides, TimeSpan.FromSeconds(10)));
    });

    [Fact]
    public void A_canary_asks_each_colour_and_goes_no_further_where_the_new_one_is_worse() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("blue", "green");
        (fleet.Shares["blue"], fleet.Shares["green"]) = (1, 0);
        var settings = new RolloutSettings { Strategy = "canary", Colours = new(["blue"], ["green"]), Steps = [0.05, 1], Pause = s_pause, Compare = ["latency"] };
        var target = new RolloutTarget("shop", fleet, fleet.Traffic, settings, new Dictionary<string, Func<CancellationToken, Task<Verdict>>>(), null, time,
            (metric, colour) => ScriptedSource.Of(metric, Dimension.Duration, time, _ => colour == "green" ? 3 : 1));
        var before = Assert.IsType<RunsNow.Version>(await target.NowAsync(default)).State;
        var steps = Assert.IsType<Way.Steps>(target.Deploy("v2", before, new Dictionary<string, string>())).List;
        fleet.Do(fleet.Run(["green"], Release.New("v2")));
        var pause = Assert.IsType<RolloutStep.Observe>(Assert.Single(steps, s => s is RolloutStep.Observe));
        Verdict? verdict = null;
        for (var second = 0; second <= s_pause.TotalSeconds && verdict is not Verdict.Failed; second++)
        {
            verdict = await pause.Ask(default);
            await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.StartsWith("latency at the median 3s on the new side", Assert.IsType<Verdict.Failed>(verdict).Actual, StringComparison.Ordinal);
    });

    [Fact]
    public void A_metric_that_can_not_be_asked_refuses_the_deploy_before_anything_changes() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("blue", "green");
        var settings = new RolloutSettings { Strategy = "canary", Colours = new(["blue"], ["green"]), Compare = ["latency"] };
        var target = new RolloutTarget("shop", fleet, fleet.Traffic, settings, new Dictionary<string, Func<CancellationToken, Task<Verdict>>>(), null, time, (metric, _) => throw new FormatException($"{metric}: there is no Prometheus called main"));
        var before = new ServingState("blue", new Dictionary<string, ServingUnit>()).Write();
        Assert.Equal("the two sides of shop can't be compared: latency: there is no Prometheus called main", Assert.IsType<Way.Impossible>(target.Deploy("v2", before, new Dictionary<string, string>())).Because);
    });

    private static MetricReading Wave(TimeSpan at) => new MetricReading.Number(1.2 + (0.1 * Math.Sin(at.TotalSeconds)));

    private static MetricSides Sides(ManualTime time, MetricDefinition metric, Func<TimeSpan, MetricReading> fresh, Func<TimeSpan, MetricReading> stable, TimeSpan pause) =>
        new([(new ScriptedSource(metric, time, fresh), new ScriptedSource(metric, time, stable))], pause, time);

    private static Task<Verdict> WatchAsync(ManualTime time, Func<TimeSpan, MetricReading> fresh, Func<TimeSpan, MetricReading> stable, TimeSpan pause) =>
        WatchAsync(time, Sides(time, s_latency, fresh, stable, pause), pause);

    /// <summary>Looks each second for as long as a pause, as a rollout does, until the new side has failed.</summary>
    private static async Task<Verdict> WatchAsync(ManualTime time, MetricSides sides, TimeSpan pause)
    {
        for (var end = time.Now + pause; ; await time.AdvanceAsync(TimeSpan.FromSeconds(1)))
            if (await sides.CompareAsync(default) is var verdict && (verdict is Verdict.Failed || time.Now >= end))
                return verdict;
    }
}
