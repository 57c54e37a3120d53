namespace Holdpoint.Tests.Probes;

public sealed class OpenSearchProbeTests
{
    private const string Green = """{"cluster_name":"search","status":"green","timed_out":false,"number_of_nodes":3,"number_of_data_nodes":3,"active_primary_shards":10,"active_shards":20,"relocating_shards":0,"initializing_shards":0,"unassigned_shards":0}""";

    private const string Yellow = """{"cluster_name":"search","status":"yellow","timed_out":false,"number_of_nodes":1,"number_of_data_nodes":1,"active_primary_shards":10,"active_shards":10,"relocating_shards":0,"initializing_shards":0,"unassigned_shards":10}""";

    [Fact]
    public async Task A_green_cluster_passes()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, Green));
        await Marks(server).PassedAsync("opensearch main");
        await Marks(server).PassedAsync("opensearch main nodes >= 3 and unassigned == 0");
        Assert.Contains("active_shards: 20", await Marks(server).EvidenceAsync("opensearch main"));
    }

    [Fact]
    public async Task A_yellow_cluster_fails_with_its_colour_and_names_the_indices()
    {
        await using var server = Loopback.Http(r => Loopback.Reply(200, r.Contains("level=indices", StringComparison.Ordinal) ? """{"indices":{"orders":{"status":"yellow","unassigned_shards":10},"users":{"status":"green","unassigned_shards":0}}}""" : Yellow));
        Assert.Equal("health is \"yellow\", expected health == \"green\"", await Marks(server).FailedAsync("opensearch main"));
        Assert.Contains("nodes is 1", await Marks(server).FailedAsync("opensearch main health in [\"green\", \"yellow\"] and nodes >= 3"));
        var evidence = await Marks(server).EvidenceAsync("opensearch main");
        Assert.Contains("yellow: orders, unassigned shards: 10", evidence);
        Assert.DoesNotContain("users", evidence);
    }

    [Fact]
    public async Task Evidence_without_the_indices_says_why()
    {
        await using var server = Loopback.Http(r => r.Contains("level=indices", StringComparison.Ordinal) ? Loopback.Reply(403) : Loopback.Reply(200, Yellow));
        Assert.Contains("answers 403", await Marks(server).EvidenceAsync("opensearch main"));
    }

    [Theory]
    [InlineData("""{"error":{"root_cause":[],"type":"master_not_discovered_exception","reason":null},"status":503}""", "the node knows no cluster manager")]
    [InlineData("OpenSearch Security not initialized.", "OpenSearch Security not initialized.")]
    [InlineData("", "it can't serve")]
    public async Task A_cluster_that_can_t_serve_is_down(string body, string because)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(503, body));
        Assert.Contains($"opensearch `main` answers 503: {because}", await Marks(server).FailedAsync("opensearch main"));
        await Marks(server).PassedAsync("opensearch main not up or health == \"green\"");
    }

    [Fact]
    public async Task A_refused_connection_is_down()
    {
        var port = Loopback.ClosedPort();
        Assert.Contains($"127.0.0.1:{port} refuses the connection", await new StoreMarks("opensearch", ("url", $"http://127.0.0.1:{port}")).FailedAsync("opensearch main"));
    }

    [Theory]
    [InlineData(401, "Unauthorized", "check token, user and password")]
    [InlineData(200, "<html>", "no JSON")]
    [InlineData(200, "[]", "not as OpenSearch does")]
    [InlineData(200, """{"tagline":"You Know"}""", "not as OpenSearch does")]
    [InlineData(200, """{"status":"red","timed_out":true,"number_of_nodes":1,"unassigned_shards":0}""", "timed_out")]
    public async Task What_can_t_be_judged_is_unknown(int status, string body, string because)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(status, body));
        Assert.Contains(because, await Marks(server).UnknownAsync("opensearch main"));
    }

    [Fact]
    public async Task A_figure_that_is_lacking_is_unknown_and_not_none()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, """{"status":"green"}"""));
        Assert.Equal("the answer tells no unassigned_shards", await Marks(server).UnknownAsync("opensearch main unassigned == 0"));
    }

    [Fact]
    public async Task Half_an_answer_is_no_answer()
    {
        await using var server = Loopback.Http(_ => "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"status\":\"green\"");
        Assert.Contains("broke off", await Marks(server).UnknownAsync("opensearch main"));
    }

    private static StoreMarks Marks(Loopback server) => new("opensearch", ("url", server.Url));
}
