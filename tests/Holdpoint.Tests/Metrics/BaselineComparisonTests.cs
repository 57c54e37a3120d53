using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Records;

namespace Holdpoint.Tests.Metrics;

public sealed class BaselineComparisonTests
{
    private static BaselineComparison Latency(double? before, double? after, double? staging = null) => new("p95", Dimension.Duration) { Before = before, After = after, Staging = staging };

    [Theory]
    [InlineData(0.2, 0.2, ComparisonVerdict.Same, "within 10% of before")]
    [InlineData(0.2, 0.22, ComparisonVerdict.Same, "within 10% of before")]
    [InlineData(0.2, 0.23, ComparisonVerdict.Worse, "by more than 10% against before")]
    [InlineData(0.2, 0.1, ComparisonVerdict.Better, "better than before")]
    [InlineData(0.0, 0.0, ComparisonVerdict.Same, "within 10% of before")]
    public void More_than_a_tenth_worse_is_flagged(double before, double after, ComparisonVerdict verdict, string because)
    {
        var compared = Latency(before, after);
        Assert.Equal((verdict, because), (compared.Verdict, compared.Because));
    }

    [Fact]
    public void Worse_is_lower_where_higher_is_better()
    {
        var hits = Latency(100, 80) with { HigherIsBetter = true };
        Assert.Equal(ComparisonVerdict.Worse, hits.Verdict);
        Assert.Equal(-0.2, hits.Change!.Value, 9);
        Assert.Equal(ComparisonVerdict.Better, (hits with { After = 130 }).Verdict);
    }

    [Fact]
    public void The_limit_is_the_metrics_own() => Assert.Equal(ComparisonVerdict.Same, (Latency(0.2, 0.25) with { Limit = 0.3 }).Verdict);

    [Fact]
    public void A_baseline_of_0_is_told_as_such_and_a_floor_makes_it_comparable()
    {
        var errors = Latency(0, 0.01);
        Assert.Equal((ComparisonVerdict.Unknown, "before it was 0, of which nothing is a percentage; give the metric a floor"), (errors.Verdict, errors.Because));
        Assert.Null(errors.Change);
        Assert.Equal("from 0", ComparisonTable.Changes(errors, null));
        Assert.Equal(ComparisonVerdict.Worse, (errors with { Floor = 0.005 }).Verdict);
        Assert.Equal((ComparisonVerdict.Same, "below its floor of 20ms"), ((errors with { Floor = 0.02 }).Verdict, (errors with { Floor = 0.02 }).Because));
    }

    [Fact]
    public void Where_one_is_missing_it_is_unknown_and_says_which()
    {
        var gone = Latency(0.2, null) with { WhyNoAfter = "the source was silent" };
        Assert.Equal((ComparisonVerdict.Unknown, "the source was silent"), (gone.Verdict, gone.Because));
        var unmeasured = Latency(null, 0.2) with { WhyNoBefore = "a rule was breaching" };
        Assert.Equal((ComparisonVerdict.Unknown, "a rule was breaching"), (unmeasured.Verdict, unmeasured.Because));
    }

    [Fact]
    public void The_worse_of_before_and_staging_counts_and_staging_alone_is_enough()
    {
        Assert.Equal("by more than 10% against staging", Latency(0.2, 0.2, 0.1).Because);
        Assert.Equal("by more than 10% against before", Latency(0.1, 0.2, 0.2).Because);
        Assert.Equal((ComparisonVerdict.Same, "within 10% of staging"), (Latency(null, 0.2, 0.2).Verdict, Latency(null, 0.2, 0.2).Because));
        Assert.Equal("+50% of staging", ComparisonTable.Changes(Latency(null, 0.3, 0.2), "staging"));
    }

    [Fact]
    public void As_a_table_it_has_a_column_for_staging_only_where_there_is_one()
    {
        Assert.Equal(
            """
            Metric  Before  After  Change  Verdict
            p95      200ms  300ms    +50%  worse: by more than 10% against before
            """, string.Join('\n', ComparisonTable.Text([Latency(0.2, 0.3)], null)));
        Assert.Equal(["Metric", "Staging", "Before", "After", "Change", "Verdict"], ComparisonTable.Header("staging"));
    }
}
