using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>What of a run is watched, how long, and what people have made of that. Pure.</summary>
public static class WatchPlan
{
    /// <summary>By one command; as often as somebody wants it.</summary>
    public static TimeSpan LongestExtension { get; } = TimeSpan.FromDays(7);

    /// <summary>Sections with a schedule that are wanted.</summary>
    public static IEnumerable<PlannedSection> Sections(Plan plan, Run run) =>
        plan.Of(Stage.Watch).Where(s => s.Watch is not null && !run.SkippedSections.ContainsKey(s.Id));

    /// <summary>Those whose last round is not over.</summary>
    public static IEnumerable<PlannedSection> Open(Plan plan, Run run) => Sections(plan, run).Where(s => !run.Gates.ContainsKey(Over(s)));

    /// <summary>The gate that a section's last round passes.</summary>
    public static string Over(PlannedSection section) => $"watched:{section.Id}";

    /// <summary>As the file has it.</summary>
    public static WatchSchedule Planned(PlannedSection section) => WatchSchedule.TryParse(section.Watch!, out var read, out _)
        ? read
        : throw new InvalidOperationException($"the schedule of {section.Heading} was checked when it was read");

    /// <summary>With what people have added to it.</summary>
    public static WatchSchedule ScheduleOf(PlannedSection section, Run run) => Planned(section).Extended(run.WatchExtensions);

    /// <summary>How long the file wants the watch to be; null where it watches nothing.</summary>
    public static TimeSpan? PlannedLength(Plan plan, Run run) => Longest(Sections(plan, run).Select(s => Planned(s).Length));

    /// <summary>When the last of what is still watched is over; null: nothing is watched now.</summary>
    public static DateTimeOffset? EndOf(Plan plan, Run run) => run.Entered.TryGetValue(Stage.Watch, out var began) && run is { HasEnded: false, WatchEnded: null, Rollback: null }
        ? began + Longest(Open(plan, run).Select(s => ScheduleOf(s, run).Length))
        : null;

    private static TimeSpan? Longest(IEnumerable<TimeSpan> lengths) => lengths.Select(l => (TimeSpan?)l).DefaultIfEmpty(null).Max();
}
