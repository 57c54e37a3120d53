using System.Text.RegularExpressions;
using Holdpoint.Expressions;
using Holdpoint.Probes.Containers;

namespace Holdpoint.Rollouts;

/// <summary>The state of a unit from its containers.</summary>
internal static partial class ContainerStates
{
    private const int ManyRestarts = 3;

    /// <summary>How long a container that was restarted and has no health check must have run before it is believed.</summary>
    private static readonly TimeSpan Probation = TimeSpan.FromSeconds(10);

    /// <param name="containers">Of one unit, each with its image's id.</param>
    /// <exception cref="Unreachable"/>
    public static async Task<UnitState> LookAsync(DockerCommands docker, IReadOnlyList<(DockerContainer Container, string ImageId)> containers, CancellationToken cancel)
    {
        var (state, lost) = Of(containers, docker.Now);
        return lost is not null && Said(lost).Length == 0 && await docker.LastLineAsync(lost.Id, cancel) is { } line ? state with { Lost = $"{state.Lost} ({Shortened(line)})" } : state;
    }

    /// <summary>What a change that broke off has left half-way is no container of the unit's beside its own; but as long as it is there the change is to be done again.</summary>
    /// <returns>And the container because of which waiting is no use.</returns>
    public static (UnitState State, DockerContainer? Lost) Of(IReadOnlyList<(DockerContainer Container, string ImageId)> containers, DateTimeOffset now)
    {
        var halves = containers.Where(c => HalfRenamed().IsMatch(c.Container.Name)).ToList();
        if (halves.Count == containers.Count)
            halves = [];
        var own = containers.Except(halves).ToList();
        var alive = own.Where(c => c.Container.State is "running" or "restarting" or "paused").ToList();
        if (alive.Count == 0)
        {
            if (own.OrderByDescending(c => c.Container.Since ?? DateTimeOffset.MinValue).FirstOrDefault() is not { Container: { } last })
                return (UnitState.Nothing("no container"), null);
            var hasEnded = last.State is "exited" or "dead";
            return (UnitState.Nothing(last.Condition) with { Lost = hasEnded ? $"it {last.Condition}{Said(last)}" : null }, hasEnded ? last : null);
        }

        var all = own.ConvertAll(c => c.Container);
        var restarting = all.Find(c => c.Restarts >= ManyRestarts && !IsSteady(c, now));
        var ill = restarting ?? all.Find(c => !IsSteady(c, now));
        return (new(
            string.Join('+', alive.Select(c => ImageVersion.Of(c.Container.Image)).Distinct()),
            string.Join(' ', alive.Select(c => $"{c.Container.Image} {c.ImageId}").Distinct()),
            ill is null && halves is [],
            ill is not null ? $"{Condition(ill)}{(all.Count > 1 ? $" in {ill.Name}" : "")}{Said(ill)}"
                : halves is [var (half, _), ..] ? $"{alive[0].Container.Condition}, and {half.Name} of a change that broke off is still there"
                : alive[0].Container.Condition)
        {
            Lost = restarting is null ? null : $"it ended with {restarting.ExitCode} and was restarted {restarting.Restarts} times{Said(restarting)}",
            Restarts = alive.Sum(c => (long)c.Container.Restarts),
            Since = alive.Max(c => c.Container.Since),
        }, restarting);
    }

    /// <summary>Between two restarts a container that can't live runs for a moment.</summary>
    private static bool IsSteady(DockerContainer c, DateTimeOffset now) => c.IsReady && (c.Restarts == 0 || c.Health == "healthy" || c.Age(now) >= Probation);

    private static string Condition(DockerContainer c) => c is { IsReady: true, Restarts: var restarts } ? $"{c.Condition}, restarted {restarts} time{(restarts == 1 ? "" : "s")}" : c.Condition;

    private static string Said(DockerContainer container) =>
        container.HealthOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } line ? $" ({Shortened(line)})" : "";

    private static string Shortened(string line) => line.Length > 200 ? line[..199] + "…" : line;

    /// <summary>Both generations of compose rename a container they replace, or its successor, to <c>1a2b3c4d5e6f_shop_api_1</c> for as long as that takes.</summary>
    [GeneratedRegex("^[0-9a-f]{12}_", RegexOptions.CultureInvariant)]
    private static partial Regex HalfRenamed();
}
