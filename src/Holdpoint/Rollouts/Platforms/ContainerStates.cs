using Holdpoint.Expressions;
using Holdpoint.Probes.Containers;

namespace Holdpoint.Rollouts;

/// <summary>The state of a unit from its containers.</summary>
internal static class ContainerStates
{
    private const int ManyRestarts = 3;

    /// <param name="containers">Of one unit, each with its image's id. Of several that have ended, left over from a change that broke off, the newest counts; beside one that runs, none.</param>
    public static UnitState Of(IReadOnlyList<(DockerContainer Container, string ImageId)> containers)
    {
        var alive = containers.Where(c => c.Container.State is "running" or "restarting" or "paused").ToList();
        if (alive.Count == 0)
        {
            if (containers.OrderByDescending(c => c.Container.Since ?? DateTimeOffset.MinValue).FirstOrDefault() is not { Container: { } last })
                return UnitState.Nothing("no container");
            return UnitState.Nothing(last.Condition) with { Lost = last.State is "exited" or "dead" && last.ExitCode != 0 ? $"it {last.Condition}{Said(last)}" : null };
        }

        var images = alive.Select(c => c.Container.Image).Distinct().ToList();
        var restarting = alive.Select(c => c.Container).FirstOrDefault(c => c.State == "restarting" && c.Restarts >= ManyRestarts);
        var ill = alive.Select(c => c.Container).FirstOrDefault(c => !c.IsReady);
        return new(
            string.Join('+', images.Select(DockerImages.VersionOf).Distinct()),
            string.Join(' ', alive.Select(c => $"{c.Container.Image} {c.ImageId}").Distinct()),
            ill is null,
            ill is null ? alive[0].Container.Condition : $"{ill.Condition}{Said(ill)}")
        {
            Lost = restarting is null ? null : $"it ended with {restarting.ExitCode} and was restarted {restarting.Restarts} times",
            Restarts = alive.Sum(c => (long)c.Container.Restarts),
            Since = alive.Max(c => c.Container.Since),
        };
    }

    private static string Said(DockerContainer container) =>
        container.HealthOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } line ? $" ({(line.Length > 200 ? line[..199] + "…" : line)})" : "";
}
