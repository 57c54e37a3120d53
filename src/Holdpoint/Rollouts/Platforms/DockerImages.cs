using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>Images of a version: fetched ahead of the first change, and their ids told, which pins them.</summary>
/// <param name="pull"><c>always</c>, <c>missing</c> or <c>never</c>.</param>
/// <param name="room">In bytes: what the engine's disk must have free before an image is fetched.</param>
internal sealed class DockerImages(DockerCommands docker, string pull, double room)
{
    private static readonly TimeSpan PullLimit = TimeSpan.FromMinutes(15);

    /// <param name="wanted">Each unit's image.</param>
    /// <exception cref="Unreachable"/>
    public async Task<Verdict> FetchAsync(IReadOnlyDictionary<string, string> wanted, CancellationToken cancel)
    {
        var told = new List<string>();
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
        }

        return new Verdict.Passed(string.Join(", ", told));
    }

    /// <summary>What people call the version of an image: its tag, or the beginning of its digest.</summary>
    public static string VersionOf(string reference)
    {
        if (reference.Contains("sha256:", StringComparison.Ordinal))
            return reference[reference.IndexOf("sha256:", StringComparison.Ordinal)..] is { Length: > 19 } digest ? digest[..19] : reference;
        var name = reference[(reference.LastIndexOf('/') + 1)..];
        return name.Contains(':', StringComparison.Ordinal) ? name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..] : "latest";
    }

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
