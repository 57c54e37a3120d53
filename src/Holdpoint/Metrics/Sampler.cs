namespace Holdpoint.Metrics;

/// <summary>Something to look at again and again.</summary>
/// <param name="Take">One look. Told the moment it is for; must not throw but for being cancelled.</param>
public sealed record Sampling(string Name, TimeSpan Period, Func<DateTimeOffset, CancellationToken, Task> Take);

/// <summary>A time in which nobody looked: the machine slept, or the process was stopped.</summary>
public sealed record SamplingGap(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;
}

/// <summary>
/// Looks at each thing at its period, counted from the start, so that lateness does not add up. A slow one delays no other and is not asked twice at a time;
/// its missed looks are left out. A wall clock more than three periods (and two seconds) ahead of the timers is a gap, told before the next look:
/// monotonic time stands still while a machine sleeps. A wall clock set back is followed, and never makes a look wait.
/// </summary>
public sealed class Sampler(IReadOnlyList<Sampling> samplings, TimeProvider time)
{
    private static readonly TimeSpan LeastGap = TimeSpan.FromSeconds(2);

    private volatile TaskCompletionSource _asked = Asking();

    /// <summary>Looks at each thing as soon as it can, beside its period: what was seen until now says nothing any more. One that is under way is followed by another.</summary>
    public void LookNow() => _asked.TrySetResult();

    /// <summary>Runs until it is cancelled, and then returns when the last look has ended.</summary>
    /// <param name="onGap">Told on the sampler's own turn; no look begins before it has returned.</param>
    public async Task RunAsync(Func<SamplingGap, CancellationToken, Task> onGap, CancellationToken cancel)
    {
        if (samplings.Count == 0)
            return;
        var start = time.GetTimestamp();
        var due = new TimeSpan[samplings.Count];
        var running = new Task[samplings.Count];
        var wanted = new bool[samplings.Count];
        Array.Fill(running, Task.CompletedTask);
        var shortest = samplings.Min(s => s.Period);
        var lastWall = time.GetUtcNow();
        var expected = TimeSpan.Zero;
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                // Ahead of the clock, so that whoever asked gets a look from after the asking.
                var asked = _asked;
                if (asked.Task.IsCompleted)
                {
                    _asked = asked = Asking();
                    Array.Fill(wanted, true);
                }

                var now = time.GetElapsedTime(start);
                var wall = time.GetUtcNow();
                var late = wall - lastWall - expected;
                if (late > 3 * shortest && late > LeastGap)
                {
                    await onGap(new(lastWall, wall), cancel);
                    now = time.GetElapsedTime(start);
                    wall = time.GetUtcNow();
                }

                lastWall = wall;
                var next = TimeSpan.MaxValue;
                for (var i = 0; i < samplings.Count; i++)
                {
                    if (due[i] <= now || wanted[i])
                    {
                        if (running[i].IsFaulted)
                            await running[i];
                        if (running[i].IsCompleted)
                            (running[i], wanted[i]) = (samplings[i].Take(wall, cancel), false);
                        // On the grid of its period, past now, however late this turn came.
                        due[i] = samplings[i].Period * (now.Ticks / samplings[i].Period.Ticks + 1);
                    }

                    next = due[i] < next ? due[i] : next;
                }

                expected = next - now;
                await Task.WhenAny([Task.Delay(expected, time, cancel), asked.Task, .. running.Where((_, i) => wanted[i])]);
                expected = time.GetElapsedTime(start) is var woken && woken < next ? woken - now : expected;
                cancel.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopping is the way a watch ends.
        }
        finally
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TaskCompletionSource Asking() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
