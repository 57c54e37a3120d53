using Holdpoint.Expressions;
using Holdpoint.Probes.Containers;

namespace Holdpoint.Tests.Probes;

/// <summary>docker and compose, with the answers of programs that are not on this machine: the plugin docker compose, engines that refuse or break off.</summary>
public sealed class ContainerProbeTests : IDisposable
{
    private const string Config = """
        name: shop
        services:
          api:
            image: shop/api:1
            deploy:
              replicas: 2
            depends_on:
              migrate:
                condition: service_completed_successfully
                required: true
          migrate:
            image: shop/api:1
          debug:
            image: shop/debug:1
            profiles:
              - debug
        """;

    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task The_plugin_tells_name_replicas_profiles_and_what_is_waited_for()
    {
        _machine.Commands.Exits(0, "Docker Compose version v2.29.1\n").Exits(0, Config).Exits(0, "1\n2\n3\n4\n")
            .Exits(0, $"[{Container("1", "api")}, {Container("2", "api")}, {Container("3", "migrate", "exited")}, {Container("4", "debug")}]");

        var reading = await _machine.AskAsync(new ComposeProbe(), []);

        Assert.Equal(4, reading.Facts().Number("ready"));
        Assert.Equal(4, reading.Facts().Number("total"));
        Assert.Equal(4, reading.Facts().Number("restarts"));
        Assert.Contains("done", reading.Evidence("services.txt"), StringComparison.Ordinal);
        Assert.Equal("label=com.docker.compose.project=shop", _machine.Commands.Asked[2].Arguments[4]);
    }

    [Fact]
    public async Task Replicas_that_are_missing_or_not_healthy_are_unready()
    {
        _machine.Commands.Exits(0, "Docker Compose version v2.29.1\n").Exits(0, Config).Exits(0, "1\n").Exits(0, $"[{Container("1", "api", health: "starting")}]");

        var facts = await _machine.MeasureAsync(new ComposeProbe(), [], new() { ["service"] = "api" });

        Assert.Equal(0, facts.Number("ready"));
        Assert.Equal(2, facts.Number("unready"));
    }

    [Fact]
    public async Task A_file_that_compose_refuses_is_no_answer_with_its_words()
    {
        _machine.Commands.Exits(0, "Docker Compose version v2.29.1\n").Exits(15, "", "time=\"2026-03-01T12:00:00Z\" level=warning msg=\"The \\\"TAG\\\" variable is not set.\"\nyaml: line 3: mapping values are not allowed in this context\n");

        Assert.Equal("docker compose ended with 15: yaml: line 3: mapping values are not allowed in this context", await _machine.RefusalAsync(new ComposeProbe(), []));
    }

    [Theory]
    [InlineData("permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock", "the Docker engine refuses this user")]
    [InlineData("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", "no Docker engine answers")]
    [InlineData("Error response from daemon: something broke", "docker container ended with 1: Error response from daemon: something broke")]
    public async Task An_engine_that_gives_no_answer_is_named(string error, string because)
    {
        _machine.Commands.Exits(1, "", error + "\n");

        Assert.StartsWith(because, await _machine.RefusalAsync(new DockerProbe(), ["db"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_an_answer_garbage_and_no_docker_are_no_answer()
    {
        _machine.Commands.Exits(0, "[{\"Id\": \"1\", ");
        Assert.Equal("docker container answers with something other than one whole JSON document: '[{\"Id\": \"1\",'", await _machine.RefusalAsync(new DockerProbe(), ["db"]));

        _machine.Commands.Exits(0, "[{\"Id\": \"1\"}]");
        Assert.Equal("docker inspect answers with something other than a container", await _machine.RefusalAsync(new DockerProbe(), ["db"]));

        Assert.Equal("docker is not on PATH: install the Docker command line", await _machine.RefusalAsync(new DockerProbe(), ["db"]));
    }

    [Fact]
    public async Task Usage_that_docker_can_not_measure_is_unknown_and_not_asked_for_in_vain()
    {
        _machine.Commands.Exits(0, $"[{Container("1", "api")}]").Exits(0, """{"CPUPerc": "--", "MemUsage": "-- / --"}""");
        Assert.Contains("does not tell", (await _machine.MeasureAsync(new DockerProbe(), ["api"], wants: ["memory"])).Unknown("memory"), StringComparison.Ordinal);

        _machine.Commands.Exits(0, $"[{Container("1", "api")}]");
        Assert.Equal(Value.Of(true), (await _machine.MeasureAsync(new DockerProbe(), ["api"]))["up"]);
    }

    private static string Container(string id, string service, string state = "running", string health = "healthy") => $$"""
        {"Id": "{{id}}", "Name": "/shop-{{service}}-{{id}}", "RestartCount": 1,
         "Config": {"Image": "shop/{{service}}:1", "Labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": "{{service}}", "com.docker.compose.oneoff": "False"} },
         "State": {"Status": "{{state}}", "ExitCode": 0, "StartedAt": "2026-03-01T11:00:00.123456789Z", "FinishedAt": "0001-01-01T00:00:00Z", "Health": {"Status": "{{health}}", "Log": []} } }
        """;
}
