using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>What a metric's numbers count, and how they become the base unit of their dimension.</summary>
/// <param name="Factor">Times this a raw number is seconds, bytes, 1 for 100 %, or a plain number.</param>
public sealed record MetricUnit(string Name, Dimension Dimension, double Factor)
{
    public static MetricUnit Seconds { get; } = new("seconds", Dimension.Duration, 1);

    public static MetricUnit Ratio { get; } = new("ratio", Dimension.Ratio, 1);

    public static IReadOnlyList<MetricUnit> All { get; } =
    [
        Seconds,
        new("milliseconds", Dimension.Duration, 1e-3),
        new("microseconds", Dimension.Duration, 1e-6),
        new("bytes", Dimension.Bytes, 1),
        Ratio,
        new("percent", Dimension.Ratio, 0.01),
        new("count", Dimension.Count, 1),
        new("per_second", Dimension.Count, 1),
    ];

    public static MetricUnit? Find(string name) => All.FirstOrDefault(u => u.Name == name);
}
