using System.Collections.Concurrent;

namespace Shop;

/// <summary>So many a minute for a key, in windows of whole minutes.</summary>
internal sealed class Limits(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Key, long Minute), int> _counts = new();

    public bool Admits(string key, int most) =>
        _counts.AddOrUpdate((key, time.GetUtcNow().ToUnixTimeSeconds() / 60), 1, (_, count) => count + 1) <= most;
}
