using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>A number over time that conditions and rules may name.</summary>
/// <param name="MinCount">Fewer events in the window are sparse, not quiet; null: not asked.</param>
/// <param name="Floor">In the unit's base: a baseline below it counts as this, so that "2x baseline" means something at 0; null where there is none.</param>
public sealed record MetricDefinition(string Name, MetricUnit Unit, MetricSource Source, Absence? Absent, int? MinCount, double? Floor, Position At);

/// <summary>What a metric's numbers count, and how they become the base unit of their dimension.</summary>
/// <param name="Factor">Times this a raw number is seconds, bytes, 1 for 100 %, or a plain number.</param>
public sealed record MetricUnit(string Name, Dimension Dimension, double Factor)
{
    public static IReadOnlyList<MetricUnit> All { get; } =
    [
        new("seconds", Dimension.Duration, 1),
        new("milliseconds", Dimension.Duration, 1e-3),
        new("microseconds", Dimension.Duration, 1e-6),
        new("bytes", Dimension.Bytes, 1),
        new("ratio", Dimension.Ratio, 1),
        new("percent", Dimension.Ratio, 0.01),
        new("count", Dimension.Count, 1),
        new("per_second", Dimension.Count, 1),
    ];

    public static MetricUnit Seconds => All[0];

    public static MetricUnit Ratio => All[4];

    public static MetricUnit? Find(string name) => All.FirstOrDefault(u => u.Name == name);
}

/// <summary>Where a metric's numbers come from.</summary>
public abstract record MetricSource
{
    /// <summary>A page in the OpenMetrics or Prometheus text format, read directly.</summary>
    public sealed record Scrape(PlacedText Url, ScrapeReading Reading) : MetricSource;

    /// <summary>The time of a GET request until its answer is whole.</summary>
    /// <param name="Every">How often it is asked; null: as often as the rules need it.</param>
    public sealed record Http(PlacedText Get, TimeSpan? Every) : MetricSource;

    /// <summary>A command, run as scripts are, that prints one number.</summary>
    public sealed record Command(PlacedText Script) : MetricSource;

    private MetricSource() { }
}

/// <summary>How a number is made from the series of a page.</summary>
public abstract record ScrapeReading
{
    /// <summary>The series' value as it stands.</summary>
    public sealed record Gauge(SeriesSelector Of) : ScrapeReading;

    /// <summary>Growth of a counter per second between scrapes.</summary>
    public sealed record Rate(SeriesSelector Of) : ScrapeReading;

    /// <summary>A quantile of what a histogram (<c>_bucket</c> series) saw between scrapes.</summary>
    /// <param name="Q">Between 0 and 1.</param>
    public sealed record Quantile(double Q, SeriesSelector Of) : ScrapeReading;

    /// <summary>Growth of some counters over the growth of others, between scrapes.</summary>
    public sealed record Ratio(SeriesSelector Part, SeriesSelector Of) : ScrapeReading;

    private ScrapeReading() { }
}

/// <summary>What it means that the source answers and the series is not there.</summary>
/// <param name="Value">In the base unit.</param>
/// <param name="While">A series that must be there for it; null: always.</param>
public sealed record Absence(double Value, string? While)
{
    internal static ScalarKind Kind { get; } = new(text => Read(text) is null
        ? new("what absence means is a number, and the series that must be there for it", "write 0, or 0 while http_requests_total")
        : null)
    { JsonTypes = ["string", "number"] };

    /// <summary><c>0</c>, <c>0 while SERIES</c>, <c>0 while SERIES exists</c>; the number as written, its dimension still to be checked.</summary>
    internal static (Value.Number Value, string? While)? Read(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || Units.ParseNumber(words[0]) is not { } number || !double.IsFinite(number.Amount))
            return null;
        return words[1..] switch
        {
            [] => (number, null),
            ["while", var series, .. var rest] when rest is [] or ["exists"] && SeriesSelector.IsName(series) => (number, series),
            _ => null,
        };
    }
}
