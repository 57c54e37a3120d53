using System.Collections.Concurrent;
using Holdpoint.Expressions;
using Npgsql;

namespace Holdpoint.Probes.Postgres;

/// <summary>
/// A connection of the server's pool (4 at most). Questions run in a transaction that is read-only and rolled back, with the attempt's limit as
/// statement_timeout; all of it is set within the transaction, so that a pooler such as PgBouncer may stand between.
/// </summary>
internal sealed class PostgresSession : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<string, NpgsqlDataSource> Pools = new(StringComparer.Ordinal);

    private readonly PostgresServer _server;
    private readonly TimeSpan _limit;
    private NpgsqlConnection _connection;

    private PostgresSession(PostgresServer server, TimeSpan limit, NpgsqlConnection connection) => (_server, _limit, _connection) = (server, limit, connection);

    /// <param name="limit">What one statement may take on the server.</param>
    /// <exception cref="TargetRefused">The server says no.</exception>
    /// <exception cref="Unanswered">Wrong password, no such database, no connection left, no PostgreSQL.</exception>
    public static async Task<PostgresSession> OpenAsync(PostgresServer server, TimeSpan limit, CancellationToken cancel)
    {
        var connection = await GuardAsync(() => ConnectAsync(server, cancel), server, limit, cancel);
        var session = new PostgresSession(server, limit, connection);
        try
        {
            await session.RenewAsync(cancel);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>All rows of one statement.</summary>
    /// <exception cref="Unanswered">The server refuses the statement, or breaks off.</exception>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancel, params object[] values)
    {
        List<T> rows = [];
        await QueryAsync(sql, command =>
        {
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
        }, async reader =>
        {
            while (await reader.ReadAsync(cancel))
                rows.Add(row(reader));
        }, cancel);
        return rows;
    }

    /// <summary>The only row of a statement that brings exactly one.</summary>
    public async Task<T> OneAsync<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancel, params object[] values) =>
        (await ReadAsync(sql, row, cancel, values)) is [var only] ? only : throw new Unanswered($"{_server} did not answer with one row");

    /// <summary>Runs one statement within a transaction that can change nothing.</summary>
    public Task QueryAsync(string sql, Action<NpgsqlCommand> prepare, Func<NpgsqlDataReader, Task> read, CancellationToken cancel) => GuardAsync(async () =>
    {
        await using var transaction = await _connection.BeginTransactionAsync(cancel);
        await using (var settings = new NpgsqlCommand(
            $"set transaction read only; set local statement_timeout = {Math.Max(1, (long)Math.Min(int.MaxValue, _limit.TotalMilliseconds))}; set local datestyle = 'ISO'; set local intervalstyle = 'postgres'", _connection, transaction))
            await settings.ExecuteNonQueryAsync(cancel);
        await using (var command = new NpgsqlCommand(sql, _connection, transaction))
        {
            prepare(command);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            await read(reader);
        }

        await transaction.RollbackAsync(cancel);
        return true;
    }, _server, _limit, cancel);

    /// <summary>Runs a statement that changes something, outside a transaction: to make a database, and to drop it.</summary>
    public Task ChangeAsync(string sql, CancellationToken cancel) => GuardAsync(async () =>
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteNonQueryAsync(cancel);
    }, _server, _limit, cancel);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Ends the connections that wait in the pool: a database with a connection can't be dropped.</summary>
    public static async Task ForgetAsync(PostgresServer server)
    {
        if (Pools.TryRemove(server.ConnectionString, out var pool))
            await pool.DisposeAsync();
    }

    /// <summary>A connection of the pool may have died with the server's last restart; that says nothing about the server now.</summary>
    private async Task RenewAsync(CancellationToken cancel)
    {
        try
        {
            await PingAsync(cancel);
        }
        catch (NpgsqlException e) when (e is not PostgresException || e.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown)
        {
            await _connection.DisposeAsync();
            Pool(_server).Clear();
            _connection = await GuardAsync(() => ConnectAsync(_server, cancel), _server, _limit, cancel);
            await GuardAsync(() => PingAsync(cancel), _server, _limit, cancel);
        }
    }

    private async Task<int> PingAsync(CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select 1", _connection);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The driver does not heed its token while it asks for TLS.</summary>
    private static async Task<NpgsqlConnection> ConnectAsync(PostgresServer server, CancellationToken cancel)
    {
        var connecting = Pool(server).OpenConnectionAsync(cancel).AsTask();
        try
        {
            return await connecting.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            _ = connecting.ContinueWith(static late => late.IsCompletedSuccessfully ? late.Result.DisposeAsync().AsTask() : Task.FromResult(late.Exception), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }

    private static NpgsqlDataSource Pool(PostgresServer server) => Pools.GetOrAdd(server.ConnectionString, NpgsqlDataSource.Create);

    private static async Task<T> GuardAsync<T>(Func<Task<T>> ask, PostgresServer server, TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            return await ask();
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // However the driver tells it.
            throw new OperationCanceledException(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw PostgresFailure.Of(e, server, limit);
        }
    }
}
