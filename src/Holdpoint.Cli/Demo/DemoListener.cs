using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Holdpoint.Cli.Demo;

/// <summary>Takes connections on a port of this machine's loopback and lets each be served to its end when it stops.</summary>
internal sealed class DemoListener : IAsyncDisposable
{
    private static readonly TimeSpan PatienceWithFirst = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener;
    private readonly Func<DemoListener, NetworkStream, CancellationToken, Task> _serve;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Lock _lock = new();
    private readonly Task _accepting;

    /// <param name="serve">One connection; its token is cancelled when the listener can wait no longer.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public DemoListener(int port, TimeProvider time, Func<DemoListener, NetworkStream, CancellationToken, Task> serve)
    {
        _time = time;
        _serve = serve;
        _listener = new(IPAddress.Loopback, port);
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cancelled when it stops: a connection that waits for its next request is closed, a request under way is answered.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>Cancelled half a second later: a connection that was taken a moment ago brings its first request yet.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Serves until cancelled or until SIGTERM or SIGINT comes; then answers what is under way.</summary>
    public static async Task<int> RunAsync(string what, int port, Func<DemoListener> start, CancellationToken cancel)
    {
        DemoListener listener;
        try
        {
            listener = start();
        }
        catch (SocketException e)
        {
            await Console.Error.WriteLineAsync(e.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"port {port} is taken by another program: give {what} another one with --port"
                : $"{what} can't listen on port {port}: {e.Message}");
            return 2;
        }

        await using (listener)
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true;
                stopped.TrySetResult();
            }

            using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            await using var cancelled = cancel.Register(() => stopped.TrySetResult());
            await stopped.Task;
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _draining.CancelAsync();
        await _accepting;
        _listener.Stop();
        Task open;
        lock (_lock)
            open = Task.WhenAll(_connections);
        if (!await EndsWithinAsync(open, PatienceWithFirst))
            await _closing.CancelAsync();
        if (!await EndsWithinAsync(open, Patience))
            await _ending.CancelAsync();
        await open;
        _draining.Dispose();
        _closing.Dispose();
        _ending.Dispose();
    }

    private async Task<bool> EndsWithinAsync(Task open, TimeSpan patience)
    {
        try
        {
            await open.WaitAsync(patience, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task AcceptAsync()
    {
        // Who already stands in the queue when it stops is still served.
        while (!_draining.IsCancellationRequested || _listener.Pending())
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_draining.IsCancellationRequested ? CancellationToken.None : _draining.Token);
            }
            catch (OperationCanceledException)
            {
                continue;
            }
            catch (SocketException)
            {
                // A client that left before it was taken.
                continue;
            }

            var connection = ConnectionAsync(socket);
            lock (_lock)
                _connections.Add(connection);
            _ = connection.ContinueWith(
                done =>
                {
                    lock (_lock)
                        _connections.Remove(done);
                },
                TaskScheduler.Default);
        }
    }

    private async Task ConnectionAsync(Socket socket)
    {
        // The accepting loop goes on at once, whatever the connection does first.
        await Task.Yield();
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await _serve(this, stream, _ending.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side left: there is nobody to tell.
            return;
        }
    }
}
