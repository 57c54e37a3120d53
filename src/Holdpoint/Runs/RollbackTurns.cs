using Holdpoint.Journal;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>Cancels the wait for a new version's health when the run turns back.</summary>
internal sealed class RollbackTurns : IDisposable
{
    private readonly CancellationTokenSource _turned;
    private readonly RunSession _session;
    private readonly bool _forward;
    private readonly Lock _lock = new();
    private bool _over;

    public RollbackTurns(RunSession session, PlannedStep.Act act, CancellationToken stop)
    {
        _turned = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _session = session;
        _forward = act.Call.Signature.Name == "deploy";
        _session.Happened += Heard;
        if (_forward && session.Run.Rollback is not null)
            _turned.Cancel();
    }

    public CancellationToken Token => _turned.Token;

    public void Dispose()
    {
        _session.Happened -= Heard;
        lock (_lock)
        {
            _over = true;
            _turned.Dispose();
        }
    }

    private void Heard(Run run, Event happened, JournalEntry entry)
    {
        if (!_forward || happened is not Event.RollbackDecided)
            return;
        lock (_lock)
            if (!_over)
                _turned.Cancel();
    }
}
