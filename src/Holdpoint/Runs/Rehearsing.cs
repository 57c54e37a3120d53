using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>A run for practice: deployed, verified and rolled back on an environment that bears it. Nobody is asked, and it goes back whatever came of it.</summary>
public static class Rehearsing
{
    /// <summary>Why it goes back where everything went well until then.</summary>
    public const string Cause = "rehearsal";

    /// <summary>What of a plan is rehearsed: <c>deploy</c>, <c>verify</c> and <c>rollback</c>, without sign-offs, rules, due times and rehearsals.</summary>
    public static Plan Of(Plan plan) => new(plan.Title, plan.Checklist,
        [.. plan.Sections.Where(s => IsRehearsed(s.Stage)).Select(s => s with { Due = null, Items = [.. s.Items.Select(Of)] })], []);

    /// <summary>What is left out of it, for people.</summary>
    public static string LeftOut(Plan plan)
    {
        var stages = plan.Sections.Select(s => s.Stage).Where(s => !IsRehearsed(s)).Distinct().Order().Select(s => s.ToString().ToLowerInvariant());
        var signs = plan.AllItems.SelectMany(i => i.Steps).Count(s => s is PlannedStep.Sign);
        string[] parts = [.. stages, .. signs > 0 ? [$"{signs} sign-off{(signs > 1 ? "s" : "")}"] : (string[])[], .. plan.Rules.Count > 0 ? [$"{plan.Rules.Count} rule{(plan.Rules.Count > 1 ? "s" : "")}"] : (string[])[]];
        return parts.Length == 0 ? "nothing left out" : $"left out: {string.Join(", ", parts)}";
    }

    /// <summary>Why it proves nothing, or that it went wrong; null: it came back well.</summary>
    public static string? WhyNot(Run run) => run switch
    {
        { End: null } => "it has not ended",
        { End.Outcome: not Outcome.RolledBack } or { Rollback: null } => run.End.Because,
        { Rollback.Decided.Cause: not Cause } => $"it had to go back before it was through: {run.Rollback.Decided.Cause}",
        _ when run.Deployed.Any(t => run.Targets[t].Before?.Version == run.Start.Version) => $"{run.Environment} ran {run.Start.Version} before, so going back was no change: rehearse with a version that does not run there",
        _ => null,
    };

    /// <summary>How it ended, with what each part of the way back took.</summary>
    public static string Told(Run run)
    {
        var times = run.Rollback?.Ended is { } back
            ? $"rolled back in {Seconds(back.Decision + back.Execution + (back.Recovery ?? 0))} (detection {Seconds(back.Detection)}, decision {Seconds(back.Decision)}, execution {Seconds(back.Execution)}, recovery {(back.Recovery is { } r ? Seconds(r) : "not proven")})"
            : "not rolled back";
        return WhyNot(run) is { } why ? $"not well, {times}: {why}" : times;
    }

    /// <summary>The next step, where a run that is no rehearsal would stop, end, or wait for somebody.</summary>
    internal static Work Turn(Standing standing, Work work) => (work, standing.Run) switch
    {
        (Work.Wait wait, { Rollback: not null }) => new Work.Finish(Outcome.RollbackFailed, $"in a rehearsal nobody is asked: {Holds(wait)}"),
        (Work.Wait wait, { Changed: false }) => new Work.Finish(Outcome.Failed, $"nothing was changed: {Holds(wait)}"),
        (Work.Wait wait, _) => new Work.GoBack(Holds(wait), standing.Now),
        (Work.HoldBack back, _) => new Work.GoBack(back.Cause, standing.Now),
        (Work.Finish { Outcome: Outcome.Passed or Outcome.Unknown }, { Rollback: null, Changed: true }) => new Work.GoBack(Cause, standing.Now),
        (Work.Finish { Outcome: Outcome.Passed }, { Changed: false }) => new Work.Finish(Outcome.Failed, "nothing was changed, so there was nothing to go back from"),
        _ => work,
    };

    private static bool IsRehearsed(Stage stage) => stage is Stage.Deploy or Stage.Verify or Stage.Rollback;

    private static PlannedItem Of(PlannedItem item) => item with
    {
        Steps = [.. item.Steps.Where(s => s is not (PlannedStep.Sign or PlannedStep.Act { Call.Signature.Name: "rehearse" }))],
        Children = [.. item.Children.Select(Of)],
    };

    private static string Holds(Work.Wait wait) => string.Join("; ", wait.Holds.Select(h => h.What));

    private static string Seconds(double seconds) => Units.Duration(Math.Round(seconds, seconds >= 10 ? 0 : 1));
}
