using System.Globalization;
using System.Net;

namespace Holdpoint.Probes.Redis;

/// <summary>
/// Where a Redis of the configuration is and who asks there. <c>url</c>: <c>redis://user:password@host:6379/0</c>, <c>rediss://…</c> for TLS,
/// <c>unix:///path</c>; special characters percent-encoded (https://www.iana.org/assignments/uri-schemes/prov/redis).
/// <c>user</c> and <c>password</c> beside it come before those in it.
/// </summary>
/// <param name="Tcp">Null: a Unix socket.</param>
/// <param name="Database">Null: the one that every connection begins in, 0.</param>
/// <param name="Authority">A PEM file whose certificates are trusted instead of the machine's.</param>
internal sealed record RedisAddress(HostAndPort? Tcp, string Socket, bool Tls, string? User, string? Password, int? Database, bool AnyCertificate, string? Authority)
{
    /// <summary>For messages: never who asks.</summary>
    public override string ToString() => Tcp?.ToString() ?? Socket;

    /// <summary>Whether paths that the server tells may be looked for on this machine.</summary>
    public bool IsHere => Tcp is null || Tcp.Host == "localhost" || (IPAddress.TryParse(Tcp.Host, out var ip) && IPAddress.IsLoopback(ip));

    /// <exception cref="Unanswered">No such server in the configuration, or a url that can't be used. The url itself is not shown: it may hold a password.</exception>
    public static RedisAddress Of(ProbeCall call)
    {
        var name = call.Arguments[0];
        var settings = call.Context.Server("redis", name, out var because) ?? throw new Unanswered(because);
        var url = settings.GetValueOrDefault("url") ?? throw new Unanswered($"the redis server `{name}` has no url in holdpoint.yaml");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("redis" or "rediss" or "unix"))
            throw new Unanswered($"the url of the redis server `{name}` can't be read: write redis://user:password@host:6379/0 with special characters percent-encoded, or set user and password beside url");
        HostAndPort? tcp = null;
        if (address.Scheme != "unix" && !HostAndPort.TryParse($"{(address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost)}:{(address.Port > 0 ? address.Port : 6379)}", null, out tcp, out _))
            throw new Unanswered($"the url of the redis server `{name}` names no host: write redis://host:6379");
        var who = address.UserInfo.Split(':', 2);
        return new(
            tcp,
            tcp is null ? Uri.UnescapeDataString(address.AbsolutePath) : "",
            address.Scheme == "rediss",
            settings.GetValueOrDefault("user") ?? (who[0].Length > 0 ? Uri.UnescapeDataString(who[0]) : null),
            settings.GetValueOrDefault("password") ?? (who.Length > 1 ? Uri.UnescapeDataString(who[1]) : null),
            DatabaseOf(tcp is null ? address.Query.Replace("?db=", "", StringComparison.Ordinal) : address.AbsolutePath.Trim('/'), name),
            settings.GetValueOrDefault("insecure") == "true",
            settings.GetValueOrDefault("ca") is { } file ? Path.Combine(call.Context.Directory, file) : null);
    }

    private static int? DatabaseOf(string text, string name) =>
        text.Length == 0 ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new Unanswered($"the url of the redis server `{name}` ends in `{text}`, where the number of a database stands: redis://host:6379/0");
}
