using Holdpoint.Actions;
using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>The end of what served before: it ran on, idle, as the fastest way back, and is stopped when its time is over and nothing is left to go wrong.</summary>
internal static class Retirement
{
    private const string Prefix = "retire/";

    public static PlannedStep.Act? Step(string stepId) => stepId.StartsWith(Prefix, StringComparison.Ordinal) && stepId[Prefix.Length..] is var target
        ? new(stepId, stepId, "retire", $"retire {target}", new(ActionCatalogue.Signatures["retire"], [new Word(target, default)], new Dictionary<string, Word>(), null), null, [])
        : null;

    /// <summary>Null: nothing is kept, or it has been stopped, or could not be, which its verdict says.</summary>
    public static Work? Next(Run run, DateTimeOffset now)
    {
        foreach (var target in run.Deployed)
            if (run.Targets[target] is { KeptUntil: { } until } && Step(Prefix + target) is { } retire && run.Step(retire.Id).Verdict is null)
                return now >= until ? new Work.Act(retire)
                    : new Work.Wait(null, [new(null, $"what served before on {target} runs on for {Units.Duration(until - now)} (keep)", "nothing is to be done; until then holdpoint rollback is a switch")], until);
        return null;
    }
}
