using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>Asks name servers directly (RFC 1035): over UDP, again over TCP where the answer does not fit.</summary>
internal static class DnsResolver
{
    /// <summary>The servers of <c>/etc/resolv.conf</c>, in order.</summary>
    public static IReadOnlyList<IPEndPoint> SystemServers(string resolvConf) =>
    [
        .. resolvConf.Split('\n')
            .Select(line => line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", _, ..])
            .Select(words => IPAddress.TryParse(words[1], out var address) ? new IPEndPoint(address, 53) : null)
            .OfType<IPEndPoint>(),
    ];

    /// <summary>The first answer of any of the servers; each is asked up to three times, one after the other, as resolvers do.</summary>
    /// <exception cref="OperationCanceledException">None answered before the token was cancelled.</exception>
    /// <exception cref="DnsFailure">The servers refuse, or answer with something that is no answer.</exception>
    /// <exception cref="FormatException">The name can't be asked for.</exception>
    public static async Task<(DnsMessage Answer, IPEndPoint Server)> AskAsync(IReadOnlyList<IPEndPoint> servers, string name, DnsType type, TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        var query = DnsMessage.Query(id, name, type);
        string? problem = null;
        for (var round = 0; ; round++)
        {
            cancel.ThrowIfCancellationRequested();
            var silent = false;
            foreach (var server in servers)
            {
                using var turn = new CancellationTokenSource(patience, time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, turn.Token);
                try
                {
                    var answer = await OverUdpAsync(server, query, id, name, type, both.Token);
                    if (answer.IsCut)
                        answer = await OverTcpAsync(server, query, id, cancel);
                    if (answer.Code is 0 or 3)
                        return (answer, server);
                    problem = $"the name server {server} answers {answer.CodeName} about {name}";
                }
                catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
                {
                    silent = true;
                }
                catch (SocketException e)
                {
                    problem = e.SocketErrorCode == SocketError.ConnectionRefused ? $"nothing listens for DNS at {server}" : NetworkFailure.Of(e, $"the name server {server}", server.Address.ToString()).Because;
                }
                catch (Exception e) when (e is FormatException or IOException)
                {
                    problem = $"the name server {server} answers, but not in DNS: {e.Message}";
                }
            }

            if (!silent)
                throw new DnsFailure(problem ?? $"no name server answers about {name}");
        }
    }

    /// <summary>The same over TCP alone (RFC 7766), from another machine; each server is asked once.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the last of them answered.</exception>
    /// <exception cref="DnsFailure">The servers refuse, are late, or answer with something that is no answer.</exception>
    /// <exception cref="FormatException">The name can't be asked for.</exception>
    public static async Task<(DnsMessage Answer, HostAndPort Server)> AskFromAsync(Dialer dialer, IReadOnlyList<HostAndPort> servers, string name, DnsType type, TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        var query = DnsMessage.Query(id, name, type);
        string? problem = null;
        foreach (var server in servers)
        {
            using var turn = new CancellationTokenSource(patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, turn.Token);
            try
            {
                await using var connection = await dialer.DialAsync(server, both.Token);
                var answer = await ExchangeAsync(connection, query, id, both.Token);
                if (answer.Code is 0 or 3)
                    return (answer, server);
                problem = $"the name server {server} answers {answer.CodeName} about {name}";
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                problem = $"no answer from the name server {server}{dialer.From}, within {Units.Duration(patience)}";
            }
            catch (TargetRefused e)
            {
                problem = $"the name server {e.Message} (over ssh it is asked over TCP)";
            }
            catch (Unanswered e)
            {
                problem = e.Message;
            }
            catch (Exception e) when (e is FormatException or IOException)
            {
                problem = $"the name server {server} answers, but not in DNS: {e.Message}";
            }
        }

        throw new DnsFailure(problem ?? $"no name server answers about {name}");
    }

    private static async Task<DnsMessage> OverUdpAsync(IPEndPoint server, byte[] query, ushort id, string name, DnsType type, CancellationToken cancel)
    {
        // Connected: the kernel drops what comes from elsewhere, and a refusal comes back as an error.
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancel);
        await socket.SendAsync(query, cancel);
        var buffer = new byte[4096];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancel);
            var message = DnsMessage.Parse(buffer.AsSpan(0, length));
            // A late answer to an earlier question, or a forged one.
            if (message.IsAnswer && message.Id == id && message.QuestionType == (ushort)type && message.Question.Equals(name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase))
                return message;
            if (message.IsAnswer && message.Id == id && message.Code != 0 && message.Question.Length == 0)
                return message;
        }
    }

    private static async Task<DnsMessage> OverTcpAsync(IPEndPoint server, byte[] query, ushort id, CancellationToken cancel)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancel);
        await using var stream = new NetworkStream(socket);
        return await ExchangeAsync(stream, query, id, cancel);
    }

    private static async Task<DnsMessage> ExchangeAsync(Stream stream, byte[] query, ushort id, CancellationToken cancel)
    {
        var framed = new byte[query.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancel);
        var head = new byte[2];
        await stream.ReadExactlyAsync(head, cancel);
        var body = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
        await stream.ReadExactlyAsync(body, cancel);
        var message = DnsMessage.Parse(body);
        return message.IsAnswer && message.Id == id ? message : throw new FormatException("its answer belongs to another question");
    }
}

/// <summary>No name server gave an answer that can be used.</summary>
internal sealed class DnsFailure(string because) : Exception(because);
