using Holdpoint.Cli.Checking;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Tests.Metrics;

namespace Holdpoint.Tests.Cli;

public sealed class MetricsNowTests
{
    private static readonly Operand.Metric M = new("m", null, Dimension.Count, "m");

    private static MetricsNow Of(PageServer server, ScrapeMeasure measure, string url = "${api}/metrics") =>
        new(new Dictionary<string, MetricDefinition> { ["m"] = new("m", Dimension.Count, 1, new MetricSourceDefinition.Scrape(url, measure)) }, server.Context);

    [Fact]
    public void A_value_is_asked_of_its_source() => ManualTime.Run(async time =>
    {
        var server = new PageServer(time) { Page = "# TYPE free gauge\nfree 7\n" };

        Assert.Equal(new Value.Number(7, Dimension.Count), await Of(server, new ScrapeMeasure.Value(SeriesSelector.Parse("free"))).ValueAsync(M, null, default));
    });

    [Fact]
    public void A_rate_is_taken_from_two_pages() => ManualTime.Run(async time =>
    {
        var pages = new Queue<string>(["# TYPE hits counter\nhits_total 100\n", "# TYPE hits counter\nhits_total 110\n"]);
        var server = new PageServer(time) { NextPage = pages.Dequeue };

        var value = Of(server, new ScrapeMeasure.Rate(SeriesSelector.Parse("hits_total"))).ValueAsync(M, null, default);
        await time.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(new Value.Number(5, Dimension.Count), await value);
    });

    [Fact]
    public void What_looks_back_needs_a_source_that_keeps_its_past() => ManualTime.Run(async time =>
    {
        var value = await Of(new PageServer(time), new ScrapeMeasure.Value(SeriesSelector.Parse("free"))).ValueAsync(M, TimeSpan.FromMinutes(5), default);

        Assert.Contains("keeps no past", Assert.IsType<Value.Unknown>(value).Because, StringComparison.Ordinal);
    });

    [Fact]
    public void An_address_that_is_none_is_unknown() => ManualTime.Run(async time =>
    {
        var value = await Of(new PageServer(time), new ScrapeMeasure.Value(SeriesSelector.Parse("free")), "nowhere").ValueAsync(M, null, default);

        Assert.Contains("is no address", Assert.IsType<Value.Unknown>(value).Because, StringComparison.Ordinal);
    });
}
