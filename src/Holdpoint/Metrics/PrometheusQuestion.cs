using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>
/// A metric's query together with what has to be known beside its value, all of it evaluated at one moment by one request: when the series it is
/// computed from were measured last, whether what shows that the service lives is there, whether the store measures anything at all, and how many events there were.
/// Each but the value carries a label that says which it is.
/// </summary>
internal sealed class PrometheusQuestion(MetricDefinition definition, MetricSourceDefinition.Prometheus source, string query, string? count)
{
    private const string Label = "holdpoint";
    private const string While = "while";
    private const string Alive = "alive";
    private const string Count = "count";

    /// <summary>A target that was measured as often since the store's own last silence: by then every other one was measured as well.</summary>
    private const double LeastMeasured = 2;

    private readonly IReadOnlyList<string> _selectors = PromQl.Selectors(query);

    /// <summary>How many events stand behind the value; null: nobody asks.</summary>
    public string? CountQuery => count;

    /// <param name="isScalar">Whether the query is a scalar, which can't stand beside series.</param>
    public string Text(bool isScalar)
    {
        // On lines of its own: the query may end in a comment, and its mistakes are told by line and column.
        var text = new StringBuilder(isScalar ? "vector(" : "(").Append('\n').Append(query).Append("\n)");
        void Also(string part, string expression) => text.Append(CultureInfo.InvariantCulture, $" or label_replace({expression}, \"{Label}\", \"{part}\", \"\", \"\")");
        for (var i = 0; i < _selectors.Count; i++)
            Also(i.ToString(CultureInfo.InvariantCulture), $"max(timestamp({_selectors[i]}))");
        if (definition.Absence?.While is { } series)
        {
            Also(While, $"max(timestamp({series}))");
            Also(Alive, $"max(count_over_time(up[{Math.Ceiling(source.Fresh.TotalSeconds):0}s]))");
        }

        if (count is not null)
            Also(Count, $"(\n{count}\n)");
        return text.ToString();
    }

    /// <summary>The one moment of an instant query.</summary>
    /// <param name="at">The moment of the evaluation where no series tells it, in seconds since 1970.</param>
    public Moment MomentOf(JsonElement result, double at)
    {
        var moment = new Moment { At = at };
        foreach (var series in result.EnumerateArray())
            if (series.TryGetProperty("value", out var pair))
                Put(moment, PartOf(series), pair);
            else
                moment.Histograms++;
        return moment;
    }

    /// <summary>The moments of a range query: one for each step, also where there is no series.</summary>
    /// <param name="first">The first step, in seconds since 1970.</param>
    public Moment[] MomentsOf(JsonElement result, double first, double step, int count)
    {
        var moments = new Moment[count];
        for (var i = 0; i < count; i++)
            moments[i] = new() { At = first + i * step };
        foreach (var series in result.EnumerateArray())
        {
            var part = PartOf(series);
            if (series.TryGetProperty("values", out var values))
                foreach (var pair in values.EnumerateArray())
                    if ((int)Math.Round((pair[0].GetDouble() - first) / step) is var index and >= 0 && index < count)
                        Put(moments[index], part, pair);
            if (series.TryGetProperty("histograms", out var histograms))
                foreach (var pair in histograms.EnumerateArray())
                    if ((int)Math.Round((pair[0].GetDouble() - first) / step) is var index and >= 0 && index < count)
                        moments[index].Histograms++;
        }

        return moments;
    }

    public MetricReading Read(Moment moment, string server)
    {
        if (moment.Histograms > 0)
            return new MetricReading.NoAnswer("the query answers with a histogram where one number is meant; put histogram_quantile(0.95, …) around it");
        if (moment.Values > 1)
            return Several("the query", moment.Values);
        if (moment.Counts > 1)
            return Several("count", moment.Counts);
        double? events = count is null ? null : moment.Counts == 0 || double.IsNaN(moment.Count) ? 0 : moment.Count;
        var old = Oldest(moment);
        if (moment.Values == 1 && old is null && !IsLeftOver(moment))
            return moment.Value is { } value ? new MetricReading.Number(value, events) : new MetricReading.NoAnswer($"{server} answers with what is no number");
        return definition.Absence switch
        {
            null when old is var (selector, age) => new MetricReading.NoAnswer($"{selector} was measured last {Units.Duration(age)} ago, and {server} only goes on to show it; is it still scraped? (fresh: {Units.Duration(source.Fresh)})"),
            null => new MetricReading.Absent(query, WhileExists: false),
            { While: null } => new MetricReading.Absent(query, WhileExists: true, events),
            _ when IsFresh(moment.WhileMeasured, moment.At) => new MetricReading.Absent(query, WhileExists: true, events),
            _ when moment.Alive >= LeastMeasured => new MetricReading.Absent(query, WhileExists: false),
            { While: var series } => new MetricReading.NoAnswer($"{server} has neither {series} nor any other target (up) that it measured twice in {Units.Duration(source.Fresh)}: it does not scrape, or has just begun to"),
        };
    }

    /// <summary>A series that the value is computed from, and that nobody has measured for too long. The newest of a selector's series counts: where one of several instances has gone, the others speak.</summary>
    private (string Selector, TimeSpan Age)? Oldest(Moment moment)
    {
        foreach (var (selector, measured) in moment.Measured)
            if (!IsFresh(measured, moment.At))
                return (_selectors[selector], TimeSpan.FromSeconds(Math.Round(moment.At - measured)));
        return null;
    }

    /// <summary>
    /// None of its series is there any more, and still it has a value: what a window, as <c>[5m]</c>, has kept of a service that is gone.
    /// A query that says itself what nothing means is left alone.
    /// </summary>
    private bool IsLeftOver(Moment moment) => _selectors.Count > 0 && moment.Measured.Count == 0 && query.Contains('[', StringComparison.Ordinal)
        && !query.Contains("vector(", StringComparison.Ordinal) && !query.Contains("absent", StringComparison.Ordinal);

    private bool IsFresh(double? measured, double at) => measured >= at - source.Fresh.TotalSeconds;

    private static MetricReading.NoAnswer Several(string what, int count) => new($"{what} answers with {count} series where one number is meant; put sum(…) or max(…) around it");

    private static string? PartOf(JsonElement series) =>
        series.TryGetProperty("metric", out var metric) && metric.TryGetProperty(Label, out var part) ? part.GetString() : null;

    private static void Put(Moment moment, string? part, JsonElement pair)
    {
        moment.At = pair[0].GetDouble();
        var number = ScrapePage.ReadNumber(pair[1].GetString());
        switch (part)
        {
            case null:
                moment.Values++;
                moment.Value = number;
                break;
            case While:
                moment.WhileMeasured = number;
                break;
            case Alive:
                moment.Alive = number;
                break;
            case Count:
                moment.Counts++;
                moment.Count = number ?? double.NaN;
                break;
            case var index when int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var selector) && number is { } measured:
                moment.Measured.Add((selector, measured));
                break;
        }
    }

    /// <summary>What the store said of one moment.</summary>
    internal sealed class Moment
    {
        /// <summary>By the store's clock, in seconds since 1970.</summary>
        public double At { get; set; }

        public int Values { get; set; }

        public double? Value { get; set; }

        public int Histograms { get; set; }

        public int Counts { get; set; }

        public double Count { get; set; }

        public double? WhileMeasured { get; set; }

        public double? Alive { get; set; }

        /// <summary>Selectors, by their place in the query, and when the newest of their series was measured.</summary>
        public List<(int Selector, double At)> Measured { get; } = new(1);
    }
}
