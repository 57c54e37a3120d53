using System.Net.Sockets;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A unix socket that leads to another one, until it is cut: then it is gone like the socket of a daemon that has ended.</summary>
public sealed class SocketRelay : IAsyncDisposable
{
    private readonly string _to;
    private readonly string _path = $"/tmp/hpr-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _work = [];
    private Socket? _listener;

    public SocketRelay(string to)
    {
        _to = to;
        Open();
    }

    /// <summary>As DOCKER_HOST takes it.</summary>
    public string Address => $"unix://{_path}";

    /// <summary>Open already: nothing happens.</summary>
    public void Open()
    {
        lock (_lock)
        {
            if (_listener is not null)
                return;
            _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _listener.Bind(new UnixDomainSocketEndPoint(_path));
            _listener.Listen(64);
            _work.Add(AcceptAsync(_listener));
        }
    }

    /// <summary>Whatever is under way is cut off, too.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _listener?.Dispose();
            _listener = null;
            File.Delete(_path);
            _sockets.ForEach(s => s.Dispose());
            _sockets.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await Task.WhenAll(_work);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
            try
            {
                var client = await listener.AcceptAsync();
                var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                lock (_lock)
                {
                    if (listener != _listener)
                    {
                        client.Dispose();
                        server.Dispose();
                        return;
                    }

                    _sockets.AddRange([client, server]);
                    _work.Add(JoinAsync(client, server));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task JoinAsync(Socket client, Socket server)
    {
        try
        {
            await server.ConnectAsync(new UnixDomainSocketEndPoint(_to));
            await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Cut, or one of them has had enough.
            return;
        }
        finally
        {
            client.Dispose();
            server.Dispose();
        }
    }

    /// <summary>The end of one direction leaves the other open, as docker does for the output of a build.</summary>
    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            for (var sent = 0; sent < read;)
                sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
        to.Shutdown(SocketShutdown.Send);
    }
}
