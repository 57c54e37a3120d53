using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

public class PromQlTests
{
    [Theory]
    [InlineData("up", "up")]
    [InlineData("sum(rate(a_total{code=~\"5..\"}[1m])) / sum(rate(a_total[1m]))", "a_total{code=~\"5..\"} | a_total")]
    [InlineData("histogram_quantile(0.95, sum by (le, job) (rate(d_bucket[5m])))", "d_bucket")]
    [InlineData("a{x=\"up{\"} and on (instance) b unless ignoring(c) d", "a{x=\"up{\"} | b | d")]
    [InlineData("a / ignoring(code) group_left(team) b", "a | b")]
    [InlineData("max_over_time(a[1h:1m]) > bool 3", "a")]
    [InlineData("a - a offset 1h", "a")]
    [InlineData("b offset 1h", "")]
    [InlineData("b @ 1609746000", "")]
    [InlineData("rate(b[5m] offset 1h)", "")]
    [InlineData("time() - 5 * inf", "")]
    [InlineData("{__name__=\"a\"} # not b\n+ c", "{__name__=\"a\"} | c")]
    [InlineData("sum(a) by (b)", "a")]
    [InlineData("job:errors:rate5m OR vector(0)", "job:errors:rate5m")]
    [InlineData("sum(rate(a[", "a")]
    [InlineData("(((", "")]
    [InlineData("", "")]
    public void Series_that_a_query_is_computed_from(string query, string selectors) => Assert.Equal(selectors, string.Join(" | ", PromQl.Selectors(query)));

    [Theory]
    [InlineData("sum(rate(a{code=~\"5..\"}[1m])) / sum(rate(a[1m]))", "sum(increase(a[1m]))")]
    [InlineData("100 * sum(irate(a[1m])) / sum(irate(b[1m])) > 5", "sum(increase(b[1m]))")]
    [InlineData("(sum(rate(a[5m])) or vector(0)) / (sum(rate(b[5m])))", "(sum(increase(b[5m])))")]
    [InlineData("sum(increase(a[1m])) / sum(increase(b[1m]))", "sum(increase(b[1m]))")]
    [InlineData("rate(a[1m]) / on(pod) rate(b[1m])", null)]
    [InlineData("memory_used / memory_total", null)]
    [InlineData("sum(rate(a[1m]))", null)]
    [InlineData("rate(a[1m]) / rate(b[1m]) / rate(c[1m])", null)]
    [InlineData("rate(a[1m]) /", null)]
    public void Events_behind_a_ratio_are_those_below_the_line(string query, string? events) => Assert.Equal(events, PromQl.EventsOf(query));

    [Theory]
    [InlineData("errors_total", true)]
    [InlineData("errors_total{job=\"a\"}", true)]
    [InlineData("rate(errors_total[1m])", false)]
    [InlineData("errors_total / 2", false)]
    [InlineData("errors", false)]
    public void A_counter_as_it_stands_is_seen(string query, bool bare) => Assert.Equal(bare, PromQl.IsBareCounter(query));
}
