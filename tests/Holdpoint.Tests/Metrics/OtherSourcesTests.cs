using System.Net;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Metrics;

public sealed class OtherSourcesTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly PageServer _server;

    public OtherSourcesTests() => _server = new(_time);

    public void Dispose() => _server.Dispose();

    [Fact]
    public void A_request_is_timed_to_the_last_byte() => ManualTime.Run(async time =>
    {
        var server = new PageServer(time) { Takes = TimeSpan.FromMilliseconds(250) };
        var sample = MetricSources.Create(Http, server.Context).SampleAsync(time.Now, TestContext.Current.CancellationToken);
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(0.25, (await sample).Number);
    });

    [Fact]
    public void A_request_that_is_not_answered_in_time_is_a_failing_target() => ManualTime.Run(async time =>
    {
        var server = new PageServer(time) { Takes = TimeSpan.FromMinutes(5) };
        var sample = MetricSources.Create(Http, server.Context).SampleAsync(time.Now, TestContext.Current.CancellationToken);
        await time.AdvanceAsync(TimeSpan.FromSeconds(11));
        var missing = Assert.IsType<Sample.Missing>(await sample);
        Assert.True(missing.TargetFails);
        Assert.Contains("no answer within 10s", missing.Because, StringComparison.Ordinal);
    });

    [Fact]
    public async Task A_quick_error_is_no_quick_answer()
    {
        _server.Status = HttpStatusCode.InternalServerError;
        Assert.True(Assert.IsType<Sample.Missing>(await Sample(Http)).TargetFails);
        _server.Status = HttpStatusCode.NotFound;
        Assert.False(Assert.IsType<Sample.Missing>(await Sample(Http)).TargetFails);
    }

    [Theory]
    [InlineData("320\n", 0.32)]
    [InlineData("1.5e2", 0.15)]
    [InlineData("320 ms", 0.32)]
    [InlineData("2s", 2)]
    public async Task A_command_prints_a_number_in_the_metrics_unit_or_with_one_of_its_own(string printed, double seconds)
    {
        _server.Result = PageServer.Printed(printed);
        Assert.Equal(seconds, (await Sample(Command)).Number!.Value, 9);
        Assert.Equal(["-euo", "pipefail", "-c", "./measure"], _server.Commands[0].Arguments);
    }

    [Theory]
    [InlineData("", "printed nothing")]
    [InlineData("fine, thanks", "one number is meant")]
    [InlineData("5GB", "is a bytes; the metric is declared as duration")]
    [InlineData("nan", "NaN")]
    public async Task What_is_no_number_of_the_metric_is_missing(string printed, string said)
    {
        _server.Result = PageServer.Printed(printed);
        Assert.Contains(said, Assert.IsType<Sample.Missing>(await Sample(Command)).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_fails_is_blind_and_says_its_first_line()
    {
        _server.Result = PageServer.Printed("5", 3, "no such table\nat line 2");
        var missing = Assert.IsType<Sample.Missing>(await Sample(Command));
        Assert.Contains("exit code 3: no such table", missing.Because, StringComparison.Ordinal);
        Assert.False(missing.TargetFails);
        _server.Result = new CommandResult.NotStarted("bash was not found");
        Assert.Contains("bash was not found", (await Sample(Command)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_answers_one_number_none_or_several()
    {
        _server.Page = Vector("0.25");
        Assert.Equal(0.25, (await Sample(Prometheus)).Number);

        _server.Page = Vector("1", "2");
        Assert.Contains("2 series where one number is meant", (await Sample(Prometheus)).Reason, StringComparison.Ordinal);

        _server.Page = "{\"status\":\"error\",\"error\":\"parse error\"}";
        Assert.Contains("parse error", (await Sample(Prometheus)).Reason, StringComparison.Ordinal);

        _server.Page = "<html>";
        Assert.Contains("did not answer as Prometheus does", (await Sample(Prometheus)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_is_told_who_asks_and_no_message_tells_it()
    {
        _server.Page = "<html>";
        _server.Prometheus["url"] = "http://ana:s3cr3t@prometheus:9090";
        Assert.DoesNotContain("s3cr3t", (await Sample(Prometheus)).Reason, StringComparison.Ordinal);
        Assert.Contains("Authorization: Basic YW5hOnMzY3IzdA==", _server.Asked, StringComparison.Ordinal);

        _server.Prometheus["token"] = "t0ken";
        _server.Prometheus["tenant"] = "shop";
        await Sample(Prometheus);
        Assert.Contains("Authorization: Bearer t0ken", _server.Asked, StringComparison.Ordinal);
        Assert.Contains("X-Scope-OrgID: shop", _server.Asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_Prometheus_too_silence_means_zero_while_the_service_is_there_and_failing_when_it_is_gone()
    {
        var metric = Prometheus with { Absence = new(0, "http_requests_total") };
        _server.ByForm = form => form.Contains("count(http_requests_total)", StringComparison.Ordinal) ? Vector("4") : Vector();
        Assert.Equal(0, (await Sample(metric)).Number);

        _server.ByForm = _ => Vector();
        Assert.True(Assert.IsType<Sample.Missing>(await Sample(metric)).TargetFails);
    }

    [Fact]
    public async Task Nothing_to_divide_by_is_sparse_where_events_are_asked_for()
    {
        _server.Page = Vector("NaN");
        Assert.IsType<Sample.Missing>(await Sample(Prometheus));
        Assert.IsType<Sample.Sparse>(await Sample(Prometheus with { MinCount = 20 }));
    }

    [Fact]
    public async Task Prometheus_fills_in_what_was_missed()
    {
        _server.Page = """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1772442000,"0.1"],[1772442015.5,"0.2"]]}]}}""";
        var source = MetricSources.Create(Prometheus, _server.Context);
        var past = await source.HistoryAsync(_time.Now, _time.Now.AddMinutes(1), TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        Assert.Equal([0.1, 0.2], past!.Select(s => s.Number!.Value));
        Assert.All(past!, s => Assert.True(s.FilledIn));
        Assert.Null(await MetricSources.Create(Command, _server.Context).HistoryAsync(_time.Now, _time.Now, TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_Prometheus_that_is_not_configured_is_told_with_the_lines_to_write() =>
        Assert.Contains("servers: prometheus: other:", Assert.Throws<FormatException>(() => MetricSources.Create(Prometheus with { Source = new MetricSourceDefinition.Prometheus("other", "up") }, _server.Context)).Message, StringComparison.Ordinal);

    private static MetricDefinition Http => new("checkout", Dimension.Duration, 1, new MetricSourceDefinition.Http("${api}/checkout/health"));

    private static MetricDefinition Command => new("latency", Dimension.Duration, 0.001, new MetricSourceDefinition.Command("./measure"));

    private static MetricDefinition Prometheus => new("error_rate", Dimension.Ratio, 1, new MetricSourceDefinition.Prometheus("main", "sum(a) / sum(b)"));

    private Task<Sample> Sample(MetricDefinition definition) => MetricSources.Create(definition, _server.Context).SampleAsync(_time.Now, TestContext.Current.CancellationToken);

    private static string Vector(params string[] values) =>
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + string.Join(",", values.Select(v => $"{{\"metric\":{{}},\"value\":[1,\"{v}\"]}}")) + "]}}";
}
