using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Tests.Metrics;
using Holdpoint.Tests.Runs;
using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

/// <summary>The same hour last week, from a store's history.</summary>
public sealed class PastBaselineTests
{
    private static readonly TimeSpan s_week = TimeSpan.FromDays(7);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ScriptedSource Source(ManualTime time, Func<TimeSpan, MetricReading>? history, double? floor = null) =>
        new(new("errors", Dimension.Ratio, 1, new MetricSourceDefinition.Command("script")) { Floor = floor }, time, _ => new MetricReading.Number(1)) { History = history };

    private static Task<PastBaseline> TakeAsync(ManualTime time, MetricSource source, string rule = "hold when errors > 50% for 1m")
    {
        var plan = Story.Read($"## A\n\n- [ ] r `! {rule}`\n", Story.Web + "metrics: { errors: { unit: ratio, command: x } }\n").Plan!;
        return PastBaseline.TakeAsync(new Dictionary<string, MetricSource> { ["errors"] = source }, ["errors"], [.. plan.Rules.Select(r => new RuleDefinition(r.Id, r.Rule, r.Text))], _ => null,
            time.Now - s_week - BaselineOrigin.HalfHour, time.Now - s_week + BaselineOrigin.HalfHour, TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task The_median_of_the_hour_is_taken_whatever_is_now()
    {
        var time = new ManualTime();
        var past = await TakeAsync(time, Source(time, at => new MetricReading.Number(at <= -s_week ? 0.01 : 0.03)));
        var taken = past.Taken["errors"];
        Assert.Equal((0.02, 0.01, 120), (Math.Round(taken.Median, 9), Math.Round(taken.Spread, 9), taken.Count));
    }

    [Fact]
    public async Task A_source_that_keeps_no_history_is_unknown_and_says_so()
    {
        var time = new ManualTime();
        Assert.Equal("its source keeps no history, so what it was then is not known", (await TakeAsync(time, Source(time, null))).Refused["errors"]);
    }

    [Fact]
    public async Task Too_few_samples_are_no_baseline()
    {
        var time = new ManualTime();
        var past = await TakeAsync(time, Source(time, at => at <= -s_week - TimeSpan.FromMinutes(29) ? new MetricReading.Number(0.01) : new MetricReading.NoAnswer("it was down")));
        Assert.StartsWith("errors has 2 of the 3 samples that a baseline needs: errors: it was down", Refused(past), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_hour_in_which_a_rule_would_have_fired_is_refused()
    {
        var time = new ManualTime();
        MetricReading Incident(TimeSpan at) => new MetricReading.Number(at > -s_week && at < -s_week + TimeSpan.FromMinutes(5) ? 0.9 : 0.01);
        Assert.Contains("errors (90%) > 50%", Refused(await TakeAsync(time, Source(time, Incident))), StringComparison.Ordinal);
        Assert.Empty((await TakeAsync(time, Source(time, Incident), "hold when errors > 50% for 30m")).Refused);
    }

    [Fact]
    public async Task A_rule_that_itself_needs_a_baseline_refuses_nothing()
    {
        var time = new ManualTime();
        Assert.Empty((await TakeAsync(time, Source(time, _ => new MetricReading.Number(0.9)), "hold when errors > 2x baseline for 1m")).Refused);
    }

    private static string Refused(PastBaseline past) => past.Refused["errors"];
}
