using System.Net;
using System.Net.Sockets;
using Holdpoint.Processes;
using Npgsql;

namespace Holdpoint.Systems.Tests.Servers;

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "postgres";
}

/// <summary>A PostgreSQL of its own: data in a folder that goes away, a free port of the loopback, passwords asked for. Its superuser is <c>postgres</c>.</summary>
public class PostgresServer : IAsyncLifetime
{
    /// <summary>The machine may be many times slower than it was.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly CommandRunner _runner = new(TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();
    private Task<CommandResult>? _server;

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "holdpoint-pg-" + Guid.NewGuid().ToString("N")[..12]);

    public string Password { get; private set; } = Guid.NewGuid().ToString("N");

    public int Port { get; private set; }

    private static string Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order(StringComparer.Ordinal).Last()
        : Path.GetDirectoryName(CommandRunner.FindOnPath("initdb")) ?? throw new InvalidOperationException("the tests need PostgreSQL: apt-get install postgresql");

    private string Data => Path.Combine(Folder, "data");

    public string ConnectionString(string database = "postgres", string user = "postgres", string? password = null) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = Port, Database = database, Username = user, Password = password ?? Password, Pooling = false, Timeout = 60, CommandTimeout = 120 }.ConnectionString;

    /// <summary>As <c>holdpoint.yaml</c> gives them to a probe.</summary>
    public Dictionary<string, string> Settings(string database = "postgres", string user = "postgres", string? password = null) =>
        new() { ["url"] = $"postgres://{user}:{password ?? Password}@127.0.0.1:{Port}/{database}" };

    public virtual async ValueTask InitializeAsync()
    {
        await MakeFolderAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, "password"), Password);
        await RunAsync("initdb", "--no-sync", "--encoding=UTF8", "--locale=C", "--username=postgres", "--auth=scram-sha-256", "--pwfile=" + Path.Combine(Folder, "password"), "--pgdata=" + Data);
        await StartAsync();
    }

    /// <summary>A replica of another server.</summary>
    protected async Task CopyOfAsync(PostgresServer primary)
    {
        ArgumentNullException.ThrowIfNull(primary);
        await MakeFolderAsync();
        // Users are copied with their passwords.
        Password = primary.Password;
        await RunAsync("pg_basebackup", "--no-sync", "--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--pgdata=" + Data,
            $"--dbname=host=127.0.0.1 port={primary.Port} user=postgres password={primary.Password}");
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null)
        {
            await _runner.RunAsync(AsOwner("pg_ctl", ["stop", "--mode=immediate", "--no-wait", "--pgdata=" + Data]), Patience, CancellationToken.None);
            await Task.WhenAny(_server, Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System));
        }

        await _stop.CancelAsync();
        try
        {
            if (_server is not null)
                await _server;
        }
        catch (OperationCanceledException)
        {
            // It was ended the hard way, which is as good here.
            Assert.True(_stop.IsCancellationRequested);
        }

        _stop.Dispose();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A new database of its own name.</summary>
    public async Task<string> CreateDatabaseAsync(params string[] statements)
    {
        var name = "t" + Guid.NewGuid().ToString("N")[..12];
        await ExecuteAsync("postgres", $"create database {name} template template0");
        await ExecuteAsync(name, statements);
        return name;
    }

    public async Task ExecuteAsync(string database, params string[] statements)
    {
        await using var connection = await OpenAsync(database);
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    public async Task<object?> ValueAsync(string database, string query)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(query, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Runs a client program (pg_dump) against this server, as whoever runs the tests.</summary>
    public async Task ClientAsync(string program, params string[] arguments)
    {
        var command = new Command(Path.Combine(Programs, program), arguments)
        {
            Environment = new Dictionary<string, string?> { ["PGHOST"] = "127.0.0.1", ["PGPORT"] = $"{Port}", ["PGUSER"] = "postgres", ["PGPASSWORD"] = Password },
        };
        Succeeded(program, await _runner.RunAsync(command, Patience, CancellationToken.None));
    }

    private async Task MakeFolderAsync()
    {
        Directory.CreateDirectory(Folder);
        if (Owner is { } owner)
            Succeeded("chown", await _runner.RunAsync(new("chown", [owner, Folder]), Patience, CancellationToken.None));
    }

    private async Task StartAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort();
            _server = _runner.RunAsync(AsOwner("postgres", ["-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={Folder}",
                "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB", "-c", "max_connections=30", "-c", "max_wal_senders=4", "-c", "wal_level=replica"]), TimeSpan.FromDays(1), _stop.Token);
            using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
            while (!_server.IsCompleted)
            {
                if (await AnswersAsync(limit.Token))
                    return;
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
            }

            // Somebody else was quicker at the port.
            if (await _server is not CommandResult.Exited ended || attempt == 5 || !ended.Error.Text.Contains("in use", StringComparison.Ordinal))
                throw new InvalidOperationException($"postgres ended: {await _server}");
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken limit)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString());
            await connection.OpenAsync(limit);
            return true;
        }
        catch (NpgsqlException)
        {
            // Not yet.
            return false;
        }
    }

    private async Task RunAsync(string program, params string[] arguments) => Succeeded(program, await _runner.RunAsync(AsOwner(program, arguments), Patience, CancellationToken.None));

    private static void Succeeded(string program, CommandResult result)
    {
        if (result is not CommandResult.Exited { ExitCode: 0 })
            throw new InvalidOperationException($"{program}: {(result is CommandResult.Exited ended ? ended.Error.Text : result)}");
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string? Owner { get; } = Environment.UserName != "root" ? null : File.ReadLines("/etc/passwd").Any(l => l.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    private Command AsOwner(string program, string[] arguments)
    {
        var path = Path.Combine(Programs, program);
        var command = Owner is { } owner
            ? new Command("setpriv", ["--reuid=" + owner, "--clear-groups", path, .. arguments])
            : new Command(path, arguments);
        return command with { WorkingDirectory = Folder, Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" } };
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
