namespace Holdpoint.Metrics;

/// <summary>Quantiles of a histogram with fixed buckets.</summary>
public static class Histogram
{
    /// <param name="UpperBound">Inclusive; the last one is +Inf.</param>
    /// <param name="Cumulative">Observations up to the bound, those of the smaller buckets included.</param>
    public readonly record struct Bucket(double UpperBound, double Cumulative);

    /// <summary>
    /// As PromQL's <c>histogram_quantile</c> for classic histograms (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile):
    /// linear within a bucket; the first bucket begins at 0 where its bound is positive; what lies in the last one is told as the highest finite bound.
    /// NaN where there is no +Inf bucket, fewer than two buckets, or no observation.
    /// </summary>
    /// <param name="rank">0…1.</param>
    /// <param name="buckets">By rising bound.</param>
    public static double Quantile(double rank, IReadOnlyList<Bucket> buckets)
    {
        if (buckets.Count < 2 || !double.IsPositiveInfinity(buckets[^1].UpperBound) || buckets[^1].Cumulative <= 0)
            return double.NaN;
        // Pages of several instances may be cut between two buckets: counts must not fall.
        var counts = new double[buckets.Count];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = Math.Max(buckets[i].Cumulative, i > 0 ? counts[i - 1] : 0);
        var wanted = rank * counts[^1];
        var at = 0;
        while (at < counts.Length - 1 && counts[at] < wanted)
            at++;
        if (at == counts.Length - 1)
            return buckets[^2].UpperBound;
        if (at == 0 && buckets[0].UpperBound <= 0)
            return buckets[0].UpperBound;
        var low = at == 0 ? 0 : buckets[at - 1].UpperBound;
        var below = at == 0 ? 0 : counts[at - 1];
        var inside = counts[at] - below;
        return inside <= 0 ? low : low + (buckets[at].UpperBound - low) * ((wanted - below) / inside);
    }
}
