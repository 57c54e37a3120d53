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

    /// <summary>The plugin where it is there, else the program of the first generation.</summary>
    private const string Compose = """
        set -e
        compose() { if docker compose version 2>/dev/null | grep -qi compose; then docker compose "$@"; else docker-compose "$@"; fi; }

        """;

    /// <summary>Ahead of a <c>--</c>: the image's id and its name by turns.</summary>
    private const string NameAgain = """
        while [ "$1" != -- ]; do
          if docker image inspect "$1" >/dev/null 2>&1; then docker tag "$1" "$2"
          else
            docker pull --quiet "$2" >/dev/null || { echo "the image $2 that ran before is gone, and its registry does not give it" >&2; exit 1; }
            [ "$(docker image inspect --format '{{.Id}}' "$2")" = "$1" ] || { echo "the image $2 that ran before is gone, and its registry has another one by that name" >&2; exit 1; }
          fi
          shift 2
        done
        shift

        """;

    public override IReadOnlyList<string> Units => settings.Services;

    public override async Task<IReadOnlyDictionary<string, UnitState>> LookAsync(CancellationToken cancel)
    {
        var ids = (await docker.AskAsync("docker", ["ps", "--all", "--no-trunc", "--filter", $"label={Label}project={settings.Project}", "--format", "{{.ID}}"], cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var all = (await docker.InspectAsync(ids, cancel)).Where(c => !c.Container.Labels.GetValueOrDefault(Label + "oneoff", "").Equals("true", StringComparison.OrdinalIgnoreCase)).ToList();
        return settings.Services.ToDictionary(s => s, s => ContainerStates.Of([.. all.Where(c => c.Container.Labels.GetValueOrDefault(Label + "service") == s)]), StringComparer.Ordinal);
    }

    public override IReadOnlyList<RolloutStep> Prepare(IReadOnlyList<string> units, string version) =>
        [new RolloutStep.Do($"fetch images of {version}", async cancel =>
        {
            var (images, mistake) = await ImagesAsync(units, version, cancel);
            if (mistake is not null)
                return mistake;
            // A tag that is moved now leaves the image of before without a name, for any cleaning up to take.
            foreach (var (unit, state) in await LookAsync(cancel))
                if (state.Pin.Split(' ') is [_, var id] && units.Contains(unit))
                    await docker.AskAsync("docker", ["tag", id, $"holdpoint-before/{settings.Project}-{unit}".ToLowerInvariant()], cancel);
            return await new DockerImages(docker, settings.Pull, settings.Room).FetchAsync(images, cancel);
        })];

    public override Command Run(IReadOnlyList<string> units, Release release)
    {
        var versions = units.GroupBy(release.VersionOf).ToList();
        var pins = units.Select(u => release.Pins.GetValueOrDefault(u)?.Split(' ')).OfType<string[]>().SelectMany(p => p.Chunk(2)).SelectMany(p => p.Reverse()).ToList();
        // One call for each version: the file names every image by the same variable.
        var script = Compose + NameAgain + string.Concat(versions.Select((v, i) => $"""
            n=$1; shift
            v=$1; shift
            services=; i=0; while [ $i -lt $n ]; do services="$services $1"; shift; i=$((i+1)); done
            export HOLDPOINT_VERSION="$v" {settings.Variable}="$v"
            compose {Project()} up -d --no-deps --no-build $services

            """));
        return docker.Script(script, [.. pins, "--", .. versions.SelectMany(v => (string[])[$"{v.Count()}", v.Key, .. v])], ("COMPOSE_IGNORE_ORPHANS", "1"));
    }

    public override Command Stop(IReadOnlyList<string> units) => docker.Script($"{Compose}compose {Project()} stop \"$@\"", units, ("COMPOSE_IGNORE_ORPHANS", "1"));

    private string Project() => string.Join(' ', new[] { "--project-name", settings.Project }.Concat(settings.Files.SelectMany(f => new[] { "--file", f })).Select(Quoted));

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>The image of each unit in a version, as compose resolves its file.</summary>
    private async Task<(IReadOnlyDictionary<string, string> Images, Verdict? Mistake)> ImagesAsync(IReadOnlyList<string> units, string version, CancellationToken cancel)
    {
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        var config = await docker.AskAsync("sh", ["-c", $"{Compose}compose {Project()} config"], cancel, (settings.Variable, version), ("HOLDPOINT_VERSION", version), ("COMPOSE_IGNORE_ORPHANS", "1"));
        var services = (YamlTree.Read("compose", config).Root as YamlMapping)?.Value("services") as YamlMapping;
        foreach (var unit in units)
        {
            if (services?.Value(unit) is not YamlMapping service)
                return (images, new Verdict.Failed($"a service {unit} in the compose file", $"there {(services is null ? "are none" : $"are {string.Join(", ", services.Entries.Select(e => e.Key))}")}"));
            if ((service.Value("image") as YamlScalar)?.Text is not { Length: > 0 } image)
                return (images, new Verdict.Failed($"an image of {unit}", $"the compose file has none for it: write image: NAME:${{{settings.Variable}}}"));
            if (!Versions.AreSame(DockerImages.VersionOf(image), version))
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
