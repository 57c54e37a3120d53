using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>compose: a project in a real engine, started with Debian's docker-compose.</summary>
public sealed class ComposeProbeTests(DockerEngine engine) : ProbeScratch, IAsyncLifetime
{
    private readonly string _project = DockerEngine.NewName("shop");

    public async ValueTask InitializeAsync()
    {
        await engine.StartedAsync();
        await DescribeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await engine.ComposeAsync(Root, "-p", _project, "down", "--timeout", "0", "--remove-orphans");
        Dispose();
    }

    private RuntimeMark Marks => new(engine.Commands, Root);

    [Fact]
    public async Task A_project_is_ready_when_all_its_services_are()
    {
        await UpAsync();

        await Marks.PassesAsync($"compose project={_project} within 3m every 200ms");
        await Marks.PassesAsync($"compose project={_project} ready == 4 and total == 4 and restarts == 0");
        await Marks.PassesAsync($"compose project={_project} file=docker-compose.yml service=api,web ready == 3");
        await Marks.FailsAsync($"compose project={_project} service=web total == 1", "total is 2");
        await Marks.UnknownAsync($"compose project={_project} service=wep", $"the project {_project} has no service wep: did you mean `web`?");
    }

    [Fact]
    public async Task What_ended_by_itself_is_done_only_where_its_file_says_that_it_ends()
    {
        await UpAsync();
        // Its shell has begun to wait: before that it would not heed the signal.
        while ((await engine.DockerAsync("top", $"{_project}_web_1")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length < 3)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        await engine.DockerAsync("stop", $"{_project}_web_1");
        await engine.DockerAsync("wait", $"{_project}_seed_1");

        // The server in it ends with 0 as well when it is told to.
        var seen = await Marks.FailsAsync($"compose project={_project} service=web,seed", "ready is 2");
        Assert.Contains("exited with 0", seen, StringComparison.Ordinal);
        Assert.Contains("done", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_has_no_container_is_unready()
    {
        await UpAsync();
        await engine.DockerAsync("rm", "--force", $"{_project}_api_1");

        var seen = await Marks.FailsAsync($"compose project={_project}", "ready is ");
        Assert.Contains("missing", seen, StringComparison.Ordinal);
        await Marks.FailsAsync($"compose project={_project} service=api unready == 0", "unready is 1");
    }

    [Fact]
    public async Task A_project_that_was_never_started_is_not_ready()
    {
        Assert.Contains("missing", await Marks.FailsAsync("compose", "ready is 0"), StringComparison.Ordinal);
        await Marks.FailsAsync($"compose project={_project} unready == 0", "unready is 4");
    }

    [Fact]
    public async Task Without_file_and_containers_nothing_can_be_said()
    {
        File.Move(At("docker-compose.yml"), At("elsewhere.yml"));
        try
        {
            await Marks.UnknownAsync("compose", "there is no compose file in ");
            await Marks.UnknownAsync($"compose project={_project}x", $"there is no container of a project {_project}x, and no compose file in ");
            await Marks.UnknownAsync("compose file=nope.yml", "nope.yml");
        }
        finally
        {
            File.Move(At("elsewhere.yml"), At("docker-compose.yml"));
        }
    }

    [Fact]
    public async Task A_project_whose_file_is_gone_is_known_by_its_containers()
    {
        await UpAsync();
        await Marks.PassesAsync($"compose project={_project} within 3m every 200ms");
        File.Move(At("docker-compose.yml"), At("elsewhere.yml"));
        try
        {
            var seen = await Marks.FailsAsync($"compose project={_project} total == 9", "total is 4");
            Assert.Contains("No compose file was found", seen, StringComparison.Ordinal);
        }
        finally
        {
            File.Move(At("elsewhere.yml"), At("docker-compose.yml"));
        }
    }

    [Fact]
    public async Task A_broken_file_is_unknown_with_compose_s_own_words()
    {
        await File.WriteAllTextAsync(At("broken.yml"), "services: [1]\n", Cancel);

        await Marks.UnknownAsync("compose file=broken.yml", "broken.yml");
    }

    private Task UpAsync() => engine.ComposeAsync(Root, "-p", _project, "up", "-d");

    private Task DescribeAsync() => File.WriteAllTextAsync(At("docker-compose.yml"), $"""
        version: "2.4"
        services:
          web:
            image: {DockerEngine.Image}
            network_mode: none
            scale: 2
          api:
            image: {DockerEngine.Image}
            network_mode: none
            healthcheck: {"{"} test: ["CMD", "true"], interval: 200ms {"}"}
          seed:
            image: {DockerEngine.Image}
            network_mode: none
            command: "true"
            restart: "no"
          debug:
            image: {DockerEngine.Image}
            network_mode: none
            profiles: [debug]
        """, Cancel);
}
