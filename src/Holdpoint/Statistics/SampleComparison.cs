using System.Globalization;
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

    /// <summary>
    /// A pair of samples is lost where the new one is worse than the stable one by more than <see cref="MetricDefinition.WorseLimit"/>: what is a little slower in each
    /// of its samples is certain, and does not matter. A stable sample below the metric's floor counts as the floor.
    /// </summary>
    /// <param name="fresh">In the base unit of the metric, all finite.</param>
    /// <param name="stable">In the same unit, of the same time.</param>
    /// <param name="chance">Below it, it is no accident: smaller for whoever looks again and again.</param>
    /// <returns>Failed: worse. Unknown: too few samples. Passed: no evidence that it is worse.</returns>
    public static Verdict Judge(MetricDefinition metric, ReadOnlySpan<double> fresh, ReadOnlySpan<double> stable, double chance = Chance)
    {
        var shown = $"{metric.Name} at the median {Median(metric, fresh, "new")}, {Median(metric, stable, "stable")}";
        if (fresh.Length < LeastSamples || stable.Length < LeastSamples)
            return new Verdict.Unknown($"not enough data to compare: {shown}; {LeastSamples} samples on each side are needed");
        var higher = metric.Better == Better.Lower;
        var test = RankTest.Compare(fresh, stable, higher ? Alternative.Greater : Alternative.Less);
        var (lost, won) = Pairs(metric, fresh, stable);
        shown += $": more than {Units.Ratio(metric.WorseLimit)} worse in {Units.Ratio(lost)} of pairs, better in {Units.Ratio(won)} (effect {Short(lost - won)}, rank test p {Short(test.Chance)})";
        return test.Chance < chance && lost - won >= Effect
            ? new Verdict.Failed($"{metric.Name} on the new side no {(higher ? "higher" : "lower")} than on the stable side, give or take {Units.Ratio(metric.WorseLimit)}", shown)
            : new Verdict.Passed(shown);
    }

    /// <summary>The shares of pairs that the new side loses and wins by more than the limit; their difference is Cliff's delta with what lies within the limit as ties.</summary>
    private static (double Lost, double Won) Pairs(MetricDefinition metric, ReadOnlySpan<double> fresh, ReadOnlySpan<double> stable)
    {
        // With the sign turned where more is better, worse is always more.
        var sign = metric.Better == Better.Lower ? 1 : -1;
        double[] above = [.. stable], below = [.. stable];
        for (var i = 0; i < above.Length; i++)
        {
            var (least, margin) = (metric is { Better: Better.Lower, Floor: { } floor } ? Math.Max(floor, above[i]) : above[i], Math.Abs(below[i]) * metric.WorseLimit);
            (above[i], below[i]) = ((sign * least) + (Math.Abs(least) * metric.WorseLimit), (sign * below[i]) - margin);
        }

        Array.Sort(above);
        Array.Sort(below);
        double lost = 0, won = 0;
        foreach (var sample in fresh)
        {
            lost += FirstFrom(above, sign * sample);
            won += below.Length - FirstFrom(below, Math.BitIncrement(sign * sample));
        }

        var pairs = (double)fresh.Length * stable.Length;
        return (lost / pairs, won / pairs);
    }

    /// <summary>How many of a sorted list are less than a number.</summary>
    private static int FirstFrom(double[] sorted, double number)
    {
        var (from, to) = (0, sorted.Length);
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            (from, to) = sorted[middle] < number ? (middle + 1, to) : (from, middle);
        }

        return from;
    }

    private static string Short(double number) => number is > 0 and < 0.0001 ? "below 0.0001" : number.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Median(MetricDefinition metric, ReadOnlySpan<double> samples, string side) => samples.IsEmpty
        ? $"without a sample on the {side} side"
        : $"{new Value.Number(WindowStatistics.Compute(new Statistic("p", 0.5), samples) ?? double.NaN, metric.Dimension)} on the {side} side ({samples.Length} samples)";
}
