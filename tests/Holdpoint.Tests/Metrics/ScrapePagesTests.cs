using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

public sealed class ScrapePagesTests
{
    [Fact]
    public void Metrics_of_one_page_that_are_looked_at_together_are_one_request_and_see_one_state() => ManualTime.Run(async time =>
    {
        using var server = new PageServer(time) { Takes = TimeSpan.FromMilliseconds(20) };
        var asked = 0;
        server.NextPage = () => $"a {++asked}\nb {asked}\n";
        var (a, b) = Pair(server);
        var looks = Task.WhenAll(a.SampleAsync(time.Now, CancellationToken.None), b.SampleAsync(time.Now, CancellationToken.None));
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([1, 1], (await looks).Select(s => s.Number));
        var later = a.SampleAsync(time.Now, CancellationToken.None);
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await later).Number);
    });

    [Fact]
    public void A_request_that_hangs_is_not_what_a_later_look_waits_for() => ManualTime.Run(async time =>
    {
        using var server = new PageServer(time) { Page = "a 1\nb 2\n", Takes = TimeSpan.FromMinutes(1) };
        var (a, b) = Pair(server);
        var hanging = a.SampleAsync(time.Now, CancellationToken.None);
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        server.Takes = TimeSpan.Zero;
        Assert.Equal(2, (await b.SampleAsync(time.Now, CancellationToken.None)).Number);
        await time.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Contains("no answer within 10s", (await hanging).Reason, StringComparison.Ordinal);
    });

    [Fact]
    public void One_that_gives_up_does_not_take_the_page_from_the_other() => ManualTime.Run(async time =>
    {
        using var server = new PageServer(time) { Page = "a 1\nb 2\n", Takes = TimeSpan.FromSeconds(5) };
        var (a, b) = Pair(server);
        using var stop = new CancellationTokenSource();
        var stopped = a.SampleAsync(time.Now, stop.Token);
        var other = b.SampleAsync(time.Now, CancellationToken.None);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        await time.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(2, (await other).Number);
    });

    private static (MetricSource A, MetricSource B) Pair(PageServer server)
    {
        var context = server.Context;
        MetricSource Of(string series) => MetricSources.Create(
            new(series, Holdpoint.Expressions.Dimension.Count, 1, new MetricSourceDefinition.Scrape("${api}/metrics", new ScrapeMeasure.Value(SeriesSelector.Parse(series)))), context);
        return (Of("a"), Of("b"));
    }
}
