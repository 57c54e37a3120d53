using System.Globalization;
using Holdpoint.Expressions;
using Npgsql;

namespace Holdpoint.Probes.Postgres;

/// <summary>
/// A PostgreSQL server of the configuration. Its settings: <c>url</c>, as a URI
/// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS) or as keywords (<c>Host=db;Database=shop</c>,
/// https://www.npgsql.org/doc/connection-string-parameters.html); <c>host</c>, <c>port</c>, <c>database</c>, <c>user</c>, <c>password</c>,
/// <c>sslmode</c>, <c>root_certificate</c>, <c>client_certificate</c> and <c>client_key</c>, each of which wins over its part of the url.
/// </summary>
internal sealed class PostgresServer
{
    /// <summary>How the settings are told in a signature.</summary>
    public const string SettingsSummary = "A server of servers: postgres: in holdpoint.yaml. Settings: url (postgres://user:password@host:5432/database?sslmode=require, or Host=…;Database=…), "
        + "or host (a folder: its unix socket), port, database, user, password, sslmode, root_certificate, client_certificate, client_key.";

    internal static readonly string[] Keys = ["url", "host", "port", "database", "user", "password", "sslmode", "root_certificate", "client_certificate", "client_key"];

    private static readonly Dictionary<string, SslMode> SslModes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["disable"] = SslMode.Disable, ["allow"] = SslMode.Allow, ["prefer"] = SslMode.Prefer,
        ["require"] = SslMode.Require, ["verify-ca"] = SslMode.VerifyCA, ["verify-full"] = SslMode.VerifyFull,
    };

    private readonly NpgsqlConnectionStringBuilder _connection;

    private PostgresServer(string name, NpgsqlConnectionStringBuilder connection)
    {
        (Name, _connection) = (name, connection);
        connection.ApplicationName = "holdpoint";
        connection.MaxPoolSize = 4;
        connection.MinPoolSize = 0;
        connection.ConnectionIdleLifetime = 30;
        connection.ConnectionPruningInterval = 10;
        // The attempt's own limit comes before both; this one ends a connection that was left behind.
        connection.Timeout = 60;
        connection.CommandTimeout = 0;
        connection.CancellationTimeout = 500;
        connection.Enlist = false;
    }

    public string Name { get; }

    public string Host => _connection.Host!;

    public string Database => _connection.Database ?? User;

    public string User => _connection.Username ?? Environment.UserName;

    public bool IsSocket => Host.StartsWith('/');

    /// <summary>For people: <c>db.example.org:5432</c>, <c>/run/postgresql/.s.PGSQL.5432</c>.</summary>
    public string Address => IsSocket ? $"{Host}/.s.PGSQL.{_connection.Port}" : $"{Host}:{_connection.Port}";

    /// <summary>With the password: for the driver alone.</summary>
    internal string ConnectionString => _connection.ConnectionString;

    /// <summary>For psql and pg_restore, so that no password stands on a command line.</summary>
    public Dictionary<string, string?> ToolEnvironment => new()
    {
        ["PGHOST"] = Host,
        ["PGPORT"] = _connection.Port.ToString(CultureInfo.InvariantCulture),
        ["PGUSER"] = User,
        ["PGDATABASE"] = Database,
        ["PGPASSWORD"] = _connection.Password,
        ["PGSSLMODE"] = SslModes.First(m => m.Value == _connection.SslMode).Key,
        ["PGSSLROOTCERT"] = _connection.RootCertificate,
        ["PGSSLCERT"] = _connection.SslCertificate,
        ["PGSSLKEY"] = _connection.SslKey,
        ["PGAPPNAME"] = "holdpoint",
        ["PGHOSTADDR"] = null,
        ["PGSERVICE"] = null,
        ["PGOPTIONS"] = null,
        ["LC_ALL"] = "C",
    };

    /// <exception cref="Unanswered">The configuration has no such server, a secret of it is missing, or a setting can't be read.</exception>
    public static PostgresServer Of(ProbeCall call, string name)
    {
        return Of(name, call.Context.Server("postgres", name, out var because) ?? throw new Unanswered(because));
    }

    /// <exception cref="Unanswered">A setting is not known, or can't be read.</exception>
    public static PostgresServer Of(string name, IReadOnlyDictionary<string, string> settings)
    {
        if (settings.Keys.FirstOrDefault(k => !Keys.Contains(k)) is { } other)
            throw new Unanswered($"the postgres server `{name}` has a setting `{other}` that is not known: {(Nearest.To(other, Keys) is { } near ? $"did you mean {near}?" : $"it takes {string.Join(", ", Keys)}")}");
        return Read(name, settings);
    }

    /// <exception cref="Unanswered">A setting can't be read.</exception>
    internal static PostgresServer Read(string name, IReadOnlyDictionary<string, string> settings)
    {
        try
        {
            var url = settings.GetValueOrDefault("url");
            var connection = url is null ? new() : url.Contains("://", StringComparison.Ordinal) ? OfUri(url) : new NpgsqlConnectionStringBuilder(url);
            foreach (var (key, value) in settings)
                if (key != "url")
                    Set(connection, key, value);
            if (string.IsNullOrEmpty(connection.Host))
                connection.Host = "localhost";
            if (connection.Host.Contains(',', StringComparison.Ordinal))
                throw new FormatException("it names several hosts, and one server is asked: make each of them a server of its own");
            return new(name, connection);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // What an ArgumentException says may hold the text itself, and so the password.
            throw new Unanswered($"the settings of the postgres server `{name}` can't be read: {(e is FormatException ? e.Message : "write url: postgres://user:password@host:5432/database")}");
        }
    }

    public PostgresServer With(string database) => new(Name, new(ConnectionString) { Database = database });

    public override string ToString() => $"postgres {Name} ({Address})";

    private static NpgsqlConnectionStringBuilder OfUri(string url)
    {
        var scheme = url[..url.IndexOf("://", StringComparison.Ordinal)];
        // Drivers of Python stand behind a plus: postgresql+asyncpg.
        if (scheme.Split('+')[0] is not ("postgres" or "postgresql"))
            throw new FormatException("its url begins with neither postgres:// nor postgresql://");
        var rest = url[(scheme.Length + 3)..];
        var query = Split(ref rest, '?');
        var database = Split(ref rest, '/');
        var at = rest.LastIndexOf('@');
        var (user, place) = at < 0 ? ("", rest) : (rest[..at], rest[(at + 1)..]);
        var password = Split(ref user, ':');
        var connection = new NpgsqlConnectionStringBuilder();
        var port = place.LastIndexOf(':') is var colon and >= 0 && !place[colon..].Contains(']', StringComparison.Ordinal) ? place[(colon + 1)..] : null;
        var host = port is null ? place : place[..^(port.Length + 1)];
        (string Key, string? Value)[] parts = [("host", host.Trim('[', ']')), ("port", port), ("database", database), ("user", user), ("password", password)];
        foreach (var (key, value) in parts)
            if (!string.IsNullOrEmpty(value))
                Set(connection, key, Uri.UnescapeDataString(value));
        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = pair.Split('=')[0];
            Set(connection, name switch { "dbname" => "database", "sslrootcert" => "root_certificate", "sslcert" => "client_certificate", "sslkey" => "client_key", _ => name }, Uri.UnescapeDataString(pair[Math.Min(pair.Length, name.Length + 1)..]));
        }

        return connection;
    }

    /// <summary>What follows the first such character, which is cut off.</summary>
    private static string? Split(ref string text, char at)
    {
        var found = text.IndexOf(at, StringComparison.Ordinal);
        if (found < 0)
            return null;
        var after = text[(found + 1)..];
        text = text[..found];
        return after;
    }

    /// <summary>Parameters of other programs (<c>pool_size</c>, <c>schema</c>) are left alone.</summary>
    private static void Set(NpgsqlConnectionStringBuilder connection, string key, string value)
    {
        switch (key)
        {
            case "host":
                connection.Host = value;
                break;
            case "port":
                connection.Port = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port
                    : throw new FormatException("its port is no number from 1 to 65535; in a url write / ? # @ : of a password as %2F %3F %23 %40 %3A");
                break;
            case "database":
                connection.Database = value;
                break;
            case "user":
                connection.Username = value;
                break;
            case "password":
                connection.Password = value;
                break;
            case "sslmode":
                connection.SslMode = SslModes.TryGetValue(value, out var mode) ? mode : throw new FormatException($"sslmode is one of {string.Join(", ", SslModes.Keys)}");
                break;
            case "root_certificate":
                connection.RootCertificate = value;
                break;
            case "client_certificate":
                connection.SslCertificate = value;
                break;
            case "client_key":
                connection.SslKey = value;
                break;
        }
    }
}
