using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

public sealed class PrometheusProbeTests(PrometheusServer server) : IClassFixture<PrometheusServer>
{
    [Fact]
    public async Task A_Prometheus_that_is_ready_passes()
    {
        await Marks.PassesAsync("prometheus main");
        await Marks.PassesAsync("prometheus main time < 2m");
        Assert.Contains("/-/ready: 200 Prometheus Server is Ready.", await Marks.EvidenceAsync("prometheus main"));
    }

    [Fact]
    public async Task A_target_that_is_reached_passes_and_a_dead_one_fails_and_is_named()
    {
        await Marks.PassesAsync("targets main job=node");
        await Marks.PassesAsync("targets main job=node ready == 1 and unready == 0");
        Assert.Equal("ready is 1, total is 2, expected ready == total", await Marks.FailedAsync("targets main"));
        var evidence = await Marks.EvidenceAsync("targets main");
        Assert.Contains("down  dead 127.0.0.1:1: ", evidence);
        Assert.Contains("connection refused", evidence);
        Assert.Contains("up  node 127.0.0.1:", evidence);
    }

    [Fact]
    public async Task A_job_without_targets_is_unknown_and_a_near_one_is_named()
    {
        Assert.Contains("did you mean `node`?", await Marks.UnknownAsync("targets main job=nod"));
        Assert.Contains("its jobs are dead, node", await Marks.UnknownAsync("targets main job=gone unready == 0"));
    }

    [Fact]
    public async Task Another_server_is_no_Alertmanager() =>
        Assert.Contains("answers 404", await new StoreMarks("alertmanager", ("url", server.Url)).UnknownAsync("alertmanager main"));

    private StoreMarks Marks => new("prometheus", ("url", server.Url));
}
