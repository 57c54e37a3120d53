using Holdpoint.Metrics;
using Holdpoint.Runs;
using Holdpoint.Watching;

namespace Holdpoint.Cli.Baselines;

/// <summary>How metrics stand at one origin, for showing and comparing.</summary>
/// <param name="Name">What a person called it: <c>before</c>, a run, a stored baseline, a file.</param>
/// <param name="Found">What that was found to be; null where the name says it all.</param>
/// <param name="Refused">By metric, why it has none.</param>
internal sealed record Levels(string Name, string? Found, IReadOnlyDictionary<string, StoredLevel> Metrics, IReadOnlyDictionary<string, string> Refused)
{
    /// <summary>As the configuration says now, or said then.</summary>
    public IReadOnlyDictionary<string, MetricDefinition> Definitions { get; init; } = new Dictionary<string, MetricDefinition>();

    public string WhyNot(string metric) => Refused.GetValueOrDefault(metric) ?? $"{Name} does not have it";

    /// <param name="compared">Those that are named where there is nothing at all.</param>
    public static Levels Of(string name, ArchivedBaseline archived, IEnumerable<string> compared, IReadOnlyDictionary<string, MetricDefinition> definitions) => new(
        name, archived.Found, Leveled(archived.Metrics, definitions),
        compared.Where(m => !archived.Metrics.ContainsKey(m)).Concat(archived.Refused.Keys).Distinct(StringComparer.Ordinal).ToDictionary(m => m, archived.WhyNot, StringComparer.Ordinal)) { Definitions = definitions };

    public static Levels Of(string name, string? found, PastBaseline past, IReadOnlyDictionary<string, MetricDefinition> definitions) => new(
        name, found, past.Taken.ToDictionary(t => t.Key, t => new StoredLevel(t.Value.Median, t.Value.Spread, t.Value.Count, t.Value.Dimension)), past.Refused) { Definitions = definitions };

    /// <summary>Facts of checks, which a run keeps beside its metrics, are numbers without a dimension.</summary>
    public static IReadOnlyDictionary<string, StoredLevel> Leveled(IReadOnlyDictionary<string, BaselineRecord> records, IReadOnlyDictionary<string, MetricDefinition> definitions) =>
        records.ToDictionary(m => m.Key, m => new StoredLevel(m.Value.Median, m.Value.Spread, m.Value.Count, definitions.GetValueOrDefault(m.Key)?.Dimension ?? Expressions.Dimension.Any), StringComparer.Ordinal);

    /// <summary>Row by row, each metric that either of the two has.</summary>
    public static IReadOnlyList<BaselineComparison> Compare(Levels before, Levels after, Levels? staging, double? limit) =>
    [
        .. before.Metrics.Keys.Concat(after.Metrics.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name =>
        {
            var definition = after.Definitions.GetValueOrDefault(name) ?? before.Definitions.GetValueOrDefault(name);
            var (was, now) = (before.Metrics.GetValueOrDefault(name), after.Metrics.GetValueOrDefault(name));
            var sameKind = was is null || now is null || was.Dimension == now.Dimension;
            return new BaselineComparison(name, (now ?? was)!.Dimension)
            {
                Staging = staging?.Metrics.GetValueOrDefault(name)?.Median,
                Before = sameKind ? was?.Median : null,
                After = now?.Median,
                WhyNoBefore = sameKind ? before.WhyNot(name) : $"{before.Name} has it as {was!.Dimension.ToString().ToLowerInvariant()}, {after.Name} as {now!.Dimension.ToString().ToLowerInvariant()}",
                WhyNoAfter = after.WhyNot(name),
                HigherIsBetter = definition is { Better: Better.Higher },
                Limit = limit ?? definition?.WorseLimit ?? BaselineComparison.UsualLimit,
                Floor = definition?.Floor,
            };
        }),
    ];
}
