using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>docker: single containers of a real engine.</summary>
public sealed class DockerPlatformTests(DockerEngine engine) : PlatformBench(engine), IAsyncLifetime
{
    private readonly string _web = DockerEngine.NewName("web");

    private string Other => _web + "x";

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        foreach (var name in (string[])[_web, Other])
            await Engine.DockerAsync("run", "--detach", "--network", "none", "--name", name, Image + ":v1");
    }

    public async ValueTask DisposeAsync()
    {
        var mine = (await Engine.DockerAsync("ps", "--all", "--quiet", "--filter", $"name={_web}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (mine.Length > 0)
            await Engine.DockerAsync(["rm", "--force", .. mine]);
        await RemoveImagesAsync($"holdpoint-before/{_web}");
        Dispose();
    }

    [Fact]
    public async Task A_container_is_made_anew_with_its_arguments_and_the_other_stays()
    {
        var web = Web("--network none -e 'GREETING=good day'");
        var other = await ContainerIdAsync(Other);
        Assert.Contains($"{_web} {Image}:v2 = {await ImageIdAsync(Image + ":v2")}", Assert.IsType<Verdict.Passed>(await PrepareAsync(web, "v2")).Shown, StringComparison.Ordinal);

        await DoAsync(web.Run([_web], Release.New("v2")));
        var state = await LookAsync(web, _web);
        Assert.Equal(("v2", $"{Image}:v2 {await ImageIdAsync(Image + ":v2")}", true), (state.Version, state.Pin, state.IsReady));
        Assert.Equal("v2|good day\n", await Engine.DockerAsync("exec", _web, "sh", "-c", "echo \"$(cat /version)|$GREETING\""));
        Assert.Equal("unless-stopped\n", await Engine.DockerAsync("inspect", "--format", "{{.HostConfig.RestartPolicy.Name}}", _web));
        Assert.Equal([Other, _web], await NamesAsync());

        var made = await ContainerIdAsync(_web);
        await DoAsync(web.Run([_web], Release.New("v2")));
        Assert.Equal((made, other), (await ContainerIdAsync(_web), await ContainerIdAsync(Other)));
        await DoAsync(web.Stop([_web, Other]));
        Assert.Equal("", (await LookAsync(web, Other)).Version);
        await DoAsync(web.Stop([_web, Other]));
    }

    [Fact]
    public async Task The_very_image_of_before_comes_back_though_its_tag_was_moved_or_deleted()
    {
        var web = Web("--network none");
        var before = await NowAsync(web);
        Assert.IsType<Verdict.Passed>(await PrepareAsync(web, "v2"));
        await DoAsync(web.Run(web.Units, Release.New("v2")));
        await Engine.DockerAsync("tag", Image + ":v2", Image + ":v1");
        await DoAsync(web.Run(web.Units, before));
        Assert.Equal(before.Pins, (await NowAsync(web)).Pins);

        await DoAsync(web.Run(web.Units, Release.New("v2")));
        await Engine.DockerAsync("rmi", Image + ":v1");
        await DoAsync(web.Run(web.Units, before));
        Assert.Equal(before.Pins, (await NowAsync(web)).Pins);
    }

    [Theory]
    [InlineData("--network none --memory 1k", "can't be made of")]
    [InlineData("--network none --entrypoint /nowhere", "can't be started of")]
    public async Task Where_the_new_container_can_t_be_the_old_one_serves_on(string run, string told)
    {
        var (web, old) = (Web(run), await ContainerIdAsync(_web));

        var refused = await EndAsync(web.Run([_web], Release.New("v2")));

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains($"{_web} {told} {Image}:v2: ", refused.Error.Text, StringComparison.Ordinal);
        Assert.Equal(old, await ContainerIdAsync(_web));
        Assert.True(await LookAsync(web, _web) is { Version: "v1", IsReady: true });
        Assert.Equal([Other, _web], await NamesAsync());
    }

    /// <summary>Killed after each thing that it does: renamed, made, ended, started, removed.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Killed_anywhere_it_is_made_good_by_doing_it_again_or_by_the_way_back(int after)
    {
        var web = Web("--network none");
        var (before, old) = (await NowAsync(web), await ContainerIdAsync(_web));

        await KilledAsync(web.Run([_web], Release.New("v2")), after);
        Assert.Equal(after == 5, await LookAsync(web, _web) is { Version: "v2", IsReady: true });
        await DoAsync(web.Run([_web], before));
        Assert.True(await LookAsync(web, _web) is { Version: "v1", IsReady: true });
        Assert.Equal(after < 5, old == await ContainerIdAsync(_web));

        await KilledAsync(web.Run([_web], Release.New("v2")), after);
        await DoAsync(web.Run([_web], Release.New("v2")));
        Assert.True(await LookAsync(web, _web) is { Version: "v2", IsReady: true });
        Assert.Equal([Other, _web], await NamesAsync());
    }

    [Fact]
    public async Task An_image_that_is_not_here_changes_nothing()
    {
        var (web, old) = (Web("--network none"), await ContainerIdAsync(_web));

        Assert.Contains("it is not here", (await PrepareAsync(Web("--network none", ("pull", ["never"])), "v9")).Message, StringComparison.Ordinal);
        var refused = await EndAsync(web.Run([_web], Release.New("v9")));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("No such image", refused.Error.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(old, await ContainerIdAsync(_web));
    }

    private Platform Web(string run, params (string Key, string[] Texts)[] more) =>
        Create(new DockerPlatformKind(), [("containers", [_web, Other]), ("image", [Image]), ("run", [run]), ("stop", ["3s"]), .. more]);

    private async Task<string[]> NamesAsync() =>
        [.. (await Engine.DockerAsync("ps", "--all", "--filter", $"name={_web}", "--format", "{{.Names}}")).Split('\n', StringSplitOptions.RemoveEmptyEntries).OrderDescending(StringComparer.Ordinal)];

    /// <summary>By a docker of its own, which ends the script's whole group when it has changed something for the n-th time.</summary>
    private async Task KilledAsync(Command command, int after)
    {
        Directory.CreateDirectory(At("bin"));
        await File.WriteAllTextAsync(At("bin/docker"), $$"""
            #!/bin/sh
            case "$1 $2" in
              rename* | create* | stop* | start* | rm*) ;;
              *) exec '{{CommandRunner.FindOnPath("docker")}}' "$@" ;;
            esac
            '{{CommandRunner.FindOnPath("docker")}}' "$@"
            ended=$?
            echo "$1" >>'{{At("changes")}}'
            if [ "$(wc -l <'{{At("changes")}}')" = {{after}} ]; then kill -KILL 0; fi
            exit $ended
            """, Cancel);
        await DoAsync(new Command("chmod", ["+x", At("bin/docker")]));
        File.Delete(At("changes"));
        var ended = await EndAsync(command with
        {
            Program = "setsid",
            Arguments = ["--wait", command.Program, .. command.Arguments],
            Environment = new Dictionary<string, string?>(command.Environment) { ["PATH"] = $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}" },
        });
        Assert.NotEqual(0, ended.ExitCode);
    }
}
