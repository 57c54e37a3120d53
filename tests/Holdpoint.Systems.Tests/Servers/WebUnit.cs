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
    private int _waiting;

    /// <param name="port">0: a free one.</param>
    public WebUnit(string name, int port = 0)
    {
        _name = name;
        _listener = new(IPAddress.Loopback, port);
        _listener.Start(1024);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Requests to <c>/slow</c> that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void LetGo() => _letGo.TrySetResult();

    /// <summary>Ends it as a process ends: it listens no more, and its connections are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
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
        try
        {
            while (await HttpRequestText.ReadAsync(stream, _stop.Token) is { } request)
            {
                if (request.Target == "/slow")
                {
                    Interlocked.Increment(ref _waiting);
                    await _letGo.Task.WaitAsync(_stop.Token);
                    Interlocked.Decrement(ref _waiting);
                }

                var status = request.Target == "/broken" ? "500 Broken" : "200 OK";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {_name.Length}\r\n\r\n{_name}"), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // It was ended, or the proxy closed the connection.
            return;
        }
    }
}
