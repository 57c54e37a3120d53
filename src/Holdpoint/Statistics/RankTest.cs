using MathNet.Numerics.Distributions;

namespace Holdpoint.Statistics;

/// <summary>
/// The rank sum test of Wilcoxon, and of Mann and Whitney ("On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other",
/// Annals of Mathematical Statistics 18, 1947): whether one sample tends to be larger than another, whatever their distribution.
/// </summary>
public static class RankTest
{
    /// <summary>Up to this many on each side, and without ties, the chance is exact; above, or with ties, it is the normal approximation's.</summary>
    public const int MostExact = 49;

    /// <param name="first">At least one, all finite.</param>
    /// <param name="second">At least one, all finite.</param>
    public static RankTestResult Compare(ReadOnlySpan<double> first, ReadOnlySpan<double> second, Alternative alternative = Alternative.TwoSided)
    {
        ArgumentOutOfRangeException.ThrowIfZero(first.Length);
        ArgumentOutOfRangeException.ThrowIfZero(second.Length);
        var (u, tied) = Rank(first, second);
        var isExact = tied == 0 && first.Length <= MostExact && second.Length <= MostExact;
        return new(u, isExact ? Exact(u, first.Length, second.Length, alternative) : Approximate(u, first.Length, second.Length, tied, alternative), isExact);
    }

    /// <summary>How many pairs the first wins, ties counted half; and Σ(t³ − t) over the groups of t equal values.</summary>
    internal static (double U, double Tied) Rank(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double[] values = [.. first, .. second];
        foreach (var value in values)
            if (!double.IsFinite(value))
                throw new ArgumentException($"{value} has no rank");
        var isFirst = new bool[values.Length];
        isFirst.AsSpan(0, first.Length).Fill(true);
        Array.Sort(values, isFirst);
        double ranks = 0, tied = 0;
        for (int from = 0, to; from < values.Length; from = to)
        {
            to = from + 1;
            while (to < values.Length && values[to] == values[from])
                to++;
            double size = to - from;
            tied += (size * size * size) - size;
            // The mean of the ranks from + 1 … to.
            ranks += isFirst.AsSpan(from, to - from).Count(true) * (from + 1 + to) / 2d;
        }

        return (ranks - (first.Length * (first.Length + 1d) / 2), tied);
    }

    private static double Exact(double u, int n, int m, Alternative alternative)
    {
        var chances = Chances(n, m);
        var atLeast = Sum(chances.AsSpan((int)u));
        var atMost = Sum(chances.AsSpan(0, (int)u + 1));
        return alternative switch
        {
            Alternative.Greater => Math.Min(1, atLeast),
            Alternative.Less => Math.Min(1, atMost),
            _ => Math.Min(1, 2 * Math.Min(atLeast, atMost)),
        };
    }

    /// <summary>
    /// The chance of each U where both samples come from one distribution. The largest of all values belongs to the first (and wins against
    /// the whole second) or to the second: p(u; n, m) = n/(n+m) · p(u − m; n − 1, m) + m/(n+m) · p(u; n, m − 1). Chances, not counts, so that nothing overflows.
    /// </summary>
    private static double[] Chances(int n, int m)
    {
        var row = new double[m + 1][];
        for (var j = 0; j <= m; j++)
            row[j] = [1];
        for (var i = 1; i <= n; i++)
        {
            var next = new double[m + 1][];
            next[0] = [1];
            for (var j = 1; j <= m; j++)
            {
                var chances = new double[(i * j) + 1];
                var won = (double)i / (i + j);
                for (var u = 0; u < row[j].Length; u++)
                    chances[u + j] += won * row[j][u];
                for (var u = 0; u < next[j - 1].Length; u++)
                    chances[u] += (1 - won) * next[j - 1][u];
                next[j] = chances;
            }

            row = next;
        }

        return row[m];
    }

    /// <summary>With the correction for ties in the variance, and half a step towards the mean for continuity (as R's wilcox.test).</summary>
    private static double Approximate(double u, int n, int m, double tied, Alternative alternative)
    {
        double pairs = (double)n * m, all = n + m;
        var deviation = Math.Sqrt(pairs / 12 * (all + 1 - (tied / (all * (all - 1)))));
        // All values are one: nothing speaks for a difference.
        if (!(deviation > 0))
            return 1;
        var over = u - (pairs / 2);
        return alternative switch
        {
            Alternative.Greater => Above((over - 0.5) / deviation),
            Alternative.Less => Above((-over - 0.5) / deviation),
            _ => Math.Min(1, 2 * Above((Math.Abs(over) - 0.5) / deviation)),
        };

        static double Above(double z) => Normal.CDF(0, 1, -z);
    }

    private static double Sum(ReadOnlySpan<double> chances)
    {
        double sum = 0;
        foreach (var chance in chances)
            sum += chance;
        return sum;
    }
}

/// <param name="U">Pairs in which the first is larger, ties counted half: 0 … n·m.</param>
/// <param name="Chance">Of a result at least as extreme where there is no difference (the p-value).</param>
/// <param name="IsExact">Else by the normal approximation.</param>
public sealed record RankTestResult(double U, double Chance, bool IsExact);
