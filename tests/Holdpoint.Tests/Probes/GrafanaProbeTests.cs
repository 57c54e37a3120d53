using System.Text.Json;
using Holdpoint.Probes;
using Holdpoint.Probes.Grafana;

namespace Holdpoint.Tests.Probes;

/// <summary>Against a stand-in that answers as Grafana's HTTP API is documented.</summary>
public sealed class GrafanaProbeTests
{
    private const string Shop = """
        {"title":"Shop","uid":"shop",
         "templating":{"list":[
           {"name":"job","type":"query","current":{"text":"api","value":"api"}},
           {"name":"instance","type":"query","multi":true,"current":{"text":["a.b","c"],"value":["a.b","c"]}},
           {"name":"ds","type":"datasource","query":"prometheus","current":{"text":"Main","value":"P1"}}]},
         "panels":[
           {"id":1,"type":"timeseries","title":"Requests","datasource":{"type":"prometheus","uid":"${ds}"},"targets":[{"refId":"A","expr":"rate(requests{job=\"$job\",instance=~\"${instance}\"}[$__rate_interval])","datasource":{"type":"prometheus","uid":"${ds}"}}]},
           {"id":2,"type":"text","title":"Read me","options":{"content":"$job"}},
           {"id":3,"type":"row","title":"More","collapsed":true,"panels":[
             {"id":4,"type":"stat","title":"Errors","datasource":{"type":"prometheus","uid":"P1"},"targets":[{"refId":"A","expr":"errors"},{"refId":"B","expr":"off","hide":true}]}]},
           {"id":5,"type":"timeseries","title":"Again","datasource":{"type":"datasource","uid":"-- Dashboard --"},"targets":[{"refId":"A","panelId":1}]},
           {"id":6,"title":"From the library","libraryPanel":{"uid":"lib1","name":"Latency"}}]}
        """;

    private const string Library = """{"result":{"uid":"lib1","model":{"type":"timeseries","datasource":null,"targets":[{"refId":"A","expr":"latency"}]}}}""";

    private const string Sources = """[{"id":1,"uid":"P1","name":"Main","type":"prometheus","isDefault":true},{"id":2,"uid":"S1","name":"Shop SQL","type":"mysql","isDefault":false}]""";

    private const string Data = """{"results":{"A":{"status":200,"frames":[{"schema":{"fields":[{"name":"Time","type":"time"},{"name":"Value","type":"number"}]},"data":{"values":[[1,2],[0.5,null]]}}]}}}""";

    private const string Nothing = """{"results":{"A":{"status":200,"frames":[{"schema":{"fields":[{"name":"Time","type":"time"},{"name":"Value","type":"number"}]},"data":{"values":[[],[]]}}]}}}""";

    private const string OnlyNulls = """{"results":{"A":{"status":200,"frames":[{"schema":{"fields":[{"name":"Time","type":"time"},{"name":"Value","type":"number"}]},"data":{"values":[[1],[null]]}}]}}}""";

    private const string Broken = """{"results":{"A":{"error":"bad_data: unknown function rates","status":400,"frames":[]}}}""";

    [Fact]
    public async Task Every_panel_that_asks_for_data_is_asked()
    {
        await using var grafana = Serve(_ => (200, Data));

        Assert.StartsWith("passed", await VerdictAsync(grafana, "grafana main dashboard=shop panels == 3 and empty == 0 and errors == 0"), StringComparison.Ordinal);

        var queries = grafana.Requests.Where(r => r.StartsWith("POST /api/ds/query", StringComparison.Ordinal)).Select(Body).ToList();
        Assert.Equal(3, queries.Count);
        var requests = queries.Single(q => q.GetProperty("queries")[0].GetProperty("expr").GetString()!.StartsWith("rate", StringComparison.Ordinal));
        var first = requests.GetProperty("queries")[0];
        Assert.Equal("""rate(requests{job="api",instance=~"(a\.b|c)"}[$__rate_interval])""", first.GetProperty("expr").GetString());
        Assert.Equal("P1", first.GetProperty("datasource").GetProperty("uid").GetString());
        Assert.Equal(3_600_000, long.Parse(requests.GetProperty("to").GetString()!) - long.Parse(requests.GetProperty("from").GetString()!));
        Assert.DoesNotContain(queries, q => q.GetRawText().Contains("\"off\"", StringComparison.Ordinal));
        Assert.All(grafana.Requests, r => Assert.Contains("Authorization: Bearer abc", r, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Nothing, "failed: empty is 1, expected empty == 0")]
    [InlineData(OnlyNulls, "failed: empty is 1, expected empty == 0")]
    [InlineData("""{"results":{"A":{"status":200,"frames":[]}}}""", "failed: empty is 1, expected empty == 0")]
    public async Task A_panel_without_a_value_is_empty(string answer, string verdict)
    {
        await using var grafana = Serve(q => q.Contains("\"errors\"", StringComparison.Ordinal) ? (200, answer) : (200, Data));
        Assert.StartsWith(verdict, await VerdictAsync(grafana, "grafana main dashboard=shop"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, Broken)]
    [InlineData(207, Broken)]
    [InlineData(404, """{"message":"bad_data: unknown function rates"}""")]
    public async Task A_panel_whose_query_fails_is_an_error_and_its_reason_is_evidence(int status, string answer)
    {
        await using var grafana = Serve(q => q.Contains("\"errors\"", StringComparison.Ordinal) ? (status, answer) : (200, Data));
        var result = await ObservedMark.RunAsync("grafana main dashboard=shop", Context(grafana));
        Assert.Equal("errors is 1, expected errors == 0", result.Verdict.Message);
        Assert.Contains("error: bad_data: unknown function rates  Errors\n", result.EvidenceOf(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dashboard_is_found_by_its_title()
    {
        await using var grafana = Serve(_ => (200, Data));
        Assert.StartsWith("passed", await VerdictAsync(grafana, "grafana main dashboard=\"Shop overview\""), StringComparison.Ordinal);
        Assert.Equal("unknown: Grafana has no dashboard with the uid or the title Cellar, or the token may not see it", await VerdictAsync(grafana, "grafana main dashboard=Cellar"));
        Assert.Equal("unknown: Grafana has 2 dashboards called Twin: name one by its uid (t1, t2)", await VerdictAsync(grafana, "grafana main dashboard=Twin"));
    }

    [Fact]
    public async Task A_dashboard_without_data_proves_nothing()
    {
        await using var grafana = Loopback.Http(_ => Loopback.Reply(200, """{"dashboard":{"title":"Bare","panels":[{"id":1,"type":"text"}]}}"""));
        Assert.Equal("unknown: the dashboard has no panel that asks for data", await VerdictAsync(grafana, "grafana main dashboard=bare"));
    }

    [Fact]
    public async Task Variables_can_be_given_and_one_without_a_value_is_named()
    {
        const string dashboard = """
            {"dashboard":{"title":"D","templating":{"list":[{"name":"host","type":"query","current":{}}]},
             "panels":[{"type":"table","title":"T","datasource":"Shop SQL","targets":[{"refId":"A","rawSql":"select * from t where host = '${host}'"}]}]}}
            """;
        await using var grafana = Loopback.Http(r => Loopback.Reply(200, r.StartsWith("GET /api/dashboards", StringComparison.Ordinal) ? dashboard : r.StartsWith("GET /api/datasources", StringComparison.Ordinal) ? Sources : Data));

        Assert.Equal("unknown: the dashboard has saved no value of its variable host: say variables=\"host=VALUE\"", await VerdictAsync(grafana, "grafana main dashboard=d"));
        Assert.StartsWith("passed", await VerdictAsync(grafana, "grafana main dashboard=d variables=\"host=web1\""), StringComparison.Ordinal);
        var query = Body(grafana.Requests.Last()).GetProperty("queries")[0];
        Assert.Equal("select * from t where host = 'web1'", query.GetProperty("rawSql").GetString());
        Assert.Equal("S1", query.GetProperty("datasource").GetProperty("uid").GetString());
        Assert.Equal("unknown: variables=: the dashboard has no variable hots; it has host", await VerdictAsync(grafana, "grafana main dashboard=d variables=\"hots=web1\""));
    }

    [Theory]
    [InlineData("$a", "prometheus", "(x\\.y|z)")]
    [InlineData("${a}", "mysql", "'x.y','z'")]
    [InlineData("[[a]]", "graphite", "{x.y,z}")]
    [InlineData("${a:csv}", "prometheus", "x.y,z")]
    [InlineData("${a:pipe}", "prometheus", "x.y|z")]
    [InlineData("${a:json}", "prometheus", "[\"x.y\",\"z\"]")]
    [InlineData("$all $__interval $nobody $1", "prometheus", ".* $__interval $nobody $1")]
    [InlineData("$options", "prometheus", "(m|n)")]
    [InlineData("$first", "prometheus", "5m")]
    public void Variables_are_written_as_the_source_wants_them(string text, string source, string filled)
    {
        using var dashboard = JsonDocument.Parse("""
            {"templating":{"list":[
              {"name":"a","current":{"value":["x.y","z"]}},
              {"name":"all","current":{"value":["$__all"]},"options":[]},
              {"name":"options","current":{"value":"$__all"},"options":[{"value":"$__all"},{"value":"m"},{"value":"n"}]},
              {"name":"first","type":"interval","query":"5m,10m"}]}}
            """);
        Assert.Equal(filled, GrafanaVariables.Of(dashboard.RootElement, null).Fill(text, source));
    }

    [Theory]
    [InlineData(401, "", "unknown: URL/api/dashboards/uid/shop answers 401: it does not know who asks; check token, user and password in holdpoint.yaml")]
    [InlineData(200, "<html>", "unknown: URL/api/dashboards/uid/shop answers no JSON (line 1): is this its address?")]
    [InlineData(200, "{}", "unknown: Grafana answers without a dashboard: is this its address?")]
    public async Task Any_other_answer_is_unknown(int status, string body, string verdict)
    {
        await using var grafana = Loopback.Http(_ => Loopback.Reply(status, body));
        Assert.Equal(verdict.Replace("URL", grafana.Url, StringComparison.Ordinal), await VerdictAsync(grafana, "grafana main dashboard=shop"));
    }

    [Fact]
    public async Task Queries_that_may_not_be_asked_are_unknown_and_no_errors()
    {
        await using var grafana = Serve(_ => (403, """{"message":"permission denied"}"""));
        Assert.Equal($"unknown: {grafana.Url}/api/ds/query answers 403: whoever asks may not; check the rights of the token or user", await VerdictAsync(grafana, "grafana main dashboard=shop"));
        var port = Loopback.ClosedPort();
        Assert.Equal($"unknown: 127.0.0.1:{port} refuses the connection", await ObservedMark.VerdictAsync("grafana main dashboard=shop", NetworkQuestion.Context().With("grafana", ("url", $"http://127.0.0.1:{port}"))));
    }

    private static Loopback Serve(Func<string, (int Status, string Body)> query) => Loopback.Http(request => request.Split(' ')[1].Split('?')[0] switch
    {
        "/api/dashboards/uid/shop" => Loopback.Reply(200, $$"""{"meta":{},"dashboard":{{Shop}}}"""),
        "/api/search" => Loopback.Reply(200, """[{"uid":"shop","title":"Shop overview","type":"dash-db"},{"uid":"t1","title":"Twin"},{"uid":"t2","title":"Twin"}]"""),
        "/api/library-elements/lib1" => Loopback.Reply(200, Library),
        "/api/datasources" => Loopback.Reply(200, Sources),
        "/api/ds/query" => query(request) is var (status, body) ? Loopback.Reply(status, body) : "",
        _ => Loopback.Reply(404, """{"message":"Not found"}"""),
    });

    private static JsonElement Body(string request) => JsonDocument.Parse(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;

    private static ProbeContext Context(Loopback grafana) => NetworkQuestion.Context().With("grafana", ("url", grafana.Url), ("token", "abc"));

    private static Task<string> VerdictAsync(Loopback grafana, string mark) => ObservedMark.VerdictAsync(mark, Context(grafana));
}
