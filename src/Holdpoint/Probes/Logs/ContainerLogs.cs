using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Probes.Containers;

namespace Holdpoint.Probes.Logs;

/// <summary>Logs of containers, both their streams, as <c>docker logs</c> has them.</summary>
internal static class ContainerLogs
{
    public static async Task ReadDockerAsync(LogCommands commands, ProbeCall call, string name, CancellationToken cancel)
    {
        var container = await new DockerEngine(call, cancel).FindAsync(name) ?? throw new Unanswered($"there is no container {name}");
        if (!await HasLoggedAsync(commands, container) && !container.IsRunning)
            throw Silent(commands, container);
    }

    /// <summary>Of every container of the project, those that have ended too.</summary>
    public static async Task ReadComposeAsync(LogCommands commands, ProbeCall call, CancellationToken cancel)
    {
        var project = await ComposeProject.FindAsync(call, cancel);
        var services = call.Option("service") is { } wanted ? wanted.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : null;
        var known = project.Containers.Select(ComposeProject.ServiceOf).Distinct().ToList();
        if (services?.Except(known).FirstOrDefault() is { } missing)
            throw new Unanswered($"the project {project.Name} has no container of a service {missing}: {Nearest.Hint(missing, known, known.Count > 0 ? $"it has those of {string.Join(", ", known)}" : "is it up?")}");
        if (known.Count == 0)
            throw new Unanswered($"the project {project.Name} has no container, so there is no log: is it up?");
        foreach (var container in project.Containers.Where(c => services?.Contains(ComposeProject.ServiceOf(c)) ?? true))
        {
            var isDone = container is { State: "exited", ExitCode: 0 } && project.File?.Services.FirstOrDefault(s => s.Name == ComposeProject.ServiceOf(container)) is { RunsOnce: true };
            if (!await HasLoggedAsync(commands, container) && !container.IsRunning && !isDone)
                throw Silent(commands, container);
        }
    }

    private static async Task<bool> HasLoggedAsync(LogCommands commands, DockerContainer container)
    {
        var before = commands.Tally.Lines;
        // What a container writes to standard error comes on standard error: both are its log.
        await commands.TellAsync("sh", ["-c", "exec docker logs --since \"$1\" -- \"$2\" 2>&1", "docker-logs", $"{commands.Seconds}s", container.Id], line => commands.Tally.See(line), "docker logs");
        commands.Tally.Note($"{container.Name} ({container.Condition}): {commands.Tally.Lines - before} lines");
        return commands.Tally.Lines > before;
    }

    /// <summary>What does not run logs no errors: that is no proof.</summary>
    private static Unanswered Silent(LogCommands commands, DockerContainer container) =>
        new($"{container.Name} does not run ({container.Condition}) and logged nothing in the last {Units.Duration(commands.Window.Length)}: start it, or look further back with over");
}
