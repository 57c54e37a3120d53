using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>
/// The watched sections: side by side, each by its own schedule from the start of the stage on, until the last round of the last one.
/// What people add to the schedule, or take from it, counts from the next look on.
/// </summary>
public sealed class WatchRounds(RunSession session, RunWorld world, CheckWork checks)
{
    /// <summary>A round later than this, or than half the way to the next one, was missed, not late: nobody was there.</summary>
    public static TimeSpan Late { get; } = TimeSpan.FromSeconds(30);

    public Task RunAsync(IReadOnlyList<PlannedSection> sections, CancellationToken stop) => Task.WhenAll(sections.Select(s => RunAsync(s, stop)));

    private async Task RunAsync(PlannedSection section, CancellationToken stop)
    {
        var start = session.Run.Entered[Stage.Watch];
        var asks = section.AllItems.Where(i => !i.Disabled).SelectMany(i => i.Steps).OfType<PlannedStep.Ask>().ToList();
        var round = asks.Select(a => session.Run.Step(a.Id).Occurrence).DefaultIfEmpty(0).Max();
        while (true)
        {
            var run = session.Run;
            var extensions = run.WatchExtensions.Count;
            if (run.WatchEnded is not null)
            {
                // The last word of a watch is a look.
                await checks.RunAsync(asks, round + 1, stop);
                await session.AppendAsync(new Event.GatePassed(WatchPlan.Over(section), null), stop);
                return;
            }

            var occurrences = WatchPlan.ScheduleOf(section, run).Occurrences.ToList();
            if (round < occurrences.Count)
                round = await RoundAsync(section, asks, start, occurrences, round, stop);
            else if (await session.AppendAsync("driver", now => now.WatchExtensions.Count == extensions ? [new Event.GatePassed(WatchPlan.Over(section), null)] : [], stop))
                return;
            else if (session.Run.WatchExtensions.Count == extensions)
                // The run has turned meanwhile: its driver decides what comes now.
                return;
        }
    }

    /// <returns>The number of the last round that is over.</returns>
    private async Task<int> RoundAsync(PlannedSection section, IReadOnlyList<PlannedStep.Ask> asks, DateTimeOffset start, List<TimeSpan> occurrences, int round, CancellationToken stop)
    {
        var now = world.Time.GetUtcNow();
        var due = start + occurrences[round];
        if (now < due)
        {
            await Task.Delay(due - now, world.Time, stop);
            return round;
        }

        var half = (round + 1 < occurrences.Count ? occurrences[round + 1] - occurrences[round] : round > 0 ? occurrences[round] - occurrences[round - 1] : occurrences[round]) / 2;
        if (now - due > (half < Late ? half : Late))
        {
            // Rounds that were slept through are one round now; that nobody looked is journaled, not papered over.
            var missed = occurrences.Skip(round).TakeWhile(o => start + o <= now).Count();
            await session.AppendAsync(new Event.Gap(due, now, $"{section.Heading}: {missed} {(missed == 1 ? "round" : "rounds")} missed"), stop);
            round += missed - 1;
        }

        await checks.RunAsync(asks, ++round, stop);
        return round;
    }
}
