using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>A number over time as the configuration names it: a source, a unit, and what silence means.</summary>
/// <param name="Dimension">What it may be compared with.</param>
/// <param name="Factor">What the source's number is multiplied by to be in the dimension's base unit: 0.001 for milliseconds, 0.01 for percent.</param>
public sealed record MetricDefinition(string Name, Dimension Dimension, double Factor, MetricSourceDefinition Source)
{
    /// <summary>What it means that the series isn't there; null: it is unknown.</summary>
    public Absence? Absence { get; init; }

    /// <summary>Fewer events than this behind a sample make it sparse: nobody can judge 1 failure of 2 requests. 0: not looked at.</summary>
    public double MinCount { get; init; }

    /// <summary>The least value, in the base unit, that a baseline counts as, so that "3x baseline" has a meaning where the baseline is 0.</summary>
    public double? Floor { get; init; }

    public Better Better { get; init; } = Better.Lower;

    /// <summary>The share that has to be good, 0…1: the metric is the share that is not, and burns the rest as its error budget. Null: it has none.</summary>
    public double? Objective { get; init; }

    /// <summary>How often it is sampled; null: as often as the rules that use it need it.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>One sample's limit. 10 seconds by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary><c>absent: 0 while METRIC exists</c>: a service that has not failed yet has no series of failures, and still serves others.</summary>
/// <param name="Value">In the base unit.</param>
/// <param name="While">What must be there for the value to count, in the source's language: a selector, a query. Where it is gone too, the target is. Null: it counts whenever the source answers.</param>
public sealed record Absence(double Value, string? While);

/// <summary>Where a metric's numbers come from. Texts may hold <c>${variables}</c>, which are put in when the source is made.</summary>
public abstract record MetricSourceDefinition
{
    /// <param name="Server">A server of the configuration, by name.</param>
    public sealed record Prometheus(string Server, string Query) : MetricSourceDefinition
    {
        /// <summary>What its series may be old by; older ones are only shown on. 2 minutes by default: the longest usual interval of scrapes is one.</summary>
        public static TimeSpan DefaultFresh { get; } = TimeSpan.FromMinutes(2);

        /// <summary>A query for the number of events behind the sample, which <see cref="MetricDefinition.MinCount"/> is held against; null: counted below the line of a ratio of rates, else only 0/0 is seen to be sparse.</summary>
        public string? Count { get; init; }

        public TimeSpan Fresh { get; init; } = DefaultFresh;

        /// <summary>Whether an answer counts that warns of being incomplete.</summary>
        public bool TakesParts { get; init; }
    }

    /// <summary>A statement that brings one number, and where it likes the number of events behind it.</summary>
    /// <param name="Server">A PostgreSQL server of the configuration, by name.</param>
    public sealed record Sql(string Server, string Query) : MetricSourceDefinition;

    /// <summary>A page of metrics read directly, so that no Prometheus is needed.</summary>
    public sealed record Scrape(string Url, ScrapeMeasure Measure) : MetricSourceDefinition
    {
        /// <summary>How far back rates, ratios and quantiles look: the page of now against the one of then. 1 minute by default, as the usual <c>[1m]</c> in PromQL.</summary>
        public TimeSpan Over { get; init; } = TimeSpan.FromMinutes(1);
    }

    /// <summary>GET requests, timed to the last byte: seconds.</summary>
    public sealed record Http(string Url) : MetricSourceDefinition;

    /// <summary>A line for <c>bash</c> that prints one number, with a unit if it likes.</summary>
    public sealed record Command(string Line) : MetricSourceDefinition;

    private MetricSourceDefinition() { }
}

/// <summary>What is taken from a page of metrics.</summary>
public abstract record ScrapeMeasure
{
    /// <summary>A gauge as it stands; counters are summed.</summary>
    public sealed record Value(SeriesSelector Of) : ScrapeMeasure;

    /// <summary>Increase of a counter per second.</summary>
    public sealed record Rate(SeriesSelector Of) : ScrapeMeasure;

    /// <summary>Increase of one counter as a share of another's.</summary>
    public sealed record Ratio(SeriesSelector Of, SeriesSelector To) : ScrapeMeasure;

    /// <summary>A quantile of a histogram's observations.</summary>
    /// <param name="Rank">0…1.</param>
    /// <param name="Of">The histogram, without <c>_bucket</c>.</param>
    public sealed record Quantile(double Rank, SeriesSelector Of) : ScrapeMeasure;

    private ScrapeMeasure() { }
}
