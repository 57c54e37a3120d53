using System.Net;
using System.Net.Sockets;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

public sealed class ScrapeSourceTests : IDisposable
{
    private static readonly SeriesSelector Requests = SeriesSelector.Parse("http_requests_total");
    private static readonly SeriesSelector Errors = SeriesSelector.Parse("http_requests_total{code=~\"5..\"}");
    private readonly ManualTime _time = new();
    private readonly PageServer _server;

    public ScrapeSourceTests() => _server = new(_time);

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_rate_needs_two_pages_and_sums_the_series()
    {
        var source = _server.Scrape(new ScrapeMeasure.Rate(Requests));
        Assert.Contains("a rate needs two", (await Look(source, Page(100, 0))).Reason, StringComparison.Ordinal);
        Assert.Equal(3, (await Look(source, Page(120, 10))).Number);
    }

    [Fact]
    public async Task A_counter_that_was_reset_grew_by_what_it_shows_now()
    {
        var source = _server.Scrape(new ScrapeMeasure.Rate(Requests));
        await Look(source, Page(1_000_000, 0));
        Assert.Equal(2, (await Look(source, Page(20, 0))).Number);
    }

    [Fact]
    public async Task An_odd_page_does_not_make_a_counter_s_life_the_growth_of_a_moment()
    {
        var source = _server.Scrape(new ScrapeMeasure.Ratio(Errors, Requests));
        await Look(source, Page(1_000_000, 20_000));
        await Look(source, "other 1\n");
        await Look(source, Page(1_000_050, 20_000).Replace(" 20000", " NaN", StringComparison.Ordinal));
        Assert.Equal(0.05, (await Look(source, Page(1_000_095, 20_005))).Number!.Value, 3);
    }

    [Fact]
    public async Task A_series_that_is_new_on_a_later_page_began_at_zero()
    {
        var source = _server.Scrape(new ScrapeMeasure.Ratio(Errors, Requests));
        await Look(source, Page(100, null));
        Assert.Equal(0.2, (await Look(source, Page(140, 10))).Number!.Value, 9);
    }

    [Fact]
    public async Task Rates_look_back_over_their_window_and_not_past_a_new_beginning()
    {
        var source = _server.Scrape(new ScrapeMeasure.Rate(Requests));
        foreach (var total in (int[])[0, 100, 200, 300, 300])
            await Look(source, Page(total, 0));
        Assert.Equal(7.5, ((Sample.Measured)await Look(source, Page(300, 0), 0)).Value);

        source.BeginAnew();
        Assert.Equal(0, (await Look(source, Page(300, 0))).Number);
    }

    [Fact]
    public async Task No_failures_yet_is_zero_while_the_service_has_requests()
    {
        var source = _server.Scrape(new ScrapeMeasure.Ratio(Errors, Requests), d => d with { Absence = new(0, "http_requests_total") });
        await Look(source, Page(100, null));
        Assert.Equal(0, (await Look(source, Page(150, null))).Number);
    }

    [Fact]
    public async Task When_the_service_has_lost_all_its_series_the_target_is_failing()
    {
        var source = _server.Scrape(new ScrapeMeasure.Ratio(Errors, Requests), d => d with { Absence = new(0, "http_requests_total") });
        await Look(source, Page(100, 1));
        var sample = Assert.IsType<Sample.Missing>(await Look(source, "up 1\n"));
        Assert.True(sample.TargetFails);
        Assert.Contains("the target is gone", sample.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_that_has_no_meaning_is_unknown_and_names_the_mend()
    {
        var sample = Assert.IsType<Sample.Missing>(await Look(_server.Scrape(new ScrapeMeasure.Value(SeriesSelector.Parse("queue"))), "up 1\n"));
        Assert.False(sample.TargetFails);
        Assert.Contains("absent: 0 while", sample.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fewer_events_than_asked_for_are_sparse()
    {
        var source = _server.Scrape(new ScrapeMeasure.Ratio(Errors, Requests), d => d with { MinCount = 20 });
        await Look(source, Page(100, 0));
        Assert.Contains("2 events, 20 are needed", Assert.IsType<Sample.Sparse>(await Look(source, Page(101, 1))).Because, StringComparison.Ordinal);
        Assert.IsType<Sample.Measured>(await Look(source, Page(141, 1)));
    }

    [Fact]
    public async Task No_request_at_all_is_sparse_and_not_zero()
    {
        var source = _server.Scrape(new ScrapeMeasure.Ratio(Errors, Requests));
        await Look(source, Page(100, 5));
        Assert.IsType<Sample.Sparse>(await Look(source, Page(100, 5)));
    }

    [Fact]
    public async Task A_quantile_is_of_what_was_observed_between_the_pages()
    {
        var source = _server.Scrape(new ScrapeMeasure.Quantile(0.5, SeriesSelector.Parse("d{path=\"/\"}")), d => d with { Factor = 1000 });
        await Look(source, Buckets(1000, 1000));
        Assert.Equal(150, (await Look(source, Buckets(1000, 1010))).Number!.Value, 9);

        static string Buckets(int fast, int all) => $$"""
            # TYPE d histogram
            d_bucket{path="/",le="0.1"} {{fast}}
            d_bucket{path="/",le="0.2"} {{all}}
            d_bucket{path="/",le="+Inf"} {{all}}
            d_bucket{path="/other",le="+Inf"} 7
            d_sum{path="/"} 1
            d_count{path="/"} {{all}}
            """;
    }

    [Fact]
    public async Task Several_gauges_where_one_number_is_meant_are_an_error_and_several_counters_a_sum()
    {
        var gauges = _server.Scrape(new ScrapeMeasure.Value(SeriesSelector.Parse("queue")));
        var sample = Assert.IsType<Sample.Missing>(await Look(gauges, "# TYPE queue gauge\nqueue{n=\"a\"} 1\nqueue{n=\"b\"} 2\n"));
        Assert.Contains("2 series match queue", sample.Because, StringComparison.Ordinal);
        Assert.Equal(103, (await Look(_server.Scrape(new ScrapeMeasure.Value(Requests)), Page(100, 3))).Number);
    }

    [Fact]
    public async Task A_rate_of_a_gauge_is_refused() =>
        Assert.Contains("only a counter has a rate", (await Look(_server.Scrape(new ScrapeMeasure.Rate(SeriesSelector.Parse("queue"))), "# TYPE queue gauge\nqueue 1\n")).Reason, StringComparison.Ordinal);

    [Fact]
    public async Task NaN_is_missing() =>
        Assert.Contains("NaN", Assert.IsType<Sample.Missing>(await Look(_server.Scrape(new ScrapeMeasure.Value(SeriesSelector.Parse("q"))), "q NaN\n")).Because, StringComparison.Ordinal);

    [Fact]
    public async Task A_page_that_nobody_serves_any_more_is_a_failing_target_and_a_name_that_can_not_be_resolved_is_blind()
    {
        var source = _server.Scrape(new ScrapeMeasure.Rate(Requests));
        _server.Breaks = new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused));
        Assert.True(Assert.IsType<Sample.Missing>(await Look(source, "")).TargetFails);
        _server.Breaks = new HttpRequestException("no such host", new SocketException((int)SocketError.HostNotFound));
        Assert.False(Assert.IsType<Sample.Missing>(await Look(source, "")).TargetFails);
    }

    [Fact]
    public async Task An_error_page_is_no_page_of_metrics()
    {
        var source = _server.Scrape(new ScrapeMeasure.Rate(Requests));
        _server.Status = HttpStatusCode.Forbidden;
        Assert.Contains("403", Assert.IsType<Sample.Missing>(await Look(source, "no")).Because, StringComparison.Ordinal);
        _server.Status = HttpStatusCode.OK;
        Assert.Contains("no page of metrics: line 1", Assert.IsType<Sample.Missing>(await Look(source, "<!doctype html>")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_without_a_value_and_a_text_that_is_no_address_are_told_when_the_source_is_made()
    {
        var definition = new MetricDefinition("m", Holdpoint.Expressions.Dimension.Count, 1, new MetricSourceDefinition.Http("api/health"));
        Assert.Contains("write http://", Assert.Throws<FormatException>(() => MetricSources.Create(definition, _server.Context)).Message, StringComparison.Ordinal);
        Assert.Throws<Holdpoint.Expressions.UndefinedVariable>(() => MetricSources.Create(definition with { Source = new MetricSourceDefinition.Http("${nowhere}/health") }, _server.Context));
    }

    private async Task<Sample> Look(MetricSource source, string page, int seconds = 10)
    {
        _server.Page = page;
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return await source.SampleAsync(_time.Now, TestContext.Current.CancellationToken);
    }

    private static string Page(int good, int? failed) =>
        $"# TYPE http_requests_total counter\nhttp_requests_total{{code=\"200\"}} {good}\n{(failed is null ? "" : $"http_requests_total{{code=\"500\"}} {failed}\n")}";
}
