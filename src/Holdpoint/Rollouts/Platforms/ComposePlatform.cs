using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Probes.Containers;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>
/// Services of a Docker compose project, through compose of either generation. The version reaches the compose file as a variable, by which it names its images.
/// A way back gives the images that ran before their names again, so that it is the very same ones also where a tag was moved.
/// </summary>
internal sealed class ComposePlatform(ComposeSettings settings, DockerCommands docker) : Platform
{
    private const string Label = "com.docker.compose.";

    public override IReadOnlyList<string> Units => settings.Services;

    public override async Task<IReadOnlyDictionary<string, UnitState>> LookAsync(CancellationToken cancel)
    {
        var ids = (await docker.AskAsync("docker", ["ps", "--all", "--no-trunc", "--filter", $"label={Label}project={settings.Project}", "--format", "{{.ID}}"], cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var all = (await docker.InspectAsync(ids, cancel)).Where(c => !c.Container.Labels.GetValueOrDefault(Label + "oneoff", "").Equals("true", StringComparison.OrdinalIgnoreCase)).ToList();
        var states = new Dictionary<string, UnitState>(StringComparer.Ordinal);
        foreach (var service in settings.Services)
            states[service] = await ContainerStates.LookAsync(docker, [.. all.Where(c => c.Container.Labels.GetValueOrDefault(Label + "service") == service)], cancel);
        return states;
    }

    public override IReadOnlyList<RolloutStep> Prepare(IReadOnlyList<string> units, string version) =>
        [new RolloutStep.Do($"fetch images of {version}", async cancel =>
        {
            var (images, mistake) = await ImagesAsync(units, version, cancel);
            if (mistake is not null)
                return mistake;
            var store = new DockerImages(docker, settings.Pull, settings.Room);
            foreach (var (unit, before) in await LookAsync(cancel))
                if (units.Contains(unit))
                    await store.KeepAsync($"{settings.Project}-{unit}", before, cancel);
            return await store.FetchAsync(version, images, cancel);
        })];

    public override Command Run(IReadOnlyList<string> units, Release release) => docker.Script(
        ComposeScript.Up(settings),
        [
            .. DockerImages.Pinned(docker, units, release),
            docker.FileOfRun($"compose-{string.Join('-', units)}.yml"),
            .. units.GroupBy(u => VersionOf(u, release)).SelectMany(v => (string[])[$"{v.Count()}", v.Key, .. v.SelectMany(u => (string[])[u, ReferenceOf(u, release)])]),
        ],
        ComposeScript.NoOrphans);

    public override Command Stop(IReadOnlyList<string> units) => docker.Script(ComposeScript.Of(settings, "stop \"$@\""), units, ComposeScript.NoOrphans);

    /// <summary>Of containers of one service that ran several images, all come to the first: a compose file can't say more.</summary>
    private static string ReferenceOf(string unit, Release release) => DockerImages.PinsOf(unit, release).FirstOrDefault().Reference ?? "";

    private static string VersionOf(string unit, Release release) =>
        DockerImages.PinsOf(unit, release).ToList() is [var first, _, ..] ? ImageVersion.Of(first.Reference) : release.VersionOf(unit);

    /// <summary>The image of each unit in a version, as compose resolves its file.</summary>
    private async Task<(IReadOnlyDictionary<string, string> Images, Verdict? Mistake)> ImagesAsync(IReadOnlyList<string> units, string version, CancellationToken cancel)
    {
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        var config = await docker.AskAsync("sh", ["-c", ComposeScript.Of(settings, "config")], cancel, (settings.Variable, version), ("HOLDPOINT_VERSION", version), ComposeScript.NoOrphans);
        var services = (YamlTree.Read("compose", config).Root as YamlMapping)?.Value("services") as YamlMapping;
        foreach (var unit in units)
        {
            if (services?.Value(unit) is not YamlMapping service)
                return (images, new Verdict.Failed($"a service {unit} in the compose file", $"there {(services is null ? "are none" : $"are {string.Join(", ", services.Entries.Select(e => e.Key))}")}"));
            if ((service.Value("image") as YamlScalar)?.Text is not { Length: > 0 } image)
                return (images, new Verdict.Failed($"an image of {unit}", $"the compose file has none for it: write image: NAME:${{{settings.Variable}}}"));
            if (!Versions.AreSame(ImageVersion.Of(image), version))
                return (images, new Verdict.Failed($"an image of {unit} in version {version}", $"the compose file says {image}: write image: NAME:${{{settings.Variable}}}"));
            images[unit] = image;
        }

        return (images, null);
    }
}

/// <param name="Variable">Of the compose file, which gets the version.</param>
/// <param name="Room">In bytes.</param>
internal sealed record ComposeSettings(string Project, IReadOnlyList<string> Files, IReadOnlyList<string> Services, string Variable, string Pull, double Room);

/// <summary><c>compose: { project: shop, file: compose.yml, services: [api, worker] }</c></summary>
public sealed class ComposePlatformKind : PlatformKind
{
    public override string Name => "compose";

    internal override Shape.Mapping Shape { get; } = new("Services of a Docker compose project, by the plugin docker compose or by docker-compose 1.",
    [
        new("project", new Shape.Scalar("The project's name.", ScalarKind.Text)) { Required = true },
        new("file", new Shape.OneOrMany("Its compose file, or several, from this file's folder. By default as compose finds them. With ${version} in it: each release has its own.", new Shape.Scalar("A compose file.", ScalarKind.Text) { Examples = ["compose.yml"] })),
        new("services", new Shape.OneOrMany("The services that come to a version, in this order.", new Shape.Scalar("A service.", ScalarKind.Text))) { Required = true },
        new("variable", new Shape.Scalar("The variable by which the compose file names the version: image: shop-api:${VERSION}.", ScalarKind.Literal)) { Default = "VERSION" },
        new("context", new Shape.Scalar("The Docker context. By default the one in use.", ScalarKind.Text)),
        .. DockerKeys.Images,
    ]);

    internal override IReadOnlyList<string> UnitsOf(YamlView settings) => [.. settings["services"].Texts.Select(t => t.Content)];

    public override Platform Create(TargetSettings settings, RolloutContext context)
    {
        var variable = settings["variable"] ?? "VERSION";
        if (!variable.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || char.IsAsciiDigit(variable[0]))
            throw new ArgumentException($"compose: '{variable}' is no name of a variable");
        return new ComposePlatform(new(settings["project"]!, settings.List("file"), settings.List("services"), variable, settings["pull"] ?? "missing", settings.Size("room") ?? DockerKeys.UsualRoom),
            new DockerCommands(context, settings["context"]));
    }
}

internal static class DockerKeys
{
    public const double UsualRoom = 1e9;

    public static IReadOnlyList<Key> Images { get; } =
    [
        new("pull", new Shape.Scalar("When images are fetched: always (and where the registry fails, what is here is taken, and told), missing or never.", ScalarKind.Choice("always", "missing", "never"))) { Default = "missing" },
        new("room", new Shape.Scalar("What the engine's disk must have free before an image is fetched.", ScalarKind.Quantity)) { Default = "1GB" },
    ];
}
