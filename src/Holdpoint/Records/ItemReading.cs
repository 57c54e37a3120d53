using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Records;

using Outcome = Runs.Outcome;

/// <summary>Puts verdicts, attempts and evidence to the sections, items and steps of the plan.</summary>
internal sealed class ItemReading(Standing standing, History history, IReadOnlyList<RuleRecord> rules, Func<EvidenceReference, byte[]?> evidence)
{
    private readonly Run _run = standing.Run;
    private readonly ILookup<string, RuleRecord> _rules = rules.ToLookup(r => r.Id.Split("#rule")[0], StringComparer.Ordinal);

    public IReadOnlyList<SectionRecord> Read()
    {
        var sections = standing.Plan.Sections.Select(Read).ToList();
        if (ByItself() is { } undone)
            sections.Add(undone);
        return sections;
    }

    private SectionRecord Read(PlannedSection section)
    {
        var items = section.Items.Select(i => Read(section, i)).ToList();
        return new(section.Id, CleanText.Line(section.Heading), section.Level, section.Stage, section.File, section.At.Line, KindOf(section, items), items)
        {
            Owner = section.Owner,
            SkippedBecause = _run.SkippedSections.GetValueOrDefault(section.Id),
            Score = Gates.Score(standing, section.Steps),
            MinimumScore = section.Gate?.MinimumScore,
        };
    }

    /// <summary>Deploys that the rollback undid though no step of the file says so.</summary>
    private SectionRecord? ByItself()
    {
        var steps = _run.Deployed.Select(t => RollbackSteps.Undo(t)).Where(u => _run.Step(u.Id).Attempts > 0).ToList();
        if (steps.Count == 0)
            return null;
        var items = steps.Select(act =>
        {
            var state = _run.Step(act.Id);
            var kind = state.InDoubt is not null ? VerdictKind.Unknown : state.Running is not null ? VerdictKind.Running : state.Verdict is { } v ? VerdictWords.KindOf(v.ToVerdict()) : VerdictKind.NotRun;
            var step = Filled(act, new StepRecord(act.Id, '!', act.Text, kind, CleanText.Line(state.InDoubt ?? state.Verdict?.ToVerdict().Message ?? "")));
            return new ItemRecord(act.ItemId, $"{act.Target} goes back to what ran before", standing.Plan.Checklist.Source.Path, 1, kind, step.Message, [step], []);
        }).ToList();
        return new("undo", "Undone without a step of the checklist", 2, Stage.Rollback, standing.Plan.Checklist.Source.Path, 1, Worst(items.Select(i => i.Kind)), items);
    }

    private ItemRecord Read(PlannedSection section, PlannedItem item)
    {
        var unneeded = section.Stage == Stage.Rollback && _run.Rollback is null && _run.HasEnded;
        var steps = item.Steps.Select(s => Read(s, unneeded)).ToList();
        var children = item.Children.Select(c => Read(section, c)).ToList();
        var kind = steps.Count + children.Count > 0 ? Worst(steps.Select(s => s.Kind).Concat(children.Select(c => c.Kind)))
            : item.Disabled ? VerdictKind.Skipped
            : _rules.Contains(item.Id) ? OfRules(item.Id)
            : Linked(item.Id);
        return new(item.Id, TextOf(item), section.File, item.Source.At.Line, kind, MessageOf(item, steps), steps, children)
        {
            Source = item.Source,
            Each = string.Join(", ", section.Each.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => CleanText.Line(e.Value))),
            Critical = item.Critical,
            Advisory = item.Advisory,
            Rules = [.. _rules[item.Id]],
        };
    }

    private VerdictKind KindOf(PlannedSection section, List<ItemRecord> items)
    {
        var open = _run.Gates.GetValueOrDefault(section.Gate is null ? Gates.Of(section.Stage) : Gates.Of(section)) is { IsOpen: true };
        var kinds = items.SelectMany(i => i.WithDescendants)
            .Where(i => i.Steps.Count > 0 || i.Children.Count == 0)
            .Where(i => i.Kind != VerdictKind.NotRun || i.Rules.Count == 0)
            .Select(i => i.Steps.Count > 0 ? (i.Advisory, Kind: Worst(i.Steps.Select(s => s.Kind))) : (i.Advisory, i.Kind))
            .Select(i => i.Kind > VerdictKind.Warned && ((i.Advisory && i.Kind != VerdictKind.NotRun) || open) ? VerdictKind.Warned : i.Kind);
        return Worst(kinds);
    }

    private StepRecord Read(PlannedStep step, bool unneeded)
    {
        var verdict = standing.Of(step);
        var waived = verdict is not { Holds: false } && standing.IsWaived(step);
        var kind = waived ? VerdictKind.Waived
            : verdict is not null ? VerdictWords.KindOf(verdict)
            : _run.Step(step.Id).Running is not null ? VerdictKind.Running
            : unneeded ? VerdictKind.Skipped : VerdictKind.NotRun;
        var message = verdict?.Message ?? (kind == VerdictKind.Skipped ? "no rollback was needed" : "");
        if (waived)
            message = $"waived by {_run.Step(step.Id).Waiver!.By}: {_run.Step(step.Id).Waiver!.Reason}{(message.Length > 0 ? $" ({verdict!.Name}: {message})" : "")}";
        var sign = step switch { PlannedStep.Ask => '?', PlannedStep.Act => '!', _ => '@' };
        return Filled(step, new(step.Id, sign, CleanText.Line(step.Text), kind, CleanText.Line(message)));
    }

    private StepRecord Filled(PlannedStep step, StepRecord record)
    {
        var tried = history.AttemptsOf(step.Id);
        var newest = tried.Count > 0 ? tried[^1] : null;
        var bad = tried.LastOrDefault(t => t.Attempt.Kind.IsBad && t.Evidence.Count > 0);
        var state = _run.Step(step.Id);
        return record with
        {
            At = state.Signatures.Count > 0 ? state.Signatures[^1].At : newest?.Attempt.At,
            ElapsedSeconds = newest?.Attempt.ElapsedSeconds ?? 0,
            Attempts = [.. tried.Select(t => t.Attempt with { Message = CleanText.Line(t.Attempt.Message) })],
            Evidence = [.. new[] { newest, bad }.OfType<History.Tried>().Distinct().SelectMany(t => t.Evidence.Select(e => Excerpts.Of(e, t.Attempt.Number, evidence)))],
            Waiver = state.Waiver is { } w ? new(step.Id, TextOf(standing, step), w.By, w.Role, w.Reason, WaivedAt(step.Id), w.Until, w.Until <= standing.Now) : null,
        };
    }

    private DateTimeOffset WaivedAt(string step) => history.Waivers.FindLast(w => w.Step == step).At;

    /// <summary>The item's text, or where it is nothing but a mark, the mark.</summary>
    public static string TextOf(PlannedItem item) =>
        CleanText.Line(item.Text) is { Length: > 0 } text ? text : item.Steps.Count > 0 ? CleanText.Line(item.Steps[0].Text) : item.Source.Marks.Count > 0 ? CleanText.Line(item.Source.Marks[0].Text) : item.Id;

    /// <summary>The text of the step's item; the step's own where the plan has none.</summary>
    public static string TextOf(Standing standing, PlannedStep step) => standing.Plan.Step(step.Id) is null ? CleanText.Line(step.Text) : TextOf(standing.ItemOf(step));

    private string MessageOf(PlannedItem item, List<StepRecord> steps)
    {
        if (item.Disabled)
            return "struck out in the checklist";
        if (steps.Count == 0)
            return string.Join("; ", _rules[item.Id].Select(r => r.Shown.Length > 0 ? $"{r.State}: {r.Shown}" : r.State));
        var worst = steps.MaxBy(s => s.Kind)!;
        return worst.Kind is VerdictKind.Passed
            ? string.Join("; ", steps.Where(s => s.Kind == VerdictKind.Passed && s.Message.Length > 0).Select(s => s.Message).Distinct().Take(4))
            : worst.Message;
    }

    /// <summary>A rule that stayed quiet to a good end has done its work; any other proves nothing about its item.</summary>
    private VerdictKind OfRules(string item) => _run.End?.Outcome == Outcome.Passed && _run.Changed && _rules[item].All(r => r.State is "quiet" or "asked")
        ? VerdictKind.Passed
        : _rules[item].Where(r => r.State == "fired").Select(r => r.Effect == RuleEffect.Rollback ? VerdictKind.Failed : VerdictKind.Warned).DefaultIfEmpty(VerdictKind.NotRun).Max();

    /// <summary>An item that is a link to another checklist stands as the sections that were put in its place.</summary>
    private VerdictKind Linked(string item)
    {
        var within = standing.Plan.Sections.Where(s => s.Id == item || s.Id.StartsWith($"{item}/", StringComparison.Ordinal)).SelectMany(s => s.Steps).ToList();
        return within.Count == 0 ? VerdictKind.Skipped : Worst(within.Select(s => Read(s, false).Kind));
    }

    private static VerdictKind Worst(IEnumerable<VerdictKind> kinds) => kinds.DefaultIfEmpty(VerdictKind.Skipped).Max();
}
