using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdpoint.Probes.Browsing;

/// <summary>
/// A connection to a browser in the Chrome DevTools Protocol (https://chromedevtools.github.io/devtools-protocol/): commands with
/// their answers, events as they come. Sessions are flat: one connection, a session id in each message.
/// </summary>
internal sealed class DevTools : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _leave = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _awaited = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private int _last;

    /// <summary>Session, method and parameters; called in order, one after another, so it must be quick.</summary>
    public event Action<string, string, JsonElement>? Happened;

    public static async Task<DevTools> ConnectAsync(Uri address, CancellationToken cancel)
    {
        var tools = new DevTools();
        try
        {
            // It listens on the loopback: no proxy of the environment leads there.
            tools._socket.Options.Proxy = null;
            await tools._socket.ConnectAsync(address, cancel);
        }
        catch
        {
            await tools.DisposeAsync();
            throw;
        }

        tools._reading = tools.ReadAsync();
        return tools;
    }

    /// <param name="session">Empty: the browser itself.</param>
    /// <exception cref="Unanswered">The browser refuses, or has ended.</exception>
    public async Task<JsonElement> SendAsync(string session, string method, JsonObject? parameters, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref _last);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session.Length > 0)
            message["sessionId"] = session;
        var answer = _awaited[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _turn.WaitAsync(cancel);
            try
            {
                await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancel);
            }
            finally
            {
                _turn.Release();
            }

            await Task.WhenAny(answer.Task, _ended.Task).WaitAsync(cancel);
            return answer.Task.IsCompleted ? await answer.Task : throw new Unanswered("Chromium ended while it was asked");
        }
        catch (WebSocketException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new Unanswered("Chromium ended while it was asked");
        }
        finally
        {
            _awaited.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        await _reading;
        _socket.Dispose();
        _turn.Dispose();
        _leave.Dispose();
    }

    private async Task ReadAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), _leave.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                using (var document = JsonDocument.Parse(message.GetBuffer().AsMemory(0, (int)message.Length)))
                    Take(document.RootElement.Clone());
                message.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It has ended, or we leave: whoever waits is told below.
            _ended.TrySetResult();
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out var id))
        {
            if (!_awaited.TryGetValue(id.GetInt32(), out var awaited))
                return;
            if (message.TryGetProperty("error", out var error))
                awaited.TrySetException(new Unanswered($"Chromium refuses: {error.GetProperty("message").GetString()}"));
            else
                awaited.TrySetResult(message.GetProperty("result"));
            return;
        }

        var session = message.TryGetProperty("sessionId", out var s) ? s.GetString()! : "";
        Happened?.Invoke(session, message.GetProperty("method").GetString()!, message.TryGetProperty("params", out var parameters) ? parameters : default);
    }
}
