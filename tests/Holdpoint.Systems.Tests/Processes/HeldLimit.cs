namespace Holdpoint.Systems.Tests.Processes;

/// <summary>
/// The machine's clock, but for one limit: it is over when the test says so. A test can then wait until a program has come to
/// where it is to be found late, however slow the machine is.
/// </summary>
/// <param name="pace">How fast everything else passes by this clock: 0.1 makes a grace of 2 s one of 20.</param>
internal sealed class HeldLimit(TimeSpan limit, double pace = 1) : TimeProvider
{
    private readonly TaskCompletionSource<Action> _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _leapt;

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => (long)(System.GetTimestamp() * pace) + Volatile.Read(ref _leapt);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != limit)
            return System.CreateTimer(callback, state, dueTime, period);
        _held.TrySetResult(() => callback(state));
        return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The program may be at its work before its limit has begun: that is waited for.</summary>
    public async Task LeapAsync()
    {
        var ring = await _held.Task.WaitAsync(TimeSpan.FromMinutes(2), System);
        Volatile.Write(ref _leapt, (long)(limit.TotalSeconds * TimestampFrequency));
        ring();
    }
}
