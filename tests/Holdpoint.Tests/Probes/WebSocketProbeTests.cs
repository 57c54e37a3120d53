using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Tests.Probes;

public sealed class WebSocketProbeTests
{
    [Fact]
    public async Task An_open_socket_is_up_without_waiting_for_anything()
    {
        await using var server = Serving(_ => Task.CompletedTask);
        var facts = (await NetworkQuestion.AskAsync("websocket", Url(server))).Facts();
        Assert.Equal("true", facts.Show("up"));
        Assert.IsType<Value.Number>(facts["time"]);
        Assert.Equal("unknown: no message was waited for", facts.Show("received"));
    }

    [Fact]
    public async Task What_is_sent_is_answered_and_the_answer_is_looked_into()
    {
        await using var server = Serving(async socket =>
        {
            var buffer = new byte[100];
            var asked = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
            await SendAsync(socket, $$"""{"type": "{{Encoding.UTF8.GetString(buffer, 0, asked.Count)}}"}""");
        });
        Assert.IsType<Verdict.Passed>((await WebMarks.RunAsync($"websocket {Url(server)} send=pong $.type == \"pong\" and up")).Verdict);
        Assert.Equal("$.type is \"pong\", expected $.type == \"ping\"", Assert.IsType<Verdict.Failed>((await WebMarks.RunAsync($"websocket {Url(server)} send=pong $.type == \"ping\"")).Verdict).Message);
    }

    [Fact]
    public async Task The_first_message_is_waited_for_where_a_condition_names_it()
    {
        await using var server = Serving(socket => SendAsync(socket, "welcome"));
        Assert.IsType<Verdict.Passed>((await WebMarks.RunAsync($"websocket {Url(server)} received == \"welcome\"")).Verdict);
    }

    [Fact]
    public async Task Another_status_than_101_is_a_refusal_and_is_named()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(403));
        var reading = await NetworkQuestion.AskAsync("websocket", Url(server));
        Assert.Equal("false", reading.Facts().Show("up"));
        Assert.Contains("answers 403 in place of 101", reading.EvidenceText());
        Assert.IsType<Verdict.Failed>((await WebMarks.RunAsync($"websocket {Url(server)}")).Verdict);
    }

    [Fact]
    public async Task A_refused_connection_is_down()
    {
        var facts = (await NetworkQuestion.AskAsync("websocket", $"ws://127.0.0.1:{Loopback.ClosedPort()}/")).Facts();
        Assert.Equal("false", facts.Show("up"));
        Assert.Contains("refuses the connection", facts.Show("time"));
    }

    [Fact]
    public async Task A_subprotocol_that_the_server_does_not_choose_is_a_refusal()
    {
        await using var server = Serving(_ => Task.CompletedTask);
        Assert.Contains("does not speak the subprotocol chat", (await NetworkQuestion.AskAsync("websocket", Url(server), "subprotocol=chat")).Facts().Show("time"));
    }

    [Fact]
    public async Task A_close_half_a_message_and_silence_are_no_answer()
    {
        await using var closing = Serving(socket => socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "who are you", TestContext.Current.CancellationToken));
        Assert.Contains("closed with 1008 who are you before any message", (await NetworkQuestion.AskAsync("websocket", Url(closing), "send=a")).Because());

        await using var half = Serving(async socket =>
        {
            await socket.SendAsync("hal"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, TestContext.Current.CancellationToken);
            socket.Abort();
        });
        Assert.Contains("broke off before a whole message", (await NetworkQuestion.AskAsync("websocket", Url(half), wants: ["received"])).Because());

        var clock = new HandClock();
        await using var silent = Loopback.Silent(clock, 20);
        Assert.Equal($"no answer from websocket {Url(silent)} within 20s", (await NetworkQuestion.AskAsync("websocket", Url(silent), timeoutMs: 20_000, time: clock)).Because());
    }

    [Fact]
    public async Task Garbage_and_a_wrong_handshake_are_no_answer()
    {
        await using var garbage = Loopback.Http(_ => "220 mail.example.org\r\n\r\n");
        Assert.Contains("not in HTTP", (await NetworkQuestion.AskAsync("websocket", Url(garbage))).Because());
        await using var wrong = Loopback.Http(_ => "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: wrong\r\n\r\n");
        Assert.Contains("not as RFC 6455 has it", (await NetworkQuestion.AskAsync("websocket", Url(wrong))).Because());
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_named()
    {
        using var certificate = Loopback.Certificate();
        await using var server = Loopback.Tls(certificate, Loopback.Reply(400));
        Assert.Contains("is not trusted", (await NetworkQuestion.AskAsync("websocket", $"wss://127.0.0.1:{server.Port}/")).Because());
        Assert.Contains("answers 400", (await NetworkQuestion.AskAsync("websocket", $"wss://127.0.0.1:{server.Port}/", "insecure=true")).Facts().Show("time"));
    }

    [Fact]
    public async Task What_is_no_address_is_told_with_the_remedy() =>
        Assert.Contains("write ws://HOST", (await NetworkQuestion.AskAsync("websocket", "http://127.0.0.1/")).Because());

    private static string Url(Loopback server) => $"ws://127.0.0.1:{server.Port}/";

    private static Task SendAsync(WebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>Takes the upgrade as RFC 6455, section 4.2.2 has it; then the test speaks, and waits until the other side leaves.</summary>
    private static Loopback Serving(Func<WebSocket, Task> speak) => new(async (stream, cancel) =>
    {
        var key = await KeyAsync(stream, cancel);
#pragma warning disable CA5350 // The protocol has it so.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), cancel);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        await speak(socket);
        try
        {
            while (socket.State is WebSocketState.Open && (await socket.ReceiveAsync(new byte[1024].AsMemory(), cancel)).MessageType != WebSocketMessageType.Close)
                continue;
        }
        catch (WebSocketException)
        {
            // The probe left without a word.
            return;
        }
    });

    private static async Task<string> KeyAsync(NetworkStream stream, CancellationToken cancel)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var key = "";
        while (await reader.ReadLineAsync(cancel) is { Length: > 0 } line)
            if (line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))
                key = line[18..].Trim();
        return key;
    }
}
