namespace Holdpoint.Tests.Probes;

/// <summary>Time that only passes when the test says so.</summary>
internal sealed class HandClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Ringing> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
            return _now.Ticks;
    }

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) + TimeSpan.FromTicks(GetTimestamp());

    public void Pass(TimeSpan time)
    {
        List<Ringing> due;
        lock (_lock)
        {
            _now += time;
            due = _timers.FindAll(t => t.At <= _now);
            _timers.RemoveAll(due.Contains);
        }

        foreach (var timer in due)
            timer.Callback(timer.State);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Ringing(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Ringing(HandClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan At { get; private set; }

        public TimerCallback Callback => callback;

        public object? State => state;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                At = clock._now + dueTime;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    clock._timers.Add(this);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
