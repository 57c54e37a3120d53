using Holdpoint.Expressions;

namespace Holdpoint.Tests.Expressions;

public sealed class WindowStatisticsTests
{
    // Expected values: R 4, quantile(c(7, 1, 3, 9, 5, 11), p, type = 7).
    [Theory]
    [InlineData("min", 1)]
    [InlineData("max", 11)]
    [InlineData("avg", 6)]
    [InlineData("sum", 36)]
    [InlineData("last", 11)]
    [InlineData("p50", 6)]
    [InlineData("p95", 10.5)]
    [InlineData("p25", 3.5)]
    [InlineData("p99.9", 10.99)]
    public void A_window_is_summed_up(string statistic, double value) =>
        Assert.Equal(value, WindowStatistics.Compute(Statistic.Parse(statistic)!, [7, 1, 3, 9, 5, 11])!.Value, 9);

    [Fact]
    public void Nothing_and_what_is_no_number_have_no_statistic()
    {
        Assert.Null(WindowStatistics.Compute(new("avg"), []));
        Assert.Null(WindowStatistics.Compute(new("max"), [1, double.NaN]));
        Assert.Null(WindowStatistics.Compute(new("sum"), [double.MaxValue, double.MaxValue]));
        Assert.Equal(4, WindowStatistics.Compute(new("p", 0.99), [4]));
    }
}
