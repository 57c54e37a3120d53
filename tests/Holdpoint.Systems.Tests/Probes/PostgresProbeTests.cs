using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Systems.Tests.Servers;
using Npgsql;

namespace Holdpoint.Systems.Tests.Probes;

public sealed class PostgresProbeTests(PostgresServer postgres) : DatabaseScratch(postgres)
{
    [Fact]
    public async Task A_server_that_answers_is_up_and_tells_its_figures()
    {
        var database = await Postgres.CreateDatabaseAsync("create table cart (id int)", "insert into cart select generate_series(1, 100)", "analyze cart");
        Use(database);

        await PassesAsync("postgres main");
        await PassesAsync("postgres main version >= 12 and time < 10m and size > 1MB and connections >= 0 and pool_used < 90%");
        await PassesAsync("postgres main slow=10m analyzed.age < 1h and slow == 0");
    }

    [Fact]
    public async Task Too_many_connections_fail_with_their_number_and_a_transaction_left_open_shows()
    {
        await using var one = await Postgres.OpenAsync("postgres");
        await using var two = await Postgres.OpenAsync("postgres");
        await using var transaction = await two.BeginTransactionAsync(Cancel);
        await new NpgsqlCommand("select 1", two, transaction).ExecuteNonQueryAsync(Cancel);

        Assert.Matches("connections is [0-9]+, expected connections < 2", await FailsAsync("postgres main connections < 2"));
        Assert.Contains("pool_used is", await FailsAsync("postgres main pool_used < 1%"), StringComparison.Ordinal);
        await PassesAsync("postgres main longest > 0 and longest < 1h");
    }

    [Fact]
    public async Task A_statement_that_runs_for_long_counts_as_slow()
    {
        await using var busy = await Postgres.OpenAsync("postgres");
        var sleeping = new NpgsqlCommand("select pg_sleep(600)", busy).ExecuteNonQueryAsync(Cancel);

        await PassesAsync("postgres main slow=1ms slow >= 1 within 2m");

        await Postgres.ExecuteAsync("postgres", $"select pg_terminate_backend({busy.ProcessID})");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => sleeping);
    }

    [Fact]
    public async Task A_table_that_was_never_analyzed_is_named()
    {
        Use(await Postgres.CreateDatabaseAsync("create table cart (id int) with (autovacuum_enabled = false)", "insert into cart values (1)"));

        Assert.Equal("never analyzed: public.cart; run ANALYZE", await UnknownAsync("postgres main analyzed.age < 1d"));
    }

    [Fact]
    public async Task Who_may_not_see_the_sessions_of_others_is_told_so_and_never_sees_none()
    {
        var user = "u" + Guid.NewGuid().ToString("N")[..12];
        await Postgres.ExecuteAsync("postgres", $"create role {user} login password 'plain'");
        Servers["postgres main"] = Postgres.Settings("postgres", user, "plain");
        await using var other = await Postgres.OpenAsync("postgres");

        Assert.EndsWith($"GRANT pg_monitor TO {user}", await UnknownAsync("postgres main slow == 0"), StringComparison.Ordinal);
        Assert.EndsWith($"GRANT pg_monitor TO {user}", await UnknownAsync("postgres main longest < 1h"), StringComparison.Ordinal);
        await PassesAsync("postgres main connections >= 1 and pool_used > 0%");
    }

    [Fact]
    public async Task A_server_without_a_replica_has_no_lag_to_judge()
    {
        Assert.Equal("no replica is connected, so there is no lag", await UnknownAsync("postgres main lag < 10s"));
    }

    [Fact]
    public async Task Nothing_that_listens_is_down_over_tcp_and_over_a_socket()
    {
        Servers["postgres main"] = new Dictionary<string, string> { ["host"] = "127.0.0.1", ["port"] = $"{ClosedPort()}", ["password"] = "x" };
        await FailsAsync("postgres main");
        Assert.Contains("refuses the connection", await FailsAsync("postgres main size > 1MB and not up"), StringComparison.Ordinal);
        await PassesAsync("postgres main not up");

        Servers["postgres main"] = new Dictionary<string, string> { ["host"] = Root, ["password"] = "x" };
        await PassesAsync("postgres main not up");
    }

    [Fact]
    public async Task The_socket_of_a_folder_is_a_way_in()
    {
        Servers["postgres main"] = new Dictionary<string, string> { ["url"] = $"postgresql://postgres:{Postgres.Password}@/postgres?host={Postgres.Folder}&port={Postgres.Port}" };

        await PassesAsync("postgres main");
    }

    [Theory]
    [InlineData("password", "wrong", "refuses the password of postgres")]
    [InlineData("database", "nowhere", "has no database nowhere")]
    [InlineData("sslmode", "require", "does not speak TLS")]
    [InlineData("sslmode", "maybe", "sslmode is one of disable")]
    [InlineData("pasword", "x", "did you mean password?")]
    public async Task What_keeps_the_probe_out_is_told_with_the_remedy(string setting, string value, string because)
    {
        Servers["postgres main"] = new Dictionary<string, string>(Postgres.Settings()) { [setting] = value };
        var result = await CheckAsync("postgres main");

        Assert.Contains(because, Kept(result), StringComparison.Ordinal);
        Assert.IsType<Verdict.Unknown>(result.Verdict);
    }

    [Fact]
    public async Task A_server_without_a_free_connection_is_unknown_and_not_down()
    {
        var user = "u" + Guid.NewGuid().ToString("N")[..12];
        await Postgres.ExecuteAsync("postgres", $"create role {user} login password 'plain' connection limit 1");
        await using var taken = new NpgsqlConnection(Postgres.ConnectionString("postgres", user, "plain"));
        await taken.OpenAsync(Cancel);
        Servers["postgres main"] = Postgres.Settings("postgres", user, "plain");

        Assert.Contains("is up and has no connection left", await UnknownAsync("postgres main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_server_is_told() => Assert.Equal("there is no postgres server `other`", await UnknownAsync("postgres other"));

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("R\0\0\0\u0008\0\0\0\0Z\0")]
    [InlineData("")]
    public async Task Garbage_and_half_an_answer_are_unknown(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, Encoding.Latin1.GetBytes(answer));
        Servers["postgres main"] = new Dictionary<string, string> { ["url"] = $"postgres://postgres:x@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/shop?sslmode=disable" };

        Assert.Contains("postgres main", await UnknownAsync("postgres main"), StringComparison.Ordinal);

        listener.Stop();
        await serving;
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_late()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Servers["postgres main"] = new Dictionary<string, string> { ["url"] = $"postgres://postgres:x@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/shop" };

        Assert.Equal("no answer from postgres main within 1s", await UnknownAsync("postgres main timeout 1s"));
    }

    [Fact]
    public async Task A_connection_that_died_in_the_pool_says_nothing_about_the_server()
    {
        Use(await Postgres.CreateDatabaseAsync());
        await PassesAsync("postgres main");
        await Postgres.ExecuteAsync("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdpoint'");

        await PassesAsync("postgres main");
    }

    private static async Task ServeAsync(TcpListener listener, byte[] answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(Cancel);
                await client.GetStream().ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, Cancel);
                await client.GetStream().WriteAsync(answer, Cancel);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
            return;
        }
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
