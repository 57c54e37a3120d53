using System.Security.Cryptography;
using System.Text;
using Holdpoint.Configuration;
using Holdpoint.Probes.Containers;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>Single containers of one image, each made anew for a version by <c>docker run</c>'s own arguments, one after the other.</summary>
internal sealed class DockerPlatform(DockerSettings settings, DockerCommands docker) : Platform
{
    public override IReadOnlyList<string> Units => settings.Containers;

    public override async Task<IReadOnlyDictionary<string, UnitState>> LookAsync(CancellationToken cancel)
    {
        var found = await docker.InspectAsync([.. Units, .. Units.Select(Before)], cancel);
        var states = new Dictionary<string, UnitState>(StringComparer.Ordinal);
        foreach (var unit in Units)
            states[unit] = await StateAsync(unit, Named(unit), Named(Before(unit)), cancel);
        return states;

        List<(DockerContainer Container, string ImageId)> Named(string name) => [.. found.Where(c => c.Container.Name == name)];
    }

    public override IReadOnlyList<RolloutStep> Prepare(IReadOnlyList<string> units, string version) =>
        [new RolloutStep.Do($"fetch images of {version}", async cancel =>
        {
            var store = new DockerImages(docker, settings.Pull, settings.Room);
            foreach (var (unit, before) in await LookAsync(cancel))
                if (units.Contains(unit))
                    await store.KeepAsync(unit, before, cancel);
            return await store.FetchAsync(version, units.ToDictionary(u => u, _ => ImageOf(version), StringComparer.Ordinal), cancel);
        })];

    public override Command Run(IReadOnlyList<string> units, Release release) => docker.Script(DockerScript.Replace,
    [
        .. DockerImages.Pinned(docker, units, release),
        Seconds,
        .. units.SelectMany(u =>
        {
            var arguments = settings.Run[u];
            var image = DockerImages.PinsOf(u, release).FirstOrDefault().Reference ?? ImageOf(release.VersionOf(u));
            return (string[])[u, image, MarkOf(arguments), $"{arguments.Count}", .. arguments];
        }),
    ]);

    public override Command Stop(IReadOnlyList<string> units) => docker.Script(DockerScript.Stop, [Seconds, .. units]);

    private string Seconds => $"{(int)Math.Ceiling(settings.Stop.TotalSeconds)}";

    private string ImageOf(string version) => ImageVersion.With(settings.Image, version);

    private static string Before(string unit) => unit + "-before";

    /// <summary>By which a container tells that it was made with these arguments.</summary>
    private static string MarkOf(IReadOnlyList<string> arguments) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', arguments))))[..16];

    /// <summary>As long as the one of before is there its change has not ended, so that it is not well and the change is done again.</summary>
    private async Task<UnitState> StateAsync(string unit, IReadOnlyList<(DockerContainer Container, string)> now, IReadOnlyList<(DockerContainer Container, string)> before, CancellationToken cancel)
    {
        if (before.Count == 0)
            return await ContainerStates.LookAsync(docker, now, cancel);
        var isReplaced = now is [{ Container.IsRunning: true }];
        var state = await ContainerStates.LookAsync(docker, isReplaced ? now : before, cancel);
        return state with { IsReady = false, Lost = null, Condition = isReplaced ? $"{state.Condition}, and {Before(unit)} is still there" : $"{state.Condition} as {Before(unit)}: a change of it broke off" };
    }
}

/// <param name="Image">Without a tag.</param>
/// <param name="Run">By container: the arguments it is made with.</param>
/// <param name="Room">In bytes.</param>
/// <param name="Stop">What a container may take to end before it is killed.</param>
internal sealed record DockerSettings(IReadOnlyList<string> Containers, string Image, IReadOnlyDictionary<string, IReadOnlyList<string>> Run, string Pull, double Room, TimeSpan Stop);

/// <summary><c>docker: { containers: [web1, web2], image: registry/shop, run: "-p 8080:80" }</c></summary>
public sealed class DockerPlatformKind : PlatformKind
{
    private static readonly string[] Ours = ["--name", "--detach", "-d", "--rm", "--interactive", "-i", "--tty", "-t", "-it", "--pull"];

    public override string Name => "docker";

    internal override Shape.Mapping Shape { get; } = new("Single containers of a Docker engine, made anew for each version.",
    [
        new("containers", new Shape.OneOrMany("Their names, in the order in which they come to a version.", new Shape.Scalar("A container.", ScalarKind.Text) { Examples = ["web1"] })) { Required = true },
        new("image", new Shape.Scalar("Their image, without a tag: the version is its tag.", ScalarKind.Text) { Examples = ["registry.example.com/shop"] }) { Required = true },
        new("run", new Shape.Forms("Arguments of docker run, as a shell splits them; for all, or by container where they differ.",
        [
            new Shape.Scalar("Arguments for all of them.", ScalarKind.Text) { Examples = ["-p 127.0.0.1:8080:80 --network front"] },
            new Shape.Names("Arguments by container.", "a container", NameRule.Label, new Shape.Scalar("Arguments of docker run.", ScalarKind.Text) { Examples = ["-p 127.0.0.1:8081:80"] }),
        ])),
        new("stop", new Shape.Scalar("What a container may take to end before it is killed.", ScalarKind.Duration)) { Default = "10s" },
        new("context", new Shape.Scalar("The Docker context. By default the one in use.", ScalarKind.Text)),
        .. DockerKeys.Images,
    ]);

    internal override IReadOnlyList<string> UnitsOf(YamlView settings) => [.. settings["containers"].Texts.Select(t => t.Content)];

    internal override void Check(YamlView settings, ShapeCheck check)
    {
        var containers = UnitsOf(settings);
        if (settings["run"].IsMapping && !containers.Any(c => c.Contains("${", StringComparison.Ordinal)))
            foreach (var (name, at, _) in settings["run"].Entries)
                if (!containers.Contains(name))
                    check.Add(at, $"`run` has arguments for `{name}`, which is none of the containers", Spelling.Remedy(name, containers));
    }

    public override Platform Create(TargetSettings settings, RolloutContext context)
    {
        var (containers, image) = (settings.List("containers"), settings["image"]!);
        if (containers.FirstOrDefault(c => c.Length < 2 || !char.IsAsciiLetterOrDigit(c[0]) || !c.All(l => char.IsAsciiLetterOrDigit(l) || l is '_' or '.' or '-')) is { } strange)
            throw new ArgumentException($"docker: '{strange}' is no name of a container");
        if (containers.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
            throw new ArgumentException($"docker: the container {twice} stands there twice");
        if (containers.FirstOrDefault(c => c.EndsWith("-before", StringComparison.Ordinal) && containers.Contains(c[..^"-before".Length])) is { } before)
            throw new ArgumentException($"docker: {before} is what {before[..^"-before".Length]} is called while it is replaced; give one of them another name");
        if (ImageVersion.IsIn(image))
            throw new ArgumentException($"docker: the image {image} has a tag; write it without, the version is its tag");
        var byContainer = settings.Map("run");
        var run = containers.ToDictionary(c => c, c => Arguments(c, byContainer.GetValueOrDefault(c) ?? settings["run"] ?? ""), StringComparer.Ordinal);
        return new DockerPlatform(
            new(containers, image, run, settings["pull"] ?? "missing", settings.Size("room") ?? DockerKeys.UsualRoom, settings.Duration("stop") ?? TimeSpan.FromSeconds(10)),
            new DockerCommands(context, settings["context"]));
    }

    /// <summary>With a restart policy, without which a container would not come back after the machine's restart.</summary>
    private static IReadOnlyList<string> Arguments(string container, string line)
    {
        IReadOnlyList<string> words;
        try
        {
            words = ShellWords.Of(line);
        }
        catch (ArgumentException open)
        {
            throw new ArgumentException($"docker: run of {container}: {open.Message}", open);
        }

        if (words.FirstOrDefault(w => Ours.Contains(w.Split('=')[0])) is { } ours)
            throw new ArgumentException($"docker: run of {container} says {ours}, which has no place there: containers are detached, have their names from `containers`, and stay until they are replaced");
        return words.Any(w => w.Split('=')[0] == "--restart") ? words : ["--restart", "unless-stopped", .. words];
    }
}
