using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>Platforms on a real Docker engine, without a strategy: looked at, prepared, changed, and their images moved about.</summary>
public abstract class PlatformBench(DockerEngine engine) : Scratch
{
    private const string Serve = """CMD ["sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait"]""";

    /// <summary>Made once for all tests, which give them names of their own.</summary>
    private static readonly string[] s_plain = ["v1", "v2"];

    private static readonly SemaphoreSlim s_building = new(1);

    private static bool s_built;

    /// <summary>A name of images that no other test has.</summary>
    protected string Image { get; } = "holdpoint-test/" + DockerEngine.NewName("unit");

    protected DockerEngine Engine => engine;

    /// <summary>The engine, with images v1 and v2 under this test's name.</summary>
    protected async Task StartAsync()
    {
        await engine.StartedAsync();
        await s_building.WaitAsync(Cancel);
        try
        {
            if (!s_built)
                foreach (var version in s_plain)
                    await engine.BuildAsync($"holdpoint-test/plain:{version}", new Dictionary<string, string> { ["version"] = version }, Serve);
            s_built = true;
        }
        finally
        {
            s_building.Release();
        }

        foreach (var version in s_plain)
            await engine.DockerAsync("tag", $"holdpoint-test/plain:{version}", $"{Image}:{version}");
    }

    protected Task BuildAsync(string version, params string[] changes) =>
        engine.BuildAsync($"{Image}:{version}", new Dictionary<string, string> { ["version"] = version }, [Serve, .. changes]);

    protected Platform Create(PlatformKind kind, params (string Key, string[] Texts)[] settings) => Create(kind, new Dictionary<string, string?>(), settings);

    protected Platform Create(PlatformKind kind, Dictionary<string, string?> variables, params (string Key, string[] Texts)[] settings)
    {
        Directory.CreateDirectory(At("run"));
        return kind.Create(new(settings.ToDictionary(s => s.Key, s => (IReadOnlyList<string>)s.Texts)), new()
        {
            Target = "shop",
            Directory = Root,
            RunFolder = At("run"),
            Variables = variables,
            Commands = engine.Commands,
            Time = TimeProvider.System,
        });
    }

    protected static async Task<Verdict> PrepareAsync(Platform platform, string version)
    {
        Verdict verdict = new Verdict.Passed("");
        foreach (var step in platform.Prepare(platform.Units, version).Cast<RolloutStep.Do>())
            if ((verdict = await step.Doing(Cancel)).Holds)
                break;
        return verdict;
    }

    protected async Task<CommandResult.Exited> EndAsync(Command command) =>
        Assert.IsType<CommandResult.Exited>(await engine.Commands.RunAsync(command, TimeSpan.FromMinutes(3), Cancel));

    protected async Task DoAsync(Command command)
    {
        var ended = await EndAsync(command);
        Assert.True(ended.ExitCode == 0, $"it ended with {ended.ExitCode}: {ended.Output.Text}{ended.Error.Text}");
    }

    protected static async Task<UnitState> LookAsync(Platform platform, string unit) => (await platform.LookAsync(Cancel))[unit];

    protected static async Task<UnitState> UntilAsync(Platform platform, string unit, Func<UnitState, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var state = await LookAsync(platform, unit);
            if (holds(state))
                return state;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"within two minutes {unit} did not come to what is wanted; it is {state}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
        }
    }

    /// <summary>What ran in all units, to return to.</summary>
    protected static async Task<Release> NowAsync(Platform platform)
    {
        var states = await platform.LookAsync(Cancel);
        return new Release(states.Values.First().Version, states.ToDictionary(s => s.Key, s => s.Value.Pin)) { Versions = states.ToDictionary(s => s.Key, s => s.Value.Version) };
    }

    protected async Task<string> ImageIdAsync(string reference) => (await engine.DockerAsync("image", "inspect", "--format", "{{.Id}}", reference)).Trim();

    protected async Task<string> ContainerIdAsync(string name) => (await engine.DockerAsync("container", "inspect", "--format", "{{.Id}}", name)).Trim();

    /// <summary>Removes every image that these tests have named, or moved a tag from.</summary>
    protected async Task RemoveImagesAsync(params string[] more)
    {
        var tags = (await engine.DockerAsync("images", "--format", "{{.Repository}}:{{.Tag}}")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(i => i.StartsWith(Image, StringComparison.Ordinal) || more.Any(m => i.StartsWith(m, StringComparison.Ordinal))).ToArray();
        if (tags.Length > 0)
            await engine.DockerAsync(["rmi", "--force", .. tags]);
    }
}
