namespace Holdpoint.Rollouts;

/// <summary>Shares of requests in whole replicas.</summary>
internal static class ReplicaShares
{
    /// <summary>By largest remainder, so that their sum stays; whoever is to get anything has one replica at least, at the cost of those that have most too many.</summary>
    /// <param name="total">Raised where there are more units than replicas.</param>
    public static IReadOnlyDictionary<string, long> Of(IReadOnlyDictionary<string, double> shares, long total)
    {
        var meant = shares.Where(s => s.Value > 0).Select(s => s.Key).Order(StringComparer.Ordinal).ToList();
        total = Math.Max(total, meant.Count);
        // 0.15 * 20 is a little less than 3.
        var replicas = shares.ToDictionary(s => s.Key, s => s.Value > 0 ? Math.Max(1, (long)Math.Floor(s.Value * total + 1e-9)) : 0, StringComparer.Ordinal);
        double Lacks(string unit) => shares[unit] * total - replicas[unit];
        while (meant.Count > 0 && replicas.Values.Sum() < total)
            // Where two lack the same, the larger stays the larger.
            replicas[meant.MaxBy(u => (Math.Round(Lacks(u), 9), shares[u]))!]++;
        while (replicas.Values.Sum() > total)
            replicas[meant.Where(u => replicas[u] > 1).MinBy(Lacks)!]--;
        return replicas;
    }
}
