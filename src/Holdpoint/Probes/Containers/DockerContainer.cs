using System.Globalization;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Containers;

/// <summary>A container as <c>docker container inspect</c> tells it: https://docs.docker.com/reference/api/engine/ (ContainerInspect).</summary>
/// <param name="State"><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</param>
/// <param name="Health"><c>starting</c>, <c>healthy</c>, <c>unhealthy</c>; empty where the container has no health check.</param>
/// <param name="Since">When it was started, or ended; null where it never was.</param>
/// <param name="HealthOutput">What the last health check wrote.</param>
internal sealed record DockerContainer(string Id, string Name, string Image, string State, string Health, int Restarts, int ExitCode, DateTimeOffset? Since, string HealthOutput)
{
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public bool IsRunning => State == "running";

    /// <summary>It works as far as the engine can tell; a health check that is still starting has not said otherwise.</summary>
    public bool IsUp => IsRunning && Health != "unhealthy";

    /// <summary>It takes work: its health check, if it has one, has said so.</summary>
    public bool IsReady => IsRunning && Health is ("" or "none" or "healthy");

    /// <summary><c>running, unhealthy</c> or <c>exited with 137</c>.</summary>
    public string Condition => State switch
    {
        "exited" or "dead" => $"{State} with {ExitCode}",
        _ when Health is not ("" or "none") => $"{State}, {Health}",
        _ => State,
    };

    public TimeSpan? Age(DateTimeOffset now) => Since is { } since ? (now > since ? now - since : TimeSpan.Zero) : null;

    public string SinceText(DateTimeOffset now) => Age(now) is { } age ? $"{Units.Duration(age)} ago" : "never";

    /// <exception cref="Unanswered">The document is another one.</exception>
    public static DockerContainer Of(JsonElement inspected)
    {
        if (inspected.Text("Id") is not { } id || inspected.Text("Name") is not { } name || inspected.Text("Config", "Image") is not { } image
            || inspected.Text("State", "Status") is not { } state || inspected.Whole("State", "ExitCode") is not { } exit || inspected.Whole("RestartCount") is not { } restarts)
            throw new Unanswered("docker inspect answers with something other than a container");
        return new(
            id,
            name.TrimStart('/'),
            image,
            state,
            inspected.Text("State", "Health", "Status") ?? "",
            (int)restarts,
            (int)exit,
            Moment(inspected.Text("State", state is "exited" or "dead" ? "FinishedAt" : "StartedAt")),
            inspected.List("State", "Health", "Log").LastOrDefault().Text("Output") ?? "")
        {
            Labels = inspected.Texts("Config", "Labels"),
        };
    }

    /// <summary>The engine writes the year 1 for "never".</summary>
    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && moment.Year > 1 ? moment : null;
}
