using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>
/// Keeps the journal's account of the environment's availability: what was up, down and unseen, so that whoever drives on goes on from it,
/// and once for each period that the downtime of this run alone has spent what the objective leaves.
/// </summary>
public sealed class Accountant(RunSession session, RunWorld world)
{
    /// <summary>How much of the account is lost at most when a driver dies: it then counts as unseen.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>One that comes and goes must not fill the journal.</summary>
    private static readonly TimeSpan BetweenOutages = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _began;
    private DateTimeOffset? _journaled;
    private bool? _newest;

    /// <summary>Between 0 and 1.</summary>
    public static double ObjectiveOf(RunWorld world, Run run) => world.Environment(run)?.Objective ?? Availability.DefaultObjective;

    public static Event.AvailabilityMeasured Measured(Availability seen, double objective) =>
        new(seen.Seen.TotalSeconds, seen.Downtime.TotalSeconds, objective) { Since = seen.Since, Until = seen.Until, UnseenSeconds = seen.Unseen.TotalSeconds };

    /// <summary>As the journal has it; what passed since then nobody saw.</summary>
    public static Availability SoFar(Run run) => run.Availability is not { Since: { } since, Until: { } until } known ? Availability.None : Availability.None with
    {
        Since = since,
        Until = until,
        Uptime = TimeSpan.FromSeconds(known.ObservedSeconds - known.DownSeconds),
        Downtime = TimeSpan.FromSeconds(known.DownSeconds),
        Unseen = TimeSpan.FromSeconds(known.UnseenSeconds),
    };

    public async Task TakeAsync(Availability seen)
    {
        var ends = _newest is false && seen.Newest is true;
        _newest = seen.Newest;
        _began ??= seen.Until;
        var objective = ObjectiveOf(world, session.Run);
        foreach (var (period, budget) in new[] { ("day", seen.DayBudgetFor(objective)), ("month", seen.BudgetFor(objective)) })
            if (budget.IsMissed && !session.Run.ObjectivesMissed.Contains(period))
                await AppendAsync(run => run.ObjectivesMissed.Contains(period) ? [] : [new Event.ObjectiveMissed(period, objective, budget.Spent.TotalSeconds, budget.Allowed.TotalSeconds)]);
        // The first outage is journaled as it ends: a driver may die at any time.
        if (ends ? seen.Until - _journaled < BetweenOutages : seen.Until - (_journaled ?? _began) < Period)
            return;
        _journaled = seen.Until;
        await AppendAsync(run => [Measured(seen, objective)]);
    }

    private Task AppendAsync(Func<Run, IReadOnlyList<Event>> decide) =>
        session.AppendSalvagingAsync("driver", run => run.HasEnded ? [] : decide(run), () => world.Reserve(false), CancellationToken.None);
}
