using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>docker: against a real engine.</summary>
public sealed class DockerProbeTests(DockerEngine engine) : ProbeScratch, IAsyncLifetime
{
    private readonly string _name = DockerEngine.NewName("shop-db-");

    public async ValueTask InitializeAsync() => await engine.StartedAsync();

    public async ValueTask DisposeAsync()
    {
        if ((await engine.DockerAsync("ps", "--all", "--quiet", "--filter", $"name={_name}")).Length > 0)
            await engine.DockerAsync("rm", "--force", "--volumes", _name);
        Dispose();
    }

    private RuntimeMark Marks => new(engine.Commands, Root);

    [Fact]
    public async Task A_container_that_runs_is_up_and_tells_what_it_uses()
    {
        await StartAsync(DockerEngine.Image);

        await Marks.PassesAsync($"docker {_name}");
        await Marks.PassesAsync($"docker {_name} up and restarts == 0 and memory < 500MB and memory > 1kB and cpu_used < 200% and age < 1h");
        var seen = await Marks.FailsAsync($"docker {_name} memory < 1kB", "memory is ");
        Assert.Contains(DockerEngine.Image, seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_has_ended_is_not_up_and_its_exit_code_is_told()
    {
        await StartAsync(DockerEngine.Image, "sh", "-c", "exit 3");
        await engine.DockerAsync("wait", _name);

        var seen = await Marks.FailsAsync($"docker {_name}", "up is false");
        Assert.Contains("exited with 3", seen, StringComparison.Ordinal);
        await Marks.FailsAsync($"docker {_name} not up and memory < 1GB", $"{_name} does not run: it is exited with 3");
        await Marks.PassesAsync($"docker {_name} not up and restarts == 0");
    }

    [Fact]
    public async Task A_container_whose_health_check_fails_is_not_up()
    {
        await engine.DockerAsync("run", "--detach", "--name", _name, "--network", "none", "--health-cmd", "echo no database; false", "--health-interval", "200ms", "--health-retries", "1", DockerEngine.Image);

        var seen = await Marks.FailsAsync($"docker {_name} up for 3m every 200ms", "up is false");
        Assert.Contains("running, unhealthy", seen, StringComparison.Ordinal);
        Assert.Contains("no database", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restarts_are_counted()
    {
        await engine.DockerAsync("run", "--detach", "--name", _name, "--network", "none", "--restart", "always", DockerEngine.Image, "false");

        await Marks.PassesAsync($"docker {_name} restarts >= 1 within 3m every 200ms");
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_not_up_and_the_nearest_name_is_offered()
    {
        await StartAsync(DockerEngine.Image);

        var seen = await Marks.FailsAsync($"docker {_name}x", "up is false");
        Assert.Equal($"there is no container {_name}x; did you mean `{_name}`?\n", seen);
        await Marks.FailsAsync($"docker {_name}x up or restarts == 0", $"there is no container {_name}x");
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_is_unknown()
    {
        var elsewhere = new CommandsWithEnvironment(new CommandRunner(TimeProvider.System), new Dictionary<string, string?> { ["DOCKER_HOST"] = $"unix://{At("nobody")}", ["DOCKER_CONFIG"] = Root });

        await new RuntimeMark(elsewhere, Root).UnknownAsync("docker shop-db", "no Docker engine answers: ");
        await new RuntimeMark(elsewhere, Root).UnknownAsync("compose project=shop", "no Docker engine answers: ");
    }

    private Task StartAsync(params string[] image) => engine.DockerAsync(["run", "--detach", "--name", _name, "--network", "none", .. image]);
}
