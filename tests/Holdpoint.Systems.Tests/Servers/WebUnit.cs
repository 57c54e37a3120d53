using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A unit behind a proxy, in this process: it answers with its name, keeps connections open, and has requests to <c>/slow</c> wait until they are let go.</summary>
public sealed class WebUnit : IAsyncDisposable
{
    private readonly string _name;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Task> _connections = [];
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TcpListener _listener;
    private readonly Task _accepting;
    private CancellationTokenSource _life = new();
    private int _waiting;

    public WebUnit(string name)
    {
        _name = name;
        _listener = new(IPAddress.Loopback, 0);
        _listener.Start(1024);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Requests to <c>/slow</c> that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void LetGo() => _letGo.TrySetResult();

    /// <summary>Its connections are gone, and new ones are closed at once. Its port stays its own, which nobody else may get meanwhile.</summary>
    public Task StopAsync() => Volatile.Read(ref _life).CancelAsync();

    public void Start() => Interlocked.Exchange(ref _life, new()).Dispose();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _life.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _life.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Enqueue(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // It was ended.
            return;
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var end = Volatile.Read(ref _life).Token;
        try
        {
            while (await HttpRequestText.ReadAsync(stream, end) is { } request)
            {
                if (request.Target == "/slow")
                {
                    Interlocked.Increment(ref _waiting);
                    await _letGo.Task.WaitAsync(end);
                    Interlocked.Decrement(ref _waiting);
                }

                var status = request.Target == "/broken" ? "500 Broken" : "200 OK";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {_name.Length}\r\n\r\n{_name}"), end);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // It was ended, or the proxy closed the connection.
            return;
        }
    }
}
