using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

public sealed class SqlProbeTests(PostgresServer postgres) : DatabaseScratch(postgres)
{
    [Theory]
    [InlineData("value == 42", "select 42")]
    [InlineData("value == 1.5", "select 1.50::numeric")]
    [InlineData("value == \"paid\"", "select 'paid'")]
    [InlineData("value", "select 2 > 1")]
    [InlineData("value < 1h", "select now() - (now() - interval '5 minutes')")]
    [InlineData("value == 25h30m", "select interval '1 day 1 hour 30 minutes'")]
    [InlineData("value == null", "select null")]
    [InlineData("rows == 0 and value not exists", "select 1 where false")]
    [InlineData("rows == 3 and $[2].name == \"c\"", "select * from (values (1, 'a'), (2, 'b'), (3, 'c')) as t (id, name);")]
    [InlineData("$[0].settings.limits[1] == 2", "select '{\"limits\": [1, 2]}'::jsonb as settings")]
    [InlineData("value == \"a;b\"", "-- one; statement\nselect 'a;b' /* and; /* no; */ other; */ ; \n")]
    [InlineData("value == \"it's; so\"", "select $tag$it's; $tag$ || 'so'")]
    [InlineData("value == \"NaN\"", "select 'NaN'::text")]
    public async Task A_row_is_what_the_condition_reads(string condition, string statement) => await PassesAsync($"sql main {condition}", statement);

    [Fact]
    public async Task Another_value_fails_and_is_named()
    {
        Assert.Equal("value is 2, expected value == 0", await FailsAsync("sql main value == 0", "select count(*) from (values (1), (2)) as orphans"));
        Assert.Equal("value is \"late\", expected value == \"paid\"", await FailsAsync("sql main value == \"paid\"", "select 'late'"));
    }

    [Fact]
    public async Task A_value_is_put_in_as_a_parameter_and_never_as_syntax()
    {
        Use(await Postgres.CreateDatabaseAsync("create table cart (id int, name text)", "insert into cart values (7, 'x''; drop table cart; --')"));
        Variables["id"] = "7";
        Variables["name"] = "x'; drop table cart; --";

        await PassesAsync("sql main value == 1", "select count(*) from cart where id = ${id} and name = ${name}");
        Assert.Contains("within quotes", await UnknownAsync("sql main value == 1", "select count(*) from cart where name = '${name}'"), StringComparison.Ordinal);
        Assert.Equal("the variable missing has no value here", await UnknownAsync("sql main value == 1", "select ${missing}"));
    }

    [Theory]
    [InlineData("delete from cart", "a check changes nothing, and this would")]
    [InlineData("create table other (id int)", "a check changes nothing, and this would")]
    [InlineData("set transaction read write", "the statement brings no rows")]
    [InlineData("select 1; select 2", "the fence holds 2 statements")]
    [InlineData("-- nothing", "the fence holds no statement")]
    [InlineData("select * from nowhere", "relation \"nowhere\" does not exist")]
    [InlineData("select 9007199254740993", "too large to be compared as a number: cast it to text")]
    [InlineData("select 'NaN'::float8", "which is no number")]
    [InlineData("copy cart to stdout", "postgres main")]
    [InlineData("select repeat('x', 1000000) from generate_series(1, 20)", "the rows take more than")]
    public async Task What_can_t_be_judged_is_told(string statement, string because)
    {
        Use(await Postgres.CreateDatabaseAsync("create table cart (id int)", "insert into cart values (1)"));

        Assert.Contains(because, await UnknownAsync("sql main value == 1", statement), StringComparison.Ordinal);
        await PassesAsync("sql main value == 1", "select count(*) from cart");
    }

    [Fact]
    public async Task A_count_is_compared_with_its_own_before_the_deploy()
    {
        var result = await CheckAsync("sql main value == baseline", "select 3", _ => new Value.Number(3, Dimension.Count));
        Assert.IsType<Verdict.Passed>(result.Verdict);
        // What the engine keeps as the baseline.
        Assert.Equal(3, result.Numbers["value"]);

        Assert.Equal("value is 2, baseline is 3, expected value == baseline", Assert.IsType<Verdict.Failed>((await CheckAsync("sql main value == baseline", "select 2", _ => new Value.Number(3, Dimension.Count))).Verdict).Message);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_ended_on_the_server()
    {
        var mark = "h" + Guid.NewGuid().ToString("N")[..10];

        Assert.Contains("within 1s", await UnknownAsync("sql main value == 1 timeout 1s", $"select pg_sleep(600) as {mark}"), StringComparison.Ordinal);

        Assert.Equal(0L, await UntilNoneAsync($"select count(*) from pg_stat_activity where state = 'active' and query like '%{mark}%' and pid <> pg_backend_pid()"));
    }

    [Fact]
    public async Task A_statement_of_a_cancelled_run_is_ended_on_the_server()
    {
        var mark = "h" + Guid.NewGuid().ToString("N")[..10];
        using var run = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = CheckAsync("sql main value == 1", $"select pg_sleep(600) as {mark}", until: run.Token);
        var active = $"select count(*) from pg_stat_activity where state = 'active' and query like '%{mark}%' and pid <> pg_backend_pid()";
        while (await Postgres.ValueAsync("postgres", active) is 0L)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);

        await run.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(0L, await UntilNoneAsync(active));
    }

    [Fact]
    public async Task Many_checks_at_once_share_a_few_connections()
    {
        Use(await Postgres.CreateDatabaseAsync("create table cart (id int)"));
        var places = new CheckPlaces();

        var all = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => CheckAsync("sql main value == 0", "select count(*) from cart, pg_sleep(0.01)", places: places)));

        Assert.All(all, r => Assert.IsType<Verdict.Passed>(r.Verdict));
        // A pool keeps what it opened for a while, so these are all that there ever were.
        Assert.InRange((long)(await Postgres.ValueAsync("postgres", $"select count(*) from pg_stat_activity where datname = '{Database}'"))!, 1, 4);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unknown_to_a_statement()
    {
        Servers["postgres main"] = new Dictionary<string, string> { ["host"] = Root };

        Assert.Contains("nothing listens at this socket", await UnknownAsync("sql main value == 1", "select 1"), StringComparison.Ordinal);
    }

    private async Task<object?> UntilNoneAsync(string query)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        object? left;
        while ((left = await Postgres.ValueAsync("postgres", query)) is not 0L && !limit.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        return left;
    }
}
