using System.Diagnostics;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>
/// Commands on one host, over one connection. The first shell that is opened carries it; further ones share it, and are opened only when the
/// others are busy for long, since a login shell may be slow to start and most commands are not.
/// </summary>
internal sealed class SshHost(HostAddress address, Func<string> socket, TimeProvider time) : ICommandRunner, IDisposable
{
    /// <summary>Commands at once, the sessions that sshd allows a connection (10) and some to spare.</summary>
    public const int MostLanes = 8;

    /// <summary>What a host gets to say that it is there: 5 s.</summary>
    public static TimeSpan ConnectLimit { get; } = TimeSpan.FromSeconds(5);

    /// <summary>What it gets to let us in and to start a shell, which on some takes its time: 20 s.</summary>
    private static readonly TimeSpan ShellLimit = TimeSpan.FromSeconds(20);

    /// <summary>How long a host that did not let us in is not tried again: 3 s, so that twenty checks of a dead host wait once.</summary>
    public static TimeSpan Remembered { get; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a command waits for one of the open shells before another is opened: 250 ms.</summary>
    private static readonly TimeSpan Queue = TimeSpan.FromMilliseconds(250);

    /// <summary>What a host gets to end a command that took too long.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2.5);

    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly List<SshLane> _lanes = [];
    private readonly Stack<SshLane> _free = new();
    private readonly SemaphoreSlim _returned = new(0);
    private readonly CancellationTokenSource _closing = new();
    private Task<Line>? _connection;
    private int _opening;
    private bool _disposed;

    public async Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var mark = RemoteShell.NewMark();
        string text;
        try
        {
            text = RemoteShell.Say(command, timeout, mark);
        }
        catch (ArgumentException unsayable)
        {
            return new CommandResult.NotStarted($"{command.Program}: {unsayable.Message}");
        }

        var began = time.GetTimestamp();
        using var limit = new CancellationTokenSource(timeout == Timeout.InfiniteTimeSpan || timeout > LongestTimer ? Timeout.InfiniteTimeSpan : timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        SshLane lane;
        try
        {
            if (await ConnectedAsync().WaitAsync(end.Token) is Line.Dead dead)
                return new CommandResult.NotStarted(dead.Because);
            if (await TakeAsync(end.Token) is not { } taken)
                return new CommandResult.NotStarted(Lost);
            lane = taken;
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return new CommandResult.NotStarted($"{address.Name} has not answered within {Units.Duration(timeout)} ({Try})");
        }

        var started = time.GetTimestamp();
        SshLane.Ended ended;
        try
        {
            ended = await lane.RunAsync(text, mark, command, StopPatience, time, end.Token);
        }
        finally
        {
            Return(lane);
        }

        cancel.ThrowIfCancellationRequested();
        if (end.IsCancellationRequested && ended.Word is RemoteShell.Stopped or null)
            return new CommandResult.TimedOut(timeout, ended.Output, ended.Error, time.GetElapsedTime(began));
        return ended.Word switch
        {
            RemoteShell.NoProgram => new CommandResult.NotStarted($"{command.Program}: not found on PATH of {address.Name}"),
            RemoteShell.NoFolder => new CommandResult.NotStarted($"{command.WorkingDirectory}: {address.Name} has no such folder to work in"),
            { } word when int.TryParse(word, out var code) => new CommandResult.Exited(code, ended.Output, ended.Error, time.GetElapsedTime(started)),
            _ => new CommandResult.NotStarted(ended.Begun ? $"{Lost} while the command ran, and how it ended there is not known" : Lost),
        };
    }

    /// <summary>A connection that the host makes.</summary>
    /// <exception cref="Unanswered">The host can't be reached.</exception>
    public async Task<Stream> DialAsync(HostAndPort target, CancellationToken cancel) => await ConnectedAsync().WaitAsync(cancel) switch
    {
        Line.Dead dead => throw new Unanswered(dead.Because),
        Line.Open open => Launch.Begin(SshCommand.Forwarding(address, open.Socket, target), job: null) switch
        {
            Launch.Started started => new ForwardedStream(started.Process, address),
            Launch.Refused refused => throw new Unanswered(refused.Because),
            var other => throw new UnreachableException($"{other}"),
        },
        var other => throw new UnreachableException($"{other}"),
    };

    /// <summary>Says that nothing more comes; <see cref="Dispose"/> waits for the end.</summary>
    public void Close()
    {
        if (_disposed)
            return;
        _closing.Cancel();
        foreach (var lane in Lanes())
            lane.Close();
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        Close();
        _disposed = true;
        Task<Line>? connecting;
        lock (_gate)
            connecting = _connection;
        // What is just being opened is ended too, and waited for: it may still make its socket.
        connecting?.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait(TimeSpan.FromSeconds(2));
        // The first carries the connection of the others.
        foreach (var lane in Lanes().Reverse())
            lane.Dispose();
    }

    private string Try => $"try it: {new Command("ssh", [.. address.Config is { } config ? (string[])["-F", config] : [], address.Destination])}";

    private string Lost => $"the connection to {address.Name} was lost";

    /// <summary>Alive or dead for now.</summary>
    private abstract record Line
    {
        public sealed record Open(SshLane First, string Socket) : Line;

        public sealed record Dead(string Because, long Since) : Line;
    }

    private Task<Line> ConnectedAsync()
    {
        lock (_gate)
        {
            var again = _connection switch
            {
                null => true,
                { IsCompletedSuccessfully: true, Result: Line.Open { First.IsOpen: false } } => true,
                { IsCompletedSuccessfully: true, Result: Line.Dead dead } => time.GetElapsedTime(dead.Since) > Remembered,
                { IsCompleted: true, IsCompletedSuccessfully: false } => true,
                _ => false,
            };
            return again ? _connection = Task.Run(ConnectAsync) : _connection!;
        }
    }

    private async Task<Line> ConnectAsync()
    {
        foreach (var old in Lanes())
            Forget(old);
        string path;
        try
        {
            path = socket();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Line.Dead($"the connection to {address.Name} needs a folder for its socket: {e.Message}", time.GetTimestamp());
        }

        using var limit = new CancellationTokenSource(ShellLimit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        var opened = await SshLane.OpenAsync(SshCommand.Carrying(address, path, ConnectLimit), end.Token);
        if (opened.Lane is not { } lane)
            return new Line.Dead(SshRefusal.Explain(address, opened.Said, ConnectLimit, limit.IsCancellationRequested ? ShellLimit : null), time.GetTimestamp());
        Keep(lane);
        Return(lane);
        return new Line.Open(lane, path);
    }

    /// <summary>A free shell: one that is open, or comes free soon, else a further one. Null: the connection was lost meanwhile.</summary>
    private async Task<SshLane?> TakeAsync(CancellationToken cancel)
    {
        while (true)
        {
            var mayOpen = await _returned.WaitAsync(Queue, cancel) is false;
            lock (_gate)
            {
                while (!mayOpen && _free.TryPop(out var free))
                    if (free.IsOpen)
                        return free;
                if (_connection is not { IsCompletedSuccessfully: true, Result: Line.Open { First.IsOpen: true } })
                    return null;
                mayOpen &= _lanes.Count(l => l.IsOpen) + _opening < MostLanes;
                if (mayOpen)
                    _opening++;
            }

            if (mayOpen && await FurtherAsync(cancel) is { } further)
                return further;
        }
    }

    private async Task<SshLane?> FurtherAsync(CancellationToken cancel)
    {
        try
        {
            if (await ConnectedAsync() is not Line.Open { Socket: var path })
                return null;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, _closing.Token);
            var opened = await SshLane.OpenAsync(SshCommand.Sharing(address, path), end.Token);
            if (opened.Lane is { } lane)
                Keep(lane);
            return opened.Lane;
        }
        finally
        {
            lock (_gate)
                _opening--;
        }
    }

    private void Keep(SshLane lane)
    {
        lock (_gate)
            _lanes.Add(lane);
        // Closed while it was opened.
        if (_closing.IsCancellationRequested)
            lane.Close();
    }

    private void Return(SshLane lane)
    {
        if (!lane.IsOpen)
        {
            Forget(lane);
            return;
        }

        lock (_gate)
            _free.Push(lane);
        _returned.Release();
    }

    private void Forget(SshLane lane)
    {
        lock (_gate)
            if (!_lanes.Remove(lane))
                return;
        lane.Dispose();
    }

    private IReadOnlyList<SshLane> Lanes()
    {
        lock (_gate)
            return [.. _lanes];
    }
}
