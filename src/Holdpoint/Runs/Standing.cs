using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>How each step, item and section of a plan stands in a run at a moment. Pure.</summary>
public sealed class Standing(Plan plan, Run run, DateTimeOffset now, IReadOnlyDictionary<string, IReadOnlyList<string>> roles)
{
    private readonly Dictionary<string, PlannedItem> _items = plan.AllItems.ToDictionary(i => i.Id);
    private readonly Dictionary<string, PlannedSection> _sections = plan.Sections.ToDictionary(s => s.Id);

    public Plan Plan => plan;

    public Run Run => run;

    public DateTimeOffset Now => now;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Roles => roles;

    public PlannedItem ItemOf(PlannedStep step) => _items[step.ItemId];

    public PlannedSection SectionOf(PlannedStep step) => _sections[step.SectionId];

    /// <summary>Null: not tried yet, or running.</summary>
    public Verdict? Of(PlannedStep step)
    {
        var item = ItemOf(step);
        if (item.Disabled)
            return new Verdict.Skipped("struck out in the checklist");
        if (run.SkippedSections.TryGetValue(step.SectionId, out var reason))
            return new Verdict.Skipped(reason);
        if (run.NotApplicable.TryGetValue(item.Id, out var na))
            return new Verdict.Skipped($"not applicable: {na.Reason} ({na.By})");
        var state = run.Step(step.Id);
        if (state.InDoubt is { } doubt)
            return new Verdict.Unknown($"in doubt: {doubt}");
        if (state.Running is not null)
            return null;
        if (step is PlannedStep.Sign sign && state.Verdict is not { Verdict: "skipped" or "unknown" })
            return Signatures(sign, state);
        var verdict = state.Verdict?.ToVerdict();
        return state.BadOccurrences > 0 && verdict is Verdict.Passed p
            ? new Verdict.Warned($"{p.Shown}; not so in {state.BadOccurrences} of {state.Occurrence} rounds")
            : verdict;
    }

    /// <summary>A waiver lies over the verdict and never replaces it. Actions are not waived.</summary>
    public bool IsWaived(PlannedStep step) => step is not PlannedStep.Act && run.Step(step.Id).Waiver is { } w && w.Until > now;

    /// <summary>The worst of an item's own marks and its children, those that are waived left out unless all are; null while something of it has not been tried.</summary>
    public Verdict? Of(PlannedItem item)
    {
        var counted = item.Steps.Where(s => !IsWaived(s)).Select(Of).Concat(item.Children.Where(c => !IsWaived(c)).Select(Of)).ToList();
        if (counted.Count > 0)
            return Worst(counted);
        var all = item.Steps.Select(Of).Concat(item.Children.Select(Of)).ToList();
        return all.Count == 0 ? null : Worst(all);
    }

    /// <summary>Nothing of it is left that is not waived.</summary>
    private bool IsWaived(PlannedItem item) => (item.Steps.Count > 0 || item.Children.Count > 0) && item.Steps.All(IsWaived) && item.Children.All(IsWaived);

    /// <summary>The worst; skipped is neutral. Null where one is missing and none is already bad.</summary>
    public static Verdict? Worst(IReadOnlyCollection<Verdict?> verdicts)
    {
        var worst = verdicts.Where(v => v is not null).OrderByDescending(v => v!.Weight).FirstOrDefault();
        return verdicts.Contains(null) && worst is not { Holds: true } ? null : worst;
    }

    /// <summary>Every mark of an item that stands before this one has passed, warned, been skipped or waived.</summary>
    public bool PreconditionsHold(PlannedStep step, out PlannedStep? blocking)
    {
        blocking = ItemOf(step).Steps.TakeWhile(s => s.Id != step.Id).FirstOrDefault(s => Of(s) is not { Holds: false } && !IsWaived(s));
        return blocking is null;
    }

    /// <summary>Signatures that count now, declining ones among them. One has served once the run has gone on to a later stage; what comes after that takes nothing back.</summary>
    public IReadOnlyList<PersonSignature> Counting(PlannedStep.Sign sign)
    {
        var section = SectionOf(sign);
        var later = section.Stage <= Stage.Close ? run.Entered.Where(e => e.Key > section.Stage).Select(e => e.Value).ToList() : [];
        var moment = later.Count > 0 ? later.Min() : now;
        return [.. run.Step(sign.Id).Signatures.Where(s => (s.LapsedAt is not { } lapse || lapse > moment) && (section.Fresh is not { } limit || moment - s.At <= limit))];
    }

    /// <summary>What is still missing for a sign-off, as a verdict.</summary>
    private Verdict Signatures(PlannedStep.Sign sign, StepState state)
    {
        var valid = Counting(sign).ToList();
        if (valid.FindLast(s => s.Signed.Declined) is { } no && !valid.Any(s => s.Sequence > no.Sequence && s.Signed.Role == no.Signed.Role))
            return new Verdict.Failed($"signature of {no.Signed.Role}", $"declined by {no.Signed.By}{(no.Signed.Comment.Length > 0 ? $": {no.Signed.Comment}" : "")}");
        valid.RemoveAll(s => s.Signed.Declined);
        var signed = sign.Roles.All
            ? sign.Roles.Roles.All(r => valid.Any(s => s.Signed.Role == r)) && DistinctPeople(sign.Roles.Roles, valid)
            : valid.Any(s => sign.Roles.Roles.Contains(s.Signed.Role));
        if (signed)
            return new Verdict.Passed("signed by " + string.Join(", ", valid.Where(s => sign.Roles.Roles.Contains(s.Signed.Role)).Select(s => $"{s.Signed.By} ({s.Signed.Role})").Distinct()));
        var missing = sign.Roles.All ? sign.Roles.Roles.Where(r => valid.All(s => s.Signed.Role != r)).ToList() : sign.Roles.Roles;
        var lapsed = state.Signatures.LastOrDefault(s => !s.Signed.Declined && !valid.Contains(s));
        var why = lapsed is not null && valid.Count == 0 ? $"; {lapsed.Signed.By}'s signature lapsed: {lapsed.Lapsed ?? "it is too old"}" : "";
        return missing.Count == 0
            ? new Verdict.Pending($"all-of means different people: somebody else has to sign as well as {valid[0].Signed.By}{why}")
            : new Verdict.Pending($"waiting for {string.Join(sign.Roles.All ? " and " : " or ", missing)}{why}");
    }

    /// <summary>Whether each role can be given a person of its own (a matching; roles are few, so trying all is enough).</summary>
    private static bool DistinctPeople(IReadOnlyList<string> wanted, IReadOnlyList<PersonSignature> signed)
    {
        return Try(0, []);

        bool Try(int i, HashSet<string> used) => i == wanted.Count
            || signed.Where(s => s.Signed.Role == wanted[i] && !used.Contains(s.Signed.By)).Any(s => Try(i + 1, [.. used, s.Signed.By]));
    }
}
