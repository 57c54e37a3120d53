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
    [InlineData("3 1", "one number is meant")]
    [InlineData("0 5s", "one number is meant")]
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
    public async Task A_command_keeps_no_past() =>
        Assert.Null(await MetricSources.Create(Command, _server.Context).HistoryAsync(_time.Now, _time.Now, TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken));

    private static MetricDefinition Http => new("checkout", Dimension.Duration, 1, new MetricSourceDefinition.Http("${api}/checkout/health"));

    private static MetricDefinition Command => new("latency", Dimension.Duration, 0.001, new MetricSourceDefinition.Command("./measure"));

    private Task<Sample> Sample(MetricDefinition definition) => MetricSources.Create(definition, _server.Context).SampleAsync(_time.Now, TestContext.Current.CancellationToken);
}
