using System.Net;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

/// <summary>The past of a Prometheus: asked in pieces, told in our time, gaps staying gaps.</summary>
public sealed class PrometheusHistoryTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Every_step_has_a_sample_marked_as_filled_in()
    {
        var past = await HistoryAsync(new(_time, at => new(at.TotalSeconds)), TimeSpan.FromMinutes(1));
        Assert.Equal([15, 30, 45, 60], past.Select(s => s.Number!.Value));
        Assert.Equal(_time.Now.AddSeconds(60), past[^1].At);
        Assert.All(past, s => Assert.True(s.FilledIn));
    }

    [Fact]
    public async Task A_month_is_asked_in_pieces_that_the_server_takes()
    {
        var server = new StandInPrometheus(_time, at => new(at.TotalSeconds));
        var past = await HistoryAsync(server, TimeSpan.FromDays(30));
        Assert.Equal(172_800, past.Count);
        Assert.Equal(Enumerable.Range(1, 172_800).Select(i => 15d * i), past.Select(s => s.Number!.Value));
        Assert.Equal(18, server.Asked.Count(a => a.Path == "/api/v1/query_range"));
    }

    [Fact]
    public async Task What_is_too_much_for_the_server_at_once_is_asked_in_halves()
    {
        var past = await HistoryAsync(new(_time, at => new(at.TotalSeconds)) { Capacity = 300 }, TimeSpan.FromHours(4));
        Assert.Equal(Enumerable.Range(1, 960).Select(i => 15d * i), past.Select(s => s.Number!.Value));
    }

    [Fact]
    public async Task What_is_too_much_however_little_is_asked_says_how_to_ask_for_less()
    {
        var past = await HistoryAsync(new(_time, _ => new(1)) { Capacity = 3 }, TimeSpan.FromHours(1));
        Assert.Contains("--query.max-samples", Assert.Single(past).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_was_dead_for_a_while_was_failing_then_and_one_without_errors_was_quiet()
    {
        var past = await HistoryAsync(new(_time, at => at.TotalMinutes switch
        {
            < 1 => new(0.01),
            < 2 => new(null) { Ago = null },
            < 3 => new(null) { Ago = null, WhileAgo = null },
            _ => new(null) { Ago = null, WhileAgo = null, Alive = 0 },
        }), TimeSpan.FromMinutes(4));
        Assert.Equal([0.01, 0.01, 0.01, 0, 0, 0, 0], past.Take(7).Select(s => s.Number!.Value));
        Assert.All(past.Skip(7).Take(4), s => Assert.True(Assert.IsType<Sample.Missing>(s).TargetFails));
        Assert.All(past.Skip(11), s => Assert.False(Assert.IsType<Sample.Missing>(s).TargetFails));
        Assert.Equal(16, past.Count);
        Assert.Equal(past.Select(s => s.At).Distinct(), past.Select(s => s.At));
    }

    [Fact]
    public async Task What_the_store_only_went_on_to_show_was_no_fresh_sample_in_the_past_either()
    {
        var past = await HistoryAsync(new(_time, at => new(0.01) { Ago = at.TotalSeconds }), TimeSpan.FromMinutes(5), StandInPrometheus.ErrorRate with { Absence = null });
        Assert.Equal(8, past.OfType<Sample.Measured>().Count());
        Assert.All(past.Skip(8), s => Assert.Contains("only goes on to show it", s.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    [InlineData(1)]
    public async Task The_past_is_told_in_our_time_however_wrong_the_servers_clock_is(int skew)
    {
        var start = _time.Now;
        var server = new StandInPrometheus(_time, at => new(Math.Round(at.TotalSeconds))) { Skew = TimeSpan.FromSeconds(skew) };
        _time.Leap(TimeSpan.FromMinutes(1));
        var past = await server.Source().HistoryAsync(start, _time.Now, Step, TestContext.Current.CancellationToken);
        Assert.Equal([start.AddSeconds(15), start.AddSeconds(30), start.AddSeconds(45), start.AddSeconds(60)], past!.Select(s => s.At));
        // Below two seconds the clocks count as the same.
        Assert.Equal(skew == 1 ? [14, 29, 44, 59] : [15d, 30, 45, 60], past!.Select(s => s.Number!.Value));
    }

    [Fact]
    public async Task A_server_that_goes_away_in_the_middle_leaves_what_it_has_told_and_one_reason()
    {
        var answers = 0;
        var server = new StandInPrometheus(_time, _ => new(1));
        server.Instead = () => ++answers > 2 ? new(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("Service Unavailable") } : null;
        var past = await HistoryAsync(server, TimeSpan.FromDays(3));
        Assert.Equal(10_000, past.OfType<Sample.Measured>().Count());
        Assert.Contains("is not ready (503)", Assert.IsType<Sample.Missing>(past[^1]).Because, StringComparison.Ordinal);
        Assert.Equal(10_001, past.Count);
    }

    private async Task<IReadOnlyList<Sample>> HistoryAsync(StandInPrometheus server, TimeSpan length, MetricDefinition? definition = null) =>
        (await server.Source(definition).HistoryAsync(_time.Now, _time.Now + length, Step, TestContext.Current.CancellationToken))!;
}
