using Holdpoint.Backtesting;
using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Backtesting;

public sealed class DumpTests
{
    private static readonly MetricDefinition Errors = Pasts.Definition("error_rate");
    private static readonly MetricDefinition Latency = new("latency_p95", Dimension.Duration, 0.001, new MetricSourceDefinition.Prometheus("main", "latency_ms{job=\"shop\"}"));

    private static (Dump Dump, IReadOnlyList<Problem> Problems) Read(string text) => Dump.Read("past.csv", new StringReader(text), [Errors, Latency]);

    private static async Task<IReadOnlyList<Sample>> PastAsync(string text, MetricDefinition metric, double minutes)
    {
        var (dump, problems) = Read(text);
        Assert.Empty(problems);
        var pasts = await dump.PastAsync([(metric, Pasts.Step)], Pasts.Start, Pasts.At(minutes), TimeProvider.System, TestContext.Current.CancellationToken);
        return [.. pasts[metric.Name].Between(Pasts.Start, Pasts.At(minutes))];
    }

    [Theory]
    [InlineData("time,error_rate,latency_p95\n2026-03-02T09:00:00Z,0.01,120\n2026-03-02T09:00:15Z,2%,0.2s\n")]
    [InlineData("timestamp;latency_p95;other;error_rate\r\n1772442000;120;x;0.01\r\n1772442015;200;;0.02\r\n")]
    [InlineData("\ufefftime\t\"error_rate\"\tlatency_p95\n2026-03-02 09:00:00\t0.01\t120\n1772442015000\t\"0.02\"\t200\n\n")]
    [InlineData("time,error_rate,latency_p95\n2026-03-02T10:00:15+01:00,0.02,200\n2026-03-02T10:00:00+01:00,0.01,120\n")]
    public async Task A_table_is_read_in_the_forms_that_people_have(string text)
    {
        Assert.Equal([0.01, 0.02], (await PastAsync(text, Errors, 0.25)).Select(s => s.Number!.Value));
        Assert.Equal([0.12, 0.2], (await PastAsync(text, Latency, 0.25)).Select(s => Math.Round(s.Number!.Value, 9)));
    }

    [Fact]
    public async Task A_number_speaks_until_the_next_row_is_due_and_a_hole_stays_one()
    {
        var rows = string.Concat(new[] { 0, 1, 2, 3, 7, 8 }.Select(m => $"{Pasts.At(m):O},0.0{m}\n"));

        var past = await PastAsync("time,error_rate\n" + rows, Errors, 8);

        Assert.Equal([0, 0, 0, 0, 0.01], past.Take(5).Select(s => s.Number!.Value));
        // Of the number of minute 3 a watch would know until half a minute after the next one was due.
        Assert.Equal(Pasts.At(4.5), past.First(s => s.Number is null).At);
        Assert.Equal(Pasts.At(7), past.Last(s => s.Number is null).At + Pasts.Step);
        Assert.Contains("past.csv has no number of that time", past.First(s => s.Number is null).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NaN_and_cells_that_stay_empty_are_no_numbers()
    {
        string[] cells = ["0.1", "0.2", "0.3", "NaN", "0.4", "", "", "0.5"];

        var past = await PastAsync("time,error_rate\n" + string.Concat(cells.Select((c, i) => $"{Pasts.At(i / 4d):O},{c}\n")), Errors, 1.75);

        Assert.Equal([0.1, 0.2, 0.3, null, 0.4, 0.4, null, 0.5], past.Select(s => s.Number));
        Assert.Contains("NaN", past[3].Reason, StringComparison.Ordinal);
        Assert.Contains("has no number of that time", past[6].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "1:1: error: the file is empty")]
    [InlineData("time,errors\n2026-03-02T09:00:00Z,1\n", "1:1: error: no column is called like a metric of the rules; its columns are errors (call one error_rate or latency_p95)")]
    [InlineData("time,error_rate\n", "there is no row below the header")]
    [InlineData("time,error_rate\nyesterday,1\n", "2:1: error: yesterday is no time")]
    [InlineData("time,error_rate\n2026-03-02T09:00:00Z,1\n2026-03-02T09:00:15Z,lots\n", "3:1: error: lots in the column error_rate is no number")]
    [InlineData("time,error_rate\n2026-03-02T09:00:00Z,5ms\n", "5ms in the column error_rate is no number")]
    [InlineData("time,latency_p95,error_rate\n2026-03-02T09:00:00Z,1\n", "the row has 2 of 3 columns")]
    [InlineData("time,error_rate\n2026-03-02T09:00:00Z,0,5\n", "the row has more than 2 columns")]
    [InlineData("time,error_rate,error_rate\n2026-03-02T09:00:00Z,1,2\n", "two columns are called error_rate")]
    [InlineData("<html><body>502</body></html>\n", "this is no sample")]
    [InlineData("error_rate 0.5\n", "error_rate has no time stamp")]
    [InlineData("error_rate 0.5 soon\n", "soon is no time stamp")]
    [InlineData("up 1 1772442000\n", "no series is one of the rules' metrics; its series are up")]
    public void Garbage_is_told_with_its_line_and_remedy(string text, string told) =>
        Assert.Contains(Read(text).Problems, p => p.ToString().Contains(told, StringComparison.Ordinal));

    [Fact]
    public void Every_bad_row_counts_and_the_first_ones_are_told()
    {
        var (_, problems) = Read("time,error_rate\n" + string.Concat(Enumerable.Repeat("never,1\n", 30)));

        Assert.Equal(9, problems.Count);
        Assert.Contains("22 more rows can't be read", problems[^1].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_metrics_are_read_with_their_time_stamps()
    {
        const string text = """
            # TYPE error_rate gauge
            error_rate 0.01 1772442000
            latency_ms{job="other"} 7 1772442000
            latency_ms{job="shop"} 120 1772442000.000
            latency_ms{job="shop"} 200 1772442015 # {trace_id="a"} 0.2
            error_rate 0.02 1772442015
            # EOF
            """;

        Assert.Equal([0.01, 0.02], (await PastAsync(text, Errors, 0.25)).Select(s => s.Number!.Value));
        Assert.Equal([0.12, 0.2], (await PastAsync(text, Latency, 0.25)).Select(s => Math.Round(s.Number!.Value, 9)));
    }

    [Fact]
    public async Task Several_series_where_one_is_meant_are_no_number()
    {
        var past = await PastAsync("error_rate{pod=\"a\"} 0.01 1772442000\nerror_rate{pod=\"b\"} 0.02 1772442000\n", Errors, 0);

        Assert.Contains("several series", Assert.Single(past).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metric_that_the_file_lacks_says_what_the_file_has()
    {
        var past = await PastAsync("time,error_rate\n2026-03-02T09:00:00Z,1\n", Latency, 0);

        Assert.Contains("latency_p95 is not in past.csv, which has error_rate", Assert.Single(past).Reason, StringComparison.Ordinal);
    }
}
