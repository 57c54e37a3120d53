namespace Holdpoint.Tests.Probes;

public sealed class TargetsProbeTests
{
    private const string Targets = """
        {"status":"success","data":{"activeTargets":[
          {"labels":{"instance":"a:80","job":"api"},"scrapeUrl":"http://a:80/metrics","lastError":"","health":"up"},
          {"labels":{"instance":"b:80","job":"api"},"scrapeUrl":"http://b:80/metrics","lastError":"","health":"up"},
          {"labels":{"instance":"c:80","job":"worker"},"scrapeUrl":"http://c:80/metrics","lastError":"context deadline exceeded","health":"down"},
          {"labels":{"instance":"d:80","job":"worker"},"scrapeUrl":"http://d:80/metrics","lastError":"","health":"unknown"}
        ],"droppedTargets":[{"discoveredLabels":{"job":"gone"}}]}}
        """;

    [Fact]
    public async Task Targets_that_are_all_reached_pass()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, Targets));
        Assert.Contains("2", await Marks(server).PassedAsync("targets main job=api"));
        await Marks(server).PassedAsync("targets main job=api total >= 2");
    }

    [Fact]
    public async Task A_target_that_is_down_or_was_not_scraped_yet_fails_and_is_named()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, Targets));
        Assert.Equal("ready is 2, total is 4, expected ready == total", await Marks(server).FailedAsync("targets main"));
        Assert.Equal("down  worker c:80: context deadline exceeded\nnot scraped yet  worker d:80\n", await Marks(server).EvidenceAsync("targets main job=worker unready == 0"));
    }

    [Theory]
    [InlineData("ready == total")]
    [InlineData("unready == 0")]
    [InlineData("total == 0")]
    public async Task A_job_that_does_not_exist_is_unknown_and_the_nearest_is_named(string condition)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, Targets));
        Assert.Equal("prometheus `main` scrapes no target of the job `wroker`: did you mean `worker`?", await Marks(server).UnknownAsync($"targets main job=wroker {condition}"));
        Assert.EndsWith("its jobs are api, worker", await Marks(server).UnknownAsync($"targets main job=gone {condition}"));
    }

    [Theory]
    [InlineData("""{"status":"success","data":{"activeTargets":[],"droppedTargets":[]}}""", "scrapes no target")]
    [InlineData("""{"status":"success","data":{}}""", "not as Prometheus does")]
    [InlineData("""{"status":"success"}""", "not as Prometheus does")]
    [InlineData("ok", "no JSON")]
    public async Task No_target_at_all_and_other_answers_are_unknown(string body, string because)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, body));
        Assert.Contains(because, await Marks(server).UnknownAsync("targets main unready == 0"));
    }

    [Fact]
    public async Task A_Prometheus_that_refuses_leaves_its_targets_unknown() =>
        Assert.Contains("refuses the connection", await new StoreMarks("prometheus", ("url", $"http://127.0.0.1:{Loopback.ClosedPort()}")).UnknownAsync("targets main"));

    private static StoreMarks Marks(Loopback server) => new("prometheus", ("url", server.Url));
}
