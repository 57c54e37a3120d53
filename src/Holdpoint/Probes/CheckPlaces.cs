using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Holdpoint.Probes;

/// <summary>How many checks may be at it at once: over all, on each host, and at each server of the configuration. Shared by all checks of a run.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore that nobody asks for its wait handle holds nothing but memory")]
public sealed class CheckPlaces
{
    private readonly SemaphoreSlim _all = new(Overall);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _each = new(StringComparer.Ordinal);

    /// <summary>64: enough to hide a hundred silent servers behind one timeout, few enough for file descriptors.</summary>
    public static int Overall => 64;

    /// <summary>On one host, or at one server: 8, so that a checklist is no load test.</summary>
    public static int Each => 8;

    /// <param name="server">Kind and name; null: it asks none of the configuration.</param>
    /// <param name="host">Null: this machine, which has its own measure in <see cref="Overall"/>.</param>
    /// <returns>Gives the places back when disposed.</returns>
    public async Task<IDisposable> TakeAsync(string? server, string? host, CancellationToken cancel)
    {
        var taken = new Taken();
        try
        {
            // Always in this order, so that no two wait for each other; the one over all comes last, so that nobody keeps it waiting.
            foreach (var place in (SemaphoreSlim?[])[Of("server", server), Of("host", host), _all])
                if (place is not null)
                {
                    await place.WaitAsync(cancel);
                    taken.Add(place);
                }

            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private SemaphoreSlim? Of(string kind, string? name) => name is null ? null : _each.GetOrAdd($"{kind} {name}", _ => new(Each));

    private sealed class Taken : IDisposable
    {
        private readonly List<SemaphoreSlim> _places = new(3);

        public void Add(SemaphoreSlim place) => _places.Add(place);

        public void Dispose()
        {
            foreach (var place in _places)
                place.Release();
            _places.Clear();
        }
    }
}
