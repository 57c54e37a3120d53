namespace Holdpoint.Journal;

/// <summary>The same journal without a disk: for tests of the engine, and for a rollback that outlives its disk.</summary>
public sealed class MemoryJournal(string runId, TimeProvider? time = null) : IJournal
{
    /// <summary>Without an append the waiting ends after 1 s.</summary>
    private static readonly TimeSpan ShortWhile = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly JournalChain chain = new();
    private readonly Dictionary<string, byte[]> evidence = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string RunId => runId;

    /// <summary>A journal that goes on behind entries stored elsewhere.</summary>
    internal static MemoryJournal Continue(string runId, IEnumerable<JournalEntry> entries, TimeProvider time)
    {
        var journal = new MemoryJournal(runId, time);
        foreach (var entry in entries)
        {
            journal.chain.Add(entry, 0);
        }

        return journal;
    }

    public ValueTask<IReadOnlyList<JournalEntry>> ReadAsync(long after, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            return ValueTask.FromResult(chain.After(after));
        }
    }

    public ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(long expected, int epoch, IReadOnlyList<NewEntry> entries, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        TaskCompletionSource waiting;
        List<(byte[] Line, JournalEntry Entry)> lines;
        lock (gate)
        {
            chain.Admit(expected, epoch);
            lines = chain.Compose(epoch, entries);
            foreach (var (line, entry) in lines)
            {
                chain.Add(entry, line.Length);
            }

            waiting = changed;
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult();
        return ValueTask.FromResult<IReadOnlyList<JournalEntry>>([.. lines.Select(l => l.Entry)]);
    }

    public ValueTask<EvidenceReference> StoreEvidenceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var safe = SafeName.OfEvidence(name);
        lock (gate)
        {
            var number = 1;
            while (!evidence.TryAdd(SafeName.Numbered(safe, number), content.ToArray()))
            {
                number++;
            }

            return ValueTask.FromResult(JournalFiles.Refer(SafeName.Numbered(safe, number), content.Span));
        }
    }

    public ValueTask<byte[]> ReadEvidenceAsync(EvidenceReference evidence, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            return this.evidence.TryGetValue(evidence.Name, out var content) && JournalFiles.Refer(evidence.Name, content) == evidence
                ? ValueTask.FromResult<byte[]>([.. content])
                : throw new DamagedJournal($"the evidence {evidence.Name} of {RunId} is missing or not the one that was stored");
        }
    }

    /// <summary>Takes over an entry that another wrote elsewhere, numbered anew and with its epoch, which fences older drivers here too.</summary>
    internal void Overhear(JournalEntry entry)
    {
        lock (gate)
        {
            var (line, added) = chain.Compose(entry.Epoch, [new(entry.At, entry.Actor, entry.Type, entry.Data)])[0];
            chain.Add(added, line.Length);
        }
    }

    /// <summary>Whether evidence of this name is held here.</summary>
    internal bool Holds(EvidenceReference reference)
    {
        lock (gate)
        {
            return evidence.TryGetValue(reference.Name, out var content) && JournalFiles.Refer(reference.Name, content) == reference;
        }
    }

    public async Task WaitForChangeAsync(long sequence, CancellationToken cancel)
    {
        Task change;
        lock (gate)
        {
            if (chain.Head.Sequence > sequence)
            {
                return;
            }

            change = changed.Task;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(change, Task.Delay(ShortWhile, time, ended.Token));
        await ended.CancelAsync();
        cancel.ThrowIfCancellationRequested();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
