using System.Collections.Concurrent;
using Holdpoint.Watching;

namespace Holdpoint.Backtesting;

/// <summary>
/// Which metrics a rule breached in a stretch of the past, so that what they show then is no measure of what is usual. All rules are asked, each stretch once.
/// </summary>
internal sealed class PastBreaches(IReadOnlyList<RuleDefinition> rules, IReadOnlyDictionary<string, MetricPast> pasts, Func<string, string?> variable)
{
    private readonly ConcurrentDictionary<(DateTimeOffset From, DateTimeOffset To), IReadOnlyDictionary<string, string>> _known = [];

    /// <returns>The rule with its values and when; null where the metric breached none.</returns>
    public string? Of(string metric, DateTimeOffset from, DateTimeOffset to) =>
        _known.GetOrAdd((from, to), _ => PastBreach.In(rules, pasts.ToDictionary(p => p.Key, p => (IReadOnlyList<Metrics.Sample>)[.. p.Value.Between(from, to)], StringComparer.Ordinal), variable, orAtEnd: true))
            .GetValueOrDefault(metric);
}
