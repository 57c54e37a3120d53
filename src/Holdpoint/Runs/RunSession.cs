using Holdpoint.Journal;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>
/// One process's view of a run: its state, kept up with the journal, and the only way to append to it. Safe for concurrent use;
/// whoever appends decides on the newest state, and decides again when somebody else was first.
/// </summary>
public sealed class RunSession : IAsyncDisposable
{
    private readonly List<JournalEntry> _entries = [];
    private IJournal _journal;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Run? _run;
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunSession(IJournal journal, TimeProvider time)
    {
        _journal = journal;
        _time = time;
    }

    public Run Run => _run ?? throw new InvalidOperationException("the run has not started");

    public IJournal Journal => _journal;

    /// <summary>The epoch under which this session appends; 0 until <see cref="DriveAsync"/>.</summary>
    public int Epoch { get; private set; }

    /// <summary>Told of every event, in order, whoever wrote it; called under the session's lock, so it must be quick and must not append.</summary>
    public event Action<Run, Event, JournalEntry>? Happened;

    /// <summary>Completes at the next event.</summary>
    public Task Changed => _changed.Task;

    public static async Task<RunSession> StartAsync(IJournal journal, TimeProvider time, Event.Started started, CancellationToken cancel)
    {
        var session = new RunSession(journal, time);
        var entries = await journal.AppendAsync(0, 0, [EventNames.ToEntry(started, time.GetUtcNow(), started.By)], cancel);
        session.Fold(entries);
        return session;
    }

    public static async Task<RunSession> OpenAsync(IJournal journal, TimeProvider time, CancellationToken cancel)
    {
        var session = new RunSession(journal, time);
        session.Fold(await journal.ReadAsync(0, cancel));
        return session._run is null ? throw new DamagedJournal($"the journal of {journal.RunId} holds no event") : session;
    }

    /// <summary>Becomes the driver, with the epoch above every one before.</summary>
    public async Task DriveAsync(string by, CancellationToken cancel)
    {
        if (Run.UnknownEvents.Count > 0 && Run.Rollback is null && !Run.HasEnded)
            throw new UnknownFormat($"this run holds events of a newer version of holdpoint: {string.Join(", ", Run.UnknownEvents.Take(3))}");
        IReadOnlyList<Event> Take(Run run)
        {
            Epoch = run.Epoch + 1;
            return [new Event.Driven(Epoch, by, Environment.MachineName, Environment.ProcessId)];
        }

        // A rollback that somebody has just asked for finds the disk as full as it was for the driver before.
        await (Run.Rollback is null ? AppendAsync("driver", Take, cancel) : AppendSalvagingAsync("driver", Take, () => { }, cancel));
    }

    public Task AppendAsync(Event happened, CancellationToken cancel) => AppendAsync("driver", _ => [happened], cancel);

    /// <summary>Decides on the newest state and appends what was decided; nothing where nothing was, or where others have said something meanwhile that it can't follow.</summary>
    /// <returns>Whether anything was appended. If not, look again and decide again.</returns>
    /// <exception cref="JournalUnwritable">Also after a message or a rule's state went on in memory: forward, nothing happens that the record does not hold.</exception>
    public Task<bool> AppendAsync(string actor, Func<Run, IReadOnlyList<Event>> decide, CancellationToken cancel) =>
        GoesOnWithoutRecord ? AppendSalvagingAsync(actor, decide, () => { }, cancel)
        : _journal is SalvagedJournal { Because: { } broken } ? Task.FromException<bool>(new JournalUnwritable(broken.Message, broken))
        : DecideAndAppendAsync(actor, decide, cancel);

    /// <summary>
    /// A full disk stops no rollback, and nobody may stop looking at what was deployed because of it: a watch changes nothing,
    /// and its rules are the way back. Only a driver does so: what a person says and nobody else can read is lost. What comes after the watch is forward again, and stops.
    /// </summary>
    public bool GoesOnWithoutRecord => Epoch > 0 && (Run.Rollback is not null || (Run.Changed && Run.Entered.ContainsKey(Stage.Watch) && !Run.Entered.ContainsKey(Stage.Close)));

    /// <summary>Stores evidence; where the run goes on without its record, in memory.</summary>
    public async ValueTask<EvidenceReference> StoreEvidenceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        try
        {
            return await _journal.StoreEvidenceAsync(name, content, cancel);
        }
        catch (JournalUnwritable) when (GoesOnWithoutRecord)
        {
            await SalvageAsync(cancel);
            return await _journal.StoreEvidenceAsync(name, content, cancel);
        }
    }

    private async Task<bool> DecideAndAppendAsync(string actor, Func<Run, IReadOnlyList<Event>> decide, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            while (true)
            {
                var events = decide(Run);
                if (events.Count == 0)
                    return false;
                var now = _time.GetUtcNow();
                if (Evolution.WhyNot(Run, events, now) is not null)
                    return false;
                try
                {
                    Fold(await _journal.AppendAsync(Run.Sequence, Epoch, [.. events.Select(e => EventNames.ToEntry(e, now, actor))], cancel));
                    return true;
                }
                catch (JournalConflict)
                {
                    Fold(await _journal.ReadAsync(Run.Sequence, cancel));
                }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// The same for what a rollback needs: when the journal takes nothing more, the reserve is given back and tried once;
    /// after that the run goes on from memory and its record is broken.
    /// </summary>
    public async Task<bool> AppendSalvagingAsync(string actor, Func<Run, IReadOnlyList<Event>> decide, Action giveBackReserve, CancellationToken cancel)
    {
        var tried = _journal;
        try
        {
            return await DecideAndAppendAsync(actor, decide, cancel);
        }
        catch (Exception e) when (IsLost(e) && tried is not SalvagedJournal)
        {
            try
            {
                giveBackReserve();
            }
            catch (JournalUnwritable)
            {
                // The disk is worse than full: the next append goes to memory.
            }

            await SalvageAsync(cancel);
            return await DecideAndAppendAsync(actor, decide, cancel);
        }
    }

    private static bool IsLost(Exception e) => e is JournalUnwritable or DamagedJournal;

    private async Task SalvageAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_journal is not SalvagedJournal)
                _journal = new SalvagedJournal(_journal.Again(), [.. _entries], _time);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Why the record is broken from some event on; null: it is whole.</summary>
    public string? RecordBroken => (_journal as SalvagedJournal)?.Because?.Message;

    public IReadOnlyList<JournalEntry> Entries
    {
        get
        {
            lock (_entries)
                return [.. _entries];
        }
    }

    /// <summary>Reads what others have appended.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        var tried = _journal;
        try
        {
            await ReadOnAsync(cancel);
        }
        catch (DamagedJournal) when (_run is not null && GoesOnWithoutRecord && tried is not SalvagedJournal)
        {
            // Its folder is gone, or can't be read: what was read so far is enough to go back by.
            await SalvageAsync(cancel);
            await ReadOnAsync(cancel);
        }
    }

    private async Task ReadOnAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            Fold(await _journal.ReadAsync(_run?.Sequence ?? 0, cancel));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Keeps reading what others append, until cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await _journal.WaitForChangeAsync(Run.Sequence, cancel);
            }
            catch (DamagedJournal) when (GoesOnWithoutRecord)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), _time, cancel);
            }

            await RefreshAsync(cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _gate.Dispose();
    }

    private void Fold(IReadOnlyList<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            var next = Evolution.Evolve(_run, entry);
            _run = next;
            lock (_entries)
                _entries.Add(entry);
            if (EventNames.FromEntry(entry) is { } happened)
                Happened?.Invoke(next, happened, entry);
        }

        if (entries.Count > 0)
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}

/// <summary>The journal holds events that this program does not know: it may roll such a run back, and drives it no further.</summary>
public sealed class UnknownFormat(string what) : Exception(what);
