namespace Holdpoint.Tests.Probes;

public sealed class PrometheusProbeTests
{
    private const string One = """{"status":"success","data":{"resultType":"scalar","result":[1700000000,"1"]}}""";

    [Theory]
    [InlineData(200, "Prometheus Server is Ready.\n")]
    [InlineData(404, "not found")]
    public async Task One_that_answers_a_query_is_up_also_where_it_has_no_word_for_ready(int status, string body)
    {
        await using var server = Loopback.Http(r => r.StartsWith("GET /-/ready ", StringComparison.Ordinal) ? Loopback.Reply(status, body) : Loopback.Reply(200, One));
        await Marks(server).PassedAsync("prometheus main");
        Assert.Contains($"/-/ready: {status}", await Marks(server).EvidenceAsync("prometheus main time < 1m"));
    }

    [Fact]
    public async Task One_that_is_not_ready_fails()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(503, "Service Unavailable"));
        Assert.Contains("prometheus `main` is not ready", await Marks(server).DownAsync("prometheus main time < 1m"));
        await using var closed = Loopback.Http(r => r.Contains("ready", StringComparison.Ordinal) ? Loopback.Reply(200, "ready") : Loopback.Reply(503));
        Assert.Equal("prometheus `main` answers no query: 503\n", await Marks(closed).DownAsync("prometheus main"));
    }

    [Fact]
    public async Task A_refused_connection_is_down() =>
        Assert.Contains("refuses the connection", await new StoreMarks("prometheus", ("url", $"http://127.0.0.1:{Loopback.ClosedPort()}")).DownAsync("prometheus main time < 1s"));

    [Theory]
    [InlineData(200, "<!doctype html>", "no JSON")]
    [InlineData(200, "{}", "not as Prometheus does")]
    [InlineData(200, "[1]", "not as Prometheus does")]
    [InlineData(200, """{"status":"error","data":null}""", "not as Prometheus does")]
    [InlineData(401, "", "check token, user and password")]
    public async Task A_web_server_that_answers_everything_is_no_Prometheus(int status, string body, string because)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(status, body));
        Assert.Contains(because, await Marks(server).UnknownAsync("prometheus main"));
    }

    [Fact]
    public async Task A_password_in_the_url_is_sent_and_not_repeated()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(404));
        var because = await new StoreMarks("prometheus", ("url", $"http://ana:hunt%2Fer2@127.0.0.1:{server.Port}/prometheus")).UnknownAsync("prometheus main"); // gitleaks:allow
        Assert.StartsWith($"{server.Url}/prometheus/api/v1/query answers 404", because);
        Assert.All(server.Requests, r => Assert.Contains("Authorization: Basic YW5hOmh1bnQvZXIy", r));
    }

    [Fact]
    public async Task Who_asks_and_for_which_tenant_is_sent()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, One));
        await new StoreMarks("prometheus", ("url", server.Url + "/prometheus/"), ("user", "ana"), ("password", "pw"), ("tenant", "shop")).PassedAsync("prometheus main");
        Assert.All(server.Requests, r => Assert.Contains("Authorization: Basic YW5hOnB3", r));
        Assert.All(server.Requests, r => Assert.Contains("X-Scope-OrgID: shop", r));
        Assert.Contains(server.Requests, r => r.StartsWith("GET /prometheus/api/v1/query?query=1 ", StringComparison.Ordinal));
    }

    private static StoreMarks Marks(Loopback server) => new("prometheus", ("url", server.Url));
}
