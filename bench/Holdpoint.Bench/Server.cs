using System.Net;
using System.Net.Sockets;

namespace Holdpoint.Bench;

/// <summary>Answers every request with 200, or takes connections and never says a word.</summary>
internal sealed class Server : IDisposable
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _held = [];

    public Server(bool answers)
    {
        _listener.Start(512);
        _ = AcceptAsync(answers);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        lock (_held)
            _held.ForEach(s => s.Dispose());
    }

    private async Task AcceptAsync(bool answers)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                lock (_held)
                    _held.Add(socket);
                if (answers)
                    _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The benchmark is over.
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
                await socket.SendAsync(Answer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side is gone.
        }
    }
}
