using System.Collections.Concurrent;

namespace Shop;

/// <summary>So many a minute for a key, in whichever minute: the window slides.</summary>
internal sealed class Limits(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> _admitted = new();

    public bool Admits(string key, int most)
    {
        var now = time.GetUtcNow();
        var admitted = _admitted.GetOrAdd(key, _ => []);
        lock (admitted)
        {
            while (admitted.TryPeek(out var oldest) && now - oldest >= Window)
                admitted.Dequeue();
            if (admitted.Count >= most)
                return false;
            admitted.Enqueue(now);
            return true;
        }
    }
}
