using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Statistics;

/// <summary>
/// Whether a new side's samples of a metric are worse than the stable side's: a rank test says whether it is more than chance, an effect size whether
/// it matters. Neither looks at means, which one wild sample moves, nor at medians, which hide what happens to a third of the users.
/// </summary>
public static class SampleComparison
{
    /// <summary>Fewer on one side can't be told from chance: with 5 and 5, the worst possible result has the chance 0.004.</summary>
    public const int LeastSamples = 5;

    /// <summary>Below this chance it is no accident.</summary>
    public const double Chance = 0.01;

    /// <summary>A difference as large as this matters: two of three pairs and more are lost.</summary>
    public const double Effect = EffectSize.Medium;

    /// <param name="fresh">In the base unit of the metric, all finite.</param>
    /// <param name="stable">In the same unit, of the same time.</param>
    /// <returns>Failed: worse. Unknown: too few samples. Passed: no evidence that it is worse.</returns>
    public static Verdict Judge(MetricDefinition metric, ReadOnlySpan<double> fresh, ReadOnlySpan<double> stable)
    {
        var shown = $"{metric.Name} on the new side {Median(metric, fresh)}, on the stable side {Median(metric, stable)}";
        if (fresh.Length < LeastSamples || stable.Length < LeastSamples)
            return new Verdict.Unknown($"not enough data to compare: {shown}; {LeastSamples} samples on each side are needed");
        var higher = metric.Better == Better.Lower;
        var test = RankTest.Compare(fresh, stable, higher ? Alternative.Greater : Alternative.Less);
        var effect = EffectSize.CliffsDelta(fresh, stable) * (higher ? 1 : -1);
        shown += $": worse in {Units.Ratio((1 + effect) / 2)} of pairs, by chance in {Units.Ratio(test.Chance)}";
        return test.Chance < Chance && effect >= Effect
            ? new Verdict.Failed($"{metric.Name} on the new side no {(higher ? "higher" : "lower")} than on the stable side", shown)
            : new Verdict.Passed(shown);
    }

    private static string Median(MetricDefinition metric, ReadOnlySpan<double> samples) => samples.IsEmpty
        ? "without a sample"
        : $"{new Value.Number(WindowStatistics.Compute(new Statistic("p", 0.5), samples) ?? double.NaN, metric.Dimension)} ({samples.Length} samples)";
}
