using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Records;

namespace Holdpoint.Backtesting;

/// <summary>What is drawn of a replayed rule: its metrics over the whole time, and what happened seen from near.</summary>
internal static class BacktestCharts
{
    /// <summary>Ranges nearer to each other than this share of the chart would be one stroke.</summary>
    private const double OneStroke = 1 / 220d;

    private const int MostMarkers = 40;

    private static readonly TimeSpan LeastAround = TimeSpan.FromMinutes(15);

    /// <summary>The whole time, a chart for each metric of the rule.</summary>
    public static IEnumerable<ChartModel> Whole(BacktestResult result, RulePast rule) =>
        rule.Rule.Metrics.Select(m => Of(result, rule, m, result.Request.From, result.Request.To, null));

    /// <summary>A firing, or a bad deployment that was missed.</summary>
    public static ChartModel Near(BacktestResult result, RulePast rule, WatchPast watch, Firing? firing)
    {
        var (from, to) = firing is null ? (watch.From, watch.To) : (firing.Since, firing.Until);
        var around = firing is null ? (to - from) / 20 : (to - from) * 1.5;
        around = around > LeastAround ? around : LeastAround;
        if (watch.Deployment is { } d && firing is not null && firing.Since - d.Start < TimeSpan.FromHours(2) && d.Start < from)
            from = d.Start;
        var what = watch.Deployment is { } of ? $"{BacktestWords.Name(watch.Judged)}, {of.Name}" : "fired";
        return Of(result, rule, rule.Rule.Metrics[0], from - around, to + around, watch) with { Subtitle = CleanText.Line($"{what} · {Moment.Show(firing?.At ?? watch.From)} UTC") };
    }

    private static ChartModel Of(BacktestResult result, RulePast rule, string metric, DateTimeOffset from, DateTimeOffset to, WatchPast? near)
    {
        var past = result.Request.Pasts[metric];
        var (first, last) = (from > past.First ? from : past.First, to < past.Last ? to : past.Last);
        var baseline = (near ?? (rule.Watches.Count == 1 ? rule.Watches[0] : null))?.Baselines.FirstOrDefault(b => b.Metric == metric);
        // Without deployments the baseline is taken anew again and again: none of them is the one.
        if (near?.Deployment is null)
            baseline = null;
        return new(metric, past.Definition.Dimension, first, last, [.. past.Between(first, last)])
        {
            Limits = [.. LimitsIn(rule.Rule.Rule.When!, metric, baseline).Distinct().Select(l => new ChartLimit(l, CleanText.Line(rule.Rule.Text)))],
            Baseline = baseline,
            Markers = [.. Markers(rule, near is null && rule.Watches.Count > DeploymentLane.MostInChart).Where(m => m.At >= first && m.At <= last)],
            Breaches = Joined(rule.Watches.SelectMany(w => w.Breaches).Where(b => b.To >= first && b.From <= last), (last - first) * OneStroke),
            LongestStep = past.Step * 1.5,
        };
    }

    /// <param name="crowded">There is no room for all of them: breaches are shaded, and deployments stand in the strip below.</param>
    private static IEnumerable<ChartMarker> Markers(RulePast rule, bool crowded)
    {
        if (crowded || rule.Fired > MostMarkers)
            yield break;
        foreach (var watch in rule.Watches)
        {
            if (watch.Deployment is { } d)
                yield return new(d.Start, CleanText.Line($"{d.Name}{(d.Good switch { true => ", good", false => ", bad", null => "" })}"), MarkerKind.Deploy);
            foreach (var firing in watch.Firings)
                yield return new(firing.At, rule.Rule.Rule.Effect switch
                {
                    RuleEffect.Rollback => "would roll back",
                    RuleEffect.Hold => "would hold",
                    _ => "would tell",
                }, rule.Rule.Rule.Effect == RuleEffect.Rollback ? MarkerKind.Rollback : MarkerKind.Note);
        }
    }

    private static List<ChartRange> Joined(IEnumerable<BreachPast> breaches, TimeSpan apart)
    {
        var joined = new List<ChartRange>();
        foreach (var breach in breaches.OrderBy(b => b.From))
        {
            if (joined.Count > 0 && breach.From - joined[^1].To <= apart)
                joined[^1] = joined[^1] with { To = breach.To > joined[^1].To ? breach.To : joined[^1].To };
            else
                joined.Add(new(breach.From, breach.To, "the condition held"));
        }

        return joined;
    }

    private static IEnumerable<double> LimitsIn(Condition condition, string metric, Baseline? baseline) => condition switch
    {
        Condition.And c => LimitsIn(c.Left, metric, baseline).Concat(LimitsIn(c.Right, metric, baseline)),
        Condition.Or c => LimitsIn(c.Left, metric, baseline).Concat(LimitsIn(c.Right, metric, baseline)),
        Condition.Not c => LimitsIn(c.Inner, metric, baseline),
        // A budget's burn rate is not on the metric's scale.
        Condition.Compare { Left: Operand.Metric { Statistic.IsBurn: true } } or Condition.Compare { Right: Operand.Metric { Statistic.IsBurn: true } } => [],
        Condition.Compare { Left: Operand.Metric m } c when m.Name == metric => Number(c.Right, baseline),
        Condition.Compare { Right: Operand.Metric m } c when m.Name == metric => Number(c.Left, baseline),
        Condition.InRange { Left: Operand.Metric m } c when m.Name == metric => Number(c.Low, baseline).Concat(Number(c.High, baseline)),
        _ => [],
    };

    private static IEnumerable<double> Number(Operand operand, Baseline? baseline) => operand switch
    {
        Operand.Literal { Value: Value.Number n } => [n.Amount],
        Operand.Baseline b when baseline?.Value is Value.Number n => [b.Factor * n.Amount],
        _ => [],
    };
}
