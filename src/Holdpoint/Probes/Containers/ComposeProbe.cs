using Holdpoint.Expressions;

namespace Holdpoint.Probes.Containers;

/// <summary>The containers of a compose project, and the services that have none.</summary>
public sealed class ComposeProbe : AskingProbe
{
    public override Signature Signature { get; } = new("compose", "The services of a Docker compose project.")
    {
        Options =
        [
            new("project", "The project's name. Default: the compose file's."),
            new("service", "One service, or several with commas between. Default: all that the file declares or that have a container; of a profile that is off, only what has one."),
            new("file", "The compose file. Default: the one in this folder; with project=, the one that its containers were made from."),
        ],
        Facts =
        [
            new("ready", Dimension.Count, "Containers that run, and whose health check, if any, has passed. A service whose file says restart: \"no\" or on-failure, or whose completion another waits for, is ready too when it has ended with 0."),
            new("unready", Dimension.Count, "The others: starting, unhealthy, restarting, ended; and containers that a service should have and has not."),
            new("total", Dimension.Count, "Both together."),
            new("restarts", Dimension.Count, "How often the engine has restarted these containers since they were created."),
        ],
        DefaultCondition = "ready == total",
        AlsoCalled = ["docker-compose"],
        Example = "compose project=shop service=api,worker restarts == 0 within 2m",
        Needs = "docker, and compose of either generation: the plugin docker compose, or docker-compose 1",
        OnHosts = true,
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var project = await ComposeProject.FindAsync(call, cancel);
        var services = ServicesOf(project, call.Option("service"));
        var rows = services.SelectMany(s => InstancesOf(project, s)).ToList();
        var ready = rows.Count(r => r.IsReady);
        var now = call.Context.Time.GetUtcNow();
        return Reading.Of(
            ("ready", Value.Count(ready)),
            ("unready", Value.Count(rows.Count - ready)),
            ("total", Value.Count(rows.Count)),
            ("restarts", Value.Count(rows.Sum(r => r.Container?.Restarts ?? 0)))) with
        {
            Evidence = [Evidence.OfText("services.txt", Describe(project, rows, now))],
        };
    }

    /// <param name="Container">Null: it is missing.</param>
    private sealed record Instance(string Service, DockerContainer? Container, bool IsDone)
    {
        public bool IsReady => IsDone || Container is { IsReady: true };
    }

    private static List<string> ServicesOf(ComposeProject project, string? wanted)
    {
        var running = project.Containers.Select(ComposeProject.ServiceOf).ToHashSet();
        // Compose 1 lists what is behind a profile also where nobody asked for it.
        var declared = project.File?.Services.Where(s => !(s.HasProfile && project.File.Project is null) || running.Contains(s.Name)).Select(s => s.Name) ?? [];
        if (wanted is null)
            return [.. declared.Union(running).Order(StringComparer.Ordinal)];
        var known = (project.File?.Services.Select(s => s.Name) ?? []).Union(running).ToList();
        var services = wanted.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        if (services.Except(known).FirstOrDefault() is { } stranger)
            throw new Unanswered($"the project {project.Name} has no service {stranger}: {Nearest.Hint(stranger, known, known.Count > 0 ? $"it has {string.Join(", ", known)}" : "it has none")}");
        return services;
    }

    private static IEnumerable<Instance> InstancesOf(ComposeProject project, string service)
    {
        var declared = project.File?.Services.FirstOrDefault(s => s.Name == service);
        var containers = project.Containers.Where(c => ComposeProject.ServiceOf(c) == service).ToList();
        var missing = Math.Max(0, (declared?.Instances ?? 0) - containers.Count);
        return containers.Select(c => new Instance(service, c, declared is { RunsOnce: true } && c is { State: "exited", ExitCode: 0 }))
            .Concat(Enumerable.Repeat(new Instance(service, null, false), missing));
    }

    private static string Describe(ComposeProject project, IReadOnlyList<Instance> rows, DateTimeOffset now)
    {
        var table = EvidenceTable.Of(
            ["SERVICE", "CONTAINER", "STATE", "READY", "RESTARTS", "SINCE"],
            rows.Select(r => r.Container is { } c
                ? new[] { r.Service, c.Name, r.IsDone ? "done" : c.Condition, r.IsReady ? "yes" : "no", $"{c.Restarts}", c.SinceText(now) }
                : [r.Service, "-", "missing", "no", "-", "-"]));
        return project.File is null ? $"{table}\nNo compose file was found for the project: a service without a container would not be seen.\n" : table;
    }
}
