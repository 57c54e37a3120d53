using Holdpoint.Expressions;
using Holdpoint.Runs;

namespace Holdpoint.Records;

using Outcome = Runs.Outcome;

/// <summary>What the word at the top does not say and its reader must know.</summary>
internal static class Cautions
{
    public static IReadOnlyList<string> Of(RunRecord record, History history)
    {
        var found = new List<string>();
        if (record.Glass is { Review: null } glass)
            found.Add($"{glass.By} broke the glass ({glass.Reason}); the review is open until another person signs it");
        else if (record.Glass is { } reviewed)
            found.Add($"{reviewed.By} broke the glass ({reviewed.Reason}); {reviewed.Review} has reviewed it");
        if (record.Rollback is { WithinBudget: false } late)
            found.Add($"the rollback took {Units.Duration(late.TotalSeconds!.Value)}; its budget is {Units.Duration(late.BudgetSeconds)}");
        if (record.Watch is { EndedBy: not null } watch)
            found.Add($"the watch was not kept to its end: {watch.Shown}");
        if (record.Availability is { Missed.Count: > 0 } down)
            found.Add($"the environment was down for {Units.Duration(down.DownSeconds)}, more than its objective of {Watching.Availability.Percent(down.Objective ?? 0)} leaves for a {string.Join(" and a ", down.Missed)}");
        Count(found, record.Waivers.Count, "waiver", "was given", "were given");
        Count(found, record.Gates.Count(g => g.State == "released"), "gate", "was released by a person", "were released by a person");
        Count(found, record.SignOffs.Count(s => s.Lapsed is not null), "signature", "has lapsed", "have lapsed");
        Count(found, record.Rules.Count(r => r.AcceptedBy is not null), "rule", "was accepted though it was breaching or blind", "were accepted though they were breaching or blind");
        if (record.Ending.Outcome == Outcome.Passed)
        {
            Count(found, record.BadItems.Count(), "item", "failed or is unknown and the gate let it through", "failed or are unknown and the gate let them through");
            Count(found, record.AllItems.Count(i => i.Kind == VerdictKind.Warned), "item", "passed with a warning", "passed with a warning");
        }

        var unseen = record.Gaps.Where(g => g.Rule is null && g.To is not null).Sum(g => (g.To!.Value - g.From).TotalSeconds);
        if (unseen > 0)
            found.Add($"nobody looked for {Units.Duration(unseen)}");
        foreach (var blind in record.Gaps.Where(g => g.Rule is not null).GroupBy(g => g.Rule).Take(5))
            found.Add($"the rule “{blind.Key}” was blind for {Units.Duration(blind.Sum(b => ((b.To ?? record.SeenAt) - b.From).TotalSeconds))}");
        Count(found, history.All<Event.Told>().Count(t => !t.Event.Delivered), "message", "did not arrive", "did not arrive");
        Count(found, record.Metrics.Sum(m => m.Missing.Count), "piece of samples", "is missing or unreadable", "are missing or unreadable");
        Count(found, history.All<Event.Amended>().Count(), "amendment", "changed the checklist during the run", "changed the checklist during the run");
        Count(found, record.Journal.UnknownEvents.Count, "event", "is of a newer format and not understood here", "are of a newer format and not understood here");
        if (record.Ending.Because.Contains("the record is broken", StringComparison.Ordinal))
            found.Add("a full or failing disk broke this record: a part of it was kept in memory only");
        return found;
    }

    private static void Count(List<string> found, int count, string what, string one, string many)
    {
        if (count > 0)
            found.Add(count == 1 ? $"1 {what} {one}" : $"{count} {(what.StartsWith("piece", StringComparison.Ordinal) ? "pieces of samples" : what + "s")} {many}");
    }
}
