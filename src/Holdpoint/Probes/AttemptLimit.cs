namespace Holdpoint.Probes;

/// <summary>The limit of one attempt, so that a probe can say "no answer within 2s" and still lets a cancelled run go at once.</summary>
internal sealed class AttemptLimit : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _both;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly TimeSpan _limit;

    public AttemptLimit(ProbeCall call, CancellationToken caller)
        : this(call.Timeout, call.Context.Time, caller)
    {
    }

    public AttemptLimit(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _caller = caller;
        _time = time;
        _limit = limit;
        _started = time.GetTimestamp();
        _timer = new(limit, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
    }

    public CancellationToken Token => _both.Token;

    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    public TimeSpan Remaining => _limit > Elapsed ? _limit - Elapsed : TimeSpan.Zero;

    /// <summary>The run was cancelled before the attempt's time was over. The caller's token may carry the same limit and come a moment earlier.</summary>
    public bool IsCancelled => !_timer.IsCancellationRequested && Elapsed < 0.9 * _limit && _caller.IsCancellationRequested;

    /// <summary>Throws when the run was cancelled; returns when the attempt's time is over.</summary>
    public void ThrowUnlessOver()
    {
        if (IsCancelled)
            _caller.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _both.Dispose();
        _timer.Dispose();
    }
}
