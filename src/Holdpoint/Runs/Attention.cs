using Holdpoint.Journal;

namespace Holdpoint.Runs;

/// <summary>Cancelled when the run turns: a rollback, an abort, a newer run, a rule that holds a watch, or when something beside the driver broke. What changes the world is not interrupted by it.</summary>
internal sealed class Attention : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly RunSession _session;
    private readonly Lock _lock = new();
    private readonly Run _before;
    private readonly bool _watches;
    private bool _over;

    /// <param name="before">The state by which the work was decided.</param>
    public Attention(RunSession session, Run before, Work work, CancellationToken failed, CancellationToken stop)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(stop, failed);
        (_session, _before, _watches) = (session, before, work is Work.Watch);
        session.Happened += Heard;
        // What was said between the decision and now is heard as well.
        Heard(session.Run);
    }

    public CancellationToken Token => _source.Token;

    public bool IsCancellationRequested => _source.IsCancellationRequested;

    public void Dispose()
    {
        _session.Happened -= Heard;
        lock (_lock)
        {
            _over = true;
            _source.Dispose();
        }
    }

    private void Heard(Run run, Event happened, JournalEntry entry) => Heard(run);

    private void Heard(Run run)
    {
        // Not on the thread that holds the session's lock: what is cancelled may want to append.
        if ((_before.Rollback is null && run.Rollback is not null) || (_before.Abort is null && run.Abort is not null)
            || (_before.SupersededBy is null && run.SupersededBy is not null) || (_watches && ((_before.RuleHold is null && run.RuleHold is not null) || (_before.WatchEnded is null && run.WatchEnded is not null))))
            _ = Task.Run(Cancel, CancellationToken.None);
    }

    private void Cancel()
    {
        lock (_lock)
            if (!_over)
                _source.Cancel();
    }
}
