using Holdpoint.Metrics;

namespace Holdpoint.Watching;

/// <summary>How often what a watch looks at is sampled, and how far back its rules look. Pure.</summary>
internal sealed class SamplingPlan(RuleWatchSetup setup)
{
    public TimeSpan PeriodOf(string metric) => PeriodOf(setup.Sources[metric].Definition);

    public TimeSpan PeriodOf(MetricDefinition metric)
    {
        // What no rule names is looked at as often as the keenest rule is: checks and baselines want it fresh.
        var named = RulesOf(metric.Name).ToList();
        return metric.Every ?? RuleTiming.PeriodOf(named.Count > 0 ? named : setup.Rules);
    }

    /// <summary>How often a rule is really looked at: as often as the slowest of its metrics is sampled.</summary>
    public TimeSpan PeriodOf(RuleDefinition rule) => rule.Metrics.Where(setup.Sources.ContainsKey).Select(PeriodOf).Append(rule.Timing.Period).Max();

    /// <summary>How far back the rules of a metric look.</summary>
    public TimeSpan LooksBack(string metric) => RulesOf(metric).SelectMany(r => r.Rule.Over.Append(r.Timing.Window)).Append(TimeSpan.Zero).Max();

    /// <summary>As many samples as its rules look back over, and a tenth more, since a tenth is cut at a time.</summary>
    public int CapacityFor(MetricDefinition metric)
    {
        if (setup.Keeps is not { } keeps)
            return Series.DefaultCapacity;
        var longest = LooksBack(metric.Name) is var back && back > keeps ? back : keeps;
        return (int)Math.Min(Series.DefaultCapacity, 8 + (1.1 * (longest / PeriodOf(metric))));
    }

    private IEnumerable<RuleDefinition> RulesOf(string metric) => setup.Rules.Where(r => r.Metrics.Contains(metric));
}
