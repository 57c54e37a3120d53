using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>What a name server says about a name. It is asked directly: <c>/etc/hosts</c>, search domains and caches of this machine have no part in it.</summary>
public sealed class DnsProbe : Probe
{
    private const string ResolvConf = "/etc/resolv.conf";

    public override Signature Signature { get; } = new("dns", "A name has the right records (asked of the server; /etc/hosts is not consulted)")
    {
        Arguments = [new("NAME", "the whole name; search domains are not added")],
        Options =
        [
            new("type", "A by default") { OneOf = [.. Enum.GetNames<DnsType>()] },
            new("server", "HOST or HOST:PORT of the name server; the first of /etc/resolv.conf that answers by default; with host=, that host's"),
        ],
        Facts =
        [
            new("records", Dimension.Count, "how many records of the type there are; 0 where the name does not exist"),
            new("has", Dimension.Boolean, "one of them is the text; of MX, SRV and CAA the name alone will do, of TXT a part", TakesText: true),
            new("ttl", Dimension.Duration, "how long they may be kept, the shortest of them"),
        ],
        OnHosts = true,
        Needs = $"{Dialer.Needs}; the name server is then asked over TCP",
        DefaultCondition = "records >= 1",
        Example = "dns shop.example.org has\"203.0.113.7\" and ttl <= 5m",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var word = call.Option("type") ?? "A";
        if (!Enum.TryParse<DnsType>(word, ignoreCase: true, out var type) || !Enum.IsDefined(type))
            return new Reading.NoAnswer($"type={word} is none of {string.Join(", ", Enum.GetNames<DnsType>())}");
        using var limit = new AttemptLimit(call, cancel);
        IReadOnlyList<IPEndPoint> servers = [];
        try
        {
            var name = new IdnMapping { AllowUnassigned = true, UseStd3AsciiRules = false }.GetAscii(call.Arguments[0].TrimEnd('.'));
            if (call.Context.Host is not null)
                return await FromHostAsync(call, name, type, limit.Token);
            servers = await ServersAsync(call.Option("server"), limit.Token);
            // A lost datagram is asked for again while there is time for its answer.
            var patience = TimeSpan.FromSeconds(Math.Clamp(call.Timeout.TotalSeconds / (2 * servers.Count), 0.2, 2));
            var (answer, server) = await DnsResolver.AskAsync(servers, name, type, patience, call.Context.Time, limit.Token);
            return Measured(call, type, answer, server.ToString());
        }
        catch (OperationCanceledException)
        {
            limit.ThrowUnlessOver();
            return new Reading.NoAnswer($"no answer from the name server {string.Join(", ", servers)} within {Units.Duration(call.Timeout)}");
        }
        catch (SocketException e)
        {
            return new Reading.NoAnswer($"the name server: {NetworkFailure.Of(e, call.Option("server")!, call.Option("server")!).Because}");
        }
        catch (Exception e) when (e is DnsFailure or FormatException or Unanswered)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (ArgumentException)
        {
            return new Reading.NoAnswer($"'{call.Arguments[0]}' is no name that DNS knows");
        }
    }

    private static async Task<IReadOnlyList<IPEndPoint>> ServersAsync(string? option, CancellationToken cancel)
    {
        if (option is null)
        {
            var file = File.Exists(ResolvConf) ? await File.ReadAllTextAsync(ResolvConf, cancel) : "";
            return DnsResolver.SystemServers(file) is { Count: > 0 } servers ? servers : throw new DnsFailure($"{ResolvConf} names no server: give server=");
        }

        if (!HostAndPort.TryParse(option, 53, out var parsed, out var problem))
            throw new DnsFailure(problem);
        var addresses = IPAddress.TryParse(parsed.Host, out var address) ? [address] : await Dns.GetHostAddressesAsync(parsed.Host, cancel);
        return [.. addresses.Select(a => new IPEndPoint(a, parsed.Port))];
    }

    /// <summary>Over TCP, which is all that ssh carries; no program has to be there for it.</summary>
    private static async Task<Reading> FromHostAsync(ProbeCall call, string name, DnsType type, CancellationToken cancel)
    {
        using var dialer = Dialer.Of(call);
        var servers = await ServersOfHostAsync(call, cancel);
        var (answer, server) = await DnsResolver.AskFromAsync(dialer, servers, name, type, call.Timeout / servers.Count, call.Context.Time, cancel);
        return Measured(call, type, answer, $"{server}{dialer.From}");
    }

    private static async Task<IReadOnlyList<HostAndPort>> ServersOfHostAsync(ProbeCall call, CancellationToken cancel)
    {
        if (call.Option("server") is { } option)
            return HostAndPort.TryParse(option, 53, out var given, out var problem) ? [given] : throw new DnsFailure(problem);
        try
        {
            var servers = DnsResolver.SystemServers(await Machine.Of(call).ReadAsync(ResolvConf, cancel));
            return servers.Count > 0
                ? [.. servers.Select(s => new HostAndPort(s.Address.ToString(), s.Port))]
                : throw new DnsFailure($"{ResolvConf} on {call.Context.Host} names no server: give server=");
        }
        catch (IOException e)
        {
            throw new DnsFailure($"{ResolvConf} on {call.Context.Host} can't be read: {e.Message}; give server=");
        }
    }

    private static Reading.Measured Measured(ProbeCall call, DnsType type, DnsMessage answer, string server)
    {
        var records = answer.Answers.Where(r => r.Type == (ushort)type).ToList();
        var values = new Dictionary<string, Value>
        {
            ["records"] = Value.Count(records.Count),
            ["ttl"] = records.Count > 0 ? Value.Duration(TimeSpan.FromSeconds(records.Min(r => r.Seconds))) : new Value.Unknown($"{call.Arguments[0]} has no {type} record"),
        };
        foreach (var text in call.TextsOf("has"))
            values[$"has\"{text}\""] = Value.Of(records.Any(r => Matches(r, type, text)));
        var evidence = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{server}: {answer.CodeName}");
        foreach (var record in answer.Answers)
            evidence.AppendLine(CultureInfo.InvariantCulture, $"{record.Name} {record.Seconds} {(Enum.IsDefined((DnsType)record.Type) ? ((DnsType)record.Type).ToString() : $"TYPE{record.Type}")} {record.Text}");
        return new(new Facts(values)) { Evidence = [Evidence.OfText("records.txt", evidence.ToString())] };
    }

    private static bool Matches(DnsRecord record, DnsType type, string text) => type switch
    {
        DnsType.TXT => record.Text.Contains(text, StringComparison.Ordinal),
        DnsType.A or DnsType.AAAA => IPAddress.TryParse(text, out var address) && address.ToString() == record.Text,
        _ => Same(record.Text, text) || Same(record.Target, text),
    };

    private static bool Same(string a, string b) => a.Equals(b.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}
