namespace Holdpoint.Tests.Probes;

/// <summary>Against answers of OTLP/HTTP's documented form.</summary>
public sealed class OtelProbeTests
{
    [Fact]
    public async Task A_collector_that_takes_an_empty_export_is_up()
    {
        await using var collector = Loopback.Http(_ => Loopback.Reply(200, """{"partialSuccess":{}}""", "Content-Type: application/json\r\n"));

        Assert.Equal("passed: up (true)", await VerdictAsync(collector.Url));
        var asked = Assert.Single(collector.Requests);
        Assert.StartsWith("POST /v1/traces HTTP/1.1", asked, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", asked, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer abc", asked, StringComparison.Ordinal);
        Assert.EndsWith("""{"resourceSpans":[]}""", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_refuses_is_down()
    {
        var port = Loopback.ClosedPort();
        Assert.Equal("failed: up is false, expected up", await VerdictAsync($"http://127.0.0.1:{port}"));
        await using var busy = Loopback.Http(_ => Loopback.Reply(503, """{"code":14,"message":"data refused due to high memory usage"}"""));
        Assert.Equal("failed: up is false, expected up", await VerdictAsync(busy.Url));
    }

    [Theory]
    [InlineData(404, "404 page not found", "unknown: URL/v1/traces answers 404: is this the OTLP receiver's HTTP address (port 4318)?")]
    [InlineData(415, "", "unknown: URL/v1/traces does not take JSON (415): is this an OTLP receiver?")]
    [InlineData(401, "", "unknown: URL/v1/traces answers 401: it does not know who asks; check token, user and password in holdpoint.yaml")]
    [InlineData(200, "<html>", "unknown: URL/v1/traces answers no JSON (line 1): is this its address?")]
    [InlineData(200, """{"hello":1}""", "unknown: URL/v1/traces answers, but not as OTLP has it: is this the collector's address?")]
    public async Task Any_other_answer_is_unknown(int status, string body, string verdict)
    {
        await using var collector = Loopback.Http(_ => Loopback.Reply(status, body));
        Assert.Equal(verdict.Replace("URL", collector.Url, StringComparison.Ordinal), await VerdictAsync(collector.Url));
    }

    [Fact]
    public async Task One_that_is_silent_or_not_configured_is_unknown()
    {
        await using var silent = Loopback.Silent();
        Assert.Equal("unknown: no answer from otel main within 200ms", await VerdictAsync(silent.Url, "otel main timeout 200ms"));
        Assert.Equal("unknown: there is no otel server `other` in the configuration", await VerdictAsync(silent.Url, "otel other"));
    }

    private static Task<string> VerdictAsync(string url, string mark = "otel main") => ObservedMark.VerdictAsync(mark, NetworkQuestion.Context().With("otel", ("url", url), ("token", "abc")));
}
