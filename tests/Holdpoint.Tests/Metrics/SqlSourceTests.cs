using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Metrics;

/// <summary>What goes wrong before a database answers; what it answers is tried with a real one.</summary>
public sealed class SqlSourceTests
{
    private readonly Dictionary<string, string> _settings = new() { ["url"] = $"postgres://ana:s3cr3t@127.0.0.1:{Loopback.ClosedPort()}/shop" }; // gitleaks:allow

    [Fact]
    public async Task A_database_that_refuses_the_connection_is_blindness_and_not_a_failing_target()
    {
        var missing = Assert.IsType<Sample.Missing>(await SampleAsync("select 1"));
        Assert.False(missing.TargetFails);
        Assert.Contains("refuses the connection", missing.Because, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", missing.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_speaks_something_else_or_breaks_off_is_blindness()
    {
        await using var server = new Loopback(async (stream, cancel) => await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), cancel));
        _settings["url"] = $"postgres://ana@127.0.0.1:{server.Port}/shop";
        Assert.False(Assert.IsType<Sample.Missing>(await SampleAsync("select 1")).TargetFails);
    }

    [Fact]
    public async Task One_that_never_answers_is_given_up_after_the_metrics_timeout()
    {
        await using var server = Loopback.Silent();
        _settings["url"] = $"postgres://ana@127.0.0.1:{server.Port}/shop";
        var missing = Assert.IsType<Sample.Missing>(await SampleAsync("select 1", TimeSpan.FromMilliseconds(100)));
        Assert.Contains("no answer within 100ms from postgres main", missing.Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select 1; select 2", "the query holds 2 statements, and one is asked")]
    [InlineData("-- nothing", "the query holds no statement")]
    [InlineData("select '${name}'", "line 1 of the query has a variable within quotes")]
    public void A_statement_that_is_none_is_told_when_the_run_begins(string query, string because) =>
        Assert.Contains(because, Assert.Throws<FormatException>(() => Source(query)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_server_or_a_setting_that_is_not_known_is_told_when_the_run_begins()
    {
        _settings["sslmod"] = "require";
        Assert.Contains("did you mean sslmode?", Assert.Throws<FormatException>(() => Source("select 1")).Message, StringComparison.Ordinal);
        Assert.Contains("servers: postgres: other:", Assert.Throws<FormatException>(() => Source("select 1", server: "other")).Message, StringComparison.Ordinal);
        Assert.Throws<UndefinedVariable>(() => new SqlSource(Definition("select ${nobody}"), new("main", "select ${nobody}"), Context(new() { ["url"] = "postgres://db" })));
    }

    private Task<Sample> SampleAsync(string query, TimeSpan? timeout = null) => Source(query, timeout).SampleAsync(TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);

    private MetricSource Source(string query, TimeSpan? timeout = null, string server = "main") =>
        MetricSources.Create(Definition(query, server) with { Timeout = timeout ?? TimeSpan.FromSeconds(60) }, Context(_settings));

    private static MetricDefinition Definition(string query, string server = "main") => new("stuck", Dimension.Count, 1, new MetricSourceDefinition.Sql(server, query));

    private static MetricContext Context(Dictionary<string, string> settings) => new()
    {
        Http = null!,
        Commands = null!,
        Time = TimeProvider.System,
        Directory = "/",
        Server = (_, name) => name == "main" ? settings : null,
    };
}
