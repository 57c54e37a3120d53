using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>The tree of a <see cref="RunView"/>: stages, sections, items.</summary>
internal sealed class RunTree(RunPicture picture, Folding folding, int width)
{
    private readonly Standing _standing = picture.Standing;
    private readonly IReadOnlySet<string> _running = picture.Running;
    private readonly string? _holding = (picture.Work as Work.Wait)?.Gate;
    private readonly int _messages = Math.Clamp(width * 2 / 5, 28, 56);

    public IEnumerable<ViewLine> Lines()
    {
        var run = picture.Run;
        foreach (var stage in picture.Plan.Stages)
            foreach (var line in Stage(stage))
                yield return line;
        if (run.Rollback is null)
            yield break;
        foreach (var line in Stage(Plans.Stage.Rollback).DefaultIfEmpty(Title(Rollback(run.Rollback), "rollback", "")))
            yield return line;
        // What goes back by itself, without a section that says so.
        foreach (var target in run.Deployed.Where(t => picture.Plan.Step($"undo/{t}") is null && run.Steps.ContainsKey($"undo/{t}")))
            yield return Undo(target);
    }

    private IEnumerable<ViewLine> Stage(Stage stage)
    {
        var sections = picture.Plan.Of(stage).ToList();
        if (sections.Count == 0)
            yield break;
        var reached = stage == Plans.Stage.Rollback || picture.Run.Entered.ContainsKey(stage);
        var over = picture.Run.Gates.GetValueOrDefault(Gates.Of(stage)) is { IsOpen: true };
        var sign = stage == Plans.Stage.Rollback ? Rollback(picture.Run.Rollback!)
            : over ? LetThrough(Worst(sections.SelectMany(s => s.Items)))
            : !reached ? Sign.NotYet
            : _holding == Gates.Of(stage) ? Sign.Holds
            : picture.Work is null || picture.Run.HasEnded ? Worst(sections.SelectMany(s => s.Items)) : Sign.Running;
        var items = sections.SelectMany(s => s.AllItems).Where(i => i.Steps.Count > 0).ToList();
        var done = items.Count(i => _standing.Of(i) is Verdict.Passed or Verdict.Warned || i.Steps.All(_standing.IsWaived));
        yield return Title(sign, GateWords.Of(stage), reached ? $"{done} of {items.Count}" : "");
        if (folding >= Folding.Stages && (!reached || (over && sign == Sign.Passed)))
            yield break;
        foreach (var line in sections.SelectMany(Section))
            yield return line;
    }

    private static ViewLine Title(Sign sign, string name, string note) => ViewLine.Of(sign.Ink, sign.Glyph).Add(" ").Add(Ink.Strong, name).Add(Ink.Faint, note.Length > 0 ? $"  {note}" : "");

    private IEnumerable<ViewLine> Section(PlannedSection section)
    {
        var gate = Gates.Of(section);
        var items = section.AllItems.Where(i => i.Steps.Count > 0).ToList();
        var running = section.Steps.Any(s => _running.Contains(s.Id));
        var untouched = section.Steps.All(s => picture.Run.Step(s.Id) == StepState.Untouched);
        var skipped = picture.Run.SkippedSections.GetValueOrDefault(section.Id);
        var watched = picture.Work is Work.Watch watch && watch.Sections.Any(s => s.Id == section.Id);
        var sign = skipped is not null ? Sign.Skipped : running || watched ? Sign.Running : _holding == gate ? Sign.Holds : untouched ? Sign.NotYet
            : picture.Run.Gates.GetValueOrDefault(gate) is { IsOpen: true } ? LetThrough(Worst(section.Items)) : Worst(section.Items);
        var line = ViewLine.Of(sign.Ink, $"  {sign.Glyph}").Add($" {GateWords.Of(section)}");
        if (section.Gate?.MinimumScore is { } minimum)
            line.Add(Ink.Faint, $"  score {(untouched ? "–" : Gates.Show(Gates.Score(_standing, section.Steps)))} of {minimum:0.##}");
        if (section.Watch is { } schedule)
            line.Add(Ink.Faint, $"  {schedule}{Rounds(section)}");
        if (skipped is not null)
            line.Add(Ink.Faint, $"  {skipped}");
        var folded = (folding >= Folding.WentWell && sign == Sign.Passed && !running) || (folding >= Folding.NotReached && sign == Sign.NotYet) || skipped is not null;
        if (folded && skipped is null)
            line.Add(Ink.Faint, $"  {items.Count} {(items.Count == 1 ? "item" : "items")}");
        yield return line;
        if (folded)
            yield break;
        foreach (var item in section.Items.SelectMany(i => Item(i, 4)))
            yield return item;
    }

    private string Rounds(PlannedSection section) =>
        section.Steps.Select(s => picture.Run.Step(s.Id).Occurrence).DefaultIfEmpty(0).Max() is > 0 and var round ? $", round {round}" : "";

    private IEnumerable<ViewLine> Item(PlannedItem item, int indent)
    {
        var running = item.Steps.Any(s => _running.Contains(s.Id));
        var verdict = _standing.Of(item);
        var waived = item.Steps.FirstOrDefault(_standing.IsWaived);
        var sign = item.Disabled ? Sign.Skipped : running ? Sign.Running : waived is not null ? Sign.Waived : Sign.Of(verdict);
        if (sign == Sign.NotYet && picture.Work is not null && item.Steps.OfType<PlannedStep.Sign>().Any() && _standing.Of(item.Steps.OfType<PlannedStep.Sign>().First()) is Verdict.Pending)
            sign = Sign.Pending;
        // Rules stand in the list of rules.
        if (item.Steps.Count == 0 && item.Children.Count == 0)
            yield break;
        var line = ViewLine.Of(sign.Ink, $"{new string(' ', indent)}{sign.Glyph}").Add(running ? Ink.Strong : Ink.Plain, $" {GateWords.Of(item)}");
        var message = running ? Progress(item) : Message(item, verdict, waived);
        if (message.Length > 0)
            line.To(_messages).Add("  ").Add(sign == Sign.Failed || sign == Sign.Unknown ? sign.Ink : Ink.Faint, message);
        yield return line;
        if (running && item.Steps.Any(s => picture.Run.Step(s.Id).Running is not null))
            foreach (var output in picture.Output.TakeLast(RunView.OutputLines))
                yield return ViewLine.Of(Ink.Faint, $"{new string(' ', indent)}  │ {output}");
        foreach (var child in item.Children.SelectMany(c => Item(c, indent + 2)))
            yield return child;
    }

    private ViewLine Undo(string target)
    {
        var state = picture.Run.Step($"undo/{target}");
        var sign = state.Running is not null ? Sign.Running : Sign.Of(state.Verdict?.ToVerdict());
        return ViewLine.Of(sign.Ink, $"    {sign.Glyph}").Add($" rollback {target}").To(_messages).Add("  ").Add(Ink.Faint, RunView.OneLine(state.Verdict?.ToVerdict().Message ?? ""));
    }

    private string Progress(PlannedItem item)
    {
        var step = item.Steps.First(s => _running.Contains(s.Id));
        var since = picture.Run.Step(step.Id).Running is not null ? picture.Run.Step(step.Id).At : picture.WorkSince;
        var expected = picture.Expected.TryGetValue(step.Id, out var usual) && usual >= TimeSpan.FromSeconds(1) ? $" of about {Clock.Span(usual)}" : "";
        var what = item.Steps.Count > 1 ? $"  {RunView.OneLine(step.Text)}" : "";
        if (picture.Run.Step(step.Id).Rollout is { } rollout)
            what += $"  {rollout.At.Index + 1} of {rollout.At.Of}: {RunView.OneLine(rollout.At.Name)}{(rollout.Ended ? "" : $" ({Clock.Span(_standing.Now - rollout.Since)})")}";
        return $"{Clock.Span(_standing.Now - since)}{expected}{what}";
    }

    private string Message(PlannedItem item, Verdict? verdict, PlannedStep? waived)
    {
        if (item.Disabled)
            return "struck out";
        if (waived is not null && picture.Run.Step(waived.Id).Waiver is { } waiver)
            return RunView.OneLine($"waived by {waiver.By}: {waiver.Reason} ({_standing.Of(waived)?.Message})");
        var steps = item.Steps.Select(s => (Step: s, Verdict: _standing.Of(s))).Where(s => s.Verdict is not null).ToList();
        if (steps.Count == 0)
            return "";
        var worst = steps.Where(s => s.Verdict!.Holds).Select(s => s.Verdict!).FirstOrDefault();
        return RunView.OneLine(worst is not null ? worst.Message : string.Join("; ", steps.Select(s => s.Verdict!.Message).Where(m => m.Length > 0)));
    }

    private Sign Worst(IEnumerable<PlannedItem> items)
    {
        var all = items.ToList();
        if (all.SelectMany(i => i.WithDescendants).Any(i => i.Steps.Any(_standing.IsWaived)) && all.All(i => _standing.Of(i) is not { Holds: true } || i.WithDescendants.Any(x => x.Steps.Any(_standing.IsWaived))))
            return Sign.Waived;
        return Sign.Of(Standing.Worst([.. all.Where(i => !i.Disabled && i.WithDescendants.Any(x => x.Steps.Count > 0)).Select(_standing.Of)]));
    }

    /// <summary>A gate that has opened over something bad let it through by its score, by a person, or because it is advisory.</summary>
    private static Sign LetThrough(Sign worst) => worst == Sign.Failed || worst == Sign.Unknown || worst == Sign.Pending ? Sign.Warned : worst;

    private static Sign Rollback(RollbackState back) => back.Ended switch { null => Sign.Running, { Recovered: true } => Sign.Passed, _ => Sign.Failed };
}
