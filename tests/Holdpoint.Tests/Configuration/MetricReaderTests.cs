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
    public void The_better_direction_and_an_objective_are_read_and_lower_is_better_by_default()
    {
        var metric = Metric("{ unit: ratio, objective: 99.9%, better: higher, command: ./share }");
        Assert.Equal(0.999, metric.Objective!.Value, 9);
        Assert.Equal(Better.Higher, metric.Better);
        Assert.Equal((null, Better.Lower), (Metric("{ unit: count, command: ./share }").Objective, Metric("{ unit: count, command: ./share }").Better));
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
    public void A_metric_that_cant_be_is_a_problem(string text, string what) =>
        Assert.Contains(what, Yaml.Problem($"metrics:\n  m: {text}\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("when")]
    [InlineData("p95")]
    [InlineData("max")]
    [InlineData("baseline")]
    public void A_word_of_the_language_is_no_name(string name) =>
        Assert.Contains("is a word of the language", Yaml.Problem($"metrics: {{ {name}: {{ unit: count, command: x }} }}"), StringComparison.Ordinal);

    private const string Servers = "servers:\n  prometheus: { main: { url: http://p:9090 }, far: { url: http://f:9090 } }\n  postgres: { shop: { url: postgres://shop } }\n";

    private static MetricDefinition Asked(string text) => Yaml.Read($"{Servers}metrics:\n  m: {text}\n").Metrics["m"];

    [Fact]
    public void A_query_alone_is_asked_of_the_server_called_main()
    {
        var metric = Asked("{ unit: ratio, prometheus: 'sum(rate(e_total[1m])) / sum(rate(r_total[1m]))', absent: 0 while r_total, min_count: 20 }");
        Assert.Equal(new MetricSourceDefinition.Prometheus("main", "sum(rate(e_total[1m])) / sum(rate(r_total[1m]))"), metric.Source);
        Assert.Equal(new Absence(0, "r_total"), metric.Absence);
        Assert.Equal(20, metric.MinCount);
    }

    [Fact]
    public void Every_setting_of_a_query_is_read() => Assert.Equal(
        new MetricSourceDefinition.Prometheus("far", "a") { Count = "b", Fresh = TimeSpan.FromSeconds(45), TakesParts = true },
        Asked("{ unit: count, prometheus: { server: far, query: a, count: b, fresh: 45s, partial: true } }").Source);

    [Fact]
    public void A_statement_is_asked_of_the_only_server_there_is()
    {
        Assert.Equal(new MetricSourceDefinition.Sql("shop", "select count(*) from orders"), Asked("{ unit: count, sql: 'select count(*) from orders' }").Source);
        var metric = Asked("{ unit: seconds, sql: { server: shop, query: 'select avg(took), count(*) from jobs' }, min_count: 5, absent: 0 }");
        Assert.Equal(new MetricSourceDefinition.Sql("shop", "select avg(took), count(*) from jobs"), metric.Source);
        Assert.Equal((5, new Absence(0, null)), (metric.MinCount, metric.Absence));
    }

    [Theory]
    [InlineData("{ unit: count, prometheus: { server: fa, query: a } }", "there is no prometheus server `fa` (did you mean `far`?)")]
    [InlineData("{ unit: count, prometheus: { server: far } }", "`prometheus` lacks `query`")]
    [InlineData("{ unit: count, prometheus: { query: a, fresh: 5 } }", "a duration needs its unit")]
    [InlineData("{ unit: count, prometheus: a, min_count: 5 }", "how many events stand behind `m` can't be seen in its query (add count")]
    [InlineData("{ unit: count, prometheus: errors_total }", "this is a counter, which grows until its service restarts (write rate(errors_total[1m])")]
    [InlineData("{ unit: count, sql: select 1, absent: 0 while orders }", "is asked of a database, which has no series")]
    [InlineData("{ unit: count, sql: { query: select 1, server: main } }", "there is no postgres server `main`")]
    [InlineData("{ prometheus: a }", "`m` lacks `unit`")]
    public void A_question_that_cant_be_is_a_problem(string text, string what) =>
        Assert.Contains(what, Yaml.Problem($"{Servers}metrics:\n  m: {text}\n"), StringComparison.Ordinal);

    [Fact]
    public void Without_its_server_a_question_says_which_lines_to_write()
    {
        Assert.Contains("add servers: prometheus: main: { url: … }", Yaml.Problem("metrics: { m: { unit: count, prometheus: a } }"), StringComparison.Ordinal);
        Assert.Contains("there are several prometheus servers, and none is called main (say which: { server: a, query: … })",
            Yaml.Problem("servers: { prometheus: { a: { url: http://a }, b: { url: http://b } } }\nmetrics: { m: { unit: count, prometheus: x } }"), StringComparison.Ordinal);
    }
}
