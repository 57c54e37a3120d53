namespace Holdpoint.Rollouts;

/// <summary>Shares as the whole numbers that proxies take: a server's share is its weight by the sum of all.</summary>
internal static class TrafficWeights
{
    /// <summary>The smallest weights whose shares are nearest to the wanted ones: 19 and 1 for 95% and 5%.</summary>
    /// <param name="shares">0 or above, not all of them 0.</param>
    /// <param name="most">What a single weight can be.</param>
    /// <returns>0 for a share of 0, 1 and above for the rest.</returns>
    public static IReadOnlyDictionary<string, int> Of(IReadOnlyDictionary<string, double> shares, int most)
    {
        if (shares.Values.Any(s => !double.IsFinite(s) || s < 0) || shares.Values.Sum() <= 0)
            throw new ArgumentException("shares are 0 or above, and one of them is more");
        var (sum, greatest) = (shares.Values.Sum(), shares.Values.Max());
        var best = shares.ToDictionary(s => s.Key, _ => 0);
        var bestError = double.PositiveInfinity;
        for (var scale = 1; scale <= most; scale++)
        {
            var weights = shares.ToDictionary(s => s.Key, s => s.Value > 0 ? Math.Max(1, (int)Math.Round(s.Value / greatest * scale)) : 0);
            double all = weights.Values.Sum();
            var error = shares.Max(s => Math.Abs(weights[s.Key] / all - s.Value / sum));
            // Below a millionth no count of requests shows the difference.
            if (error < bestError - 1e-6)
                (best, bestError) = (weights, error);
        }

        return best;
    }
}
