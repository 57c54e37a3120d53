using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Containers;

/// <summary>Asks a Docker engine through the command <c>docker</c>, of any version, so that its contexts, DOCKER_HOST and ssh are those of the person at the terminal.</summary>
internal sealed class DockerEngine(ProbeCall call, CancellationToken cancel)
{
    private readonly AskedProgram _docker = new(call, "docker", cancel) { Remedy = "install the Docker command line" };
    private readonly AskedProgram _compose = new(call, "docker", cancel) { ReadsFolder = true };

    /// <summary>The container of a name or id, or null.</summary>
    /// <exception cref="Unanswered">The engine does not answer.</exception>
    public async Task<DockerContainer?> FindAsync(string name) => await InspectAsync([name]) is [var container, ..] ? container : null;

    /// <summary>Those of the containers that are there; one that goes away meanwhile is left out.</summary>
    public async Task<IReadOnlyList<DockerContainer>> InspectAsync(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return [];
        var answer = Living(await _docker.AskAsync(["container", "inspect", "--", .. names]));
        if (answer.Exit != 0 && !answer.Says("No such container"))
            throw answer.Refusal;
        return [.. answer.Json(answer.Output).EnumerateArray().Select(DockerContainer.Of)];
    }

    /// <summary>Names of all containers, also of those that have ended.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync() => Lines(Living(await _docker.AskAsync("ps", "--all", "--format", "{{.Names}}")).Text);

    /// <summary>Ids of all containers with a label, also of those that have ended.</summary>
    public async Task<IReadOnlyList<string>> WithLabelAsync(string label) =>
        Lines(Living(await _docker.AskAsync("ps", "--all", "--no-trunc", "--filter", $"label={label}", "--format", "{{.ID}}")).Text);

    /// <summary>What a running container uses now; the engine measures for a second or two.</summary>
    public async Task<DockerUsage> UsageAsync(string id)
    {
        var answer = Living(await _docker.AskAsync("stats", "--no-stream", "--format", "{{json .}}", "--", id));
        return DockerUsage.Of(answer.Json(answer.Text));
    }

    /// <summary>Whether <c>docker compose</c> is there: the second generation of compose, a plugin.</summary>
    public async Task<bool> HasComposeAsync() => await _docker.AskAsync("compose", "version") is { Exit: 0 } answer && answer.Output.Contains("ompose", StringComparison.Ordinal);

    public Task<ProgramAnswer> ComposeAsync(IReadOnlyList<string> arguments) => _compose.AskAsync(["compose", .. arguments]);

    private static ProgramAnswer Living(ProgramAnswer answer)
    {
        if (answer.Exit == 0)
            return answer;
        if (answer.Says("permission denied"))
            throw new Unanswered($"the Docker engine refuses this user: {answer.Complaint} (add the user to the group docker, or use a rootless engine)");
        if (answer.Says("Cannot connect to the Docker daemon") || answer.Says("error during connect") || answer.Says("failed to connect to the docker API"))
            throw new Unanswered($"no Docker engine answers: {answer.Complaint}");
        return answer;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <param name="CpuUsed">1 is one processor.</param>
/// <param name="Memory">Bytes without the page cache, as docker stats counts.</param>
internal sealed record DockerUsage(double? CpuUsed, double? Memory)
{
    /// <summary>docker stats --format json: <c>"CPUPerc":"0.31%","MemUsage":"12.5MiB / 1.9GiB"</c>; <c>--</c> where it could not be measured.</summary>
    public static DockerUsage Of(JsonElement stats) => new(Percentage(stats.Text("CPUPerc") ?? ""), Size((stats.Text("MemUsage") ?? "").Split('/')[0].Trim()));

    private static double? Percentage(string text) => Units.ParseNumber(text) is { Dimension: Dimension.Ratio } n ? n.Amount : null;

    private static double? Size(string text) => Units.ParseNumber(text) is { Dimension: Dimension.Bytes } n ? n.Amount : null;
}
