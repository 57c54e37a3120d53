using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdpoint.Cli.Demo;

/// <param name="Port">The stable port; 0: any free one.</param>
/// <param name="LiveFile">Holds the port of the backend that gets new requests, as a number. Replace it by renaming another file over it.</param>
internal sealed record DemoFrontOptions(int Port, string LiveFile);

/// <summary>A proxy on a stable port. The file is read anew for each connection, and a connection carries one request, so that a switch loses none and sticks to none.</summary>
internal sealed class DemoFront : IAsyncDisposable
{
    private readonly DemoFrontOptions _options;
    private readonly DemoListener _listener;

    /// <exception cref="SocketException">The port is taken.</exception>
    public DemoFront(DemoFrontOptions options, TimeProvider time)
    {
        _options = options;
        _listener = new(options.Port, time, ServeAsync);
    }

    public int Port => _listener.Port;

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <inheritdoc cref="DemoService.RunAsync"/>
    public static async Task<int> RunAsync(DemoFrontOptions options, CancellationToken cancel) =>
        await DemoListener.RunAsync("demo-front", options.Port, () => new DemoFront(options, TimeProvider.System)._listener, cancel);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(DemoListener listener, NetworkStream client, CancellationToken ending)
    {
        HttpRequest? request;
        try
        {
            request = await new HttpRequestReader(client).NextAsync(listener.Closing);
        }
        catch (BadRequest e)
        {
            await client.WriteAsync(HttpReply.Text(e.Status, e.Message + "\n").ToBytes(close: true, withBody: true), ending);
            return;
        }

        if (request is null)
            return;
        var (backend, problem) = await ConnectAsync(ending);
        if (backend is null)
        {
            await client.WriteAsync(HttpReply.Text(503, problem + "\n").ToBytes(close: true, withBody: request.Method != "HEAD"), ending);
            return;
        }

        await using (backend)
        {
            await backend.WriteAsync(Rewritten(request), ending);
            // The backend closes after its answer, and says so to the client in the answer's own header.
            await backend.CopyToAsync(client, ending);
        }
    }

    private async Task<(NetworkStream? Backend, string Problem)> ConnectAsync(CancellationToken cancel)
    {
        string? tried = null;
        while (true)
        {
            string text;
            try
            {
                text = (await File.ReadAllTextAsync(_options.LiveFile, cancel)).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return (null, $"{_options.LiveFile} names no backend: {e.Message}");
            }

            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
                return (null, $"{_options.LiveFile} holds no port");
            // Only a switch between reading and connecting is worth a second try: a backend that is down is not hidden.
            if (text == tried)
                return (null, $"the backend on port {port} does not answer");
            tried = text;
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
                return (new NetworkStream(socket, ownsSocket: true), "");
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
    }

    private static byte[] Rewritten(HttpRequest request)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{request.Method} {request.Target} HTTP/1.1\r\n");
        foreach (var (name, value) in request.Headers.Where(h => h.Name.ToLowerInvariant() is not ("connection" or "keep-alive" or "expect" or "transfer-encoding" or "content-length")))
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (request.Body.Length > 0 || request.Method is "POST" or "PUT" or "PATCH")
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {request.Body.Length}\r\n");
        head.Append("Connection: close\r\n\r\n");
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. request.Body];
    }
}
