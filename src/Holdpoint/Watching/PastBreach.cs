using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Watching;

/// <summary>Whether a rule would have fired on samples of the past: what shows a breach is no measure of what is usual.</summary>
public static class PastBreach
{
    /// <param name="samples">By metric, each in the order of time.</param>
    /// <param name="variable">The value of <c>${name}</c>.</param>
    /// <param name="orAtEnd">Whether one counts that goes on at the end and has not fired yet, as at the door of <c>deploy</c>.</param>
    /// <returns>The breaches, by metric: the rule with its values, and when it fired.</returns>
    public static IReadOnlyDictionary<string, string> In(IEnumerable<RuleDefinition> rules, IReadOnlyDictionary<string, IReadOnlyList<Sample>> samples, Func<string, string?> variable, bool orAtEnd = false)
    {
        rules = [.. rules];
        var named = rules.SelectMany(r => r.Rule.When?.Operands ?? []).OfType<Operand.Metric>().DistinctBy(m => m.Name).ToDictionary(m => m.Name, m => m.Dimension, StringComparer.Ordinal);
        var series = samples.Where(s => named.ContainsKey(s.Key)).ToDictionary(s => s.Key, s => SeriesOf(s.Key, named[s.Key], s.Value), StringComparer.Ordinal);
        var breaches = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var rule in rules.Where(r => r.Rule.When is { } when && r.Metrics.Count > 0 && r.Metrics.All(series.ContainsKey) && !when.Operands.Any(o => o is Operand.Baseline)))
            if (Found(rule, series, variable, orAtEnd) is var (shown, at))
                foreach (var metric in rule.Metrics)
                    breaches.TryAdd(metric, $"{shown} at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        return breaches;
    }

    private static (string Shown, DateTimeOffset At)? Found(RuleDefinition rule, Dictionary<string, Series> series, Func<string, string?> variable, bool orAtEnd)
    {
        var lens = new RuleLens(series) { Variable = variable };
        var state = RuleState.Start;
        foreach (var at in rule.Metrics.SelectMany(m => series[m].Samples).Select(s => s.At).Distinct().Order())
        {
            (state, _) = RuleJudge.Step(rule.Id, state, lens.ReadingOf(rule, at), at, rule.Timing);
            if (state is RuleState.Fired fired)
                return (fired.Shown, fired.At);
        }

        return orAtEnd && state is RuleState.Breaching { Seen: { } end } breaching ? (breaching.Shown, end) : null;
    }

    private static Series SeriesOf(string metric, Dimension dimension, IReadOnlyList<Sample> samples)
    {
        var series = new Series(metric, dimension, Math.Max(Series.DefaultCapacity, samples.Count));
        foreach (var sample in samples)
            series.Add(sample);
        return series;
    }
}
