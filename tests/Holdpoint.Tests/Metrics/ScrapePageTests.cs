using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

public class ScrapePageTests
{
    [Fact]
    public void Counters_gauges_and_histograms_are_read_with_their_labels()
    {
        var page = ScrapePage.Parse("""
            # HELP http_requests_total Requests, by code.
            # TYPE http_requests_total counter
            http_requests_total{code="200",path="/a,b\"c\\d\n"} 1027 1395066363000
            http_requests_total{ code="500", } 3
            # TYPE temperature gauge
            temperature -1.5e1
            # TYPE d histogram
            d_bucket{le="0.1"} 5 # {trace_id="abc"} 0.05 1.5
            d_bucket{le="+Inf"} 9
            broken NaN
            # EOF
            """);
        Assert.Equal(1027, page.Matching(SeriesSelector.Parse("http_requests_total{code=\"200\"}")).Single().Value);
        Assert.Equal("/a,b\"c\\d\n", page.Named("http_requests_total")[0].Label("path"));
        Assert.Equal(-15, page.Named("temperature").Single().Value);
        Assert.Equal(5, page.Named("d_bucket")[0].Value);
        Assert.True(double.IsNaN(page.Named("broken").Single().Value));
        Assert.Equal(FamilyKind.Counter, page.KindOf("http_requests_total"));
        Assert.Equal(FamilyKind.Counter, page.KindOf("d_bucket"));
        Assert.Equal(FamilyKind.Untyped, page.KindOf("broken"));
    }

    [Fact]
    public void An_OpenMetrics_counter_is_of_the_family_without_total() =>
        Assert.Equal(FamilyKind.Counter, ScrapePage.Parse("# TYPE http_requests counter\nhttp_requests_total 4\n# EOF\n").KindOf("http_requests_total"));

    [Theory]
    [InlineData("<html>", "line 1")]
    [InlineData("a 1\nb{x=\"y\" 2", "line 2")]
    [InlineData("a", "no number")]
    [InlineData("a{b=c} 1", "a label without a quoted value")]
    public void What_is_no_page_of_metrics_is_named_with_its_line(string text, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => ScrapePage.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("m{code=\"500\"}", "500", true)]
    [InlineData("m{code=\"500\"}", "200", false)]
    [InlineData("m{code!=\"500\"}", "200", true)]
    [InlineData("m{code=~\"5..\"}", "503", true)]
    [InlineData("m{code=~\"5.\"}", "503", false)]
    [InlineData("m{code!~'5..', job=''}", "200", true)]
    [InlineData("m{job=\"api\"}", "200", false)]
    [InlineData("m{code=~\"5\\\\d+\"}", "503", true)]
    [InlineData("m{code=~\"5\\d+\"}", "503", true)]
    public void Selectors_match_labels_as_PromQL_does(string selector, string code, bool matches) =>
        Assert.Equal(matches, SeriesSelector.Parse(selector).Matches(ScrapePage.Parse($"m{{code=\"{code}\"}} 1").Named("m")[0]));

    [Theory]
    [InlineData("")]
    [InlineData("5xx")]
    [InlineData("m{code}")]
    [InlineData("m{code=5}")]
    [InlineData("m{code=\"5\"")]
    [InlineData("m{code=~\"(\"}")]
    [InlineData("sum(m)")]
    public void A_selector_that_can_not_be_read_says_what_is_meant(string selector) =>
        Assert.Throws<FormatException>(() => SeriesSelector.Parse(selector));

    [Fact]
    public void A_quantile_lies_on_a_line_within_its_bucket_as_in_PromQL()
    {
        Histogram.Bucket[] buckets = [new(0.1, 10), new(0.5, 90), new(1, 100), new(double.PositiveInfinity, 100)];
        Assert.Equal(0.3, Histogram.Quantile(0.5, buckets), 9);
        Assert.Equal(0.75, Histogram.Quantile(0.95, buckets), 9);
        Assert.Equal(0.05, Histogram.Quantile(0.05, buckets), 9);
    }

    [Fact]
    public void Beyond_the_last_finite_bucket_its_bound_is_told() =>
        Assert.Equal(1, Histogram.Quantile(0.99, [new(1, 50), new(double.PositiveInfinity, 100)]));

    [Fact]
    public void A_histogram_without_observations_has_no_quantile()
    {
        Assert.True(double.IsNaN(Histogram.Quantile(0.5, [new(1, 0), new(double.PositiveInfinity, 0)])));
        Assert.True(double.IsNaN(Histogram.Quantile(0.5, [new(1, 5), new(2, 7)])));
    }
}
