using System.Globalization;
using System.Text.RegularExpressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>Against answers of Loki's documented form.</summary>
public sealed class LokiLogsTests
{
    private const string Mark = "logs loki:main query='{app=\"api\"}'";

    [Fact]
    public async Task Lines_of_all_streams_are_counted_and_labels_tell_the_level()
    {
        await using var loki = Loopback.Http(_ => Loopback.Reply(200, Streams(
            """{"stream":{"app":"api"},"values":[["1767355200000000003","ERROR no"],["1767355200000000002","INFO yes"]]}""",
            """{"stream":{"app":"api","detected_level":"error"},"values":[["1767355200000000001","something"]]}""",
            """{"stream":{"app":"api","level":"info"},"values":[["1767355200000000000","wrote the ERROR page"]]}"""), "Content-Type: application/json\r\n"));

        Assert.StartsWith("passed", await VerdictAsync(loki, $"{Mark} lines == 4 and errors == 2 and matching \"page\" == 1"), StringComparison.Ordinal);
        var asked = Assert.Single(loki.Requests);
        Assert.StartsWith("GET /loki/api/v1/query_range?query=%7Bapp%3D%22api%22%7D&start=", asked, StringComparison.Ordinal);
        Assert.Contains("X-Scope-OrgID: shop", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_lines_than_one_answer_holds_are_asked_for_page_by_page_and_counted_once()
    {
        // 2,500 lines, two of each moment, so that a page ends within one.
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var all = Enumerable.Range(0, 2500).Select(i => (At: now - (i / 2 * 1_000_000L) - 1, Line: $"ERROR {i}")).ToList();
        await using var loki = Loopback.Http(request =>
        {
            long Parameter(string name) => long.Parse(Regex.Match(request, name + "=(\\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
            var page = all.Where(l => l.At >= Parameter("start") && l.At < Parameter("end")).Take((int)Parameter("limit")).ToList();
            return Loopback.Reply(200, Streams($$"""{"stream":{"app":"api"},"values":[{{string.Join(',', page.Select(l => $"[\"{l.At}\",\"{l.Line}\"]"))}}]}"""), "Content-Type: application/json\r\n");
        });

        Assert.StartsWith("passed", await VerdictAsync(loki, $"{Mark} errors == 2500 over 1h"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_lines_than_are_ever_counted_are_not_a_number()
    {
        await using var loki = Loopback.Http(request =>
        {
            var end = long.Parse(Regex.Match(request, "end=(\\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
            return Loopback.Reply(200, Streams($$"""{"stream":{},"values":[{{string.Join(',', Enumerable.Range(1, 1000).Select(i => $"[\"{end - i}\",\"x\"]"))}}]}"""), "Content-Type: application/json\r\n");
        });

        Assert.Equal("unknown: Loki has more than 100000 lines of the last 5m: look less far back with over, or narrow query=", await VerdictAsync(loki, Mark + " timeout 60s"));
    }

    [Fact]
    public async Task No_line_is_quiet_only_where_the_stream_exists()
    {
        var series = """{"status":"success","data":[{"app":"api"}]}""";
        await using var loki = Loopback.Http(request => Loopback.Reply(200, request.Contains("/series?", StringComparison.Ordinal) ? series : Streams()));
        Assert.StartsWith("passed", await VerdictAsync(loki, Mark), StringComparison.Ordinal);

        series = """{"status":"success","data":[]}""";
        Assert.Equal("unknown: Loki has no stream {app=\"api\"} of the last 1d: are the labels right, and does what logs still run?", await VerdictAsync(loki, Mark));
    }

    [Theory]
    [InlineData(400, "parse error at line 1", "unknown: URL/loki/api/v1/query_range answers 400: parse error at line 1")]
    [InlineData(401, "", "unknown: URL/loki/api/v1/query_range answers 401: it does not know who asks; check token, user and password in holdpoint.yaml")]
    [InlineData(200, "<html>", "unknown: URL/loki/api/v1/query_range answers no JSON (line 1): is this its address?")]
    [InlineData(200, "{}", "unknown: Loki's answer has no data: is this Loki's address?")]
    [InlineData(200, """{"data":{"resultType":"matrix","result":[]}}""", "unknown: query= brings numbers (matrix), not lines: ask for lines, {app=\"api\"}")]
    [InlineData(200, """{"data":{"resultType":"streams","result":[{"stream":{}}]}}""", "unknown: Loki's answer is not as its API has it: streams of values, each a time and a line")]
    public async Task Any_other_answer_is_unknown(int status, string body, string verdict)
    {
        await using var loki = Loopback.Http(_ => Loopback.Reply(status, body));
        Assert.Equal(verdict.Replace("URL", loki.Url, StringComparison.Ordinal), await VerdictAsync(loki, Mark));
    }

    [Fact]
    public async Task A_server_that_is_down_or_a_query_that_is_missing_is_unknown()
    {
        var port = Loopback.ClosedPort();
        Assert.Equal($"unknown: 127.0.0.1:{port} refuses the connection", await ObservedMark.VerdictAsync(Mark, NetworkQuestion.Context().With("loki", ("url", $"http://127.0.0.1:{port}"))));
        await using var loki = Loopback.Http(_ => "");
        Assert.StartsWith("unknown: say which lines of main", await VerdictAsync(loki, "logs loki:main"), StringComparison.Ordinal);
        Assert.Contains("broke off", await VerdictAsync(loki, Mark), StringComparison.Ordinal);
    }

    private static Task<string> VerdictAsync(Loopback loki, string mark) => ObservedMark.VerdictAsync(mark, NetworkQuestion.Context().With("loki", ("url", loki.Url), ("tenant", "shop")));

    private static string Streams(params string[] streams) => """{"status":"success","data":{"resultType":"streams","stats":{},"result":[""" + string.Join(',', streams) + "]}}";
}
