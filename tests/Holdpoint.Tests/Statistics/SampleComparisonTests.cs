using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Statistics;

namespace Holdpoint.Tests.Statistics;

public class SampleComparisonTests
{
    private static readonly MetricDefinition Latency = new("latency", Dimension.Duration, 1, new MetricSourceDefinition.Command("script"));

    private static readonly double[] AllOne = [.. Enumerable.Repeat(1d, 10)];

    [Fact]
    public void Ten_samples_of_which_seven_are_100_against_a_baseline_of_all_1_do_not_pass()
    {
        var failed = Assert.IsType<Verdict.Failed>(SampleComparison.Judge(Latency, [100, 100, 100, 100, 100, 100, 100, 1, 1, 1], AllOne));
        Assert.StartsWith("latency on the new side 1m 40s (10 samples), on the stable side 1s (10 samples): worse in 85% of pairs", failed.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_the_samples_worse_do_not_pass_either_though_the_median_hides_it() =>
        Assert.IsType<Verdict.Failed>(SampleComparison.Judge(Latency, [.. AllOne, 100, 100, 100, 100, 100, 100, 100, 100, 100], [.. AllOne, .. AllOne]));

    [Fact]
    public void One_wild_sample_is_no_evidence_though_it_moves_the_mean() =>
        Assert.IsType<Verdict.Passed>(SampleComparison.Judge(Latency, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1000], AllOne));

    [Fact]
    public void Samples_that_are_all_alike_pass() => Assert.IsType<Verdict.Passed>(SampleComparison.Judge(Latency, AllOne, AllOne));

    [Fact]
    public void A_difference_that_is_certain_and_negligible_passes()
    {
        double[] stable = [.. Enumerable.Range(0, 2000).Select(i => (double)i)];
        Assert.True(RankTest.Compare([.. stable.Select(s => s + 100)], stable, Alternative.Greater).Chance < 0.001);
        Assert.IsType<Verdict.Passed>(SampleComparison.Judge(Latency, [.. stable.Select(s => s + 100)], stable));
    }

    [Fact]
    public void Four_samples_are_not_enough_and_none_even_less()
    {
        Assert.Contains("not enough data", Assert.IsType<Verdict.Unknown>(SampleComparison.Judge(Latency, [9, 9, 9, 9], AllOne)).Because, StringComparison.Ordinal);
        Assert.Contains("without a sample", Assert.IsType<Verdict.Unknown>(SampleComparison.Judge(Latency, [], AllOne)).Because, StringComparison.Ordinal);
        Assert.IsType<Verdict.Failed>(SampleComparison.Judge(Latency, [9, 9.1, 9.2, 9.3, 9.4], [1, 1.1, 1.2, 1.3, 1.4]));
    }

    [Fact]
    public void Where_higher_is_better_less_is_worse()
    {
        var throughput = Latency with { Name = "throughput", Dimension = Dimension.Count, Better = Better.Higher };
        Assert.IsType<Verdict.Failed>(SampleComparison.Judge(throughput, [5, 6, 7, 5, 6, 7], [10, 11, 12, 10, 11, 12]));
        Assert.IsType<Verdict.Passed>(SampleComparison.Judge(throughput, [10, 11, 12, 10, 11, 12], [5, 6, 7, 5, 6, 7]));
    }
}
