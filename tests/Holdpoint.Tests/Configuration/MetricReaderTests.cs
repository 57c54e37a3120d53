using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Configuration;

public sealed class MetricReaderTests
{
    private static MetricDefinition Metric(string text) => Yaml.Read($"metrics:\n  m: {text}\n").Metrics["m"];

    [Fact]
    public void A_quantile_of_a_page_is_read()
    {
        var metric = Metric("{ unit: milliseconds, scrape: { url: \"${api}/metrics\", quantile: 0.95, of: http_request_duration_seconds } }");
        Assert.Equal((Dimension.Duration, 0.001), (metric.Dimension, metric.Factor));
        var source = Assert.IsType<MetricSourceDefinition.Scrape>(metric.Source);
        Assert.Equal("${api}/metrics", source.Url);
        var measure = Assert.IsType<ScrapeMeasure.Quantile>(source.Measure);
        Assert.Equal((0.95, "http_request_duration_seconds"), (measure.Rank, measure.Of.Name));
        Assert.Equal(TimeSpan.FromMinutes(1), source.Over);
    }

    [Fact]
    public void A_ratio_needs_no_unit()
    {
        var metric = Metric("{ scrape: { url: http://a/metrics, ratio: 'http_requests_total{code=~\"5..\"}', of: http_requests_total, over: 2m }, absent: 0 while http_requests_total exists, min_count: 20 }");
        Assert.Equal(Dimension.Ratio, metric.Dimension);
        var source = Assert.IsType<MetricSourceDefinition.Scrape>(metric.Source);
        var measure = Assert.IsType<ScrapeMeasure.Ratio>(source.Measure);
        Assert.Equal("http_requests_total{code=~\"5..\"}", measure.Of.ToString());
        Assert.Equal("http_requests_total", measure.To.ToString());
        Assert.Equal(TimeSpan.FromMinutes(2), source.Over);
        Assert.Equal(new Absence(0, "http_requests_total"), metric.Absence);
        Assert.Equal(20, metric.MinCount);
    }

    [Fact]
    public void A_rate_and_a_gauge_are_read()
    {
        Assert.IsType<ScrapeMeasure.Rate>(Assert.IsType<MetricSourceDefinition.Scrape>(Metric("{ unit: per_second, scrape: { url: http://a, of: x_total, per: second } }").Source).Measure);
        Assert.IsType<ScrapeMeasure.Value>(Assert.IsType<MetricSourceDefinition.Scrape>(Metric("{ unit: bytes, scrape: { url: http://a, of: heap_bytes } }").Source).Measure);
    }

    [Fact]
    public void Timed_requests_are_seconds()
    {
        var metric = Metric("{ http: { get: \"${api}/health\", every: 5s }, timeout: 3s }");
        Assert.Equal((Dimension.Duration, 1), (metric.Dimension, metric.Factor));
        Assert.Equal(new MetricSourceDefinition.Http("${api}/health"), metric.Source);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)), (metric.Every, metric.Timeout));
    }

    [Fact]
    public void A_command_prints_a_number() =>
        Assert.Equal(new MetricSourceDefinition.Command("./queue | wc -l"), Metric("{ unit: count, command: ./queue | wc -l }").Source);

    [Theory]
    [InlineData("percent", "2", 0.02)]
    [InlineData("percent", "2%", 0.02)]
    [InlineData("seconds", "5ms", 0.005)]
    [InlineData("milliseconds", "5", 0.005)]
    [InlineData("bytes", "1MB", 1e6)]
    public void A_floor_is_in_the_metrics_unit_or_in_its_own(string unit, string floor, double expected) =>
        Assert.Equal(expected, Metric($"{{ unit: {unit}, command: x, floor: {floor} }}").Floor!.Value, 9);

    [Theory]
    [InlineData("{ command: x }", "`m` lacks `unit`")]
    [InlineData("{ unit: seconds, command: x, floor: 5% }", "`floor` of `m` is 5%, and the metric counts seconds")]
    [InlineData("{ unit: count, command: x, absent: 0 }", "is not scraped")]
    [InlineData("{ unit: count, command: x, min_count: 5 }", "counts no events")]
    [InlineData("{ unit: count, http: { get: http://a } }", "`m` is measured in seconds")]
    [InlineData("{ unit: count, scrape: { url: http://a, of: 'sum(x)' } }", "is meant here")]
    [InlineData("{ unit: count, scrape: { url: http://a, of: 'x{a=~\"(\"}' } }", "is no regular expression")]
    [InlineData("{ unit: count, scrape: { url: http://a, of: 'x{a=b}' } }", "a value in quotes is meant here")]
    [InlineData("{ unit: count, scrape: { url: http://a, of: x, per: minute } }", "`minute` is not known here")]
    [InlineData("{ unit: seconds, scrape: { url: http://a, of: x, per: second, quantile: 0.9 } }", "`per` and `quantile` are two ways to read a series")]
    [InlineData("{ unit: seconds, scrape: { url: http://a, of: x, quantile: 95 } }", "a share between 0% and 100%")]
    [InlineData("{ unit: seconds, scrape: { url: http://a, of: x }, absent: zero }", "what absence means is a number")]
    [InlineData("{ unit: seconds, scrape: { url: http://a, of: x }, absent: 0 when y }", "what absence means is a number")]
    [InlineData("{ unit: seconds, scrape: { of: x } }", "`scrape` lacks `url`")]
    [InlineData("{ unit: count, sql: select 1 }", "`sql` comes with a later version")]
    public void A_metric_that_cant_be_is_a_problem(string text, string what) =>
        Assert.Contains(what, Yaml.Problem($"metrics:\n  m: {text}\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("when")]
    [InlineData("p95")]
    [InlineData("max")]
    [InlineData("baseline")]
    public void A_word_of_the_language_is_no_name(string name) =>
        Assert.Contains("is a word of the language", Yaml.Problem($"metrics: {{ {name}: {{ unit: count, command: x }} }}"), StringComparison.Ordinal);
}
