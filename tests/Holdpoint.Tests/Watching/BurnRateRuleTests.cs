using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Tests.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

/// <summary>The three alerts of the workbook's table 5-8 for an objective of 99.9 %, and rules that are judged for a time alone.</summary>
public class BurnRateRuleTests
{
    private const string Fast = "rollback when error_rate burn > 14.4 over 1h and 5m";
    private const string Slow = "hold when error_rate burn > 6 over 6h and 30m";
    private const string Creeping = "tell ops when error_rate burn > 1 over 3d and 6h";

    [Fact]
    public void An_outage_fires_the_fast_one_within_a_minute_and_a_half_of_the_deploy() =>
        Assert.InRange(Fired(Fast, TimeSpan.FromHours(1), _ => 1)!.Value, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(95));

    [Fact]
    public void Two_percent_of_failures_fire_the_fast_one_when_a_fiftieth_of_the_months_budget_is_gone() =>
        Assert.InRange(Fired(Fast, TimeSpan.FromHours(2), _ => 0.02)!.Value, TimeSpan.FromMinutes(43), TimeSpan.FromMinutes(45));

    [Fact]
    public void One_percent_fires_the_slow_one_and_never_the_fast_one()
    {
        Assert.Null(Fired(Fast, TimeSpan.FromHours(6), _ => 0.01));
        Assert.InRange(Fired(Slow, TimeSpan.FromHours(6), _ => 0.01)!.Value, TimeSpan.FromHours(3.5), TimeSpan.FromHours(3.7));
    }

    [Fact]
    public void A_little_more_than_the_objective_allows_fires_the_creeping_one_in_days() =>
        Assert.InRange(Fired(Creeping, TimeSpan.FromDays(3), _ => 0.0015)!.Value, TimeSpan.FromHours(47.5), TimeSpan.FromHours(48.5));

    [Fact]
    public void As_many_as_the_objective_allows_fire_none()
    {
        Assert.Null(Fired(Fast, TimeSpan.FromHours(2), _ => 0.00099));
        Assert.Null(Fired(Slow, TimeSpan.FromHours(7), _ => 0.00099));
        Assert.Null(Fired(Creeping, TimeSpan.FromDays(3.2), _ => 0.00099));
    }

    [Fact]
    public void The_short_window_forgets_a_spike_that_is_over_though_the_long_one_does_not() => ManualTime.Run(async time =>
    {
        // 25 s of an outage, and later 2 %, of which an hour's window has not seen enough yet.
        var watch = await After(time, TimeSpan.FromMinutes(30), Fast, at => at < TimeSpan.FromSeconds(25) ? 1 : at < TimeSpan.FromMinutes(20) ? 0 : 0.02);
        Assert.EndsWith("> 14.4 over 1h, error_rate burn (20) > 14.4 over 5m", watch.Readings["rule"].Message, StringComparison.Ordinal);
        Assert.IsType<RuleState.Quiet>(watch.States["rule"]);
        // Half a minute is three samples short of firing, and remembered for an hour by the long window alone.
        watch = await After(time, TimeSpan.FromMinutes(50), Fast, at => at < TimeSpan.FromSeconds(70) ? 0.8 : 0);
        Assert.IsType<RuleState.Quiet>(watch.States["rule"]);
        Assert.EndsWith("> 14.4 over 1h, error_rate burn (0) > 14.4 over 5m", watch.Readings["rule"].Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_run_that_goes_on_without_a_record_does_not_know_what_was_burned_before_and_is_blind_until_it_does() => ManualTime.Run(async time =>
    {
        var deployed = time.Now;
        time.Leap(TimeSpan.FromMinutes(30));
        var watch = await After(time, TimeSpan.FromMinutes(10), Fast, _ => 0.02, s => s with { DeployedAt = deployed, LookedLast = deployed + TimeSpan.FromMinutes(29) });
        Assert.Contains("cover 10m", Assert.IsType<RuleReading.Blind>(watch.Readings["rule"]).Because, StringComparison.Ordinal);
        watch = await After(time, TimeSpan.FromHours(1), Fast, _ => 0.02, s => s with { DeployedAt = deployed, LookedLast = time.Now });
        Assert.IsType<RuleReading.Breach>(watch.Readings["rule"]);
    });

    [Fact]
    public void A_run_that_goes_on_knows_from_its_record_what_was_burned_before() => ManualTime.Run(async time =>
    {
        var deployed = time.Now;
        time.Leap(TimeSpan.FromMinutes(44));
        var watch = await After(time, TimeSpan.FromMinutes(2), Fast, _ => 0.02, s => s with
        {
            DeployedAt = deployed,
            LookedLast = time.Now - TimeSpan.FromMinutes(1),
            Earlier = (since, _) => Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<Sample>>>(new Dictionary<string, IReadOnlyList<Sample>>
            {
                ["error_rate"] = [.. Enumerable.Range(1, 172).Select(i => new Sample.Measured(since + i * TimeSpan.FromSeconds(15), 0.02))],
            }),
        });
        Assert.IsType<RuleReading.Breach>(watch.Readings["rule"]);
    });

    [Fact]
    public void Where_its_record_broke_off_the_store_knows_what_was_burned() => ManualTime.Run(async time =>
    {
        var deployed = time.Now;
        var source = new ScriptedSource(ErrorRate, time, _ => new MetricReading.Number(0.02)) { History = _ => new MetricReading.Number(0.02) };
        time.Leap(TimeSpan.FromMinutes(44));
        var watch = await After(time, TimeSpan.FromMinutes(2), Fast, source, s => s with { DeployedAt = deployed, LookedLast = time.Now - TimeSpan.FromMinutes(1) });
        Assert.IsType<RuleReading.Breach>(watch.Readings["rule"]);
    });

    [Fact]
    public void A_rule_of_the_first_hour_fires_in_it_and_not_after_it() => ManualTime.Run(async time =>
    {
        const string rule = "rollback when error_rate > 1% for 5m until 1h";
        Assert.IsType<RuleState.Fired>((await After(time, TimeSpan.FromMinutes(59), rule, at => at < TimeSpan.FromMinutes(50) ? 0 : 0.02)).States["rule"]);
        Assert.IsType<RuleState.Quiet>((await After(time, TimeSpan.FromHours(3), rule, at => at < TimeSpan.FromMinutes(57) ? 0 : 0.02)).States["rule"]);
        var watch = await After(time, TimeSpan.FromHours(3), rule, at => at < TimeSpan.FromMinutes(61) ? 0 : 0.02);
        Assert.IsType<RuleState.Quiet>(watch.States["rule"]);
        Assert.Equal("it was to be judged for 1h after the deploy, which are over", watch.Readings["rule"].Message);
        Assert.Equal(TimeSpan.FromHours(1), watch.SightOf("rule").Watched);
    });

    [Fact]
    public void A_rule_of_the_first_hour_that_was_blind_in_it_still_proves_nothing_a_day_later() => ManualTime.Run(async time =>
    {
        var source = new ScriptedSource(ErrorRate, time, at => at < TimeSpan.FromHours(1.1) ? new MetricReading.NoAnswer("no route to host") : new MetricReading.Number(0));
        var watch = await After(time, TimeSpan.FromHours(24), "rollback when error_rate > 1% until 1h", source);
        Assert.IsType<RuleState.Blind>(watch.States["rule"]);
        Assert.True(watch.SightOf("rule").ProvesNothing);
    });

    private static MetricDefinition ErrorRate => new("error_rate", Dimension.Ratio, 1, new MetricSourceDefinition.Command("script")) { Objective = 0.999 };

    /// <summary>How long after the start it fired; null: it did not.</summary>
    private static TimeSpan? Fired(string rule, TimeSpan length, Func<TimeSpan, double> value)
    {
        TimeSpan? fired = null;
        ManualTime.Run(async time =>
        {
            var start = time.Now;
            var watch = await After(time, length, rule, value);
            fired = watch.States["rule"] is RuleState.Fired f ? f.At - start : null;
        });
        return fired;
    }

    private static Task<RuleWatch> After(ManualTime time, TimeSpan length, string rule, Func<TimeSpan, double> value, Func<RuleWatchSetup, RuleWatchSetup>? change = null) =>
        After(time, length, rule, new ScriptedSource(ErrorRate, time, at => new MetricReading.Number(value(at))), change);

    private static async Task<RuleWatch> After(ManualTime time, TimeSpan length, string rule, MetricSource source, Func<RuleWatchSetup, RuleWatchSetup>? change = null)
    {
        using var stop = new CancellationTokenSource();
        var setup = new RuleWatchSetup { Rules = [Rules.Read(rule)], Sources = new Dictionary<string, MetricSource> { ["error_rate"] = source }, Armed = true };
        var watch = new RuleWatch(change?.Invoke(setup) ?? setup, time);
        var follow = Follow(watch, stop.Token);
        await time.AdvanceAsync(length);
        await stop.CancelAsync();
        await follow;
        return watch;
    }

    private static async Task Follow(RuleWatch watch, CancellationToken stop)
    {
        await foreach (var _ in watch.RunAsync(stop)) { }
    }
}
