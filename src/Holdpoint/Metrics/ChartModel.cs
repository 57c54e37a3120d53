using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>What is drawn of one metric.</summary>
/// <param name="Title">The metric's name.</param>
public sealed record ChartModel(string Title, Dimension Dimension, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<Sample> Samples)
{
    /// <summary>A sentence for a person under the title; null: newest, median and greatest value.</summary>
    public string? Subtitle { get; init; }

    public IReadOnlyList<ChartLimit> Limits { get; init; } = [];

    public Baseline? Baseline { get; init; }

    public IReadOnlyList<ChartMarker> Markers { get; init; } = [];

    public IReadOnlyList<ChartRange> Breaches { get; init; } = [];

    /// <summary>Samples further apart than this are not joined; null: 3.5 times their usual distance.</summary>
    public TimeSpan? LongestStep { get; init; }
}

/// <param name="Value">In the base unit.</param>
/// <param name="Label">The rule, as it stands in the file.</param>
public sealed record ChartLimit(double Value, string Label);

public enum MarkerKind
{
    Deploy,
    Rollback,
    Note,
}

public sealed record ChartMarker(DateTimeOffset At, string Label, MarkerKind Kind);

/// <param name="To">Null: to the end of the chart.</param>
public sealed record ChartRange(DateTimeOffset From, DateTimeOffset? To, string Label);
