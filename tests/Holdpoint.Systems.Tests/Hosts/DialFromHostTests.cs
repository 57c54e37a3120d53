using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Probes;
using Holdpoint.Systems.Tests.Probes;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Hosts;

/// <summary>Connections that another machine makes, over a real sshd: TLS, mail, WebSockets, names, and questions to a real nginx.</summary>
public sealed class DialFromHostTests(SshServers servers, NginxServer nginx) : Scratch, IClassFixture<SshServers>, IClassFixture<NginxServer>
{
    private readonly SshHosts _hosts = new(TimeProvider.System);

    [Theory(Timeout = 120_000)]
    [InlineData("tls HOST host=web1 ca=ROOT/ca.pem valid and remaining > 1d and protocol >= 1.2")]
    [InlineData("headers TLS/safe host=web1 insecure=true plain=URL/old grade == \"A+\"")]
    [InlineData("cors URL/orders host=web1 origin=https://shop.example.org method=PUT headers=content-type allowed")]
    [InlineData("ratelimit URL/login host=web1 refused >= 1 and accepted <= 8")]
    public async Task A_server_is_asked_from_there(string mark)
    {
        await File.WriteAllTextAsync(At("ca.pem"), await CertificateAsync(), Cancel);
        Assert.IsType<Verdict.Passed>((await AskAsync(mark)).Verdict);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("tls HOST host=web1", "valid is false, expected valid")]
    [InlineData("headers URL/plain host=web1", "missing is ")]
    [InlineData("cors URL/orders host=web1 origin=https://evil.example.org allowed", "allowed is false, expected allowed")]
    [InlineData("ratelimit URL/calm host=web1 requests=9", "refused is 0, expected refused >= 1")]
    [InlineData("smtp 127.0.0.1:1 host=web1", "up is false: 127.0.0.1:1 refuses the connection from web1")]
    [InlineData("websocket ws://127.0.0.1:1/ host=web1", "up is false: 127.0.0.1:1 refuses the connection from web1")]
    [InlineData("websocket ws://127.0.0.1:PORT/plain host=web1", "up is false: ")]
    public async Task What_is_wrong_there_fails_with_the_value(string mark, string message)
    {
        var result = await AskAsync(mark);
        var told = $"{result.Because<Verdict.Failed>()}{(message.StartsWith("up", StringComparison.Ordinal) ? $": {result.Text("connection.txt")}" : "")}";
        Assert.StartsWith(message.Split(": ")[0], told, StringComparison.Ordinal);
        Assert.Contains(message.Split(": ")[^1], told, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("tls 127.0.0.1:1 host=web1", "127.0.0.1:1 refuses the connection from web1")]
    [InlineData("tls no-such-host.invalid host=web1", "there is no host called no-such-host.invalid, says web1")]
    [InlineData("tls 127.0.0.1:SSH host=web1", "127.0.0.1:SSH does not complete a TLS handshake: ")]
    [InlineData("tls HOST host=web1 ca=/no/such.pem", "ca=/no/such.pem can't be read as PEM: cat: /no/such.pem: No such file or directory (on web1)")]
    [InlineData("tls HOST host=refusing", "refusing refuses the connection: does sshd run there, and is the port right?")]
    [InlineData("tls HOST host=closed", "closed makes this connection itself and lets none through for others: allow it in its sshd_config (AllowTcpForwarding, PermitOpen)")]
    [InlineData("headers URL/plain host=closed", "closed makes this connection itself and lets none through for others: ")]
    [InlineData("headers TLS/safe host=web1", "HOST is not trusted: its certificate is self-signed and this machine does not trust it")]
    [InlineData("cors http://127.0.0.1:1/ host=web1 origin=https://shop.example.org allowed", "127.0.0.1:1 refuses the connection from web1")]
    [InlineData("cors http://127.0.0.1:SSH/ host=web1 origin=https://shop.example.org allowed", "127.0.0.1:SSH answers, but not in HTTP: ")]
    [InlineData("ratelimit http://127.0.0.1:1/ host=web1", "127.0.0.1:1 refuses the connection from web1")]
    [InlineData("smtp 127.0.0.1:SSH host=web1", "127.0.0.1:SSH answers, but not in SMTP: SSH-2.0-")]
    [InlineData("websocket wss://HOST/ host=web1", "HOST is not trusted: its certificate is self-signed and this machine does not trust it")]
    [InlineData("dns shop.example.org host=web1 server=127.0.0.1:1", "the name server 127.0.0.1:1 refuses the connection from web1 (over ssh it is asked over TCP)")]
    [InlineData("dns shop.example.org host=refusing", "refusing refuses the connection: does sshd run there, and is the port right?")]
    public async Task What_cannot_be_known_there_is_unknown(string mark, string because) => Assert.StartsWith(Filled(because), (await AskAsync(mark)).Because<Verdict.Unknown>(), StringComparison.Ordinal);

    [Fact(Timeout = 120_000)]
    public async Task A_mail_server_greets_a_host()
    {
        await using var server = new Listener(async (stream, cancel) =>
        {
            await stream.WriteAsync("220 mail.example.org\r\n"u8.ToArray(), cancel);
            using var reader = new StreamReader(stream, leaveOpen: true);
            while (await reader.ReadLineAsync(cancel) is { } line)
                await stream.WriteAsync(Encoding.ASCII.GetBytes(line == "QUIT" ? "221 bye\r\n" : "250-mail.example.org\r\n250 SIZE\r\n"), cancel);
        });

        Assert.IsType<Verdict.Passed>((await AskAsync($"smtp 127.0.0.1:{server.Port} host=web1 up and not tls and time < 60s")).Verdict);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_web_socket_answers_a_host()
    {
        await using var server = new Listener(async (stream, cancel) =>
        {
            var request = await HttpRequestAsync(stream, cancel);
            var key = request.Split("\r\n").First(l => l.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase))[19..];
            // RFC 6455, section 1.3.
#pragma warning disable CA5350
            var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), cancel);
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            var asked = await socket.ReceiveAsync(new byte[100].AsMemory(), cancel);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"{asked.Count} bytes"), WebSocketMessageType.Text, endOfMessage: true, cancel);
            await socket.ReceiveAsync(new byte[100].AsMemory(), cancel);
        });

        var result = await AskAsync($"websocket ws://127.0.0.1:{server.Port}/ host=web1 send=ping received == \"4 bytes\"");
        Assert.IsType<Verdict.Passed>(result.Verdict);
        Assert.Contains(", asked from web1: 101", result.Text("messages.txt"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_name_is_asked_of_a_server_that_the_host_reaches()
    {
        await using var server = new Listener(AnswerNameAsync);

        var result = await AskAsync($"dns shop.example.org host=web1 server=127.0.0.1:{server.Port} has\"203.0.113.7\" and records == 1 and ttl == 5m");
        Assert.IsType<Verdict.Passed>(result.Verdict);
        Assert.StartsWith($"127.0.0.1:{server.Port}, asked from web1: ", result.Text("records.txt"), StringComparison.Ordinal);
        Assert.Equal("records is 0, expected records >= 1", (await AskAsync($"dns none.example.org host=web1 server=127.0.0.1:{server.Port}")).Because<Verdict.Failed>());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_never_answers_is_unknown_and_leaves_no_connection()
    {
        await using var server = new Listener((_, cancel) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel));
        // The connection to the host is there then, and its own time is none of the limit's.
        Assert.IsType<Verdict.Passed>((await HostMark.RunAsync("sh host=web1 true", servers, _hosts, Root)).Verdict);

        Assert.Contains(" within 5s", (await HostMark.RunAsync($"tls 127.0.0.1:{server.Port} host=web1 timeout 5s", servers, _hosts, Root)).Because<Verdict.Unknown>(), StringComparison.Ordinal);
        await UntilAsync(() => !Directory.EnumerateDirectories("/proc").Any(p => CommandLine(p).Contains($"-W\0127.0.0.1:{server.Port}", StringComparison.Ordinal)));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hosts.Dispose();
        base.Dispose(disposing);
    }

    private Task<CheckResult> AskAsync(string mark) => HostMark.RunAsync($"{Filled(mark)} timeout 60s", servers, _hosts, Root);

    private string Filled(string text) => text
        .Replace("ROOT", Root, StringComparison.Ordinal)
        .Replace("URL", nginx.Url, StringComparison.Ordinal)
        .Replace("TLS/", nginx.TlsUrl + "/", StringComparison.Ordinal)
        .Replace("HOST", $"127.0.0.1:{nginx.TlsPort}", StringComparison.Ordinal)
        .Replace("PORT", $"{nginx.Port}", StringComparison.Ordinal)
        .Replace("SSH/", $"{servers.Web.Port}/", StringComparison.Ordinal)
        .Replace(":SSH ", $":{servers.Web.Port} ", StringComparison.Ordinal);

    private async Task<string> CertificateAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", nginx.TlsPort, Cancel);
#pragma warning disable CA5359 // It is only looked at.
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1" }, Cancel);
        return ((X509Certificate2)tls.RemoteCertificate!).ExportCertificatePem();
    }

    private static async Task<string> HttpRequestAsync(NetworkStream stream, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            text.Append(await stream.ReadAsync(buffer, cancel) is > 0 and var read ? Encoding.ASCII.GetString(buffer, 0, read) : throw new IOException("half a request"));
        return text.ToString();
    }

    /// <summary>RFC 1035, 4.1 and 4.2.2: an address for a name that begins with an s, else that there is no such name.</summary>
    private static async Task AnswerNameAsync(NetworkStream stream, CancellationToken cancel)
    {
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancel);
        var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(query, cancel);
        var question = query[12..(Array.IndexOf(query, (byte)0, 12) + 5)];
        var isThere = question[1] == (byte)'s';
        byte[] answer =
        [
            .. query[..2], 0x81, (byte)(isThere ? 0x80 : 0x83), 0, 1, 0, (byte)(isThere ? 1 : 0), 0, 0, 0, 0, .. question,
            .. isThere ? (byte[])[0xC0, 12, 0, 1, 0, 1, 0, 0, 0x01, 0x2C, 0, 4, 203, 0, 113, 7] : [],
        ];
        await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer], cancel);
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.Exists(process + "/cmdline") ? File.ReadAllText(process + "/cmdline") : "";
        }
        catch (IOException)
        {
            // It has ended since.
            return "";
        }
    }
}
