using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class DnsProbeTests
{
    private static readonly byte[] Shop = [.. Name("shop.example.org")];

    [Fact]
    public async Task Addresses_are_counted_through_an_alias_and_the_shortest_time_to_live_is_told()
    {
        await using var server = new Responder(q => Answer(q, 0, [
            (5, 20, Name("real.example.org")),
            (1, 300, [203, 0, 113, 7]),
            (1, 60, [203, 0, 113, 8]),
        ]));
        var facts = (await AskAsync(server, wants: ["has\"203.0.113.7\"", "has\"203.0.113.9\""])).Facts();
        Assert.Equal("2", facts.Show("records"));
        Assert.Equal("1m", facts.Show("ttl"));
        Assert.Equal("true", facts.Show("has\"203.0.113.7\""));
        Assert.Equal("false", facts.Show("has\"203.0.113.9\""));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_has_no_records()
    {
        await using var server = new Responder(q => Answer(q, 3, []));
        var facts = (await AskAsync(server)).Facts();
        Assert.Equal("0", facts.Show("records"));
        Assert.Equal("unknown: shop.example.org has no A record", facts.Show("ttl"));
    }

    [Theory]
    [InlineData("MX", 15, "mail.example.org", "10 mail.example.org")]
    [InlineData("SRV", 33, "sip.example.org.", "10 5 5060 sip.example.org")]
    [InlineData("CAA", 257, "letsencrypt.org", "0 issue letsencrypt.org")]
    [InlineData("TXT", 16, "v=spf1", "v=spf1 -all")]
    [InlineData("NS", 2, "ns1.example.org", "NS1.example.org")]
    [InlineData("AAAA", 28, "2001:0db8::1", "2001:db8::1")]
    public async Task Each_type_of_record_is_read_and_found(string type, ushort number, string text, string shown)
    {
        byte[] data = type switch
        {
            "MX" => [0, 10, .. Name("mail.example.org")],
            "SRV" => [0, 10, 0, 5, 0x13, 0xC4, .. Name("sip.example.org")],
            "CAA" => [0, 5, .. "issue"u8, .. "letsencrypt.org"u8],
            "TXT" => [4, .. "v=sp"u8, 7, .. "f1 -all"u8],
            "NS" => [.. Name("NS1.example.org")],
            _ => [.. IPAddress.Parse("2001:db8::1").GetAddressBytes()],
        };
        await using var server = new Responder(q => Answer(q, 0, [(number, 60, data)]));
        var reading = await AskAsync(server, $"type={type}", [$"has\"{text}\""]);
        Assert.Equal("true", reading.Facts().Show($"has\"{text}\""));
        Assert.Contains($"{type} {shown}", reading.EvidenceText());
    }

    [Fact]
    public async Task A_silent_server_is_no_answer()
    {
        var clock = new HandClock();
        await using var server = new Responder(_ =>
        {
            clock.Pass(TimeSpan.FromSeconds(3));
            return null;
        });
        Assert.Equal($"no answer from the name server 127.0.0.1:{server.Port} within 3s", (await AskAsync(server, timeoutMs: 3000, time: clock)).Because());
    }

    [Fact]
    public async Task A_lost_question_is_asked_again()
    {
        var asked = 0;
        var clock = new HandClock();
        await using var server = new Responder(q =>
        {
            if (Interlocked.Increment(ref asked) > 1)
                return Answer(q, 0, [(1, 60, [127, 0, 0, 1])]);
            clock.Pass(TimeSpan.FromSeconds(2));
            return null;
        });
        Assert.Equal("1", (await AskAsync(server, time: clock)).Facts().Show("records"));
    }

    [Fact]
    public async Task A_server_that_fails_is_no_answer_and_says_how()
    {
        await using var server = new Responder(q => Answer(q, 2, []));
        Assert.Equal($"the name server 127.0.0.1:{server.Port} answers SERVFAIL about shop.example.org", (await AskAsync(server)).Because());
    }

    [Fact]
    public async Task Garbage_and_half_an_answer_are_no_answer()
    {
        await using var garbage = new Responder(_ => "nonsense"u8.ToArray());
        Assert.Contains("answers, but not in DNS", (await AskAsync(garbage)).Because());
        await using var half = new Responder(q => Answer(q, 0, [(1, 60, [203, 0, 113, 7])])[..^2]);
        Assert.Contains("answers, but not in DNS: the DNS message ends within a record", (await AskAsync(half)).Because());
    }

    [Fact]
    public async Task An_answer_to_another_question_is_not_taken()
    {
        var asked = 0;
        var clock = new HandClock();
        await using var server = new Responder(q =>
        {
            if (Interlocked.Increment(ref asked) > 1)
                return Answer(q, 0, []);
            _ = Task.Run(() => clock.Pass(TimeSpan.FromSeconds(2)));
            return [(byte)(q[0] ^ 1), .. Answer(q, 0, [(1, 60, [203, 0, 113, 7])])[1..]];
        });
        Assert.Equal("0", (await AskAsync(server, time: clock)).Facts().Show("records"));
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_is_fetched_over_TCP()
    {
        await using var server = new Responder(q => Answer(q, 0, [], cut: true), q => Answer(q, 0, [.. Enumerable.Range(1, 200).Select(i => ((ushort)1, 60u, (IEnumerable<byte>)[10, 0, 0, (byte)i]))]));
        Assert.Equal("200", (await AskAsync(server)).Facts().Show("records"));
    }

    [Fact]
    public void Names_that_point_in_circles_are_refused()
    {
        byte[] message = [0, 1, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1];
        Assert.Throws<FormatException>(() => DnsMessage.Parse(message));
    }

    [Fact]
    public async Task A_name_with_an_empty_part_is_told() =>
        Assert.Contains("no name", (await NetworkQuestion.AskAsync("dns", "shop..example.org", "server=127.0.0.1:1")).Because());

    [Fact]
    public void The_servers_of_the_machine_are_read_in_order() =>
        Assert.Equal(["10.0.0.1:53", "[fe80::1]:53"], DnsResolver.SystemServers("# made by hand\nsearch example.org\nnameserver 10.0.0.1\nnameserver\tfe80::1 # second\noptions edns0\nnameserver nonsense\n").Select(s => s.ToString()));

    private static Task<Reading> AskAsync(Responder server, string options = "type=A", string[]? wants = null, int timeoutMs = 60_000, TimeProvider? time = null) =>
        NetworkQuestion.AskAsync("dns", "shop.example.org", $"{options}|server=127.0.0.1:{server.Port}", wants, timeoutMs, time);

    private static IEnumerable<byte> Name(string name) => name.Split('.').SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)).Append((byte)0);

    private static byte[] Answer(byte[] query, byte code, (ushort Type, uint Seconds, IEnumerable<byte> Data)[] records, bool cut = false)
    {
        var question = query.AsSpan(12, Shop.Length + 4).ToArray();
        var message = new List<byte> { query[0], query[1], (byte)(cut ? 0x83 : 0x81), (byte)(0x80 | code), 0, 1, 0, (byte)records.Length, 0, 0, 0, 0 };
        message.AddRange(question);
        foreach (var (type, seconds, data) in records)
        {
            var bytes = data.ToArray();
            // A pointer to the question's name, as servers write it.
            message.AddRange([0xC0, 12, (byte)(type >> 8), (byte)type, 0, 1, (byte)(seconds >> 24), (byte)(seconds >> 16), (byte)(seconds >> 8), (byte)seconds, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes]);
        }

        return [.. message];
    }

    /// <summary>A name server over UDP, and over TCP on the same port where asked for.</summary>
    private sealed class Responder : IAsyncDisposable
    {
        private readonly Socket _udp;
        private readonly Socket _tcp;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _serving;

        public Responder(Func<byte[], byte[]?> overUdp, Func<byte[], byte[]>? overTcp = null)
        {
            (_udp, _tcp) = SamePort();
            _tcp.Listen();
            _serving = Task.WhenAll(UdpAsync(overUdp), overTcp is null ? Task.CompletedTask : TcpAsync(overTcp));
        }

        public int Port => ((IPEndPoint)_udp.LocalEndPoint!).Port;

        /// <summary>A port that is free for the one need not be free for the other.</summary>
        private static (Socket Udp, Socket Tcp) SamePort()
        {
            while (true)
            {
                var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                    tcp.Bind(udp.LocalEndPoint!);
                    return (udp, tcp);
                }
                catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
                {
                    udp.Dispose();
                    tcp.Dispose();
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving;
            _udp.Dispose();
            _tcp.Dispose();
            _stop.Dispose();
        }

        private async Task UdpAsync(Func<byte[], byte[]?> answer)
        {
            var buffer = new byte[4096];
            try
            {
                while (true)
                {
                    var got = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                    if (answer(buffer[..got.ReceivedBytes]) is { } reply)
                        await _udp.SendToAsync(reply, got.RemoteEndPoint, _stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        private async Task TcpAsync(Func<byte[], byte[]> answer)
        {
            try
            {
                using var socket = await _tcp.AcceptAsync(_stop.Token);
                await using var stream = new NetworkStream(socket);
                var head = new byte[2];
                await stream.ReadExactlyAsync(head, _stop.Token);
                var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
                await stream.ReadExactlyAsync(query, _stop.Token);
                var reply = answer(query);
                await stream.WriteAsync((byte[])[(byte)(reply.Length >> 8), (byte)reply.Length, .. reply], _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
