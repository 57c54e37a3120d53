using Holdpoint.Metrics;

namespace Holdpoint.Backtesting;

/// <summary>
/// Reads metrics' pasts from the stores that their sources name: in pieces below the 11,000 points that a Prometheus answers at most,
/// some at a time, each piece of the past once (<see cref="PieceCache"/>).
/// </summary>
public sealed class StorePast(Func<MetricDefinition, MetricSource> create, Func<MetricDefinition, string> server, PieceCache? cache, TimeProvider time)
{
    /// <summary>Moments in a piece: 36 hours at 15 s, and a day at 10 s.</summary>
    public const int PieceLength = 8_640;

    /// <summary>A store has other things to do than to answer about the past.</summary>
    public const int MostAtOnce = 4;

    /// <summary>What is younger may still change: samples come late, and a lookback reaches into the future.</summary>
    public static TimeSpan Settled { get; } = TimeSpan.FromMinutes(10);

    private int _asked;
    private int _done;

    /// <summary>How many range queries went to a store.</summary>
    public int Asked => _asked;

    /// <param name="onPiece">Told after each piece how many are done, of how many.</param>
    public async Task<IReadOnlyDictionary<string, MetricPast>> ReadAsync(
        IReadOnlyList<(MetricDefinition Definition, TimeSpan Step)> metrics, DateTimeOffset from, DateTimeOffset to, Action<int, int> onPiece, CancellationToken cancel)
    {
        var pasts = metrics.ToDictionary(m => m.Definition.Name, m => MetricPast.Over(m.Definition, m.Step, from, to), StringComparer.Ordinal);
        var pieces = pasts.Values.SelectMany(p => Pieces(p).Select(first => (Past: p, First: first))).ToList();
        await Parallel.ForEachAsync(pieces, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancel }, async (piece, stop) =>
        {
            var (past, first) = piece;
            var read = await PieceAsync(past.Definition, past.Step, first, stop);
            lock (past)
                past.Take(read);
            onPiece(Interlocked.Increment(ref _done), pieces.Count);
        });
        return pasts;
    }

    private static IEnumerable<DateTimeOffset> Pieces(MetricPast past)
    {
        var length = past.Step * PieceLength;
        for (var first = MetricPast.OnGrid(past.First, length); first <= past.Last; first += length)
            yield return first;
    }

    private async Task<MetricPast> PieceAsync(MetricDefinition definition, TimeSpan step, DateTimeOffset first, CancellationToken cancel)
    {
        var key = PieceCache.KeyOf(definition, server(definition), step, first, PieceLength);
        if (cache?.Find(key, definition, step, first, PieceLength) is { } known)
            return known;
        var piece = new MetricPast(definition, step, first, PieceLength);
        // A piece without a number may be one that the store has lost, or will yet get: it costs little to ask again.
        if (await AskAsync(definition, piece, cancel) && piece.Numbers > 0 && piece.Last < time.GetUtcNow() - Settled)
            cache?.Keep(key, piece);
        return piece;
    }

    /// <returns>Whether the store answered to the end.</returns>
    private async Task<bool> AskAsync(MetricDefinition definition, MetricPast piece, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var last = piece.Last < now ? piece.Last : MetricPast.OnGrid(now, piece.Step);
        if (last < piece.First)
            return false;
        var source = create(definition);
        // A history begins one step after its start.
        var samples = await source.HistoryAsync(piece.First - piece.Step, last, piece.Step, cancel);
        if (samples is null)
        {
            piece.Nothing = $"{definition.Name} keeps no past: give its numbers with --data FILE";
            return false;
        }

        Interlocked.Increment(ref _asked);
        foreach (var sample in samples)
            piece.Put(sample with { FilledIn = false });
        // A lone reason at the end, behind a hole: the store broke off there, and what it did not say is as unknown as that.
        var end = piece.IndexFrom(last);
        var brokeOff = samples.Count > 0 && samples[^1] is Sample.Missing { TargetFails: false } && end > 0 && !piece.Has(end - 1);
        piece.Nothing = brokeOff ? samples[^1].Reason : $"{definition.Name}: the store has nothing of that time";
        return !brokeOff;
    }
}
