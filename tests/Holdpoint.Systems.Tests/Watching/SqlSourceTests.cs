using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Watching;

/// <summary>A metric that a real PostgreSQL is asked for.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SqlSourceTests(PostgresServer postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("select count(*) from (values (1), (2)) as orders", 2)]
    [InlineData("select 1.50::numeric", 1.5)]
    [InlineData("select 9007199254740993", 9007199254740993.0)]
    [InlineData("select sum(n) from generate_series(1, 4) as n -- of all\n;", 10)]
    public async Task One_row_with_one_number_is_the_value(string query, double value) => Assert.Equal(value, (await SampleAsync(query)).Number);

    [Fact]
    public async Task An_interval_is_a_duration_and_nothing_else()
    {
        var seconds = new MetricDefinition("age", Dimension.Duration, 0.001, new MetricSourceDefinition.Sql("main", "select interval '1 minute 30 seconds'"));
        Assert.Equal(90, (await SampleAsync(seconds)).Number!.Value, 9);
        Assert.Contains("a duration; the metric is declared as count", (await SampleAsync("select interval '90 seconds'")).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select 1, 2, 3", "brings 3 columns")]
    [InlineData("select n from generate_series(1, 3) as n", "several rows where one number is meant")]
    [InlineData("select 'paid'", "one number is meant: cast it")]
    [InlineData("select true", "one number is meant: cast it")]
    [InlineData("select 'NaN'::float8", "NaN")]
    [InlineData("select 1, 'many'", "the number of events is meant")]
    [InlineData("select * from nowhere", "relation \"nowhere\" does not exist")]
    [InlineData("create table other (id int)", "a check changes nothing, and this would")]
    [InlineData("select count(*) from generate_series(1, 2) where false having false", "a row is not at postgres main")]
    [InlineData("select max(n) from generate_series(1, 0) as n", "a value (it is NULL) is not at postgres main")]
    public async Task What_is_no_number_is_missing_and_says_why(string query, string because)
    {
        var missing = Assert.IsType<Sample.Missing>(await SampleAsync(query));
        Assert.False(missing.TargetFails);
        Assert.Contains(because, missing.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_means_that_there_is_no_row_is_the_metrics_to_say() =>
        Assert.Equal(0, (await SampleAsync(Definition("select max(n) from generate_series(1, 0) as n") with { Absence = new(0, null) })).Number);

    [Fact]
    public async Task A_second_column_is_the_number_of_events_and_too_few_are_sparse()
    {
        Assert.Equal(30, Assert.IsType<Sample.Measured>(await SampleAsync(Definition("select 0.5, 30") with { MinCount = 20 })).Events);
        Assert.IsType<Sample.Sparse>(await SampleAsync(Definition("select 0.5, 3") with { MinCount = 20 }));
        Assert.Contains("bring it as a second column", (await SampleAsync(Definition("select 0.5") with { MinCount = 20 })).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_are_put_in_as_parameters() =>
        Assert.Equal(1, (await SampleAsync("select count(*) from (values ('x''; drop table y; --')) as carts (name) where name = ${name}")).Number);

    [Fact]
    public async Task A_statement_that_takes_too_long_is_ended_on_the_server_and_many_samples_leave_no_connection_behind()
    {
        var mark = "h" + Guid.NewGuid().ToString("N")[..10];
        Assert.Contains("within 1s", (await SampleAsync(Definition($"select 1 from pg_sleep(600) as {mark}") with { Timeout = TimeSpan.FromSeconds(1) })).Reason, StringComparison.Ordinal);
        var source = Source(Definition("select 1"));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => source.SampleAsync(TimeProvider.System.GetUtcNow(), Cancel))), s => Assert.Equal(1, s.Number));
        Assert.InRange((long)(await postgres.ValueAsync("postgres", "select count(*) from pg_stat_activity where application_name = 'holdpoint' and datname = 'postgres'"))!, 0, 8);

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while ((long)(await postgres.ValueAsync("postgres", $"select count(*) from pg_stat_activity where state = 'active' and query like '%{mark}%' and pid <> pg_backend_pid()"))! > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
    }

    [Fact]
    public async Task A_wrong_password_is_blindness_and_is_not_repeated()
    {
        var missing = Assert.IsType<Sample.Missing>(await Source(Definition("select 1"), postgres.Settings(password: "wr0ng")).SampleAsync(TimeProvider.System.GetUtcNow(), Cancel));
        Assert.Contains("check user and password", missing.Because, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", missing.Because, StringComparison.Ordinal);
    }

    private static MetricDefinition Definition(string query) => new("stuck", Dimension.Count, 1, new MetricSourceDefinition.Sql("main", query)) { Timeout = TimeSpan.FromMinutes(2) };

    private Task<Sample> SampleAsync(string query) => SampleAsync(Definition(query));

    private Task<Sample> SampleAsync(MetricDefinition definition) => Source(definition).SampleAsync(TimeProvider.System.GetUtcNow(), Cancel);

    private MetricSource Source(MetricDefinition definition, Dictionary<string, string>? settings = null) => MetricSources.Create(definition, new MetricContext
    {
        Http = null!,
        Commands = new CommandRunner(TimeProvider.System),
        Time = TimeProvider.System,
        Directory = "/",
        Variable = name => name == "name" ? "x'; drop table y; --" : null,
        Server = (_, _) => settings ?? postgres.Settings(),
    });
}
