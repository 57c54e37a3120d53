using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>A primary and a replica of it.</summary>
public sealed class PostgresLagTests(PostgresServer postgres) : DatabaseScratch(postgres), IAsyncLifetime
{
    private readonly Replica _replica = new();

    public async ValueTask InitializeAsync()
    {
        await _replica.InitializeAsync(Postgres);
        Servers["postgres copy"] = _replica.Settings();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _replica.DisposeAsync();
        // Other tests want a server without one.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while (await Postgres.ValueAsync("postgres", "select count(*) from pg_stat_replication") is not 0L && !limit.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        Dispose();
    }

    [Fact]
    public async Task A_replica_that_has_all_is_not_behind_and_one_that_waits_is()
    {
        await PassesAsync("postgres copy lag < 1h within 2m");
        await PassesAsync("postgres main lag < 1h within 2m");

        await Postgres.ExecuteAsync("postgres", "create table if not exists lagging (at timestamptz)");
        // Until a first transaction has come, an idle replica has no moment to count from.
        while (await _replica.ValueAsync("postgres", "select pg_last_xact_replay_timestamp() is not null") is not true)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        await PassesAsync("postgres copy lag == 0s within 2m");
        await _replica.ReplayAsync("pause");
        await Postgres.ExecuteAsync("postgres", "insert into lagging values (now())");

        await PassesAsync("postgres copy lag > 0s within 2m");
        Assert.Contains("lag is", (await CheckAsync("postgres copy lag < 1us")).Verdict.Message, StringComparison.Ordinal);

        await _replica.ReplayAsync("resume");
        await PassesAsync("postgres copy lag == 0s within 2m");
    }

    private sealed class Replica : PostgresServer
    {
        public Task InitializeAsync(PostgresServer primary) => CopyOfAsync(primary);

        public async Task ReplayAsync(string how)
        {
            await using var connection = new Npgsql.NpgsqlConnection(ConnectionString());
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new Npgsql.NpgsqlCommand($"select pg_wal_replay_{how}()", connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
