using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Tests.Configuration;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Rollouts;

/// <summary>compose and docker: what they ask, what they would run, and what they make of the answers. The scripts themselves are tried on a real engine.</summary>
public sealed class ContainerPlatformTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Services_that_come_to_one_version_are_one_call_of_compose_and_what_ran_before_is_named_first()
    {
        var before = new Release("", new Dictionary<string, string> { ["api"] = "shop-api:v1 sha256:a", ["web"] = "shop-web:v7 sha256:b" })
        {
            Versions = new Dictionary<string, string> { ["api"] = "v1", ["worker"] = "v1", ["web"] = "v7" },
        };
        var shop = Compose(("file", ["a.yml", "b c.yml"]), ("variable", ["TAG"]), ("context", ["far"]));

        var command = shop.Run(["api", "worker", "web"], before);

        Assert.Equal(["sh", "sha256:a", "shop-api:v1", "sha256:b", "shop-web:v7", "--", _machine.Path("compose-api-worker-web.yml"), "2", "v1", "api", "shop-api:v1", "worker", "", "1", "v7", "web", "shop-web:v7"], command.Arguments.Skip(2));
        Assert.Contains("--project-name 'shop' --file 'a.yml' --file 'b c.yml' up -d --no-deps --no-build $services", command.Arguments[1], StringComparison.Ordinal);
        Assert.Contains("""export HOLDPOINT_VERSION="$v" TAG="$v" """.TrimEnd(), command.Arguments[1], StringComparison.Ordinal);
        Assert.Equal((_machine.Directory, "far", "1"), (command.WorkingDirectory, command.Environment["DOCKER_CONTEXT"], command.Environment["COMPOSE_IGNORE_ORPHANS"]));
        Assert.Equal(["stop \"$@\"", "api"], [shop.Stop(["api"]).Arguments[1][^9..], shop.Stop(["api"]).Arguments[^1]]);
    }

    [Fact]
    public void Containers_of_one_service_that_ran_two_images_come_to_the_first()
    {
        var command = Compose().Run(["api"], new("v1+v2", new Dictionary<string, string> { ["api"] = "shop:v1 sha256:a shop:v2 sha256:b" }));

        Assert.Equal(["sha256:a", "shop:v1", "sha256:b", "shop:v2", "--", _machine.Path("compose-api.yml"), "1", "v1", "api", "shop:v1"], command.Arguments.Skip(3));
    }

    [Fact]
    public async Task The_state_of_each_service_is_read_from_the_labels_of_its_containers()
    {
        _machine.Commands.Exits(0, "1\n2\n").Exits(0, $"[{Inspected("1", "api")}, {Inspected("2", "worker", "exited")}]").Exits(0, "", "no database\n");

        var states = await Compose().LookAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new UnitState("v1", "shop-api:v1 sha256:i1", true, "running") { Restarts = 0, Since = states["api"].Since }, states["api"]);
        Assert.Equal(UnitState.Nothing("exited with 3") with { Lost = "it exited with 3 (no database)" }, states["worker"]);
        Assert.Equal("no container", states["web"].Condition);
        Assert.Equal("docker ps --all --no-trunc --filter label=com.docker.compose.project=shop --format '{{.ID}}'", _machine.Commands.Asked[0].ToString());
    }

    [Theory]
    [InlineData(1, "", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", "docker ps: Cannot connect to the Docker daemon")]
    [InlineData(1, "", "permission denied while trying to connect", "docker ps: permission denied")]
    public async Task An_engine_that_refuses_gives_no_answer(int exit, string output, string error, string told)
    {
        _machine.Commands.Exits(exit, output, error);
        Assert.StartsWith(told, (await Assert.ThrowsAsync<Unreachable>(() => Compose().LookAsync(TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_an_answer_and_a_missing_program_are_no_answer()
    {
        _machine.Commands.Exits(0, "1\n").Exits(0, "[{\"Id\": ");
        Assert.StartsWith("docker inspect answers with something other than containers", (await Assert.ThrowsAsync<Unreachable>(() => Compose().LookAsync(TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Equal("docker ps: docker is not on PATH", (await Assert.ThrowsAsync<Unreachable>(() => Compose().LookAsync(TestContext.Current.CancellationToken))).Message);
    }

    [Fact]
    public async Task An_image_is_fetched_where_it_is_missing_and_its_id_told()
    {
        _machine.Commands.Exits(1, "", "Error: No such image: shop:v2").Exits(0, "/nowhere/docker\n").Exits(0).Exits(0, "sha256:two\n");

        Assert.Equal("web shop:v2 = sha256:two", Assert.IsType<Verdict.Passed>(await FetchAsync("missing")).Shown);
        Assert.Equal("docker pull --quiet shop:v2", _machine.Commands.Asked[2].ToString());
    }

    [Fact]
    public async Task A_registry_that_fails_is_borne_where_the_image_is_here_and_told()
    {
        _machine.Commands.Exits(0, "sha256:two\n").Exits(0, "/nowhere/docker\n").Exits(1, "", "toomanyrequests: slow down");
        Assert.Equal("web shop:v2 = sha256:two (as it is here; its registry: toomanyrequests: slow down)", Assert.IsType<Verdict.Passed>(await FetchAsync("always")).Shown);

        _machine.Commands.Exits(1, "", "Error: No such image: shop:v2").Exits(0, "/nowhere/docker\n").Exits(1, "", "manifest for shop:v2 not found");
        Assert.Equal("it can't be fetched: manifest for shop:v2 not found", Assert.IsType<Verdict.Failed>(await FetchAsync("missing")).Actual);
    }

    [Fact]
    public async Task Nothing_is_fetched_onto_a_disk_that_is_full()
    {
        _machine.Commands.Exits(1, "", "Error: No such image: shop:v2").Exits(0, _machine.Directory + "\n").Exits(0, "   Avail\n1000000\n");

        var full = Assert.IsType<Verdict.Failed>(await FetchAsync("missing"));
        Assert.Equal(($"1 GB free for images in {_machine.Directory}", "1 MB free"), (full.Expected, full.Actual));
    }

    [Fact]
    public void A_container_is_made_with_its_own_arguments_and_comes_back_to_its_own_image()
    {
        var web = Docker(("containers", ["web1", "web2"]), ("run.web1", ["-p 8081:80 -e 'A=b c'"]), ("run.web2", ["--restart=no"]), ("stop", ["1500ms"]));

        var command = web.Run(["web1", "web2"], new("v2", new Dictionary<string, string> { ["web2"] = "old/shop:v1 sha256:one" }));

        Assert.Equal(
            ["sha256:one", "old/shop:v1", "--", "2", "web1", "registry:5000/shop:v2", "6", "--restart", "unless-stopped", "-p", "8081:80", "-e", "A=b c", "web2", "old/shop:v1", "1", "--restart=no"],
            command.Arguments.Skip(3).Where((_, i) => i is not 6 and not 16));
        Assert.Equal(["2", "web2"], web.Stop(["web2"]).Arguments.Skip(3));
    }

    [Theory]
    [InlineData("web1", "shop:v1", "", "the image shop:v1 has a tag")]
    [InlineData("web1", "shop", "--name x", "says --name, which has no place there")]
    [InlineData("web1", "shop", "--rm", "says --rm")]
    [InlineData("web1", "shop", "-e 'A", "run of web1: a ' is not closed")]
    [InlineData("web 1", "shop", "", "'web 1' is no name of a container")]
    [InlineData("web1|web1-before", "shop", "", "web1-before is what web1 is called while it is replaced")]
    public void What_can_t_be_is_told_at_once(string containers, string image, string run, string told) =>
        Assert.Contains(told, Assert.Throws<ArgumentException>(() => Docker(("containers", containers.Split('|')), ("image", [image]), ("run", [run]))).Message, StringComparison.Ordinal);

    [Fact]
    public void Arguments_of_a_container_that_is_none_of_them_are_a_mistake_in_the_configuration()
    {
        const string Good = "holdpoint: 1\ntargets:\n  web:\n    docker: { containers: [web1, web2], image: shop, run: { web1: \"-p 1:1\", web2: \"-p 2:1\" } }\n";
        Assert.Equal("web1,web2", string.Join(',', RolloutKinds.Platforms["docker"].Create(new(new Dictionary<string, IReadOnlyList<string>> { ["containers"] = ["web1", "web2"], ["image"] = ["shop"] }), Context).Units));
        Assert.Single(Yaml.Read(Good).Targets);
        Assert.Contains("`run` has arguments for `web3`, which is none of the containers", Yaml.Problem(Good.Replace("web2: ", "web3: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("running", false, "v2", "running, and web1-before is still there")]
    [InlineData("created", false, "v1", "running as web1-before: a change of it broke off")]
    public async Task A_change_that_broke_off_is_not_well(string now, bool ready, string version, string condition)
    {
        _machine.Commands.Exits(1, $"[{Inspected("web1", "web", now, "v2")}, {Inspected("web1-before", "web")}]", "Error: No such container: web2");

        var state = (await Docker().LookAsync(TestContext.Current.CancellationToken))["web1"];
        Assert.Equal((version, ready, condition), (state.Version, state.IsReady, state.Condition));
    }

    private Task<Verdict> FetchAsync(string pull) =>
        new DockerImages(new DockerCommands(Context, null), pull, 1e9).FetchAsync("v2", new Dictionary<string, string> { ["web"] = "shop:v2" }, TestContext.Current.CancellationToken);

    private Platform Compose(params (string Key, string[] Texts)[] more) => new ComposePlatformKind().Create(Settings([("project", ["shop"]), ("services", ["api", "worker", "web"]), .. more]), Context);

    private Platform Docker(params (string Key, string[] Texts)[] settings) => new DockerPlatformKind().Create(Settings([("containers", ["web1"]), ("image", ["registry:5000/shop"]), .. settings]), Context);

    private static TargetSettings Settings(IEnumerable<(string Key, string[] Texts)> settings) =>
        new(settings.GroupBy(s => s.Key).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)g.Last().Texts));

    private RolloutContext Context => new()
    {
        Target = "shop",
        Directory = _machine.Directory,
        RunFolder = _machine.Directory,
        Variables = new Dictionary<string, string?> { ["API"] = "http://api" },
        Commands = _machine.Commands,
        Time = _machine.Time,
    };

    private static string Inspected(string name, string service, string state = "running", string tag = "v1") => $$"""
        {"Id": "{{name}}", "Name": "/{{name}}", "RestartCount": 0, "Image": "sha256:i{{name}}",
         "Config": {"Image": "shop-{{service}}:{{tag}}", "Labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": "{{service}}", "com.docker.compose.oneoff": "False"} },
         "State": {"Status": "{{state}}", "ExitCode": {{(state == "exited" ? 3 : 0)}}, "StartedAt": "2026-03-01T11:00:00Z", "FinishedAt": "2026-03-01T11:00:00Z"} }
        """;
}
