using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Holdpoint.Probes;

/// <summary><c>db.example.org:5432</c>, <c>10.0.0.7:80</c>, <c>[::1]:80</c>; where a port is known, the host alone or a URL.</summary>
public sealed record HostAndPort(string Host, int Port)
{
    public static bool TryParse(string text, int? defaultPort, [NotNullWhen(true)] out HostAndPort? parsed, out string problem)
    {
        parsed = null;
        problem = "";
        if (text.Contains("://", StringComparison.Ordinal))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0 || (address.Port <= 0 && defaultPort is null))
            {
                problem = $"'{text}' names no host and port: write HOST:PORT";
                return false;
            }

            parsed = new(address.IdnHost.Trim('[', ']'), address.Port > 0 ? address.Port : defaultPort!.Value);
            return true;
        }

        string host;
        string? port = null;
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']');
            host = close > 0 ? text[1..close] : "";
            if (close > 0 && close + 1 < text.Length)
                port = text[close + 1] == ':' ? text[(close + 2)..] : "?";
        }
        else if (text.Count(c => c == ':') > 1)
        {
            host = text;
        }
        else
        {
            var colon = text.IndexOf(':');
            host = colon < 0 ? text : text[..colon];
            port = colon < 0 ? null : text[(colon + 1)..];
        }

        var number = 0;
        if (port is not null && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 65535))
            problem = $"'{text}': a port is a number from 1 to 65535";
        else if (port is null && defaultPort is null)
            problem = $"'{text}' has no port: write HOST:PORT, an IPv6 address in brackets ([::1]:80)";
        else if (host.Length == 0 || host.Any(c => char.IsWhiteSpace(c) || c is '/' or '@'))
            problem = $"'{text}' names no host: write HOST:PORT";
        if (problem.Length > 0)
            return false;
        parsed = new(host, port is null ? defaultPort!.Value : number);
        return true;
    }

    /// <summary>Why a text is no host and port; null: it is one.</summary>
    public static string? WhyNot(string text, int? defaultPort) => TryParse(text, defaultPort, out _, out var problem) ? null : problem;

    /// <summary>A connected socket. Cancelling closes what was begun.</summary>
    /// <exception cref="SocketException">Refused, unreachable or not found: <see cref="NetworkFailure"/>.</exception>
    public async Task<Socket> ConnectAsync(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (IPAddress.TryParse(Host, out var address))
                await socket.ConnectAsync(new IPEndPoint(address, Port), cancel);
            else
                await socket.ConnectAsync(new DnsEndPoint(Host, Port), cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
