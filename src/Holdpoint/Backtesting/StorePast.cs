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

    private readonly SemaphoreSlim _turn = new(MostAtOnce);
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
        var answered = await AskAsync(definition, piece, cancel);
        if (answered && definition.Source is MetricSourceDefinition.Prometheus source)
        {
            await CountAsync(definition, source, piece, cancel);
            await FillAsync(definition, source, piece, cancel);
        }

        // A piece without a number may be one that the store has lost, or will yet get: it costs little to ask again.
        if (answered && piece.Numbers > 0 && piece.Last < time.GetUtcNow() - Settled)
            cache?.Keep(key, piece);
        return piece;
    }

    /// <returns>Whether the store answered, be it with nothing.</returns>
    private async Task<bool> AskAsync(MetricDefinition definition, MetricPast piece, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var last = piece.Last < now ? piece.Last : MetricPast.OnGrid(now, piece.Step);
        if (last < piece.First)
            return false;
        var source = create(definition);
        await _turn.WaitAsync(cancel);
        IReadOnlyList<Sample>? samples;
        try
        {
            Interlocked.Increment(ref _asked);
            samples = await source.HistoryAsync(piece.First, last, piece.Step, cancel);
        }
        finally
        {
            _turn.Release();
        }

        if (samples is null)
        {
            piece.Nothing = $"{definition.Name} keeps no past: give its numbers with --data FILE";
            return false;
        }

        // Nothing but a reason: the store did not answer, and all of the piece is as unknown as its end.
        if (samples.Count > 0 && samples.All(s => s is Sample.Missing { TargetFails: false }))
        {
            piece.Nothing = samples[^1].Reason;
            return false;
        }

        piece.Nothing = $"{definition.Name}: the store has nothing of that time";
        foreach (var sample in samples)
            piece.Put(sample with { FilledIn = false });
        return true;
    }

    /// <summary>Numbers with too few events behind them are sparse.</summary>
    private async Task CountAsync(MetricDefinition definition, MetricSourceDefinition.Prometheus source, MetricPast piece, CancellationToken cancel)
    {
        if (source.Count is null || !Enumerable.Range(0, piece.Count).Any(i => piece.At(i) is Sample.Measured { Events: null }))
            return;
        var counts = await PieceAsync(Derived(definition, source, source.Count, "events"), piece.Step, piece.First, cancel);
        var least = Math.Max(definition.MinCount, 1);
        for (var i = 0; i < piece.Count; i++)
            if (piece.At(i) is Sample.Measured { Events: null } measured)
                piece.Put(i, (counts.At(i).Number ?? 0) is var events && events >= least
                    ? measured with { Events = events }
                    : new Sample.Sparse(measured.At, $"{definition.Name}: {events:0.#} events, {least:0.#} are needed to judge"));
    }

    /// <summary>
    /// Says what absence means. That all series of a target are gone says that it was gone only where the store saw others at that moment:
    /// a store that was down itself has a hole there, and is blind.
    /// </summary>
    private async Task FillAsync(MetricDefinition definition, MetricSourceDefinition.Prometheus source, MetricPast piece, CancellationToken cancel)
    {
        if (definition.Absence is not { } absence || !Enumerable.Range(0, piece.Count).Any(i => !piece.Has(i)))
            return;
        MetricPast? present = null, alive = null;
        var now = time.GetUtcNow();
        for (var i = 0; i < piece.Count && piece.MomentOf(i) <= now; i++)
        {
            if (piece.Has(i))
                continue;
            alive ??= await PieceAsync(Derived(definition, source, "count(up)", "the store"), piece.Step, piece.First, cancel);
            if (alive.At(i) is not Sample.Measured)
                continue;
            if (absence.While is not null)
                present ??= await PieceAsync(Derived(definition, source, $"count({absence.While})", absence.While), piece.Step, piece.First, cancel);
            var at = piece.MomentOf(i);
            piece.Put(i, present is null || present.At(i) is Sample.Measured
                ? new Sample.Measured(at, absence.Value)
                : new Sample.Missing(at, $"{definition.Name}: neither it nor {absence.While} was there: the target was gone", TargetFails: true));
        }
    }

    private static MetricDefinition Derived(MetricDefinition definition, MetricSourceDefinition.Prometheus source, string query, string what) =>
        new($"{definition.Name} ({what})", Expressions.Dimension.Count, 1, source with { Query = query, Count = null }) { Timeout = definition.Timeout };
}
