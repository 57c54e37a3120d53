namespace Holdpoint.Statistics;

/// <summary>How large a difference is, whatever the number of samples: a chance alone says only whether there is one.</summary>
public static class EffectSize
{
    /// <summary>A difference below this is negligible (Romano and others, "Appropriate statistics for ordinal level data", 2006: 0.147 small, 0.33 medium, 0.474 large).</summary>
    public const double Small = 0.147;

    public const double Medium = 0.33;

    public const double Large = 0.474;

    /// <summary>
    /// P(first &gt; second) + ½·P(equal): 0 … 1, 0.5 where neither tends to be larger
    /// (Vargha and Delaney, "A Critique and Improvement of the CL Common Language Effect Size Statistics", 2000).
    /// </summary>
    public static double VarghaDelaney(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        ArgumentOutOfRangeException.ThrowIfZero(first.Length);
        ArgumentOutOfRangeException.ThrowIfZero(second.Length);
        return RankTest.Rank(first, second).U / ((double)first.Length * second.Length);
    }

    /// <summary>
    /// P(first &gt; second) − P(first &lt; second): −1 … 1, 1 where every value of the first is larger; the same as the rank-biserial correlation
    /// (Cliff, "Dominance statistics", Psychological Bulletin 114, 1993).
    /// </summary>
    public static double CliffsDelta(ReadOnlySpan<double> first, ReadOnlySpan<double> second) => (2 * VarghaDelaney(first, second)) - 1;
}
