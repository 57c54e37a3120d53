using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

public class BurnRateTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Two_percent_of_failures_burn_a_budget_of_a_thousandth_20_times_too_fast() =>
        Assert.Equal(20, Rate(Sampled(Hour, _ => 0.02), Hour), 6);

    [Fact]
    public void A_window_that_reaches_back_before_the_deploy_says_what_the_deploy_has_spent_of_it()
    {
        var series = Sampled(TimeSpan.FromMinutes(15), _ => 0.02);
        Assert.Equal(5, Rate(series, Hour, TimeSpan.FromMinutes(15)), 6);
        Assert.Equal(20, Rate(series, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)), 6);
    }

    [Fact]
    public void What_the_version_before_has_burned_is_not_this_ones_doing()
    {
        var series = Sampled(Hour, at => at < TimeSpan.FromMinutes(50) ? 1 : 0);
        Assert.True(Rate(series, Hour) > 800);
        series.CountsFrom = Start + TimeSpan.FromMinutes(50);
        Assert.Equal(0, Rate(series, Hour), 6);
    }

    [Fact]
    public void Samples_weigh_by_their_events_where_the_source_counts_them()
    {
        var series = New();
        for (var at = TimeSpan.FromSeconds(15); at <= Hour; at += TimeSpan.FromSeconds(15))
            series.Add(at <= Hour / 2 ? new Sample.Measured(Start + at, 0.1, Events: 10) : new Sample.Measured(Start + at, 0, Events: 990));
        Assert.Equal(1, Rate(series, Hour), 6);
    }

    [Fact]
    public void What_nobody_saw_for_more_than_a_fifth_is_unknown_and_says_how_much_is_covered()
    {
        var series = New();
        for (var at = TimeSpan.FromSeconds(15); at <= Hour; at += TimeSpan.FromSeconds(15))
            if (at < TimeSpan.FromMinutes(20) || at >= TimeSpan.FromMinutes(40))
                series.Add(new Sample.Measured(Start + at, 0.02));
        Assert.StartsWith("samples of error_rate cover 40m", Unknown(series, Hour), StringComparison.Ordinal);
        Assert.Equal(20, Rate(series, TimeSpan.FromMinutes(15)), 6);
    }

    [Fact]
    public void Small_holes_are_borne_and_count_as_nothing_burned()
    {
        var series = New();
        for (var at = TimeSpan.FromSeconds(15); at <= Hour; at += TimeSpan.FromSeconds(15))
            series.Add(at > TimeSpan.FromMinutes(10) && at <= TimeSpan.FromMinutes(16) ? new Sample.Missing(Start + at, "no answer") : new Sample.Measured(Start + at, 0.02));
        Assert.Equal(18, Rate(series, Hour), 1);
    }

    [Fact]
    public void A_target_that_is_gone_fails_altogether_and_a_silent_instrument_says_nothing()
    {
        var gone = New();
        var silent = New();
        for (var at = TimeSpan.FromSeconds(15); at <= Hour; at += TimeSpan.FromSeconds(15))
        {
            gone.Add(new Sample.Missing(Start + at, "gone", TargetFails: true));
            silent.Add(new Sample.Missing(Start + at, "no route to host"));
        }

        Assert.Equal(1000, Rate(gone, Hour), 6);
        Assert.Equal("no route to host", Unknown(silent, Hour));
    }

    [Fact]
    public void Samples_that_come_late_replace_others_or_fall_out_are_summed_anew()
    {
        // Longer than what is summed each time.
        var window = TimeSpan.FromSeconds(15 * 700);
        var series = new Series("error_rate", Dimension.Ratio, capacity: 900) { Objective = 0.999, CountsFrom = Start };
        var random = new Random(5);
        for (var i = 1; i <= 2000; i++)
        {
            var at = TimeSpan.FromSeconds(15 * (i % 7 == 0 ? i - 3.5 : i));
            series.Add(i % 11 == 0 ? new Sample.Missing(Start + at, "no answer") : new Sample.Measured(Start + at, random.NextDouble()));
            series.Add(new Sample.Measured(Start + at, 0.5));
            var from = Start + at - window;
            var each = series.Samples.Where(s => s.At > from && s.At <= Start + at).ToArray();
            var summed = series.Burned(from, Start + at).Sum;
            var anew = BurnSum.Of(each, from, series.Reach);
            Assert.Equal((anew.Seen, anew.Measured, anew.Uncounted), (summed.Seen, summed.Measured, summed.Uncounted));
            Assert.Equal(anew.Failed, summed.Failed, 6);
        }
    }

    [Fact]
    public void Without_a_sample_or_an_objective_it_is_unknown()
    {
        Assert.Equal("error_rate has no sample in the last 1h", Unknown(New(), Hour));
        Assert.Equal("error_rate has no objective, so no budget that could burn", Unknown(new Series("error_rate", Dimension.Ratio), Hour));
    }

    private static Series New() => new("error_rate", Dimension.Ratio) { Objective = 0.999, CountsFrom = Start };

    private static Series Sampled(TimeSpan length, Func<TimeSpan, double> value)
    {
        var series = New();
        for (var at = TimeSpan.FromSeconds(15); at <= length; at += TimeSpan.FromSeconds(15))
            series.Add(new Sample.Measured(Start + at, value(at)));
        return series;
    }

    private static double Rate(Series series, TimeSpan window, TimeSpan? at = null) =>
        Assert.IsType<Value.Number>(series.Summarise(new(Statistic.Burn), window, Start + (at ?? Hour))).Amount;

    private static string Unknown(Series series, TimeSpan window) =>
        Assert.IsType<Value.Unknown>(series.Summarise(new(Statistic.Burn), window, Start + Hour)).Because;
}
