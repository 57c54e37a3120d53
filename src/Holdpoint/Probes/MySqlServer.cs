using System.Globalization;
using System.Text;

namespace Holdpoint.Probes;

/// <summary>A MySQL of the configuration, as the options of its client program.</summary>
/// <param name="Host">Empty where a Unix socket is used.</param>
internal sealed record MySqlServer(string Host, string Where, string OptionFile)
{
    /// <summary>For messages: never who asks.</summary>
    public override string ToString() => Where;

    /// <exception cref="Unanswered">No such server in the configuration, or a url that can't be used. The url itself is not shown: it may hold a password.</exception>
    public static MySqlServer Of(ProbeCall call)
    {
        var name = call.Arguments[0];
        var settings = call.Context.Server("mysql", name, out var because) ?? throw new Unanswered(because);
        var socket = settings.GetValueOrDefault("socket");
        Uri? address = null;
        if (settings.GetValueOrDefault("url") is { } url)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out address) || address.Scheme is not ("mysql" or "mariadb") || (address.Host.Length == 0 && socket is null))
                throw new Unanswered($"the url of the mysql server `{name}` can't be read: write mysql://user:password@host:3306/database with special characters percent-encoded, or set user and password beside url");
        }
        else if (socket is null)
        {
            throw new Unanswered($"the mysql server `{name}` has neither url nor socket in holdpoint.yaml");
        }

        var who = (address?.UserInfo ?? "").Split(':', 2);
        var (host, port) = (address?.IdnHost.Trim('[', ']') ?? "", address?.Port > 0 ? address.Port : 3306);
        var options = new StringBuilder("[client]\n");
        Add(options, "user", settings.GetValueOrDefault("user") ?? Uri.UnescapeDataString(who[0]));
        Add(options, "password", settings.GetValueOrDefault("password") ?? (who.Length > 1 ? Uri.UnescapeDataString(who[1]) : ""));
        if (socket is not null)
        {
            options.Append("protocol=socket\n");
            Add(options, "socket", socket);
        }
        else
        {
            options.Append(CultureInfo.InvariantCulture, $"protocol=tcp\nport={port}\n");
            Add(options, "host", host);
        }

        // Longer than an attempt takes: its own limit ends the client, and a refusal is told from silence by that.
        options.Append("connect-timeout=86400\n");
        Add(options, "ssl-ca", settings.GetValueOrDefault("ca") ?? "");
        // What the one client calls verifying, the other does not know; each passes over the other's word.
        if (settings.GetValueOrDefault("tls") == "true")
            options.Append("loose-ssl-mode=VERIFY_IDENTITY\nloose-ssl-verify-server-cert\n");
        options.Append("[mysql]\n");
        Add(options, "database", Uri.UnescapeDataString(address?.AbsolutePath.Trim('/') ?? ""));
        return socket is null ? new(host, new HostAndPort(host, port).ToString(), options.ToString()) : new("", socket, options.ToString());
    }

    /// <summary>Quotes and backslashes as option files have them: https://dev.mysql.com/doc/refman/8.0/en/option-files.html.</summary>
    private static void Add(StringBuilder options, string name, string value)
    {
        if (value.Length == 0)
            return;
        var escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);
        options.Append(CultureInfo.InvariantCulture, $"{name}=\"{escaped}\"\n");
    }
}
