using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>What runs beside a driver: the eyes, the ears for other people's commands, the lock's heartbeat, the clock of a grace. Its failure stops the driver.</summary>
public sealed class Beside : IAsyncDisposable
{
    private readonly RunSession _session;
    private readonly RunWorld _world;
    private readonly Func<Plan> _plan;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _failed = new();
    private readonly Crier _crier;
    private readonly Task _all;

    public Beside(RunSession session, RunWorld world, Eyes eyes, DeployEntry entry, Teller teller, Func<Plan> plan, CancellationToken stop)
    {
        (_session, _world, _plan) = (session, world, plan);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        session.Happened += (run, happened, _) =>
        {
            if (happened is Event.RollbackDecided)
                eyes.Disarm();
        };
        _crier = new(session, teller, plan);
        _all = Task.WhenAll(
            Guard(_crier.RunAsync),
            Guard(() => eyes.Samples ? eyes.RunAsync(_stop.Token) : Task.CompletedTask),
            Guard(() => eyes.SampleElsewhereAsync(_stop.Token)),
            Guard(() => eyes.Samples && world.Show is not null ? ShowAsync(eyes) : Task.CompletedTask),
            Guard(() => session.FollowAsync(_stop.Token)),
            Guard(() => BeatAsync(entry)),
            Guard(GraceAsync));
    }

    /// <summary>Cancelled when something beside the driver broke.</summary>
    public CancellationToken Failed => _failed.Token;

    public Exception? Failure { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _crier.Complete();
        await _all;
        // What was seen last is in the record by now.
        _world.Show?.Invoke(null);
        _stop.Dispose();
    }

    private async Task Guard(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop.
        }
        catch (Exception e) when (e is JournalUnwritable or DamagedJournal or FencedOff or LockLost)
        {
            // Whatever can't be journaled can't be driven; a rollback under way, and a watch, go on without it. Where another drives, nobody goes on.
            if (e is FencedOff or LockLost || (_session.Run.Rollback is null && !(e is JournalUnwritable && _session.GoesOnWithoutRecord)))
            {
                Failure = e;
                await _failed.CancelAsync();
            }
        }
    }

    /// <summary>For those who look on from another process. Where nothing new was seen, nothing is written.</summary>
    private async Task ShowAsync(Eyes eyes)
    {
        WatchNow? shown = null;
        while (true)
        {
            if (eyes.Now() is var now && !now.ShowsTheSameAs(shown))
                _world.Show!(shown = now);
            await Task.Delay(WatchNow.Pace, _world.Time, _stop.Token);
        }
    }

    /// <summary>Renews the lease; a timer that comes much too late is a gap, journaled, and the lease is read again.</summary>
    private async Task BeatAsync(DeployEntry entry)
    {
        var last = _world.Time.GetUtcNow();
        while (true)
        {
            await Task.Delay(_world.Lifetimes.Heartbeat, _world.Time, _stop.Token);
            var now = _world.Time.GetUtcNow();
            if (now - last > _world.Lifetimes.Lease && !_session.Run.HasEnded)
                await _session.AppendAsync(new Event.Gap(last, now, "nobody looked: this machine slept, or was too busy"), _stop.Token);
            last = now;
            if (entry.Held is not { } held || _world.Lock is not { } locks || !_session.Run.LockHeld)
                continue;
            try
            {
                // Nobody else's: a person gave it back, and a rollback goes on to its end.
                if (await locks.HeartbeatAsync(_session.Run.Environment, held.Epoch, _world.Lifetimes.Lease, _stop.Token) is LockAnswer.Refused lost
                    && (lost.Holder is not null || _session.Run.Rollback is null))
                    throw new LockLost(lost.Text);
            }
            catch (JournalUnwritable) when (_session.GoesOnWithoutRecord)
            {
                // A full disk stops no rollback; the lease runs out, and who takes over finds the rollback journaled.
                continue;
            }
        }
    }

    /// <summary>A grace ends at its deadline, unless a person holds it; a hold that nobody renewed ends too, and then it acts.</summary>
    private async Task GraceAsync()
    {
        while (true)
        {
            // Taken ahead of the look, so that what happens between the two is not missed.
            var changed = _session.Changed;
            var run = _session.Run;
            if (run is { Grace: { } grace, Rollback: null, HasEnded: false })
            {
                var until = run.Hold is { } hold && hold.Until > grace.Deadline ? hold.Until : grace.Deadline;
                var left = until - _world.Time.GetUtcNow();
                if (left <= TimeSpan.Zero)
                {
                    var since = run.Rules.GetValueOrDefault(grace.Rule)?.Since ?? grace.Deadline;
                    var cause = $"{run.Rules.GetValueOrDefault(grace.Rule)?.Shown ?? grace.Rule}; nobody held it in its grace";
                    await _session.AppendSalvagingAsync("driver", r => r is not { Rollback: null, Grace: not null, HasEnded: false } ? []
                        : Next.WhyNotAlone(_plan(), r) is { } why ? [new Event.HeldByRule(grace.Rule, $"{cause}; {why}")]
                        : [new Event.RollbackDecided(cause, grace.Rule, "driver", since)], () => _world.Reserve(false), CancellationToken.None);
                    continue;
                }

                await WaitAsync(changed, left);
                continue;
            }

            await WaitAsync(changed, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task WaitAsync(Task changed, TimeSpan atMost)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(changed, Task.Delay(atMost, _world.Time, limit.Token));
        await limit.CancelAsync();
        _stop.Token.ThrowIfCancellationRequested();
    }
}
