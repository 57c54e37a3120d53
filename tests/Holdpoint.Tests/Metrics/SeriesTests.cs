using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

public class SeriesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_window_is_summed_up_and_does_not_reach_past_a_new_beginning()
    {
        var series = Of(1, 2, 3, 4, 100);
        Assert.Equal(22, Number(series.Summarise(new("avg"), TimeSpan.FromMinutes(5), At(4))));
        Assert.Equal(3.5, Number(series.Summarise(new("p", 0.5), TimeSpan.FromMinutes(4), At(4))));
        series.BeginAnew(At(3));
        Assert.Equal(52, Number(series.Summarise(new("avg"), TimeSpan.FromMinutes(5), At(4))));
    }

    [Fact]
    public void A_window_of_which_most_is_missing_is_unknown()
    {
        var series = Of(1, null, null);
        var unknown = Assert.IsType<Value.Unknown>(series.Summarise(new("max"), TimeSpan.FromHours(1), At(2)));
        Assert.Contains("2 of 3 samples of m", unknown.Because, StringComparison.Ordinal);
        Assert.IsType<Value.Unknown>(series.ValueAt(At(2)));
        Assert.IsType<Value.Unknown>(new Series("m").Summarise(new("max"), TimeSpan.FromHours(1), At(2)));
    }

    [Fact]
    public void Old_samples_fall_out_and_late_ones_find_their_place()
    {
        var series = new Series("m", Dimension.Count, capacity: 10);
        for (var i = 0; i < 100; i++)
            series.Add(new Sample.Measured(At(i), i));
        Assert.True(series.Samples.Count <= 10);
        Assert.Equal(99, series.Newest!.Number);
        series.Add(new Sample.Measured(At(98.5), 7) { FilledIn = true });
        Assert.Equal(7, series.Samples[^2].Number);
    }

    [Fact]
    public void A_filled_in_number_takes_the_place_of_a_missing_one_and_of_no_other()
    {
        var series = Of(1, null);
        series.Add(new Sample.Measured(At(1), 5) { FilledIn = true });
        series.Add(new Sample.Measured(At(0), 5) { FilledIn = true });
        Assert.Equal([1, 5], series.Samples.Select(s => s.Number!.Value));
    }

    [Fact]
    public void A_chunk_reads_back_what_was_written()
    {
        Sample[] samples =
        [
            new Sample.Measured(At(0), 0.1 + 0.2, 40),
            new Sample.Measured(At(1), 1e-9) { FilledIn = true },
            new Sample.Missing(At(2), "no answer, \"really\"\nnone"),
            new Sample.Missing(At(3), "gone", TargetFails: true) { FilledIn = true },
            new Sample.Sparse(At(4).AddMilliseconds(5), "2 events"),
        ];
        var text = SeriesChunk.Write(samples);
        Assert.StartsWith("time,value,events,state,reason\n2026-03-02T09:00:00Z,0.30000000000000004,40,,\n", text, StringComparison.Ordinal);
        Assert.Equal(samples, SeriesChunk.Read(text));
        Assert.Throws<FormatException>(() => SeriesChunk.Read("something else"));
        Assert.Contains("row 2", Assert.Throws<FormatException>(() => SeriesChunk.Read(SeriesChunk.Header + "\nyesterday,1,,,\n")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_is_median_and_spread_up_to_a_moment()
    {
        var baseline = Assert.IsType<BaselineTaking.Taken>(Baseline.Take(Of(10, 12, 11, null, 500, 9999), At(4))).Baseline;
        Assert.Equal(11.5, baseline.Median);
        Assert.Equal(1, baseline.Spread);
        Assert.Equal(4, baseline.Count);
        Assert.Equal(11.5, Number(baseline.Value));
    }

    [Fact]
    public void Too_few_samples_make_no_baseline() =>
        Assert.Contains("m has 2 of the 3 samples", Assert.IsType<BaselineTaking.Refused>(Baseline.Take(Of(1, 2, null), At(9))).Because, StringComparison.Ordinal);

    [Fact]
    public void A_baseline_of_zero_says_nothing_without_a_floor()
    {
        var zero = Assert.IsType<BaselineTaking.Taken>(Baseline.Take(Of(0, 0, 0), At(9))).Baseline;
        Assert.True(zero.IsZero);
        Assert.Contains("give the metric a floor", Assert.IsType<Value.Unknown>(zero.Value).Because, StringComparison.Ordinal);

        var floored = Assert.IsType<BaselineTaking.Taken>(Baseline.Take(Of(0, 0, 0), At(9), floor: 0.01)).Baseline;
        Assert.Equal(0.01, Number(floored.Value));
    }

    internal static DateTimeOffset At(double minutes) => Start.AddMinutes(minutes);

    private static Series Of(params double?[] numbers)
    {
        var series = new Series("m", Dimension.Count);
        for (var i = 0; i < numbers.Length; i++)
            series.Add(numbers[i] is { } n ? new Sample.Measured(At(i), n) : new Sample.Missing(At(i), "no answer"));
        return series;
    }

    private static double Number(Value value) => Assert.IsType<Value.Number>(value).Amount;
}
