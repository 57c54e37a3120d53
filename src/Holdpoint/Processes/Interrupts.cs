using System.Runtime.InteropServices;

namespace Holdpoint.Processes;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP as cancellation, from construction to disposal: the first asks for a clean stop, the
/// second for one at once. What this process has started lives in sessions of its own and gets none of them.
/// </summary>
public sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _atOnce = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private readonly Lock _received = new();

    public Interrupts() =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(s => PosixSignalRegistration.Create(s, context =>
        {
            // Not the runtime's own answer, which ends the process.
            context.Cancel = true;
            Receive(context.Signal);
        }))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second signal, whichever it is.</summary>
    public CancellationToken AtOnce => _atOnce.Token;

    /// <summary>The first that came.</summary>
    public PosixSignal? First { get; private set; }

    /// <summary>As told to people: SIGINT.</summary>
    public string? FirstName => First?.ToString();

    internal void Receive(PosixSignal signal)
    {
        bool again;
        lock (_received)
        {
            again = First is not null;
            First ??= signal;
        }
        (again ? _atOnce : _stop).Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        // The two sources stay: a signal that is being received just now may still cancel them, and without timers
        // they hold nothing but memory.
    }
}
