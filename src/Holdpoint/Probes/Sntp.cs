using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>One question to a time server, as RFC 4330 (SNTP version 4) has it.</summary>
internal static class Sntp
{
    public const int Port = 123;

    private const int PacketLength = 48;

    /// <summary>Packets get lost; a question is asked this often within the time given.</summary>
    private const int Attempts = 3;

    /// <summary>Seconds from 1900, where NTP counts from, to 1970.</summary>
    private const double UnixEpoch = 2208988800;

    /// <exception cref="SocketException">The server can't be reached.</exception>
    public static async Task<Answer> AskAsync(string host, int port, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var late = new CancellationTokenSource(limit / Attempts, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
            try
            {
                return await AskOnceAsync(host, port, time, either.Token);
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
            {
                if (attempt == Attempts)
                    return new Answer.None($"no answer within {Units.Duration(limit)}");
            }
        }
    }

    private static async Task<Answer> AskOnceAsync(string host, int port, TimeProvider time, CancellationToken cancel)
    {
        using var socket = new UdpClient();
        await socket.Client.ConnectAsync(host, port, cancel);
        var question = new byte[PacketLength];
        question[0] = 0x23; // no warning, version 4, client
        // A time stamp of our own clock is asked back; a random one serves as well and can't be guessed.
        RandomNumberGenerator.Fill(question.AsSpan(40, 8));
        var sent = time.GetUtcNow();
        var began = time.GetTimestamp();
        await socket.SendAsync(question, cancel);
        while (true)
        {
            var answer = (await socket.ReceiveAsync(cancel)).Buffer;
            var received = sent + time.GetElapsedTime(began);
            if (answer.Length >= PacketLength && answer.AsSpan(24, 8).SequenceEqual(question.AsSpan(40, 8)))
                return Read(answer, sent, received);
        }
    }

    /// <summary>RFC 4330, section 5: offset = ((T2 − T1) + (T3 − T4)) / 2, round trip = (T4 − T1) − (T3 − T2).</summary>
    internal static Answer Read(ReadOnlySpan<byte> packet, DateTimeOffset sent, DateTimeOffset received)
    {
        var (warning, mode, stratum) = (packet[0] >> 6, packet[0] & 7, packet[1]);
        if (mode != 4)
            return new Answer.None($"it answers in mode {mode}, not as a server");
        if (stratum == 0)
            return new Answer.None($"it turns us away ({System.Text.Encoding.ASCII.GetString(packet.Slice(12, 4)).TrimEnd('\0')})");
        if (warning == 3 || stratum > 15)
            return new Answer.None("it is itself not synchronised");
        var (arrived, answered) = (Seconds(packet[32..]), Seconds(packet[40..]));
        if (answered <= 0)
            return new Answer.None("its answer has no time");
        var (t1, t4) = ((sent - DateTimeOffset.UnixEpoch).TotalSeconds, (received - DateTimeOffset.UnixEpoch).TotalSeconds);
        return new Answer.Told(TimeSpan.FromSeconds(((arrived - t1) + (answered - t4)) / 2), TimeSpan.FromSeconds(t4 - t1 - (answered - arrived)), stratum);
    }

    /// <summary>Seconds since 1970. With the highest bit clear the count began anew in 2036 (RFC 4330, section 3).</summary>
    private static double Seconds(ReadOnlySpan<byte> stamp)
    {
        var (whole, fraction) = (BinaryPrimitives.ReadUInt32BigEndian(stamp), BinaryPrimitives.ReadUInt32BigEndian(stamp[4..]));
        if (whole == 0 && fraction == 0)
            return 0;
        return whole + (fraction / 4294967296d) + ((whole & 0x80000000) == 0 ? 4294967296d : 0) - UnixEpoch;
    }

    public abstract record Answer
    {
        /// <param name="Offset">What must be added to this machine's clock.</param>
        public sealed record Told(TimeSpan Offset, TimeSpan RoundTrip, int Stratum) : Answer;

        public sealed record None(string Because) : Answer;

        private Answer() { }
    }
}
