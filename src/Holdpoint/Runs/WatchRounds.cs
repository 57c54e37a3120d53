using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>The watched sections: side by side, each by its own schedule from the start of the stage on, until the last round of the last one.</summary>
public sealed class WatchRounds(RunSession session, RunWorld world, CheckWork checks)
{
    /// <summary>A round later than this, or than half the way to the next one, was missed, not late: nobody was there.</summary>
    public static TimeSpan Late { get; } = TimeSpan.FromSeconds(30);

    public Task RunAsync(IReadOnlyList<PlannedSection> sections, CancellationToken stop) => Task.WhenAll(sections.Select(s => RunAsync(s, stop)));

    private async Task RunAsync(PlannedSection section, CancellationToken stop)
    {
        var start = session.Run.Entered[Stage.Watch];
        var schedule = WatchSchedule.TryParse(section.Watch!, out var read, out _) ? read : throw new InvalidOperationException($"the schedule of {section.Heading} was checked when it was read");
        var asks = section.AllItems.Where(i => !i.Disabled).SelectMany(i => i.Steps).OfType<PlannedStep.Ask>().ToList();
        var round = asks.Select(a => session.Run.Step(a.Id).Occurrence).DefaultIfEmpty(0).Max();
        var occurrences = schedule.Occurrences.ToList();
        while (round < occurrences.Count)
        {
            var now = world.Time.GetUtcNow();
            var due = start + occurrences[round];
            if (now < due)
            {
                await Task.Delay(due - now, world.Time, stop);
                continue;
            }

            var half = (round + 1 < occurrences.Count ? occurrences[round + 1] - occurrences[round] : round > 0 ? occurrences[round] - occurrences[round - 1] : occurrences[round]) / 2;
            if (now - due > (half < Late ? half : Late))
            {
                // Rounds that were slept through are one round now; that nobody looked is journaled, not papered over.
                var missed = occurrences.Skip(round).TakeWhile(o => start + o <= now).Count();
                await session.AppendAsync(new Event.Gap(due, now, $"{section.Heading}: {missed} {(missed == 1 ? "round" : "rounds")} missed"), stop);
                round += missed - 1;
            }

            round++;
            await checks.RunAsync(asks, round, stop);
        }

        await session.AppendAsync(new Event.GatePassed($"watched:{section.Id}", null), stop);
    }
}
