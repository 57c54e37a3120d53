using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>ICMP echo: whether a machine answers, how much is lost, how long it takes.</summary>
public sealed class PingProbe : Probe
{
    private const string Remedy = "install iputils-ping or set net.ipv4.ping_group_range";

    public override Signature Signature { get; } = new("ping", "A machine answers to ICMP echo")
    {
        Arguments = [new("HOST", "a name or an address")],
        Options = [new("packets", "how many are sent, one after another; 3 by default, 100 at most", Dimension.Count) { Wrong = text => TryPackets(text, out _) ? null : $"packets={text} is no number from 1 to 100" }],
        Facts =
        [
            new("up", Dimension.Boolean, "at least one packet came back"),
            new("loss", Dimension.Ratio, "the share of packets that did not come back within a second"),
            new("time", Dimension.Duration, "average of the packets that came back"),
        ],
        DefaultCondition = "loss == 0%",
        OnHosts = true,
        Example = "ping 10.0.0.7 packets=5",
        Needs = "raw sockets or the program ping",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var host = call.Arguments[0];
        var packets = 3;
        if (call.Option("packets") is { } text && !TryPackets(text, out packets))
            return new Reading.NoAnswer($"packets={text} is no number from 1 to 100");
        if (call.Context.Host is not null)
            return await PingFromHost.AskAsync(host, packets, call, cancel);
        using var limit = new AttemptLimit(call, cancel);
        var wait = TimeSpan.FromSeconds(Math.Clamp(call.Timeout.TotalSeconds / (packets + 1), 0.05, 1));
        var log = new StringBuilder();
        var times = new List<double>();
        var sent = 0;
        try
        {
            var address = IPAddress.TryParse(host, out var given) ? given : (await Dns.GetHostAddressesAsync(host, limit.Token))[0];
            using var ping = new Ping();
            for (; sent < packets; sent++)
            {
                var started = limit.Elapsed;
                var reply = await ping.SendPingAsync(address, wait, cancellationToken: limit.Token);
                log.AppendLine(CultureInfo.InvariantCulture, $"{sent + 1}: {(reply.Status == IPStatus.Success ? $"{reply.Address} {reply.RoundtripTime} ms" : reply.Status)}");
                if (reply.Status == IPStatus.Success)
                    // The reply tells whole milliseconds; within them our own clock is finer.
                    times.Add(Math.Clamp((limit.Elapsed - started).TotalMilliseconds, reply.RoundtripTime, reply.RoundtripTime + 1) / 1000);
            }
        }
        catch (OperationCanceledException)
        {
            limit.ThrowUnlessOver();
            return new Reading.NoAnswer($"{sent} of {packets} packets were judged within {Units.Duration(call.Timeout)}: give more timeout or fewer packets");
        }
        catch (Exception e) when (e is PlatformNotSupportedException or PingException or SocketException or Win32Exception)
        {
            return Explain(e, host);
        }

        var time = times.Count > 0 ? Value.Duration(TimeSpan.FromSeconds(times.Average())) : new Value.Unknown($"no packet came back from {host}");
        var facts = Facts.Of(("up", Value.Of(times.Count > 0)), ("loss", Value.Ratio((double)(packets - times.Count) / packets)), ("time", time));
        return new Reading.Measured(facts) { Evidence = [Evidence.OfText("ping.txt", log.ToString())] };
    }

    private static Reading Explain(Exception e, string host)
    {
        if (NetworkFailure.In(e) is not { } socket || socket.SocketErrorCode is SocketError.AccessDenied or SocketError.ProtocolNotSupported or SocketError.SocketNotSupported or SocketError.OperationNotSupported)
            return new Reading.NoAnswer($"this machine lets no ping out ({(e.InnerException ?? e).Message.TrimEnd('.')}): {Remedy}");
        var failure = NetworkFailure.Of(socket, host, host);
        if (!failure.TargetRefused)
            return new Reading.NoAnswer(failure.Because);
        var unknown = new Value.Unknown(failure.Because);
        return Reading.Of(("up", Value.Of(false)), ("loss", unknown), ("time", unknown));
    }

    private static bool TryPackets(string text, out int packets) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out packets) && packets is >= 1 and <= 100;
}
