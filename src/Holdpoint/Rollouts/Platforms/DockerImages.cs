using System.Globalization;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>Images of a version: fetched ahead of the first change, and their ids told, which pins them.</summary>
/// <param name="pull"><c>always</c>, <c>missing</c> or <c>never</c>.</param>
/// <param name="room">In bytes: what the engine's disk must have free before an image is fetched.</param>
internal sealed partial class DockerImages(DockerCommands docker, string pull, double room)
{
    /// <summary>
    /// Part of a script. Ahead of a <c>--</c>: the id and the name of images that ran before, by turns; each is given its name again, which a newer build may have taken over.
    /// One that is gone from the engine is fetched; if its registry has another by that name, that one is not taken. A digest is a name that nothing can take over.
    /// </summary>
    /// <remarks>Of a version that comes new, <see cref="FetchAsync"/> has written the ids to a file: a tag that moves in the middle of a rollout gives no unit another build.</remarks>
    public const string NameAgain = """
        while [ "$1" != -- ]; do
          if [ "$1" = @file ]; then
            if [ -f "$2" ]; then while read -r name id; do case $name in *@sha256:*) ;; *) docker tag "$id" "$name" ;; esac; done <"$2"; fi
          elif docker image inspect "$1" >/dev/null 2>&1; then
            case $2 in *@sha256:* | sha256:*) ;; *) docker tag "$1" "$2" ;; esac
          else
            docker version >/dev/null
            docker pull --quiet "$2" >/dev/null || { echo "the image $2 that ran before ($1) is gone from this engine, and its registry does not give it: load it, docker load, or build it again and deploy that" >&2; exit 1; }
            [ "$(docker image inspect --format '{{.Id}}' "$2")" = "$1" ] || { echo "the image $2 that ran before ($1) is gone from this engine, and its registry has another one by that name" >&2; exit 1; }
          fi
          shift 2
        done
        shift

        """;

    private static readonly TimeSpan PullLimit = TimeSpan.FromMinutes(15);

    /// <summary>The arguments that <see cref="NameAgain"/> takes.</summary>
    public static IReadOnlyList<string> Pinned(DockerCommands docker, IReadOnlyList<string> units, Release release) => release.Pins.Count == 0 ? ["@file", docker.PinsFile(release.Version), "--"] :
        [.. units.SelectMany(u => PinsOf(u, release)).Distinct().SelectMany(p => (string[])[p.Id, p.Reference]), "--"];

    /// <summary>The images that a unit ran; several where its containers differed.</summary>
    public static IEnumerable<(string Reference, string Id)> PinsOf(string unit, Release release) =>
        release.Pins.TryGetValue(unit, out var pin) ? pin.Split(' ').Chunk(2).Where(p => p.Length == 2).Select(p => (p[0], p[1])) : [];

    /// <summary>Gives the image of before a name of its own: a tag that is moved now leaves it without one, for any cleaning up to take.</summary>
    /// <param name="name">The unit's, unlike those of other targets on this engine.</param>
    /// <exception cref="Unreachable"/>
    public async Task KeepAsync(string name, UnitState before, CancellationToken cancel)
    {
        if (before.Pin.Split(' ') is [_, var id])
            await docker.AskAsync("docker", ["tag", id, $"holdpoint-before/{RepositoryName(name)}"], cancel);
    }

    /// <param name="wanted">Each unit's image.</param>
    /// <exception cref="Unreachable"/>
    public async Task<Verdict> FetchAsync(string version, IReadOnlyDictionary<string, string> wanted, CancellationToken cancel)
    {
        var (told, pins) = (new List<string>(), new HashSet<string>());
        foreach (var (unit, reference) in wanted)
        {
            var here = await docker.ImageIdAsync(reference, cancel);
            var note = "";
            if (pull == "always" || (pull == "missing" && here is null))
            {
                if (await TooFullAsync(cancel) is { } full)
                    return full;
                var pulled = await docker.TryAsync("docker", ["pull", "--quiet", reference], PullLimit, cancel);
                if (pulled is CommandResult.Exited { ExitCode: 0 })
                    here = await docker.ImageIdAsync(reference, cancel);
                else if (here is null)
                    return new Verdict.Failed($"the image {reference} of {unit}", $"it can't be fetched: {DockerCommands.Complaint(pulled)}");
                else
                    note = $" (as it is here; its registry: {DockerCommands.Complaint(pulled)})";
            }

            if (here is null)
                return new Verdict.Failed($"the image {reference} of {unit} on this engine", "it is not here, and the target says pull: never");
            told.Add($"{unit} {reference} = {here}{note}");
            pins.Add($"{reference} {here}");
        }

        try
        {
            await File.WriteAllLinesAsync(docker.PinsFile(version), pins, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Verdict.Failed("the images' ids written down", e.Message);
        }

        return new Verdict.Passed(string.Join(", ", told));
    }

    /// <summary>A repository's path takes small letters and digits, with single separators between them.</summary>
    private static string RepositoryName(string name) => Strange().Replace(name.ToLowerInvariant(), "-").Trim('-', '_', '.');

    [GeneratedRegex("[^a-z0-9._-]+|[._-]{2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Strange();

    /// <summary>An engine on another machine has its disk there; that one is not looked at.</summary>
    private async Task<Verdict?> TooFullAsync(CancellationToken cancel)
    {
        var root = (await docker.AskAsync("docker", ["info", "--format", "{{.DockerRootDir}}"], cancel)).Trim();
        if (!Directory.Exists(root))
            return null;
        return await docker.TryAsync("df", ["--block-size=1", "--output=avail", "--", root], TimeSpan.FromSeconds(10), cancel) is CommandResult.Exited { ExitCode: 0 } e
            && double.TryParse(e.Output.Text.Trim().Split('\n')[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var free) && free < room
            ? new Verdict.Failed($"{Units.Bytes(room)} free for images in {root}", $"{Units.Bytes(free)} free")
            : null;
    }
}
