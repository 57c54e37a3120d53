using Holdpoint.Metrics;

namespace Holdpoint.Watching;

/// <summary>A baseline from the history of metrics' stores.</summary>
/// <param name="Refused">By metric, why it has none: no history, too few samples, a rule that would have fired.</param>
public sealed record PastBaseline(IReadOnlyDictionary<string, Baseline> Taken, IReadOnlyDictionary<string, string> Refused)
{
    /// <param name="metrics">Those that are wanted.</param>
    /// <param name="rules">Those by which a time is found to be no measure of what is usual.</param>
    public static async Task<PastBaseline> TakeAsync(
        IReadOnlyDictionary<string, MetricSource> sources, IReadOnlyCollection<string> metrics, IReadOnlyList<RuleDefinition> rules, Func<string, string?> variable,
        DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancel)
    {
        var looked = metrics.Concat(rules.SelectMany(r => r.Metrics)).Distinct(StringComparer.Ordinal).Where(sources.ContainsKey);
        var histories = await Task.WhenAll(looked.Select(async m => (Metric: m, Samples: await sources[m].HistoryAsync(from, to, step, cancel))));
        var samples = histories.Where(h => h.Samples is not null).ToDictionary(h => h.Metric, h => h.Samples!, StringComparer.Ordinal);
        var breaches = PastBreach.In(rules, samples, variable);
        var taken = new Dictionary<string, Baseline>();
        var refused = new Dictionary<string, string>();
        foreach (var metric in metrics.Order(StringComparer.Ordinal))
            if (!sources.TryGetValue(metric, out var source))
                refused[metric] = "there is no such metric";
            else if (!samples.TryGetValue(metric, out var history))
                refused[metric] = "its source keeps no history, so what it was then is not known";
            else if (breaches.TryGetValue(metric, out var breach))
                refused[metric] = $"a rule would have fired then ({breach}), so that what it shows is no measure of what is usual";
            else
                switch (Baseline.Take(metric, source.Definition.Dimension, history, source.Definition.Floor))
                {
                    case BaselineTaking.Taken t:
                        taken[metric] = t.Baseline;
                        break;
                    case BaselineTaking.Refused r:
                        refused[metric] = r.Because;
                        break;
                }

        return new(taken, refused);
    }
}
