using System.Collections.Concurrent;

namespace Holdpoint.Tests;

/// <summary>
/// A clock that moves by hand. Timers fire in the order of their due times, each at its own moment, and what waits for them runs before the next one fires.
/// <code>
/// [Fact]
/// public void A_day_passes() => ManualTime.Run(async time =>
/// {
///     var watch = RunTheWatch(time);
///     await time.AdvanceAsync(TimeSpan.FromHours(24));
/// });
/// </code>
/// Inside <see cref="Run"/> everything that awaits runs on one thread, so a test is deterministic as long as the code under test stays in memory;
/// what works elsewhere (sockets, <c>Task.Run</c>) is waited for with <see cref="UntilAsync"/>.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now;
    private long _timestamp;
    private long _order;
    private Pump? _pump;

    public ManualTime(DateTimeOffset? start = null) => _now = start ?? new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now => GetUtcNow();

    public int PendingTimers
    {
        get
        {
            lock (_lock)
                return _timers.Count;
        }
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Runs a test with a new clock. Fails where the test waits for something that can't come any more.</summary>
    public static void Run(Func<ManualTime, Task> test, DateTimeOffset? start = null)
    {
        var time = new ManualTime(start);
        var before = SynchronizationContext.Current;
        using var pump = new Pump();
        time._pump = pump;
        SynchronizationContext.SetSynchronizationContext(pump);
        try
        {
            pump.RunUntil(test(time));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp()
    {
        lock (_lock)
            return _timestamp;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on; timers due by then fire. Continuations that are bound to no other thread run at once.</summary>
    public void Advance(TimeSpan by)
    {
        var target = Target(by);
        while (FireNext(target)) { }
    }

    /// <summary>Moves on; after each timer everything that can run runs until it is idle.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        var target = Target(by);
        await SettleAsync();
        do
        {
            await SettleAsync();
        }
        while (FireNext(target));
        await SettleAsync();
    }

    /// <summary>The wall clock leaps and no timer notices: a machine that slept, or a corrected clock (also backwards).</summary>
    public void Leap(TimeSpan by)
    {
        lock (_lock)
            _now += by;
    }

    /// <summary>Lets everything that can run run until it is idle; time stands still.</summary>
    public async Task SettleAsync()
    {
        if (_pump is { } pump && SynchronizationContext.Current == pump)
        {
            await pump.IdleAsync();
            return;
        }

        // Outside of Run, continuations are on the thread pool, whose idleness can only be guessed at.
        for (var quiet = 0; quiet < 3; quiet = ThreadPool.PendingWorkItemCount == 0 ? quiet + 1 : 0)
            await Task.Delay(1, CancellationToken.None);
    }

    /// <summary>Waits, in real time and 10 seconds at most, for what other threads do; the manual clock stands still.</summary>
    public async Task UntilAsync(Func<bool> happened, string what = "what is waited for")
    {
        var limit = Environment.TickCount64 + 10_000;
        while (!happened())
        {
            if (Environment.TickCount64 > limit)
                throw new TimeoutException($"{what} did not happen within 10 s of real time");
            await Task.Delay(2, CancellationToken.None);
        }
    }

    private DateTimeOffset Target(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_lock)
            return new DateTimeOffset(_timestamp, TimeSpan.Zero) + by;
    }

    /// <summary>Fires the earliest timer up to the target and moves the clock to it; else moves the clock to the target. Timers count in elapsed time, never in the wall clock's.</summary>
    private bool FireNext(DateTimeOffset target)
    {
        ManualTimer? next = null;
        lock (_lock)
        {
            foreach (var timer in _timers)
                if (timer.Due <= target.Ticks && (next is null || timer.Due < next.Due || (timer.Due == next.Due && timer.Order < next.Order)))
                    next = timer;
            var to = Math.Max(_timestamp, next?.Due ?? target.Ticks);
            _now += TimeSpan.FromTicks(to - _timestamp);
            _timestamp = to;
            next?.Rearm();
        }

        next?.Fire();
        return next is not null;
    }

    private sealed class ManualTimer(ManualTime owner, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public long Due { get; private set; }

        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                owner._timers.Remove(this);
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = owner._timestamp + Math.Max(0, dueTime.Ticks);
                Order = owner._order++;
                owner._timers.Add(this);
                return true;
            }
        }

        /// <summary>Under the owner's lock.</summary>
        public void Rearm()
        {
            if (_period > TimeSpan.Zero)
            {
                Due += _period.Ticks;
                Order = owner._order++;
            }
            else
            {
                owner._timers.Remove(this);
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (owner._lock)
                owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>One thread's queue of what is to be continued.</summary>
    private sealed class Pump : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Work, object? State)> _queue = [];
        private readonly Queue<TaskCompletionSource> _idlers = new();

        public override void Post(SendOrPostCallback d, object? state) => _queue.Add((d, state));

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;

        public Task IdleAsync()
        {
            var idle = new TaskCompletionSource();
            _idlers.Enqueue(idle);
            return idle.Task;
        }

        public void RunUntil(Task test)
        {
            while (!test.IsCompleted)
            {
                if (_queue.TryTake(out var item))
                    item.Work(item.State);
                else if (_idlers.TryDequeue(out var idle))
                    idle.SetResult();
                else if (_queue.TryTake(out item, TimeSpan.FromSeconds(15)))
                    item.Work(item.State);
                else
                    throw new TimeoutException("the test waits for something that does not come: has the clock been advanced far enough?");
            }

            test.GetAwaiter().GetResult();
        }

        // The queue is not disposed: work of an abandoned task may still be posted, and nobody takes it.
        public void Dispose() => _idlers.Clear();
    }
}
