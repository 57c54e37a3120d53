using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Tests.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

public class RuleWatchTests
{
    private const string OnErrors = "rollback when error_rate > 5% for 1m";

    [Fact]
    public void A_watch_of_a_day_fires_on_errors_after_a_minute_and_tells_transitions_alone() => ManualTime.Run(async time =>
    {
        var start = time.Now;
        var source = Rules.ErrorRate(time, at => at >= TimeSpan.FromHours(10) && at < TimeSpan.FromHours(10.1) ? 0.12 : 0.001);
        var told = await Watch(time, TimeSpan.FromHours(24), Setup([Rules.Read(OnErrors)], source));

        Assert.Equal(["breaching", "fired"], told.Transitions.Select(t => t.To.Name));
        Assert.Equal(TimeSpan.FromHours(10) + TimeSpan.FromMinutes(1), told.Transitions[1].At - start);
        Assert.Equal("error_rate (12%) > 5%", told.Transitions[1].Message);
        Assert.Equal(5761, told.Samples.Count);
        Assert.Empty(told.Gaps);
        Assert.False(told.Watch.SightOf("rule").ProvesNothing);
    });

    [Fact]
    public void An_outage_in_a_watch_of_a_day_is_measured_to_the_second_and_fires_after_half_a_minute() => ManualTime.Run(async time =>
    {
        var start = time.Now;
        var check = Rules.Read("rollback unless http http://api/health").Rule.Unless!;
        var setup = Setup([RuleDefinition.ForAvailability(check)]) with
        {
            Measure = (_, _) => Task.FromResult<Verdict>(time.Now - start is var at && at >= TimeSpan.FromHours(3) && at < TimeSpan.FromHours(3) + TimeSpan.FromSeconds(45)
                ? new Verdict.Failed("up", "up is false")
                : new Verdict.Passed("up")),
        };
        var told = await Watch(time, TimeSpan.FromHours(24), setup);

        Assert.Equal(["breaching", "fired"], told.Transitions.Select(t => t.To.Name));
        Assert.Equal(TimeSpan.FromSeconds(30), told.Transitions[1].At - told.Transitions[0].At);
        Assert.Equal(TimeSpan.FromSeconds(45), told.Watch.Availability.Downtime);
        Assert.Equal(TimeSpan.FromHours(24), told.Watch.Availability.Seen);
        Assert.Equal(TimeSpan.FromSeconds(45), Assert.Single(told.Watch.Availability.Outages).LengthAt(time.Now));
    });

    [Fact]
    public void Before_it_is_armed_a_watch_looks_and_judges_nothing() => ManualTime.Run(async time =>
    {
        using var stop = new CancellationTokenSource();
        var watch = new RuleWatch(Setup([Rules.Read(OnErrors)], Rules.ErrorRate(time, at => at < TimeSpan.FromMinutes(20) ? 0.1 : 0)) with { Armed = false }, time);
        Assert.IsType<RuleReading.Blind>(watch.Readings["rule"]);
        var told = Collect(watch, stop.Token);
        await time.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.IsType<RuleReading.Breach>(watch.Readings["rule"]);
        Assert.Equal(0.1, Assert.IsType<BaselineTaking.Taken>(watch.TakeBaseline("error_rate")).Baseline.Median);

        watch.Arm(["rule"]);
        Assert.IsType<RuleState.Unarmed>(watch.States["rule"]);
        await time.AdvanceAsync(TimeSpan.FromMinutes(20));
        Assert.IsType<RuleState.Quiet>(watch.States["rule"]);
        await stop.CancelAsync();
        Assert.Equal(["quiet"], (await told).Transitions.Select(t => t.To.Name));
    });

    [Fact]
    public void A_service_that_dies_is_failing_and_not_quiet() => ManualTime.Run(async time =>
    {
        var definition = new MetricDefinition("error_rate", Dimension.Ratio, 1, new MetricSourceDefinition.Command("")) { Absence = new(0, "http_requests_total") };
        var source = new ScriptedSource(definition, time, at => new MetricReading.Absent("error_rate", WhileExists: at < TimeSpan.FromMinutes(30)));
        var told = await Watch(time, TimeSpan.FromHours(1), Setup([Rules.Read(OnErrors)], source));
        Assert.Equal(["breaching", "fired"], told.Transitions.Select(t => t.To.Name));
        Assert.Contains("the target is gone", told.Transitions[1].Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_watch_that_was_blind_for_23_of_24_hours_proves_nothing() => ManualTime.Run(async time =>
    {
        var source = new ScriptedSource(ErrorRate, time, at => at < TimeSpan.FromHours(23) ? new MetricReading.NoAnswer("no route to host") : new MetricReading.Number(0));
        var told = await Watch(time, TimeSpan.FromHours(24), Setup([Rules.Read(OnErrors)], source));
        Assert.Equal(["blind", "quiet"], told.Transitions.Select(t => t.To.Name));
        var sight = told.Watch.SightOf("rule");
        Assert.Equal(23 / 24.0, sight.BlindShare, 3);
        Assert.True(sight.ProvesNothing);
    });

    [Fact]
    public void Low_traffic_is_sparse_and_not_quiet() => ManualTime.Run(async time =>
    {
        var source = new ScriptedSource(ErrorRate with { MinCount = 20 }, time, _ => new MetricReading.Number(0.5, Events: 2));
        var told = await Watch(time, TimeSpan.FromHours(1), Setup([Rules.Read(OnErrors)], source));
        Assert.Equal(["sparse"], told.Transitions.Select(t => t.To.Name));
        Assert.Equal(1, told.Watch.SightOf("rule").SparseShare, 2);
        Assert.False(told.Watch.SightOf("rule").ProvesNothing);
    });

    [Fact]
    public void A_baseline_of_zero_makes_what_is_relative_to_it_unknown() => ManualTime.Run(async time =>
    {
        var baseline = new Baseline("error_rate", Dimension.Ratio, 0, 0, 5, time.Now, time.Now);
        var setup = Setup([Rules.Read("rollback when error_rate > 3x baseline for 1m")], Rules.ErrorRate(time, _ => 0.01));
        var told = await Watch(time, TimeSpan.FromHours(1), setup with { Baseline = _ => baseline.Value });
        Assert.Contains("give the metric a floor", Assert.Single(told.Transitions).Message, StringComparison.Ordinal);

        told = await Watch(time, TimeSpan.FromHours(1), setup with { Baseline = _ => (baseline with { Floor = 0.002 }).Value });
        Assert.Equal(["breaching", "fired"], told.Transitions.Select(t => t.To.Name));
    });

    [Fact]
    public void After_a_gap_windows_begin_anew() => ManualTime.Run(async time =>
    {
        using var stop = new CancellationTokenSource();
        var watch = new RuleWatch(Setup([Rules.Read(OnErrors)], Rules.ErrorRate(time, _ => 0.1)), time);
        var told = Collect(watch, stop.Token);
        await time.AdvanceAsync(TimeSpan.FromSeconds(45));
        time.Leap(TimeSpan.FromHours(8));
        await time.AdvanceAsync(TimeSpan.FromSeconds(50));
        Assert.IsType<RuleState.Breaching>(watch.States["rule"]);
        await time.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.IsType<RuleState.Fired>(watch.States["rule"]);
        await stop.CancelAsync();
        Assert.Empty(Assert.Single((await told).Gaps).FilledIn);
        Assert.True(watch.SightOf("rule").ProvesNothing);
    });

    [Fact]
    public void A_breach_that_was_over_before_the_run_went_on_holds_and_never_acts() => ManualTime.Run(async time =>
    {
        var start = time.Now;
        time.Leap(TimeSpan.FromHours(2));
        var source = new ScriptedSource(ErrorRate, time, _ => new MetricReading.Number(0)) { History = at => new MetricReading.Number(at < -TimeSpan.FromMinutes(30) ? 0.2 : 0) };
        var told = await Watch(time, TimeSpan.FromMinutes(5), Setup([Rules.Read(OnErrors)], source) with { LookedLast = start });
        var fired = Assert.Single(told.Transitions, t => t.Fires);
        Assert.True(fired.OnlyHolds);
        Assert.Equal(["error_rate"], Assert.Single(told.Gaps).FilledIn);
        Assert.Contains(told.Samples, s => s.FilledIn);
        Assert.IsType<RuleState.Fired>(told.Watch.States["rule"]);
    });

    [Fact]
    public void What_a_rule_fired_on_is_latched_across_drivers_and_disarming_stops_judging() => ManualTime.Run(async time =>
    {
        var fired = new RuleState.Fired(time.Now, time.Now, "");
        var setup = Setup([Rules.Read(OnErrors), Rules.Read(OnErrors, "other")], Rules.ErrorRate(time, _ => 0.1)) with { States = new Dictionary<string, RuleState> { ["rule"] = fired } };
        using var stop = new CancellationTokenSource();
        var watch = new RuleWatch(setup, time);
        watch.Disarm();
        var told = Collect(watch, stop.Token);
        await time.AdvanceAsync(TimeSpan.FromMinutes(10));
        await stop.CancelAsync();
        Assert.Empty((await told).Transitions);
        Assert.Equal(fired, watch.States["rule"]);
    });

    [Fact]
    public void A_slow_source_delays_no_other_rule() => ManualTime.Run(async time =>
    {
        var slow = ScriptedSource.Of("latency_p95", Dimension.Duration, time, _ => 9);
        slow.Takes = TimeSpan.FromHours(1);
        var told = await Watch(time, TimeSpan.FromMinutes(5), Setup([Rules.Read(OnErrors), Rules.Read("rollback when latency_p95 > 1s for 1m", "slow")], Rules.ErrorRate(time, _ => 0.1), slow));
        Assert.IsType<RuleState.Fired>(told.Watch.States["rule"]);
        Assert.IsType<RuleState.Blind>(told.Watch.States["slow"]);
        Assert.Contains("no answer within 10s", told.Watch.Readings["slow"].Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_statistic_is_taken_over_the_rules_own_time() => ManualTime.Run(async time =>
    {
        var source = ScriptedSource.Of("latency_p95", Dimension.Duration, time, at => (int)at.TotalSeconds % 30 == 0 ? 10 : 1);
        var told = await Watch(time, TimeSpan.FromMinutes(10), Setup([Rules.Read("rollback when latency_p95 avg > 5s for 1m"), Rules.Read("tell ops when latency_p95 > 5s for 1m", "peaks")], source));
        Assert.IsType<RuleState.Fired>(told.Watch.States["rule"]);
        Assert.DoesNotContain(told.Transitions, t => t.RuleId == "peaks" && t.Fires);
    });

    [Fact]
    public void What_a_rule_fired_on_is_evidence_before_it_is_told() => ManualTime.Run(async time =>
    {
        using var stop = new CancellationTokenSource();
        var order = new List<string>();
        async Task Follow(RuleWatch watch)
        {
            await foreach (var happened in watch.RunAsync(stop.Token))
                order.Add(happened is WatchEvent.Changed c ? c.Transition.To.Name : $"{((WatchEvent.Sampled)happened).Samples.Count} samples");
        }

        var follow = Follow(new RuleWatch(Setup([Rules.Read(OnErrors)], Rules.ErrorRate(time, _ => 0.1)), time));
        await time.AdvanceAsync(TimeSpan.FromMinutes(2));
        await stop.CancelAsync();
        await follow;
        Assert.Equal(["breaching", "5 samples", "fired", "4 samples"], order);
    });

    [Fact]
    public void A_look_begun_before_the_deploy_says_nothing_about_it() => ManualTime.Run(async time =>
    {
        using var stop = new CancellationTokenSource();
        var source = Rules.ErrorRate(time, at => at < TimeSpan.FromSeconds(2) ? 0.1 : 0);
        source.Takes = TimeSpan.FromSeconds(1);
        var watch = new RuleWatch(Setup([Rules.Read(OnErrors)], source) with { Armed = false }, time);
        var told = Collect(watch, stop.Token);
        await time.AdvanceAsync(TimeSpan.FromSeconds(0.5));
        watch.Arm([]);
        await time.AdvanceAsync(TimeSpan.FromSeconds(0.7));
        Assert.IsType<RuleReading.Breach>(watch.Readings["rule"]);
        Assert.IsType<RuleState.Quiet>(watch.States["rule"]);
        await time.AdvanceAsync(TimeSpan.FromSeconds(5));
        await stop.CancelAsync();
        Assert.Empty((await told).Transitions);
    });

    private static MetricDefinition ErrorRate => new("error_rate", Dimension.Ratio, 1, new MetricSourceDefinition.Command("script"));

    private static RuleWatchSetup Setup(IReadOnlyList<RuleDefinition> rules, params MetricSource[] sources) =>
        new() { Rules = rules, Sources = sources.ToDictionary(s => s.Definition.Name), Armed = true };

    private static async Task<Told> Watch(ManualTime time, TimeSpan length, RuleWatchSetup setup)
    {
        using var stop = new CancellationTokenSource();
        var told = Collect(new RuleWatch(setup, time), stop.Token);
        await time.AdvanceAsync(length);
        await stop.CancelAsync();
        return await told;
    }

    private static async Task<Told> Collect(RuleWatch watch, CancellationToken stop)
    {
        var told = new Told(watch, [], [], []);
        await foreach (var happened in watch.RunAsync(stop))
        {
            switch (happened)
            {
                case WatchEvent.Changed e:
                    told.Transitions.Add(e.Transition);
                    break;
                case WatchEvent.Sampled e:
                    told.Samples.AddRange(e.Samples);
                    break;
                case WatchEvent.Gap e:
                    told.Gaps.Add(e);
                    break;
            }
        }

        return told;
    }

    private sealed record Told(RuleWatch Watch, List<RuleTransition> Transitions, List<Sample> Samples, List<WatchEvent.Gap> Gaps);

    [Fact]
    public void A_watch_of_15_s_with_rules_of_15_s_has_seen_all_of_it() => ManualTime.Run(async time =>
    {
        using var stop = new CancellationTokenSource();
        var watch = new RuleWatch(Setup([Rules.Read("rollback when error_rate > 5% for 1m")], Rules.ErrorRate(time, _ => 0)) with { Armed = false }, time);
        var told = Collect(watch, stop.Token);
        // Somewhere between two looks of the fixed period.
        await time.AdvanceAsync(TimeSpan.FromSeconds(19));
        watch.Arm([]);
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        watch.BeginAnew();
        await time.AdvanceAsync(TimeSpan.FromSeconds(9));
        var sight = watch.SightOf("rule");
        Assert.Equal((0, TimeSpan.FromSeconds(10), false), (sight.BlindShare, sight.Watched, sight.ProvesNothing));
        await stop.CancelAsync();
        await told;
    });

    [Fact]
    public void What_is_sampled_less_often_than_its_rule_asks_is_not_blind_in_between() => ManualTime.Run(async time =>
    {
        using var stop = new CancellationTokenSource();
        var source = new ScriptedSource(ErrorRate with { Every = TimeSpan.FromMinutes(2) }, time, _ => new MetricReading.Number(0));
        var watch = new RuleWatch(Setup([Rules.Read("rollback when error_rate > 5% for 1m")], source) with { Armed = false }, time);
        var told = Collect(watch, stop.Token);
        watch.Arm([]);
        await time.AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Equal(0, watch.SightOf("rule").BlindShare);
        await stop.CancelAsync();
        await told;
    });

    [Fact]
    public void In_memory_stays_what_rules_look_back_over_and_what_is_to_be_kept() => ManualTime.Run(async time =>
    {
        using var stop = new CancellationTokenSource();
        var setup = Setup([Rules.Read("rollback when error_rate avg > 5% over 20m")], Rules.ErrorRate(time, _ => 0));
        var (all, some) = (new RuleWatch(setup, time), new RuleWatch(setup with { Keeps = TimeSpan.FromMinutes(5) }, time));
        Task[] told = [Collect(all, stop.Token), Collect(some, stop.Token)];
        await time.AdvanceAsync(TimeSpan.FromHours(3));
        Assert.Equal(721, all.SamplesOf("error_rate").Count);
        Assert.InRange(some.SamplesOf("error_rate").Count, 80, 96);
        Assert.IsType<RuleReading.Quiet>(some.Readings["rule"]);
        await stop.CancelAsync();
        await Task.WhenAll(told);
    });
}
