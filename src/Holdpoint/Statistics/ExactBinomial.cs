using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Holdpoint.Statistics;

/// <summary>
/// Exact tests of counts, for events so rare that no approximation holds
/// (Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934).
/// </summary>
public static class ExactBinomial
{
    /// <summary>Two likelihoods this close are equal: rounding must not part a mirrored pair (as R's binom.test).</summary>
    private const double Rounding = 1 + 1e-7;

    /// <summary>The chance of a result at least as extreme as <paramref name="events"/> of <paramref name="trials"/> where each trial has the chance <paramref name="share"/>.</summary>
    /// <param name="share">0 … 1.</param>
    /// <param name="alternative">Two-sided is by least likelihood: all results that are no likelier than this one, as R's binom.test.</param>
    public static double Chance(long events, long trials, double share, Alternative alternative = Alternative.TwoSided)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(events);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events, trials);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(trials, int.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return alternative switch
        {
            Alternative.Greater => AtLeast(events, trials, share),
            Alternative.Less => AtMost(events, trials, share),
            _ => TwoSided(events, trials, share),
        };
    }

    /// <summary>
    /// Whether two rates differ: of all events, the first side should have the share that its exposure has, which makes their number binomial
    /// (Przyborowski and Wilenski, "Homogeneity of Results in Testing Samples from Poisson Series", Biometrika 31, 1940; R's poisson.test).
    /// </summary>
    /// <param name="firstExposure">What the events were counted over: requests, seconds. Above 0.</param>
    /// <param name="ratio">How many times the second's rate the first's is taken to be.</param>
    public static double TwoRates(long firstEvents, double firstExposure, long secondEvents, double secondExposure, Alternative alternative = Alternative.TwoSided, double ratio = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(firstExposure);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(secondExposure);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ratio);
        return Chance(firstEvents, firstEvents + secondEvents, ratio * firstExposure / ((ratio * firstExposure) + secondExposure), alternative);
    }

    // The tail by the incomplete beta function: 1 − CDF would lose all digits of a small chance.
    private static double AtLeast(long events, long trials, double share) => events == 0 ? 1 : share is 0 or 1 ? share : SpecialFunctions.BetaRegularized(events, trials - events + 1, share);

    private static double AtMost(long events, long trials, double share) => AtLeast(trials - events, trials, 1 - share);

    private static double TwoSided(long events, long trials, double share)
    {
        var likelihood = Binomial.PMF(share, (int)trials, (int)events) * Rounding;
        var expected = share * trials;
        if (events == expected)
            return 1;
        if (events < expected)
        {
            // On the other slope, likelihood falls: the first count from which on it is no higher.
            var mirror = First((long)Math.Ceiling(expected), trials + 1, k => Binomial.PMF(share, (int)trials, (int)k) <= likelihood);
            return Math.Min(1, AtMost(events, trials, share) + (mirror > trials ? 0 : AtLeast(mirror, trials, share)));
        }

        var last = First(0, (long)Math.Floor(expected) + 1, k => Binomial.PMF(share, (int)trials, (int)k) > likelihood) - 1;
        return Math.Min(1, AtLeast(events, trials, share) + (last < 0 ? 0 : AtMost(last, trials, share)));
    }

    /// <summary>The first of [from, to) for which it holds, as it does for all after it; else <paramref name="to"/>.</summary>
    private static long First(long from, long to, Func<long, bool> holds)
    {
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            (from, to) = holds(middle) ? (from, middle) : (middle + 1, to);
        }

        return from;
    }
}
