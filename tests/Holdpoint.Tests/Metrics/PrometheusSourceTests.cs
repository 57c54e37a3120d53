using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

/// <summary>What each thing that a Prometheus may know of a query means.</summary>
public sealed class PrometheusSourceTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task One_number_is_the_value()
    {
        Assert.Equal(0.25, (await SampleAsync(new(0.25))).Number);
        Assert.Equal(0.25, (await SampleAsync(new(25) { WhileAgo = null }, StandInPrometheus.ErrorRate with { Factor = 0.01 })).Number);
    }

    [Fact]
    public async Task Value_freshness_and_events_come_by_one_request_so_that_they_are_of_one_moment()
    {
        var server = new StandInPrometheus(_time, _ => new(0.25) { Events = 40 });
        var sample = Assert.IsType<Sample.Measured>(await AskAsync(server, StandInPrometheus.ErrorRate with { MinCount = 20 }));
        Assert.Equal(40, sample.Events);
        Assert.Contains("sum(increase(http_requests_total[1m]))", Assert.Single(server.Asked).Form["query"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_has_had_no_error_yet_has_no_series_of_errors_and_none_failed() =>
        Assert.Equal(0, (await SampleAsync(new(null) { Ago = null })).Number);

    [Fact]
    public async Task A_service_that_has_had_no_error_yet_and_hardly_a_request_is_sparse_and_not_quiet()
    {
        var definition = StandInPrometheus.ErrorRate with { MinCount = 20 };
        Assert.Contains("3 events, 20 are needed", Assert.IsType<Sample.Sparse>(await SampleAsync(new(null) { Events = 3 }, definition)).Because, StringComparison.Ordinal);
        Assert.Equal(0, (await SampleAsync(new(null) { Events = 30 }, definition)).Number);
    }

    [Fact]
    public async Task Low_traffic_is_sparse_and_not_quiet() =>
        Assert.Contains("2 events, 20 are needed", Assert.IsType<Sample.Sparse>(await SampleAsync(new(0.5) { Events = 2 }, StandInPrometheus.ErrorRate with { MinCount = 20 })).Because, StringComparison.Ordinal);

    [Fact]
    public async Task A_service_whose_series_are_gone_is_failing_while_the_store_measures_others()
    {
        var missing = Assert.IsType<Sample.Missing>(await SampleAsync(new(null) { Ago = null, WhileAgo = null }));
        Assert.True(missing.TargetFails);
        Assert.Contains("the target is gone", missing.Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_store_that_measures_nothing_or_has_just_begun_to_is_blind_and_not_a_failing_target(double measured)
    {
        var missing = Assert.IsType<Sample.Missing>(await SampleAsync(new(null) { Ago = null, WhileAgo = null, Alive = measured }));
        Assert.False(missing.TargetFails);
        Assert.Contains("it does not scrape, or has just begun to", missing.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_series_without_a_word_on_what_that_means_is_missing_and_names_the_word()
    {
        var missing = Assert.IsType<Sample.Missing>(await SampleAsync(new(null) { Ago = null }, StandInPrometheus.ErrorRate with { Absence = null }));
        Assert.False(missing.TargetFails);
        Assert.Contains("absent: 0 while SERIES", missing.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_the_store_only_goes_on_to_show_is_no_fresh_sample()
    {
        var definition = StandInPrometheus.ErrorRate with { Absence = null };
        Assert.Equal(0.01, (await SampleAsync(new(0.01) { Ago = 119 }, definition)).Number);
        var missing = Assert.IsType<Sample.Missing>(await SampleAsync(new(0.01) { Ago = 190 }, definition));
        Assert.False(missing.TargetFails);
        Assert.Contains("was measured last 3m 10s ago, and Prometheus main (prometheus:9090) only goes on to show it", missing.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_old_a_sample_may_be_is_the_metrics_to_say()
    {
        var definition = StandInPrometheus.ErrorRate with { Source = new MetricSourceDefinition.Prometheus("main", "queue_length") { Fresh = TimeSpan.FromSeconds(40) }, Absence = null };
        Assert.Equal(7, (await SampleAsync(new(7) { Ago = 39 }, definition)).Number);
        Assert.Contains("queue_length was measured last 41s ago", (await SampleAsync(new(7) { Ago = 41 }, definition)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_service_that_the_store_still_shows_is_failing_and_not_quiet() =>
        Assert.True(Assert.IsType<Sample.Missing>(await SampleAsync(new(0) { Ago = 190, WhileAgo = 190 })).TargetFails);

    [Fact]
    public async Task The_stores_clock_says_what_is_fresh_and_not_ours()
    {
        var server = new StandInPrometheus(_time, _ => new(0.01) { Ago = 5 }) { Skew = TimeSpan.FromHours(-1) };
        Assert.Equal(0.01, (await AskAsync(server)).Number);
        Assert.Equal(_time.Now, (await AskAsync(server)).At);
    }

    [Fact]
    public async Task Several_series_where_one_number_is_meant_are_an_error() =>
        Assert.Contains("answers with 3 series where one number is meant; put sum(…)", (await SampleAsync(new(0.1) { Series = 3 })).Reason, StringComparison.Ordinal);

    [Fact]
    public async Task Nothing_divided_by_nothing_is_no_number_and_sparse_where_events_are_counted()
    {
        Assert.Contains("answered NaN", Assert.IsType<Sample.Missing>(await SampleAsync(new(double.NaN))).Because, StringComparison.Ordinal);
        Assert.IsType<Sample.Sparse>(await SampleAsync(new(double.NaN) { Events = 0 }, StandInPrometheus.ErrorRate with { MinCount = 20 }));
        Assert.IsType<Sample.Sparse>(await SampleAsync(new(double.NaN), StandInPrometheus.ErrorRate with { MinCount = 20 }));
    }

    [Fact]
    public async Task What_is_divided_by_zero_is_no_number() =>
        Assert.Contains("answered infinity", Assert.IsType<Sample.Missing>(await SampleAsync(new(double.PositiveInfinity))).Because, StringComparison.Ordinal);

    [Fact]
    public void A_Prometheus_that_is_not_configured_is_told_with_the_lines_to_write() =>
        Assert.Contains("servers: prometheus: other:", Assert.Throws<FormatException>(() => new StandInPrometheus(_time, _ => new(1)).Source(StandInPrometheus.ErrorRate with { Source = new MetricSourceDefinition.Prometheus("other", "up") })).Message, StringComparison.Ordinal);

    private Task<Sample> SampleAsync(Known known, MetricDefinition? definition = null) => AskAsync(new StandInPrometheus(_time, _ => known), definition);

    private Task<Sample> AskAsync(StandInPrometheus server, MetricDefinition? definition = null) => server.Source(definition).SampleAsync(_time.Now, TestContext.Current.CancellationToken);
}
