using Holdpoint.Backtesting;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Backtesting;

public sealed class DeploymentTests
{
    private const string Errors = "rollback when error_rate > 5% for 1m";

    private static Deployment At(double minutes, bool? good, double? end = null) => new($"v{minutes:0}", Pasts.At(minutes), end is { } e ? Pasts.At(e) : null, good);

    /// <summary>Bad from 62 on for 5 minutes, from 185 for a moment only, and from 245 for 5.</summary>
    private static double? Errs(double minutes) => minutes is >= 62 and < 67 or >= 245 and < 250 ? 0.2 : minutes is >= 185 and < 185.4 ? 0.2 : minutes is >= 310 and < 350 ? null : 0.01;

    private static RulePast Judge(params Deployment[] deployments) =>
        Pasts.Run(Pasts.Request(Errors, 400, Errs) with { Deployments = deployments, WatchLength = TimeSpan.FromHours(1) }).Rules[0];

    [Fact]
    public void Hits_misses_false_alarms_and_quiet_deployments_are_counted()
    {
        var rule = Judge(At(0, true), At(60, false), At(120, true), At(180, false), At(240, true));

        Assert.Equal([Judged.Quiet, Judged.Hit, Judged.Quiet, Judged.Miss, Judged.FalseAlarm], rule.Watches.Select(w => w.Judged));
        var score = rule.Score;
        Assert.Equal((1, 1, 1, 2), (score.Hits, score.Misses, score.FalseAlarms, score.Quiets));
        Assert.Equal((0.5, 0.5), (score.Precision, score.Recall));
        Assert.Equal(TimeSpan.FromMinutes(3), score.Detection);
    }

    [Fact]
    public void Silence_in_a_gap_is_neither_a_quiet_deployment_nor_a_miss()
    {
        var rule = Judge(At(300, true), At(360, true));

        Assert.Equal([Judged.Blind, Judged.Quiet], rule.Watches.Select(w => w.Judged));
        Assert.Equal((1, 1, 0), (rule.Score.Blind, rule.Score.Quiets, rule.Score.Misses));
    }

    [Fact]
    public void A_deployment_of_unknown_outcome_is_watched_and_not_counted()
    {
        var rule = Judge(At(60, null));

        Assert.Equal(Judged.Uncounted, rule.Watches[0].Judged);
        Assert.Single(rule.Firings);
        Assert.Equal((null, null), (rule.Score.Precision, rule.Score.Recall));
    }

    [Fact]
    public void A_newer_deployment_takes_the_watch_over()
    {
        var rule = Judge(At(30, true), At(61, false));

        Assert.Equal(Pasts.At(61), rule.Watches[0].To);
        Assert.Equal([Judged.Quiet, Judged.Hit], rule.Watches.Select(w => w.Judged));
    }

    [Fact]
    public void Windows_begin_anew_at_each_deployment()
    {
        // It has breached for 30 s when the second deployment begins, so it is accepted there, and arms after it was quiet.
        var rule = Judge(At(0, true), At(62.5, false));

        Assert.Empty(rule.Firings);
        Assert.True(rule.Watches[1].BreachedBefore);
    }

    [Fact]
    public void A_rule_fires_once_in_a_deployment()
    {
        var rule = Judge(At(60, false, end: 260));

        Assert.Equal(Pasts.At(63), Assert.Single(rule.Firings).At);
    }

    [Fact]
    public void Deployments_outside_of_the_time_are_told()
    {
        var result = Pasts.Run(Pasts.Request(Errors, 60, _ => 0.01) with { Deployments = [At(-500, true), At(10, true), At(900, false)] });

        Assert.Equal(["v-500", "v900"], result.LeftOut.Select(d => d.Name));
        Assert.Single(result.Rules[0].Watches);
    }

    [Fact]
    public void The_baseline_of_a_deployment_is_the_half_hour_before_it()
    {
        var request = Pasts.Request("hold when latency_p95 > 3x baseline for 1m", 300, m => m switch { < 100 => 0.1, < 200 => 0.25, _ => 0.8 });

        var rule = Pasts.Run(request with { Deployments = [At(60, true), At(180, false)], WatchLength = TimeSpan.FromHours(1) }).Rules[0];

        Assert.Equal([0.1, 0.25], rule.Watches.Select(w => Assert.Single(w.Baselines).Median));
        Assert.Equal(Pasts.At(201), Assert.Single(rule.Firings).At);
    }

    [Fact]
    public void A_baseline_in_which_another_rule_was_breached_is_refused()
    {
        string[] rules = ["hold when latency_p95 > 3x baseline for 1m", "rollback when latency_p95 > 1s for 2m"];
        var request = Pasts.Request(rules, 300, m => m is >= 160 and < 175 ? 1.5 : 0.1);

        var rule = Pasts.Run(request with { Deployments = [At(60, true), At(180, true)], WatchLength = TimeSpan.FromHours(1) }).Rules[0];

        Assert.Single(rule.Watches[0].Baselines);
        Assert.Empty(rule.Watches[1].Baselines);
        Assert.Equal(Judged.Blind, rule.Watches[1].Judged);
        Assert.StartsWith("latency_p95 has no baseline: a rule was breached in it (latency_p95 (1.5s) > 1s at 2026-03-02 11:4", rule.Watches[1].BlindBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_rule_has_the_baseline_of_its_own_section()
    {
        string[] rules = ["hold when latency_p95 > 3x baseline for 1m", "hold when latency_p95 > 3x baseline for 1m", "hold when latency_p95 > 3x baseline for 1m", "hold when latency_p95 > 3x baseline for 1m"];
        BaselineOrigin?[] origins = [null, new BaselineOrigin.LastWeek(), new BaselineOrigin.Taken("release-1"), new BaselineOrigin.OfRun("2026")];
        var request = Pasts.Request(rules, 300, _ => 0.1);
        var past = MetricPast.Over(Pasts.Definition("latency_p95"), Pasts.Step, Pasts.Start - PastBaselines.ReachOf(origins[1]), Pasts.At(300));
        for (var i = 0; i < past.Count; i++)
            past.Put(i, new Sample.Measured(past.MomentOf(i), past.MomentOf(i) < Pasts.Start.AddDays(-2) ? 0.3 : 0.1));

        var done = Pasts.Run(request with
        {
            Rules = [.. request.Rules.Select((r, i) => r with { BaselineFrom = origins[i] })],
            Pasts = new Dictionary<string, MetricPast> { ["latency_p95"] = past },
            Deployments = [At(60, true)],
            Stored = (origin, metric) => origin is BaselineOrigin.Taken ? new BaselineTaking.Taken(new(metric, Dimension.Duration, 0.5, 0.1, 9, Pasts.Start, Pasts.Start)) : null,
        });

        Assert.Equal([0.1, 0.3, 0.5, null], done.Rules.Select(r => r.Watches[0].Baselines.SingleOrDefault()?.Median));
        Assert.Equal("latency_p95 has no baseline from run 2026", done.Rules[3].Watches[0].BlindBecause);
    }

    [Fact]
    public void What_conditions_say_is_masked()
    {
        var rule = Pasts.Run(Pasts.Request(Errors, 60, m => m is >= 10 and <= 14 ? 0.08 : m > 50 ? null : 0.01)).Masked(t => t.Replace("8%", "***", StringComparison.Ordinal).Replace("nothing", "***", StringComparison.Ordinal)).Rules[0];

        Assert.StartsWith("error_rate (***) > ", Assert.Single(rule.Firings).Shown, StringComparison.Ordinal);
        Assert.Contains("***", rule.BlindBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void All_rules_together_find_what_one_of_them_finds()
    {
        var request = Pasts.Request([Errors, "hold when error_rate > 15% for 30m", "tell ops when error_rate > 90%"], 400, Errs);

        var together = Pasts.Run(request with { Deployments = [At(60, false), At(120, true), At(300, true)], WatchLength = TimeSpan.FromHours(1) }).Together!;

        Assert.Equal((1, 0, 0, 1, 1), (together.Hits, together.Misses, together.FalseAlarms, together.Quiets, together.Blind));
    }
}
