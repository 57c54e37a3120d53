using System.Globalization;
using System.Net.Sockets;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>How far this machine's clock is from a time server's, asked over SNTP (RFC 4330); another machine's is held against this one's.</summary>
public sealed class ClockProbe : Probe
{
    private readonly string _etc;

    public ClockProbe()
        : this("/etc")
    {
    }

    internal ClockProbe(string etc) => _etc = etc;

    public override Signature Signature { get; } = new("clock", "How far this machine's clock is from a time server's; with host=, how far that host's is from this machine's.")
    {
        Options = [new("server", "HOST or HOST:PORT to ask. Default: the first that chrony or systemd-timesyncd is configured with, else pool.ntp.org.")],
        Facts = [new("skew", Dimension.Duration, "Distance between the two clocks, whichever is ahead; right to half of the round trip.")],
        OnHosts = true,
        AlsoCalled = ["ntp", "chrony"],
        Example = "clock skew < 500ms",
        Needs = "UDP to the time server, port 123",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        if (call.Context.Host is not null)
            return await HostClock.AskAsync(call, cancel);
        var server = call.Option("server") ?? Configured() ?? "pool.ntp.org";
        var (host, port) = Split(server);
        try
        {
            return await Sntp.AskAsync(host, port, call.Timeout, call.Context.Time, cancel) switch
            {
                Sntp.Answer.Told told => new Reading.Measured(Facts.Of(("skew", Value.Duration(told.Offset.Duration()))))
                {
                    Evidence = [Evidence.OfText("clock.txt", $"{server} (stratum {told.Stratum}): this clock is {Units.Duration(told.Offset.Duration())} {(told.Offset < TimeSpan.Zero ? "ahead" : "behind")}, round trip {Units.Duration(told.RoundTrip)}\n")],
                },
                Sntp.Answer.None none => new Reading.NoAnswer($"the time server {server} can't be used: {none.Because}; name another with server="),
                var other => throw new InvalidOperationException($"no such answer: {other}"),
            };
        }
        catch (SocketException e)
        {
            return new Reading.NoAnswer($"the time server {server} can't be reached: {e.Message}; name another with server=");
        }
    }

    /// <summary>chrony comes first: where both are installed, it is the one that keeps the time.</summary>
    private string? Configured()
    {
        var chrony = Lines("chrony/chrony.conf", "chrony.conf", "chrony/sources.d/*.sources", "chrony/conf.d/*.conf", "chrony.d/*.conf")
            .Select(l => l.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(w => w is ["server" or "pool", _, ..]);
        if (chrony is not null)
            return chrony[1];
        var timesyncd = Lines("systemd/timesyncd.conf", "systemd/timesyncd.conf.d/*.conf").Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToList();
        return new[] { "NTP", "FallbackNTP" }
            .Select(key => timesyncd.LastOrDefault(p => p[0].Trim() == key)?[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault())
            .FirstOrDefault(s => s is not null);
    }

    private IEnumerable<string> Lines(params string[] patterns)
    {
        foreach (var file in patterns.SelectMany(p => FileGlob.Files(p, _etc)))
        {
            string[] lines;
            try
            {
                lines = File.ReadAllLines(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Configuration that only root may read is as none: the default server is asked, and named in the evidence.
                continue;
            }

            foreach (var line in lines)
                yield return line.Trim();
        }
    }

    private static (string Host, int Port) Split(string server)
    {
        var colon = server.LastIndexOf(':');
        // More than one colon without brackets is an IPv6 address.
        if (colon > 0 && (server.IndexOf(':') == colon || server[colon - 1] == ']') && int.TryParse(server[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536)
            return (server[..colon].Trim('[', ']'), port);
        return (server.Trim('[', ']'), Sntp.Port);
    }
}
