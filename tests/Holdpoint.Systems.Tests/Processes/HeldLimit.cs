namespace Holdpoint.Systems.Tests.Processes;

/// <summary>
/// The machine's clock, but for one limit: it is over when the test says so. A test can then wait until a program has come to
/// where it is to be found late, however slow the machine is.
/// </summary>
/// <param name="pace">How fast everything else passes by this clock: 0.1 makes a grace of 2 s one of 20.</param>
internal sealed class HeldLimit(TimeSpan limit, double pace = 1) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Action> _held = [];
    private long _leapt;

    public override long GetTimestamp() => (long)(System.GetTimestamp() * pace) + Volatile.Read(ref _leapt);

    public override long TimestampFrequency => System.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == limit)
            lock (_lock)
                _held.Add(() => callback(state));
        return System.CreateTimer(callback, state, dueTime == limit ? Timeout.InfiniteTimeSpan : dueTime, period);
    }

    public void IsOver()
    {
        Volatile.Write(ref _leapt, (long)(limit.TotalSeconds * TimestampFrequency));
        List<Action> due;
        lock (_lock)
        {
            due = [.. _held];
            _held.Clear();
        }
        Assert.NotEmpty(due);
        due.ForEach(ring => ring());
    }
}
