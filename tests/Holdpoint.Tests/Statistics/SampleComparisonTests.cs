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
        Assert.StartsWith("latency at the median 1m 40s on the new side (10 samples), 1s on the stable side (10 samples): more than 10% worse in 70% of pairs, better in 0% (effect 0.7, rank test p 0.0008)", failed.Actual, StringComparison.Ordinal);
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

    [Fact]
    public void What_is_a_little_slower_in_every_sample_passes_and_what_is_slower_by_more_than_the_metric_bears_does_not()
    {
        double[] stable = [.. Enumerable.Range(0, 20).Select(i => 100 + (i * 0.01))];
        Assert.IsType<Verdict.Passed>(SampleComparison.Judge(Latency, [.. stable.Select(s => s * 1.05)], stable));
        Assert.IsType<Verdict.Failed>(SampleComparison.Judge(Latency, [.. stable.Select(s => s * 1.2)], stable));
        Assert.IsType<Verdict.Passed>(SampleComparison.Judge(Latency with { WorseLimit = 0.5 }, [.. stable.Select(s => s * 1.2)], stable));
    }

    [Fact]
    public void Beside_a_stable_side_of_0_the_floor_says_what_matters()
    {
        var (none, few) = (Enumerable.Repeat(0d, 12).ToArray(), Enumerable.Repeat(0.002, 12).ToArray());
        var errors = Latency with { Name = "errors", Dimension = Dimension.Ratio };
        Assert.IsType<Verdict.Failed>(SampleComparison.Judge(errors, few, none));
        Assert.IsType<Verdict.Passed>(SampleComparison.Judge(errors with { Floor = 0.005 }, few, none));
        Assert.IsType<Verdict.Failed>(SampleComparison.Judge(errors with { Floor = 0.005 }, [.. few.Select(f => f * 10)], none));
    }

    [Fact]
    public void Whoever_looks_again_and_again_wants_more_proof()
    {
        double[] fresh = [9, 9.1, 9.2, 9.3, 9.4], stable = [1, 1.1, 1.2, 1.3, 1.4];
        Assert.IsType<Verdict.Failed>(SampleComparison.Judge(Latency, fresh, stable));
        Assert.IsType<Verdict.Passed>(SampleComparison.Judge(Latency, fresh, stable, chance: 0.0001));
    }
}
