using System.Net.Sockets;

namespace Holdpoint.Metrics;

/// <summary>Reads a page of metrics, and says from it and the pages before it what a Prometheus would.</summary>
public sealed class ScrapeSource : MetricSource
{
    private readonly MetricSourceDefinition.Scrape _source;
    private readonly HttpClient _http;
    private readonly ScrapePages _pages;
    private readonly Uri _url;
    private readonly SeriesSelector? _while;
    private readonly ScrapeWindow _window;
    private readonly Lock _turn = new();

    /// <exception cref="FormatException">The address, or the series of <c>absent</c>, can't be read.</exception>
    public ScrapeSource(MetricDefinition definition, MetricSourceDefinition.Scrape source, MetricContext context) : base(definition, context.Time)
    {
        _source = source;
        _http = context.Http;
        _pages = context.Pages;
        _url = MetricSources.Address(definition.Name, source.Url, context);
        _while = definition.Absence?.While is { } series ? SeriesSelector.Parse(series) : null;
        _window = new ScrapeWindow(source.Over);
    }

    protected override string Instrument => _url.ToString();

    protected override bool SilenceIsFailure => true;

    public override void BeginAnew()
    {
        lock (_turn)
            _window.BeginAnew();
    }

    protected override async Task<MetricReading> ReadAsync(CancellationToken cancel)
    {
        try
        {
            var answer = await _pages.ReadAsync(_http, _url, Time, cancel);
            return answer.Page is { } page ? Read(page, answer.Timestamp) : new MetricReading.NoAnswer(answer.Because, TargetFails: answer.Status >= 500);
        }
        catch (HttpRequestException e)
        {
            return new MetricReading.NoAnswer($"{_url}: {e.InnerException?.Message ?? e.Message}", TargetFails: Refuses(e));
        }
    }

    /// <summary>The page of the target is served by the target: that nobody listens there, or hangs up, is the target's failure. A name that can't be resolved is not.</summary>
    internal static bool Refuses(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.ResponseEnded || e.InnerException is IOException || e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.ConnectionReset };

    /// <param name="timestamp">The clock's, when it was read.</param>
    private MetricReading Read(ScrapePage page, long timestamp)
    {
        var whileExists = _while is not null && page.Has(_while);
        lock (_turn)
        {
            _window.Add(Counted.SelectMany(page.Named), Time, timestamp);
            return Measured(page, whileExists);
        }
    }

    /// <summary>The series whose growth is looked at.</summary>
    private IEnumerable<string> Counted => _source.Measure switch
    {
        ScrapeMeasure.Value => [],
        ScrapeMeasure.Rate m => [m.Of.Name],
        ScrapeMeasure.Ratio m => m.Of.Name == m.To.Name ? [m.Of.Name] : [m.Of.Name, m.To.Name],
        ScrapeMeasure.Quantile m => [m.Of.Name + "_bucket"],
        _ => throw new InvalidOperationException($"no such measure: {_source.Measure.GetType().Name}"),
    };

    private MetricReading Measured(ScrapePage page, bool whileExists) =>
        _source.Measure switch
        {
            ScrapeMeasure.Value m => ValueOf(page, m.Of, whileExists),
            ScrapeMeasure.Rate m => RateOf(page, m.Of, whileExists),
            ScrapeMeasure.Ratio m => RatioOf(page, m.Of, m.To, whileExists),
            ScrapeMeasure.Quantile m => QuantileOf(page, m.Of, m.Rank, whileExists),
            _ => throw new InvalidOperationException($"no such measure: {_source.Measure.GetType().Name}"),
        };

    private static MetricReading ValueOf(ScrapePage page, SeriesSelector of, bool whileExists)
    {
        var found = page.Matching(of).ToArray();
        if (found.Length == 0)
            return new MetricReading.Absent(of.ToString(), whileExists);
        if (found.Length == 1 || page.KindOf(of.Name) == FamilyKind.Counter)
            return new MetricReading.Number(found.Sum(s => s.Value));
        return new MetricReading.NoAnswer($"{found.Length} series match {of} where one number is meant ({found[0].Key}, {found[1].Key}{(found.Length > 2 ? ", …" : "")}); choose one by its labels");
    }

    private MetricReading RateOf(ScrapePage page, SeriesSelector of, bool whileExists)
    {
        if (!page.Matching(of).Any())
            return new MetricReading.Absent(of.ToString(), whileExists);
        if (NoCounter(page, of) is { } wrong)
            return wrong;
        return _window.Elapsed is { } elapsed
            ? new MetricReading.Number(_window.Increase(of.Matches) / elapsed.TotalSeconds)
            : FirstPage;
    }

    private MetricReading RatioOf(ScrapePage page, SeriesSelector of, SeriesSelector to, bool whileExists)
    {
        if (!page.Matching(to).Any())
            return new MetricReading.Absent(to.ToString(), whileExists);
        if (!page.Matching(of).Any())
            return new MetricReading.Absent(of.ToString(), whileExists, _window.Elapsed is null ? null : _window.Increase(to.Matches));
        if ((NoCounter(page, of) ?? NoCounter(page, to)) is { } wrong)
            return wrong;
        if (_window.Elapsed is null)
            return FirstPage;
        var all = _window.Increase(to.Matches);
        return new MetricReading.Number(all > 0 ? _window.Increase(of.Matches) / all : 0, Events: all);
    }

    private MetricReading QuantileOf(ScrapePage page, SeriesSelector of, double rank, bool whileExists)
    {
        var buckets = of.Named(of.Name + "_bucket");
        if (!page.Matching(buckets).Any())
            return page.Named(of.Name).Count > 0
                ? new MetricReading.NoAnswer($"{of.Name} is no histogram ({page.KindOf(of.Name)}): it has no {of.Name}_bucket")
                : new MetricReading.Absent(buckets.ToString(), whileExists);
        if (_window.Elapsed is null)
            return FirstPage;
        var bounds = _window.Increases(buckets.Matches)
            .Select(s => (Bound: ScrapePage.ReadNumber(s.Series.Label("le")), s.Increase))
            .Where(b => b.Bound is not null)
            .GroupBy(b => b.Bound!.Value, b => b.Increase)
            .Select(g => new Histogram.Bucket(g.Key, g.Sum()))
            .OrderBy(b => b.UpperBound)
            .ToArray();
        return new MetricReading.Number(Histogram.Quantile(rank, bounds), Events: bounds.Length > 0 ? bounds[^1].Cumulative : 0);
    }

    private static MetricReading.NoAnswer? NoCounter(ScrapePage page, SeriesSelector of) =>
        page.KindOf(of.Name) is FamilyKind.Gauge or FamilyKind.Summary or FamilyKind.Histogram
            ? new($"{of.Name} is a {page.KindOf(of.Name).ToString().ToLowerInvariant()}: only a counter has a rate")
            : null;

    private static MetricReading.NotYet FirstPage => new("the first page was read; a rate needs two");
}
