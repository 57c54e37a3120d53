using System.Buffers;
using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Plans;

/// <summary>Finds what can be run and yet is hardly meant: warnings, never errors.</summary>
internal static class Lint
{
    private static readonly SearchValues<string> WaysBack =
        SearchValues.Create(["rollback", "roll back", "rolling back", "going back", "back out", "backout", "revert"], StringComparison.OrdinalIgnoreCase);

    public static void Look(Draft draft)
    {
        foreach (var file in draft.Files.Values)
        {
            ReviewDates.Look(file, draft.Request.Time);
            if (!file.IsMarked)
                continue;
            if (!draft.IsFull)
                UnmarkedCommands.LookAtFences(file);
            LookAtWaysBack(file);
        }

        LookAtBaselines(draft);
        LookAtRules(draft);
        LookAtDeploys(draft);
        LookAtGates(draft);
    }

    private static void LookAtTags(Item item, PlannedFile file)
    {
        if (item.Tags.Count > 1 && item.Tag("advisory") is not null && item.Tags.FirstOrDefault(t => t.Name == "critical") is { } critical)
            file.Warning(critical.At, "an item that is `#advisory` never holds anything, so `#critical` does nothing", "leave one of them");
    }

    /// <summary>Headings are not interpreted; but whoever reads one that promises a way back relies on it.</summary>
    private static void LookAtWaysBack(PlannedFile file)
    {
        foreach (var section in file.Checklist.AllSections)
        {
            if (ReferenceEquals(section, file.Title) || !section.Heading.AsSpan().ContainsAny(WaysBack))
                continue;
            var items = section.WithDescendants.SelectMany(s => s.Items).SelectMany(i => i.WithDescendants).ToList();
            if (items.Count > 0 && !items.Any(i => i.Marks.Any(m => m.Sign == Sign.Act)))
                file.Warning(section.At, $"\"{section.Heading}\" holds no action, so nothing in it goes back", "mark what goes back, in a section with **Stage:** rollback: `! rollback TARGET`");
        }
    }

    /// <summary>Looks at a section as soon as it is planned: what it is made of lies at hand, and a long file is gone through once.</summary>
    /// <param name="acts">The section's own.</param>
    public static void Look(DraftSection section, IEnumerable<WrittenAct> acts, Draft draft)
    {
        var (planned, source, file) = section;
        if (!file.IsMarked)
            return;
        if (planned.Stage == Stage.Watch && planned.Watch is null && planned.AllItems.Any(i => !i.Disabled && i.Steps.Any(s => s is PlannedStep.Ask)))
            file.Warning(planned.At, $"\"{planned.Heading}\" is of the stage watch and has no `Watch`, so its checks run once", "write **Watch:** every 15m until 2h under the heading");
        if (planned.Stage != Stage.Watch && source.Field(FieldNames.Watch) is { } watch)
            file.Warning(watch.At, $"`Watch` does nothing in the stage {StageOrder.Word(planned.Stage)}", "write **Stage:** watch under the heading");
        LookAt(planned.Items, file, draft);
        foreach (var (act, mark, _) in acts)
        {
            ScriptSmells.Look(act.Call, isCheck: false, file);
            if (act.Postconditions.Count == 0 && !ProvesItself(act, draft))
                file.Warning(mark.At, $"nothing proves that `{act.Text}` worked", "add a check behind it, in the item or at the start of the next one");
        }
    }

    private static void LookAt(IReadOnlyList<PlannedItem> items, PlannedFile file, Draft draft)
    {
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            LookAtTags(item.Source, file);
            UnmarkedCommands.LookAtCode(item.Source, file);
            for (var k = 0; k < item.Steps.Count && !item.Disabled; k++)
                if (item.Steps[k] is PlannedStep.Ask ask)
                    LookAt(ask.Check, file, draft);
            LookAt(item.Children, file, draft);
        }
    }

    private static void LookAt(Check check, PlannedFile file, Draft draft)
    {
        Foregone.Look(check, file);
        Unmeasured.Look(check.Condition, file, draft);
        if (check.Call is { } probe)
            ScriptSmells.Look(probe, isCheck: true, file);
    }

    private static void LookAtBaselines(Draft draft)
    {
        foreach (var section in draft.Sections)
        {
            if (section.Planned.BaselineFrom is not { } baseline || !section.File.IsMarked || section.Source.Field(FieldNames.Baseline) is not { } field)
                continue;
            if (baseline is BaselineOrigin.OfEnvironment(var environment))
            {
                if (!draft.Sections.Any(s => s.Planned.Environment == environment))
                    section.File.Warning(field.At, $"no section has **Environment:** {environment}, so nothing gives this baseline", "add one, or remove the field");
            }
            else if (section.Planned.Steps.OfType<PlannedStep.Ask>().FirstOrDefault(a => a.Check.Call is not null && a.Check.Condition is { } c && c.Operands.Any(o => o is Operand.Baseline)) is { } ask)
            {
                section.File.Warning(field.At, $"`{baseline}` holds metrics alone, so `{ask.Text}` has no baseline and is always unknown", "move it to a section without the field, or name an environment in it");
            }
        }
    }

    /// <summary>A message changes nothing; a target with a health of its own is asked for it.</summary>
    private static bool ProvesItself(PlannedStep.Act act, Draft draft) => act.Call.Signature.Name == "tell"
        || (act.Target is { } target && draft.Project.Targets.GetValueOrDefault(target) is { } definition
            && (definition.Healthy is not null || definition is not Configuration.TargetDefinition.OfCommands { Health: null }));

    private static void LookAtRules(Draft draft)
    {
        var deploys = draft.Deploys.Count > 0;
        foreach (var (rule, file) in draft.WrittenRules)
        {
            Foregone.Look(rule, file);
            Unmeasured.Look(rule.When, file, draft);
            if (!deploys && rule.Effect == RuleEffect.Rollback)
                file.Warning(rule.Mark.At, "nothing in this checklist deploys, so this rule has nothing to roll back and is never judged", "add `! deploy TARGET`, or remove the rule");
        }
    }

    private static void LookAtDeploys(Draft draft)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (act, mark, file) in draft.Deploys)
            if (!seen.TryAdd(act.Target!, mark.At.Line))
                file.Warning(mark.At, $"{act.Target} is deployed on line {seen[act.Target!]} already", "one deploy of a target is enough; what ran before is recorded once, ahead of the first");

        if (draft.Deploys.FirstOrDefault() is { } first && !draft.Sections.Any(s => s.Planned.Stage == Stage.Rollback) && !draft.Rules.Any(r => r.Rule.Effect == RuleEffect.Rollback))
            first.File.Warning(first.Mark.At, "nothing here says when to go back, or how", "add a section with **Stage:** rollback, or a rule: `! rollback when error_rate > 5% for 1m`");
    }

    /// <summary>The stage's own gate holds as well; a protected environment deserves one that somebody has thought about.</summary>
    private static void LookAtGates(Draft draft)
    {
        if (draft.Request.Environment is not { } name || draft.Project.Environments.GetValueOrDefault(name) is not { Protected: true } || draft.Deploys.Count == 0)
            return;
        var prepare = draft.Sections.Where(s => s.Planned.Stage == Stage.Prepare).ToList();
        if (prepare.Count > 0 && prepare.All(s => s.Planned.Gate is null))
            prepare[^1].File.Warning(prepare[^1].Planned.At, $"{name} is protected, and no section of `prepare` has a `Gate`", "write **Gate:** score >= 80, or **Gate:** passed, under the heading of what has to hold before the deploy");
    }
}
