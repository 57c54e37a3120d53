namespace Holdpoint.Journal;

/// <summary>
/// The lock of an environment for the runs of one machine: <c>locks/ENVIRONMENT.json</c> in the record folder, changed under flock(2).
/// Its epoch grows with every holder and is written into the journal, where it fences a driver that was taken over.
/// </summary>
/// <remarks>
/// Every operation throws <see cref="JournalUnwritable"/> where the file can't be written, <see cref="DamagedJournal"/> where it can't be read.
/// </remarks>
public sealed class EnvironmentLock
{
    private readonly string folder;
    private readonly TimeProvider time;
    private readonly IDurableFiles files;

    public EnvironmentLock(string recordFolder, TimeProvider time)
        : this(recordFolder, time, DurableFiles.Disk)
    {
    }

    internal EnvironmentLock(string recordFolder, TimeProvider time, IDurableFiles files)
    {
        folder = Path.Combine(Path.GetFullPath(recordFolder), "locks");
        this.time = time;
        this.files = files;
    }

    /// <summary>Takes a free lock; that of a run whose lease has expired must be taken over explicitly.</summary>
    public ValueTask<LockAnswer> TryAcquireAsync(LockRequest request, CancellationToken cancel) =>
        ChangeAsync(request.Environment, (state, now) => HeldAgainst(state, now) is { } holder ? Refuse(state, holder) : Give(request, state, now), cancel);

    /// <summary>
    /// Takes the lock from a holder whose lease has expired or, where it is the same run, whose driver is known to be dead: the caller holds its <see cref="DriverLock"/>.
    /// A lock set by hand is taken over only after the time that the person gave.
    /// </summary>
    public ValueTask<LockAnswer> TakeOverAsync(LockRequest request, DriverLock? successor, CancellationToken cancel) =>
        ChangeAsync(
            request.Environment,
            (state, now) => state.Holder is { } holder && !holder.HasExpired(now) && !IsDead(holder, successor) ? Refuse(state, holder) : Give(request, state, now),
            cancel);

    /// <summary>Renews the lease. Refused once another has taken over: the caller must stop.</summary>
    public ValueTask<LockAnswer> HeartbeatAsync(string environment, int epoch, TimeSpan lease, CancellationToken cancel) =>
        ChangeAsync(
            environment,
            (state, now) =>
            {
                if (state.Holder is not { } holder || holder.Epoch != epoch)
                {
                    return Lost(environment, state);
                }

                var renewed = holder with { Heartbeat = now, Expiry = now + lease };
                return (state with { Holder = renewed }, new LockAnswer.Acquired(renewed));
            },
            cancel);

    /// <summary>Gives back what this epoch holds; refused, without harm, when another has taken over meanwhile.</summary>
    public ValueTask<LockAnswer> ReleaseAsync(string environment, int epoch, CancellationToken cancel) =>
        ChangeAsync(environment, (state, _) => state.Holder?.Epoch == epoch ? (state with { Holder = null }, new LockAnswer.Free()) : Lost(environment, state), cancel);

    /// <summary>A person's lock, by hand.</summary>
    /// <param name="until">Null: until it is unlocked.</param>
    public ValueTask<LockAnswer> LockAsync(string environment, string actor, string reason, DateTimeOffset? until, CancellationToken cancel) =>
        ChangeAsync(
            environment,
            (state, now) =>
            {
                if (HeldAgainst(state, now) is { } holder)
                {
                    return Refuse(state, holder);
                }

                var taken = new LockHolder(environment, actor, Environment.MachineName, Environment.ProcessId, null, reason, now, now, until, state.Epoch + 1);
                return (new(taken.Epoch, taken), new LockAnswer.Acquired(taken));
            },
            cancel);

    /// <summary>Ends a lock set by hand, whoever set it, or the lock of a run whose lease has expired; a living run's lock is not for people to end.</summary>
    public ValueTask<LockAnswer> UnlockAsync(string environment, CancellationToken cancel) =>
        ChangeAsync(
            environment,
            (state, now) => state.Holder is { IsManual: false } holder && !holder.HasExpired(now) ? Refuse(state, holder) : (state with { Holder = null }, new LockAnswer.Free()),
            cancel);

    /// <summary>The holder, expired or not; null when nobody has it.</summary>
    public LockHolder? Read(string environment) => ReadState(PathOf(environment)).Holder;

    /// <summary>Everybody who has an environment.</summary>
    public IReadOnlyList<LockHolder> ReadAll() => !Directory.Exists(folder)
        ? []
        : [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(f => ReadState(f).Holder).OfType<LockHolder>()];

    /// <summary>Who stands in the way without a takeover: anybody, but for a person whose time is over.</summary>
    private static LockHolder? HeldAgainst(LockState state, DateTimeOffset now) =>
        state.Holder is { } holder && !(holder.IsManual && holder.HasExpired(now)) ? holder : null;

    private (LockState, LockAnswer) Refuse(LockState state, LockHolder holder) => (state, new LockAnswer.Refused(holder, holder.Explain(time)));

    private (LockState, LockAnswer) Lost(string environment, LockState state) =>
        state.Holder is { } other ? Refuse(state, other) : (state, new LockAnswer.Refused(null, $"{environment} is no longer locked by this run: the lock was given back or taken over"));

    private static (LockState, LockAnswer) Give(LockRequest request, LockState state, DateTimeOffset now)
    {
        var holder = new LockHolder(
            request.Environment, request.Actor, Environment.MachineName, Environment.ProcessId, request.RunId, request.Reason,
            now, now, now + request.Lease, Math.Max(state.Epoch, request.Above) + 1);
        return (new(holder.Epoch, holder), new LockAnswer.Acquired(holder));
    }

    /// <summary>Its lock on the run's folder can only be held by a successor when the holder's process is gone, provided that it ran on this machine.</summary>
    private static bool IsDead(LockHolder holder, DriverLock? successor) =>
        successor is not null && holder.RunId == successor.RunId && holder.Host == Environment.MachineName;

    private async ValueTask<LockAnswer> ChangeAsync(string environment, Func<LockState, DateTimeOffset, (LockState State, LockAnswer Answer)> decide, CancellationToken cancel)
    {
        var path = PathOf(environment);
        try
        {
            files.MakeFolder(folder);

            // Not the file itself: that one is replaced, and a lock on a replaced file protects nothing.
            using var held = await Flock.TakeAsync(Path.ChangeExtension(path, ".flock"), cancel);
            var before = ReadState(path);
            var (after, answer) = decide(before, time.GetUtcNow());
            if (after != before)
            {
                files.Replace(path, after.Render());
            }

            return answer;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalUnwritable($"the lock of {environment} can't be written: {e.Message.TrimEnd('.')}. Check the disk's free space and the permissions of {folder}", e);
        }
    }

    private string PathOf(string environment) => Path.Combine(folder, SafeName.OfEnvironment(environment) + ".json");

    private static LockState ReadState(string path)
    {
        try
        {
            return LockState.Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(0, null);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new DamagedJournal($"the lock {path} can't be read: {e.Message.TrimEnd('.')}. Delete it when no run of that environment is under way");
        }
    }
}
