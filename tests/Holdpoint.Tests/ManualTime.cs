using System.Collections.Concurrent;
using System.Diagnostics;

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
/// Inside <see cref="Run"/> what awaits goes on on one thread. What escapes to the thread pool (<c>ConfigureAwait(false)</c>, channels, <c>Task.Run</c>)
/// is followed by its execution context, and waited for before time moves on. Only what waits for something outside of the process
/// (sockets, files) can't be seen; wait for it with <see cref="UntilAsync"/>.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    // Its value flows with every continuation, so its change on a thread tells when work of this test begins and ends there.
    private static readonly AsyncLocal<ManualTime?> Flow = new(OnFlow);

    private static int _runsOnPoolThreads;

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now;
    private long _timestamp;
    private long _order;
    private Pump? _pump;
    private int _thread;
    private int _elsewhere;

    // Tests that run block a pool's thread each; what escapes from them must not wait half a second for another one.
    static ManualTime()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 16), ports);
    }

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
        using var pump = new Pump(time);
        time._pump = pump;
        time._thread = Environment.CurrentManagedThreadId;
        SynchronizationContext.SetSynchronizationContext(pump);
        Flow.Value = time;
        var onPoolThread = Thread.CurrentThread.IsThreadPoolThread ? 1 : 0;
        Interlocked.Add(ref _runsOnPoolThreads, onPoolThread);
        try
        {
            pump.RunUntil(test(time));
        }
        finally
        {
            Interlocked.Add(ref _runsOnPoolThreads, -onPoolThread);
            Flow.Value = null;
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
            await Task.Delay(TimeSpan.FromMilliseconds(1), System, CancellationToken.None);
    }

    /// <summary>Waits, in real time and a minute at most, for what other threads do; the manual clock stands still.</summary>
    public async Task UntilAsync(Func<bool> happened, string what = "what is waited for")
    {
        var limit = Environment.TickCount64 + 60_000;
        while (!happened())
        {
            if (Environment.TickCount64 > limit)
                throw new TimeoutException($"{what} did not happen within a minute of real time");
            await Task.Delay(TimeSpan.FromMilliseconds(2), System, CancellationToken.None);
        }
    }

    private static void OnFlow(AsyncLocalValueChangedArgs<ManualTime?> change)
    {
        if (ReferenceEquals(change.PreviousValue, change.CurrentValue))
            return;
        if (change.PreviousValue is { } left && left._thread != Environment.CurrentManagedThreadId)
            Interlocked.Decrement(ref left._elsewhere);
        if (change.CurrentValue is { } entered && entered._thread != Environment.CurrentManagedThreadId)
            Interlocked.Increment(ref entered._elsewhere);
    }

    /// <summary>Threads of the pool that work, or are about to, beside those that run such tests.</summary>
    private static int BusyThreads
    {
        get
        {
            ThreadPool.GetMaxThreads(out var most, out _);
            ThreadPool.GetAvailableThreads(out var available, out _);
            return most - available - Volatile.Read(ref _runsOnPoolThreads);
        }
    }

    private bool WorksElsewhere => Volatile.Read(ref _elsewhere) > 0 || ThreadPool.PendingWorkItemCount > 0;

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
    private sealed class Pump(ManualTime time) : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Work, object? State)> _queue = [];
        private readonly Queue<TaskCompletionSource> _idlers = new();
        private TimeSpan _patience = TimeSpan.FromSeconds(2);

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
                else if (_idlers.Count > 0 && !StaysIdle())
                    Thread.Yield();
                else if (_queue.Count == 0 && _idlers.TryDequeue(out var idle))
                    idle.SetResult();
                else if (_queue.TryTake(out item, TimeSpan.FromMinutes(1)))
                    item.Work(item.State);
                else
                    throw new TimeoutException("the test waits for something that does not come: has the clock been advanced far enough?");
            }

            test.GetAwaiter().GetResult();
        }

        /// <summary>
        /// Between being taken from the pool's queue and being begun, work is seen only as a busy thread, and that may as well be another test's.
        /// Busy threads are therefore borne with for a while, and no longer than two seconds in one test.
        /// </summary>
        private bool StaysIdle()
        {
            var started = Stopwatch.GetTimestamp();
            var patience = _patience > TimeSpan.Zero ? TimeSpan.FromMilliseconds(20) : TimeSpan.FromMilliseconds(0.1);
            while (true)
            {
                if (_queue.Count > 0 || time.WorksElsewhere)
                    return false;
                if (BusyThreads <= 0)
                    return _queue.Count == 0 && !time.WorksElsewhere;
                if (Stopwatch.GetElapsedTime(started) is var waited && waited > patience)
                {
                    _patience -= waited;
                    return _queue.Count == 0 && !time.WorksElsewhere;
                }

                Thread.Yield();
            }
        }

        // The queue is not disposed: work of an abandoned task may still be posted, and nobody takes it.
        public void Dispose() => _idlers.Clear();
    }
}
