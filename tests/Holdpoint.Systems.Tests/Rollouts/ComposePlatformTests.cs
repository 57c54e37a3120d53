using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>compose: services of a real engine, by Debian's docker-compose 1.29; the plugin is a stand-in that hands on to it.</summary>
public sealed class ComposePlatformTests(DockerEngine engine) : PlatformBench(engine), IAsyncLifetime
{
    private readonly string _project = DockerEngine.NewName("shop");

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await WriteAsync("docker-compose.yml", Image);
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DockerComposeAsync(Root, "v1", ["--project-name", _project, "down", "--timeout", "0", "--remove-orphans"]);
        await RemoveImagesAsync($"holdpoint-before/{_project}");
        Dispose();
    }

    [Fact]
    public async Task A_service_comes_to_a_version_and_the_others_stay_as_they_are()
    {
        var shop = Shop();
        Assert.Equal("no container", (await LookAsync(shop, "api")).Condition);
        await DoAsync(shop.Run(shop.Units, Release.New("v1")));
        var (api, web) = (await UntilAsync(shop, "api", s => s.IsReady), await ContainerIdAsync(_project + "_web_1"));
        Assert.Equal(("v1", $"{Image}:v1 {await ImageIdAsync(Image + ":v1")}"), (api.Version, api.Pin));

        var told = Assert.IsType<Verdict.Passed>(await PrepareAsync(shop, "v2")).Shown;
        Assert.Contains($"api {Image}:v2 = {await ImageIdAsync(Image + ":v2")}", told, StringComparison.Ordinal);
        await DoAsync(shop.Run(["api"], Release.New("v2")));

        Assert.True((await LookAsync(shop, "api")) is { Version: "v2", IsReady: true });
        Assert.Equal("v1", (await LookAsync(shop, "web")).Version);
        Assert.Equal(web, await ContainerIdAsync(_project + "_web_1"));
        var changed = await ContainerIdAsync(_project + "_api_1");
        await DoAsync(shop.Run(["api"], Release.New("v2")));
        Assert.Equal(changed, await ContainerIdAsync(_project + "_api_1"));
        await DoAsync(shop.Stop(["api"]));
        Assert.Equal("", (await LookAsync(shop, "api")).Version);
    }

    [Fact]
    public async Task The_very_images_of_before_come_back_though_a_tag_was_moved_and_another_deleted()
    {
        var shop = Shop();
        var before = await DeployedAsync(shop);
        await Engine.DockerAsync("tag", Image + ":v2", Image + ":v1");
        await DoAsync(shop.Run(shop.Units, before));
        Assert.Equal(before.Pins, (await NowAsync(shop)).Pins);

        await DoAsync(shop.Run(shop.Units, Release.New("v2")));
        await Engine.DockerAsync("rmi", Image + ":v1");
        await DoAsync(shop.Run(shop.Units, before));
        Assert.Equal(before.Pins, (await NowAsync(shop)).Pins);
    }

    [Fact]
    public async Task A_tag_that_moves_in_the_middle_gives_no_unit_another_build()
    {
        var shop = Shop();
        Assert.IsType<Verdict.Passed>(await PrepareAsync(shop, "v2"));
        await DoAsync(shop.Run(["api"], Release.New("v2")));
        await Engine.DockerAsync("tag", Image + ":v1", Image + ":v2");
        await DoAsync(shop.Run(["web"], Release.New("v2")));
        var states = await shop.LookAsync(Cancel);
        Assert.Equal(("v2", states["api"].Pin), (states["web"].Version, states["web"].Pin));
    }

    [Fact]
    public async Task An_image_of_before_that_nobody_has_any_more_is_named_and_nothing_is_touched()
    {
        // One that no other test has a name for.
        await Engine.DockerAsync("rmi", Image + ":v1");
        await BuildAsync("v1", $"LABEL of={_project}");
        var shop = Shop();
        var before = await DeployedAsync(shop);
        foreach (var unit in shop.Units)
            await Engine.DockerAsync("rmi", $"holdpoint-before/{_project}-{unit}");
        await Engine.DockerAsync("rmi", Image + ":v1");

        var refused = await EndAsync(shop.Run(shop.Units, before));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains($"the image {Image}:v1 that ran before ({before.Pins["api"].Split(' ')[1]}) is gone from this engine", refused.Error.Text, StringComparison.Ordinal);
        Assert.Equal("v2", (await LookAsync(shop, "api")).Version);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("docker-compose.yml")]
    public async Task What_ran_comes_back_also_where_the_file_names_another_image_by_now(string? file)
    {
        var shop = file is null ? Shop() : Shop(("file", [file]));
        var before = await DeployedAsync(shop);
        await WriteAsync("docker-compose.yml", Image + "-moved");

        await DoAsync(shop.Run(["web", "api"], before with { Versions = new Dictionary<string, string>(before.Versions) { ["web"] = "v3" } }));
        Assert.True(File.Exists(At("run/compose-web-api.yml")));
        Assert.Equal(before.Pins, (await NowAsync(shop)).Pins);
    }

    [Fact]
    public async Task A_service_that_is_ill_or_has_ended_is_not_ready_and_says_why()
    {
        await BuildAsync("ill", "HEALTHCHECK --interval=200ms --retries=1 CMD [\"sh\", \"-c\", \"echo no database; exit 1\"]");
        await BuildAsync("dead", """CMD ["sh", "-c", "echo a setting is missing; exit 3"]""");
        var shop = Shop();

        await DoAsync(shop.Run(["api"], Release.New("ill")));
        var ill = await UntilAsync(shop, "api", s => s.Condition.Contains("unhealthy", StringComparison.Ordinal));
        Assert.Equal((false, "running, unhealthy (no database)"), (ill.IsReady, ill.Condition));

        await DoAsync(shop.Run(["api"], Release.New("dead")));
        var dead = await UntilAsync(shop, "api", s => s.Lost is not null);
        Assert.Equal("it exited with 3 (a setting is missing)", dead.Lost);
    }

    [Fact]
    public async Task Images_that_are_missing_and_room_that_is_missing_are_told_before_anything_changes()
    {
        Assert.Contains("it is not here, and the target says pull: never", (await PrepareAsync(Shop(("pull", ["never"])), "v9")).Message, StringComparison.Ordinal);

        // Nothing listens there, so the answer is a refusal at once.
        await WriteAsync("docker-compose.yml", "127.0.0.1:1/shop");
        Assert.Contains("the image 127.0.0.1:1/shop:v1 of api", (await PrepareAsync(Shop(), "v1")).Message, StringComparison.Ordinal);
        Assert.Contains("free for images", (await PrepareAsync(Shop(("room", ["1000TB"])), "v1")).Message, StringComparison.Ordinal);
        await Engine.DockerAsync("tag", Image + ":v1", "127.0.0.1:1/shop:v1");
        try
        {
            Assert.Contains("(as it is here; its registry: ", Assert.IsType<Verdict.Passed>(await PrepareAsync(Shop(("pull", ["always"])), "v1")).Shown, StringComparison.Ordinal);
        }
        finally
        {
            await Engine.DockerAsync("rmi", "127.0.0.1:1/shop:v1");
        }

        await WriteAsync("docker-compose.yml", Image, tag: "v1");
        Assert.Contains("write image: NAME:${VERSION}", (await PrepareAsync(Shop(), "v2")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_is_gone_gives_no_answer()
    {
        var shop = Create(new ComposePlatformKind(), new() { ["DOCKER_HOST"] = $"unix://{At("nobody")}" }, Settings());

        var gone = await Assert.ThrowsAsync<Unreachable>(() => shop.LookAsync(Cancel));
        Assert.Contains("Cannot connect to the Docker daemon", gone.Message, StringComparison.Ordinal);
        var refused = await EndAsync(shop.Run(["api"], new("v1", new Dictionary<string, string> { ["api"] = $"{Image}:v1 sha256:{new string('0', 64)}" })));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("Cannot connect to the Docker daemon", refused.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compose_killed_anywhere_is_made_good_by_doing_it_again()
    {
        var shop = Shop();
        await DoAsync(shop.Run(["api"], Release.New("v1")));
        var began = TimeProvider.System.GetTimestamp();
        await DoAsync(shop.Run(["api"], Release.New("v2")));
        var whole = TimeProvider.System.GetElapsedTime(began);

        foreach (var (share, version) in new[] { (0.5, "v1"), (0.7, "v2"), (0.9, "v1") })
        {
            await KilledAsync(shop.Run(["api"], Release.New(version)), whole * share);
            await DoAsync(shop.Run(["api"], Release.New(version)));
            await IsWholeAsync(shop, version);
        }

        // As one that was killed between renaming the old container and making the new one leaves it.
        var id = await ContainerIdAsync(_project + "_api_1");
        await Engine.DockerAsync("stop", id);
        await Engine.DockerAsync("rename", id, $"{id[..12]}_{_project}_api_1");
        await DoAsync(shop.Run(["api"], Release.New("v2")));
        await IsWholeAsync(shop, "v2");
    }

    [Fact]
    public async Task The_plugin_is_used_where_it_is_there()
    {
        // Tells who it is as every plugin does, writes down what it is asked, and lets the first generation do it.
        Directory.CreateDirectory(At("config/cli-plugins"));
        await File.WriteAllTextAsync(At("config/cli-plugins/docker-compose"), $$"""
            #!/bin/sh
            if [ "$1" = docker-cli-plugin-metadata ]; then echo '{"SchemaVersion":"0.1.0","Vendor":"Holdpoint tests","Version":"v2.0.0"}'; exit; fi
            shift
            if [ "$1" = version ]; then echo "Docker Compose version v2.0.0"; exit; fi
            echo "$VERSION $HOLDPOINT_VERSION $*" >>'{{At("asked")}}'
            exec docker-compose "$@"
            """, Cancel);
        await DoAsync(new Command("chmod", ["+x", At("config/cli-plugins/docker-compose")]));
        var shop = Create(new ComposePlatformKind(), new() { ["DOCKER_CONFIG"] = At("config") }, Settings(("file", ["docker-compose.yml"])));

        Assert.IsType<Verdict.Passed>(await PrepareAsync(shop, "v1"));
        await DoAsync(shop.Run(["api", "web"], Release.New("v1")));
        await DoAsync(shop.Stop(["web"]));

        var project = $"--project-name {_project} --file docker-compose.yml";
        Assert.Equal([$"v1 v1 {project} config", $"v1 v1 {project} up -d --no-deps --no-build api web", $"  {project} stop web"], await File.ReadAllLinesAsync(At("asked"), Cancel));
        Assert.Equal("v1", (await LookAsync(shop, "api")).Version);
    }

    private Platform Shop(params (string Key, string[] Texts)[] more) => Create(new ComposePlatformKind(), Settings(more));

    private (string Key, string[] Texts)[] Settings(params (string Key, string[] Texts)[] more) => [("project", [_project]), ("services", ["api", "web"]), .. more];

    /// <summary>v1 and then v2 in all services.</summary>
    /// <returns>What ran at first.</returns>
    private async Task<Release> DeployedAsync(Platform shop)
    {
        await DoAsync(shop.Run(shop.Units, Release.New("v1")));
        var before = await NowAsync(shop);
        Assert.IsType<Verdict.Passed>(await PrepareAsync(shop, "v2"));
        await DoAsync(shop.Run(shop.Units, Release.New("v2")));
        return before;
    }

    private async Task KilledAsync(Command command, TimeSpan after) =>
        await EndAsync(command with { Program = "timeout", Arguments = ["--signal=KILL", $"{after.TotalSeconds:0.###}", command.Program, .. command.Arguments] });

    private async Task IsWholeAsync(Platform shop, string version)
    {
        Assert.True(await LookAsync(shop, "api") is { IsReady: true } state && state.Version == version);
        Assert.Equal(_project + "_api_1\n", await Engine.DockerAsync("ps", "--all", "--filter", $"label=com.docker.compose.project={_project}", "--format", "{{.Names}}"));
    }

    private Task WriteAsync(string file, string image, string tag = "${VERSION}") => File.WriteAllTextAsync(At(file), $$"""
        version: "2.4"
        services:
          api:
            image: {{image}}:{{tag}}
            network_mode: none
            stop_grace_period: 3s
          web:
            image: {{image}}:{{tag}}
            network_mode: none
            stop_grace_period: 3s
        """, Cancel);
}
