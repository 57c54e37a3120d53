using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>How a run leaves the maintenance that it has switched.</summary>
internal static class MaintenanceSwitch
{
    /// <summary>That users see it still, or may; null: the run has not switched it on, or off again since.</summary>
    public static string? WhetherLeftOn(Run run, Plan plan)
    {
        var switched = plan.AllItems.SelectMany(i => i.Steps).OfType<PlannedStep.Act>()
            .Where(a => a.Call.Signature.Name == "maintenance" && run.Step(a.Id).Begun).OrderBy(a => run.Step(a.Id).AtSequence);
        string? left = null;
        foreach (var act in switched)
        {
            var isWell = run.Step(act.Id).Verdict is { Verdict: "passed" or "warned" };
            if (act.Call.Arguments[0].Source == "on")
                left = isWell ? "maintenance is still on" : "maintenance may be on";
            else if (isWell)
                left = null;
        }

        return left is null ? null : $"{left}: see off of maintenance: in holdpoint.yaml";
    }
}
