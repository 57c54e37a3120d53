using System.Net;
using System.Net.WebSockets;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>A WebSocket (RFC 6455) opens; what it is sent is answered.</summary>
public sealed class WebSocketProbe : AskingProbe
{
    /// <summary>A longer message is not read to its end.</summary>
    private const int LongestMessage = 1024 * 1024;

    public override Signature Signature { get; } = new("websocket", "A WebSocket opens and answers")
    {
        Arguments = [new("URL", "ws://… or wss://…") { Wrong = text => IsAddress(text, out _) ? null : Problem(text) }],
        Options =
        [
            new("send", "A text message to send after the handshake; the first message that comes is then waited for."),
            new("subprotocol", "What the server has to choose: graphql-transport-ws"),
            WebQuestion.Header,
            WebQuestion.Insecure,
        ],
        Facts =
        [
            new("up", Dimension.Boolean, "The handshake came about; false where the connection or the upgrade was refused: connection.txt has the status."),
            new("received", Dimension.Text, "The first message; waited for where the condition names it or $, or something is sent."),
            new("time", Dimension.Duration, "To the end of the handshake; where a message is waited for, to its end."),
        ],
        HasDocument = true,
        OnHosts = true,
        Needs = Dialer.Needs,
        DefaultCondition = "up",
        Example = "websocket wss://api.example.org/live send=ping received == \"pong\"",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var address = AddressOf(call.Arguments[0]);
        var began = call.Context.Time.GetTimestamp();
        using var dialer = Dialer.Of(call);
        using var socket = new ClientWebSocket();
        Configure(socket, call);
        if (await ConnectAsync(socket, address, dialer, call, cancel) is { } refused)
            return Down(refused);
        var wantsMessage = call.Option("send") is not null || call.Wants("received") || call.Condition?.Operands.Any(o => o is Operand.Path or Operand.Aggregate) == true;
        var message = wantsMessage ? await TalkAsync(socket, address, call, cancel) : null;
        var elapsed = call.Context.Time.GetElapsedTime(began);
        await LeaveAsync(socket, cancel);

        var facts = Facts.Of(
            ("up", Value.Of(true)),
            ("received", message is null ? new Value.Unknown("no message was waited for") : message.Value),
            ("time", Value.Duration(elapsed)));
        return new Reading.Measured(facts with { Document = message?.Text })
        {
            Evidence = [Evidence.OfText("messages.txt", $"{address}{dialer.From}: 101{(socket.SubProtocol is { } chosen ? $", subprotocol {chosen}" : "")}\n{(message is null ? "" : $"received: {message.Text ?? message.Value.ToString()}\n")}")],
        };
    }

    private static Uri AddressOf(string text) => IsAddress(text, out var address) ? address! : throw new Unanswered(Problem(text));

    private static bool IsAddress(string text, out Uri? address) => Uri.TryCreate(text, UriKind.Absolute, out address) && address.Scheme is "ws" or "wss" && address.Host.Length > 0;

    private static string Problem(string text) => $"'{text}' is no address of a WebSocket: write ws://HOST/… or wss://HOST/…";

    private static void Configure(ClientWebSocket socket, ProbeCall call)
    {
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in WebQuestion.Headers(call))
            try
            {
                socket.Options.SetRequestHeader(name, value);
            }
            catch (ArgumentException)
            {
                throw new Unanswered($"'{name}' can't be sent as a header");
            }

        if (call.Option("subprotocol") is { } subprotocol)
            socket.Options.AddSubProtocol(subprotocol);
        // The file says insecure=true: it wants to know whether the service answers, whatever its certificate.
#pragma warning disable CA5359
        if (call.Context.Host is null && IsInsecure(call))
            socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
    }

    private static bool IsInsecure(ProbeCall call) => call.Option("insecure") == "true";

    /// <summary>Null: it is open; else how it was refused.</summary>
    private static async Task<string?> ConnectAsync(ClientWebSocket socket, Uri address, Dialer dialer, ProbeCall call, CancellationToken cancel)
    {
        try
        {
            await socket.ConnectAsync(address, dialer.Web(IsInsecure(call)), cancel);
            return call.Option("subprotocol") is { } wanted && socket.SubProtocol != wanted ? $"{address} does not speak the subprotocol {wanted}" : null;
        }
        catch (WebSocketException e)
        {
            cancel.ThrowIfCancellationRequested();
            if (socket.HttpStatusCode is not 0 and not HttpStatusCode.SwitchingProtocols)
                return $"{address} answers {(int)socket.HttpStatusCode} in place of 101 Switching Protocols";
            if (socket.HttpStatusCode == HttpStatusCode.SwitchingProtocols)
                throw new Unanswered($"{address} answers 101, but not as RFC 6455 has it: {e.Message.TrimEnd('.')}");
            var question = new HttpQuestion("GET", new UriBuilder(address) { Scheme = address.Scheme == "ws" ? "http" : "https" }.Uri, [], null) { Dialer = dialer };
            return await HttpExchange.ExplainAsync(e.InnerException ?? e, question, call.Context.Time, cancel) switch
            {
                HttpOutcome.Refused(var because) => because,
                HttpOutcome.Failed(var because) => throw new Unanswered(because),
                _ => throw new OperationCanceledException(cancel),
            };
        }
    }

    private static async Task<WebSocketMessage> TalkAsync(ClientWebSocket socket, Uri address, ProbeCall call, CancellationToken cancel)
    {
        try
        {
            if (call.Option("send") is { } text)
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancel);
            return await ReceiveAsync(socket, address, cancel);
        }
        catch (WebSocketException e)
        {
            cancel.ThrowIfCancellationRequested();
            throw new Unanswered($"{address} opened, and then the connection broke off before a whole message: {e.Message.TrimEnd('.')}");
        }
    }

    private static async Task<WebSocketMessage> ReceiveAsync(ClientWebSocket socket, Uri address, CancellationToken cancel)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new Unanswered($"{address} opened, and then closed with {(int?)socket.CloseStatus} {socket.CloseStatusDescription}".TrimEnd() + " before any message");
            message.Write(buffer, 0, part.Count);
            if (message.Length > LongestMessage)
                return new(null, new Value.Unknown($"the message is longer than {Units.Bytes(LongestMessage)}"));
            if (!part.EndOfMessage)
                continue;
            if (part.MessageType == WebSocketMessageType.Binary)
                return new(null, new Value.Unknown($"the message is binary, of {Units.Bytes(message.Length)}"));
            var text = Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
            return new(text, Value.Of(text));
        }
    }

    /// <summary>Says goodbye; whether the other side hears it changes nothing of what was measured.</summary>
    private static async Task LeaveAsync(ClientWebSocket socket, CancellationToken cancel)
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
        }
        catch (Exception e) when (e is WebSocketException or IOException or InvalidOperationException)
        {
            socket.Abort();
        }
    }

    /// <param name="Text">Null where it is none that can be kept.</param>
    private sealed record WebSocketMessage(string? Text, Value Value);
}
