namespace Holdpoint.Journal;

/// <summary>
/// A journal that a rollback writes to: once the store takes nothing more, it goes on from memory, and the record is broken from there on.
/// It still listens to the store, so that a newer driver fences it and a person's command is heard.
/// </summary>
public sealed class SalvagedJournal : IJournal
{
    private readonly IJournal inner;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly List<JournalEntry> stored;
    private MemoryJournal? memory;

    /// <param name="inner">Disposed with this one.</param>
    /// <param name="known">Every entry of it read so far, from the first on.</param>
    public SalvagedJournal(IJournal inner, IReadOnlyList<JournalEntry> known, TimeProvider? time = null)
    {
        this.inner = inner;
        this.time = time ?? TimeProvider.System;
        stored = [.. known];
    }

    public string RunId => inner.RunId;

    /// <summary>Entries since <see cref="BrokenAfter"/> exist in this process only.</summary>
    public bool IsBroken => memory is not null;

    /// <summary>The newest sequence number that the store has for certain; null while nothing is broken.</summary>
    public long? BrokenAfter { get; private set; }

    /// <summary>What the store said when it failed; null while nothing is broken.</summary>
    public JournalUnwritable? Because { get; private set; }

    public async ValueTask<IReadOnlyList<JournalEntry>> ReadAsync(long after, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            await ListenAsync(cancel);
            return memory is null ? stored.GetRange((int)Math.Min(after, stored.Count), stored.Count - (int)Math.Min(after, stored.Count)) : await memory.ReadAsync(after, cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(long expected, int epoch, IReadOnlyList<NewEntry> entries, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            if (memory is null)
            {
                try
                {
                    var added = await inner.AppendAsync(expected, epoch, entries, cancel);
                    if (stored.Count == expected)
                    {
                        stored.AddRange(added);
                    }

                    return added;
                }
                catch (JournalUnwritable e)
                {
                    await BreakAsync(e, cancel);
                }
                catch (DamagedJournal e)
                {
                    await BreakAsync(new JournalUnwritable(e.Message, e), cancel);
                }
            }

            await ListenAsync(cancel);
            return await memory!.AppendAsync(expected, epoch, entries, cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask<EvidenceReference> StoreEvidenceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            if (memory is null)
            {
                try
                {
                    return await inner.StoreEvidenceAsync(name, content, cancel);
                }
                catch (JournalUnwritable e)
                {
                    await BreakAsync(e, cancel);
                }
            }

            return await memory!.StoreEvidenceAsync(name, content, cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    public ValueTask<byte[]> ReadEvidenceAsync(EvidenceReference evidence, CancellationToken cancel) =>
        memory is { } held && held.Holds(evidence) ? held.ReadEvidenceAsync(evidence, cancel) : inner.ReadEvidenceAsync(evidence, cancel);

    public Task WaitForChangeAsync(long sequence, CancellationToken cancel) =>
        memory is { } held ? held.WaitForChangeAsync(sequence, cancel) : inner.WaitForChangeAsync(sequence, cancel);

    public ValueTask DisposeAsync()
    {
        turn.Dispose();
        return inner.DisposeAsync();
    }

    private async ValueTask BreakAsync(JournalUnwritable because, CancellationToken cancel)
    {
        Because = because;
        await ListenAsync(cancel);
        (memory, BrokenAfter) = (MemoryJournal.Continue(RunId, stored, time), stored.Count);
    }

    /// <summary>Takes over what others have put into the store; behind the break it is numbered anew, since memory has gone another way.</summary>
    private async ValueTask ListenAsync(CancellationToken cancel)
    {
        IReadOnlyList<JournalEntry> heard;
        try
        {
            heard = await inner.ReadAsync(stored.Count, cancel);
        }
        catch (Exception e) when (e is DamagedJournal or JournalUnwritable)
        {
            // A store that can't be read stops no rollback: it goes on with what is known, and its next append finds out whether anything can be written.
            return;
        }

        stored.AddRange(heard);
        foreach (var entry in heard)
        {
            memory?.Overhear(entry);
        }
    }
}
