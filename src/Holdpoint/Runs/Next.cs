using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>
/// Decides what a run does next, from its state alone. Pure: the same journal gives the same next step to whichever driver reads it,
/// so a successor goes on where a dead one stopped.
/// </summary>
public sealed class Next(Standing standing)
{
    private readonly Plan _plan = standing.Plan;
    private readonly Run _run = standing.Run;

    public static Work For(Standing standing) => new Next(standing).Decide() is var work && standing.Run.Start.Rehearsal is null ? work : Rehearsing.Turn(standing, work);

    /// <summary>Default age up to which a check counts on entering deploy.</summary>
    public static TimeSpan Fresh { get; } = TimeSpan.FromMinutes(30);

    private Work Decide()
    {
        if (_run.HasEnded)
            return Epilogue();
        if (_run.SupersededBy is { } newer)
            return new Work.Finish(Outcome.Superseded, $"run {newer} has taken the target over");
        if (Running() is { } running)
            return new Work.Settle(running);
        if (_run is { Rollback: not null, Abort: { RollBack: false } given })
            return new Work.Finish(Outcome.RollbackFailed, $"given up by {given.By}, and left as it was: {given.Reason}");
        if (_run.Rollback is not null)
            return new RollbackSteps(standing).Next();
        if (_run.Abort is { } abort)
            return new Work.Finish(Outcome.Aborted, abort.RollBack is null ? abort.Reason : $"{abort.Reason}; what was deployed was left as it is");
        if (_run.RuleHold is { } held)
            return new Work.Wait(null, [new(null, held.Because, "decide: holdpoint rollback, or holdpoint release --reason … to go on")]);
        if (WantsRollback() is { } back)
            return back;
        if (_run.Hold is { } hold && hold.Until > standing.Now)
            return new Work.Wait(null, [new(null, $"held by {hold.By}: {hold.Reason}", "holdpoint release --reason …")], hold.Until);

        foreach (var stage in _plan.Stages)
            if (((stage > Stage.Watch ? Breaching() : null) ?? Forward(stage)) is { } work)
                return work;
        return Breaching() ?? End();
    }

    /// <summary>Nobody may say "passed" while a rule is breaching: it fires, or is quiet again.</summary>
    private Work.Wait? Breaching() => _run.Changed && _run.Rules.Where(r => r.Value is { State: "breaching", Accepted: false } && HoldsEntry(r.Key)).ToList() is { Count: > 0 } breaching
        ? new Work.Wait(null, [.. breaching.Select(r => new GateHold(null, $"rule \"{TextOf(r.Key)}\" is breaching: {r.Value.Shown}", "it fires, or is quiet again"))], standing.Now + TimeSpan.FromSeconds(15))
        : null;

    private PlannedStep.Act? Running() => _run.Steps.Where(s => s.Value is { Running: not null, InDoubt: null }).Select(s => FindAct(s.Key)).FirstOrDefault(a => a is not null);

    private PlannedStep.Act? FindAct(string id) => _plan.Step(id) as PlannedStep.Act ?? RollbackSteps.Undo(_plan, id) ?? Retirement.Step(id);

    private Work? Forward(Stage stage)
    {
        if (!_run.Entered.ContainsKey(stage))
            return stage == Stage.Deploy ? EnterDeploy() : new Work.Enter(stage);
        if (_run.Gates.GetValueOrDefault(Gates.Of(stage)) is { IsOpen: true })
            return null;
        if (stage == Stage.Watch && Watching() is { } watch)
            return watch;
        foreach (var section in _plan.Of(stage))
            if (Through(section) is { } work)
                return section.EachOf is null ? work : SideBySide(stage, section.EachOf) ?? work;
        return AtGate(Gates.Of(stage), Gates.Judge(standing, stage));
    }

    /// <summary>
    /// Copies that one <c>Each</c> makes depend on nothing of each other, so where they only ask, they ask at once: a host that does not answer
    /// keeps nobody waiting but itself. Null: they act, or nothing is left to ask.
    /// </summary>
    private Work? SideBySide(Stage stage, string each)
    {
        var copies = _plan.Of(stage).Where(s => s.EachOf == each).ToList();
        if (copies.Any(s => s.Steps.Any(step => step is PlannedStep.Act)))
            return null;
        var next = copies.GroupBy(s => s.Copy).Select(copy => copy.Select(Through).FirstOrDefault(w => w is not null)).ToList();
        return next.FirstOrDefault(w => w is Work.Decide or Work.DecideSign or Work.PassGate)
            ?? (next.OfType<Work.Ask>().SelectMany(a => a.Steps).ToList() is { Count: > 0 } steps ? new Work.Ask(steps) : null);
    }

    /// <summary>Checks that are too old run again once, together; then whatever holds, holds here.</summary>
    private Work EnterDeploy()
    {
        if (_run.Gates.GetValueOrDefault(Gates.Entry) is { IsOpen: true })
            return new Work.Enter(Stage.Deploy);
        var before = _plan.Of(Stage.Prepare).Where(s => !_run.SkippedSections.ContainsKey(s.Id)).ToList();
        // What was asked to be tried again behind its gate is tried here; nothing else would.
        var again = before.SelectMany(s => s.Steps.OfType<PlannedStep.Ask>().Where(a => standing.Of(a) is null ? _run.Step(a.Id).Attempts > 0
            : !IsPostcondition(s, a) && standing.Of(a) is Verdict.Passed or Verdict.Warned && standing.Now - _run.Step(a.Id).At > (s.Fresh ?? Fresh))).ToList();
        if (again.Count > 0)
            return new Work.Ask(again, Refresh: true);
        var holds = Lost(before).Concat(_run.Rules
            .Where(r => r.Value is { Accepted: false, State: "breaching" or "fired" or "blind" } && HoldsEntry(r.Key))
            .Select(r => new GateHold(null, $"rule \"{TextOf(r.Key)}\" is {r.Value.State}: {r.Value.Shown}", $"mend it, or accept it: holdpoint release {r.Key} --reason …"))).ToList();
        if (holds.Count > 0 && _run.Glass is null)
            return new Work.Wait(Gates.Entry, holds, standing.Now + TimeSpan.FromSeconds(15));
        return new Work.Enter(Stage.Deploy);
    }

    /// <summary>What would no longer let a gate of <c>prepare</c> pass that did: a check that got worse, a signature that lapsed, a waiver that is over. A released one is not computed again.</summary>
    private IEnumerable<GateHold> Lost(IEnumerable<PlannedSection> before) =>
        before.Where(s => s.Gate is not null && _run.Gates.GetValueOrDefault(Gates.Of(s)) is GateState.Passed).SelectMany(s => Gates.Judge(standing, s).Holds)
            .Concat(_run.Gates.GetValueOrDefault(Gates.Of(Stage.Prepare)) is GateState.Passed ? Gates.Judge(standing, Stage.Prepare).Holds : []);

    private bool HoldsEntry(string rule) => rule == RuleWatch.AvailabilityId || _plan.Rules.Any(r => r.Id == rule && r.Rule.Effect == RuleEffect.Rollback);

    private string TextOf(string rule) => _plan.Rules.FirstOrDefault(r => r.Id == rule)?.Rule.Mark.Text ?? rule;

    private static bool IsPostcondition(PlannedSection section, PlannedStep.Ask ask) => section.Steps.OfType<PlannedStep.Act>().Any(a => a.Postconditions.Contains(ask.Id));

    /// <summary>The next work inside a section; null when it is through, its gate included.</summary>
    private Work? Through(PlannedSection section)
    {
        if (_run.SkippedSections.ContainsKey(section.Id))
            return null;
        var gate = Gates.Of(section);
        if (_run.Gates.GetValueOrDefault(gate) is { IsOpen: true })
            return null;
        if (DueAt(section) is { } due && due > standing.Now)
            return new Work.Wait(null, [new(null, $"{section.Heading} is due at {due:u}", "it goes on by itself then")], due);
        if (WhetherWanted(section) is { } first)
            return first;
        var batch = new List<PlannedStep.Ask>();
        foreach (var step in section.Steps)
        {
            if (standing.ItemOf(step).Disabled || _run.NotApplicable.ContainsKey(step.ItemId))
                continue;
            var verdict = standing.Of(step);
            switch (step)
            {
                case PlannedStep.Ask ask when verdict is null:
                    batch.Add(ask);
                    break;
                case PlannedStep.Sign { If: not null } sign when _run.Step(sign.Id) is { Verdict: null, Signatures.Count: 0 } && batch.Count == 0:
                    return new Work.DecideSign(sign);
                case PlannedStep.Act act when verdict is null || RetriesLeft(act):
                    if (batch.Count > 0)
                        return new Work.Ask(batch);
                    if (standing.PreconditionsHold(act, out var blocking))
                        return new Work.Act(act);
                    if (!Passable(act))
                        return Blocked(section, act, blocking!);
                    break;
                case PlannedStep.Act act when verdict.Holds && !Passable(act):
                    if (batch.Count > 0)
                        return new Work.Ask(batch);
                    // The checks behind a failed or doubtful action would only confirm the obvious; nothing goes past it.
                    return Blocked(section, act, act);
            }
        }

        if (batch.Count > 0)
            return new Work.Ask(batch);
        return section.Gate is null ? null : AtGate(gate, Gates.Judge(standing, section));
    }

    /// <summary>It failed, repeating it does no harm, and the mark says <c>retry</c>.</summary>
    private bool RetriesLeft(PlannedStep.Act act) => act is { Idempotent: true, Retry: > 0 } && standing.Of(act) is Verdict.Failed && _run.Step(act.Id).Attempts <= act.Retry;

    /// <summary>An advisory action never holds.</summary>
    private bool Passable(PlannedStep.Act act) => standing.ItemOf(act).Advisory;

    private Work.Wait Blocked(PlannedSection section, PlannedStep.Act act, PlannedStep blocking)
    {
        var verdict = standing.Of(blocking);
        var what = blocking.Id == act.Id
            ? $"{standing.ItemOf(act).Text}: {verdict!.Name}, {verdict.Message}"
            : $"{standing.ItemOf(act).Text} does not start: {blocking.Text} is {verdict?.Name ?? "open"}{(verdict is null ? "" : $", {verdict.Message}")}";
        return new(section.Gate is null ? Gates.Of(section.Stage) : Gates.Of(section), [new(blocking, what, Gates.Remedy(standing, blocking, verdict))], Blocked: true);
    }

    /// <summary>The section's <c>Only if</c>: to be decided, or unknown, which holds. Null: it is wanted.</summary>
    private Work? WhetherWanted(PlannedSection section) => section.OnlyIf is null ? null : _run.Gates.GetValueOrDefault(Gates.OnlyIf(section)) switch
    {
        null => new Work.Decide(section),
        GateState.Holding h => new Work.Wait(Gates.OnlyIf(section), [.. h.Holds.Select(what => new GateHold(null, what, "ask again: holdpoint retry; or have the section run all the same: holdpoint release --reason …"))]),
        _ => null,
    };

    private Work AtGate(string gate, GateJudgement judged) =>
        judged.Passes || _run.Glass is not null ? new Work.PassGate(gate, judged.Score) : new Work.Wait(gate, judged.Holds);

    private Work? Watching()
    {
        var open = WatchPlan.Open(_plan, _run).ToList();
        return open.Select(WhetherWanted).FirstOrDefault(w => w is not null) ?? (open.Count > 0 ? new Work.Watch(open) : null);
    }

    /// <summary>Relative to the planned time; without one "before" is now and "after" counts from the start of deploy.</summary>
    private DateTimeOffset? DueAt(PlannedSection section)
    {
        if (section.Due is null)
            return null;
        // The plan was checked to be readable when it was made.
        if (!DueTime.TryParse(section.Due, out var due, out _))
            return null;
        DateTimeOffset? deploy = _run.Entered.TryGetValue(Stage.Deploy, out var entered) ? entered : null;
        return (due.Offset < TimeSpan.Zero ? _run.Start.PlannedFor : _run.Start.PlannedFor ?? deploy) is { } start ? due.At(start) : null;
    }

    /// <summary>A critical check that failed, or a rollout that did, after something changed: back, unless nothing may go back by itself.</summary>
    private Work? WantsRollback()
    {
        if (!_run.Changed || (_run.Deployed.Count == 0 && !_plan.Of(Stage.Rollback).Any()))
            return null;
        foreach (var step in _plan.Sections.Where(s => s.Stage is Stage.Deploy or Stage.Verify).SelectMany(s => s.Steps))
        {
            var cause = step switch
            {
                PlannedStep.Ask when standing.ItemOf(step).Critical && standing.Of(step) is Verdict.Failed f && !standing.IsWaived(step) => $"{step.Text}: {f.Message}",
                PlannedStep.Act act when RetriesLeft(act) => null,
                PlannedStep.Act { Target: not null } when standing.Of(step) is Verdict.Failed f => $"{step.Text}: {f.Message}",
                PlannedStep.Act when standing.ItemOf(step).Critical && standing.Of(step) is Verdict.Failed f => $"{step.Text}: {f.Message}",
                _ => null,
            };
            if (cause is not null && _run.Gates.GetValueOrDefault($"cause:{step.Id}:{_run.Step(step.Id).Attempts}") is null)
                return WhyNotAlone(_plan, _run) is { } why ? new Work.HoldBack(cause, why) : new Work.GoBack(cause, _run.Step(step.Id).At);
        }

        return null;
    }

    /// <summary>Why a rollback may not start by itself: something was done that can't be undone, or that the version before may not live with. Null: it may.</summary>
    public static string? WhyNotAlone(Plan plan, Run run)
    {
        var done = plan.AllItems.Where(i => i.NoReturn).SelectMany(i => i.Steps.OfType<PlannedStep.Act>()).FirstOrDefault(a => run.Step(a.Id).Begun);
        if (done is not null)
            return $"{done.Text} is marked #no-return and was started: a person decides";
        foreach (var migration in plan.AllItems.SelectMany(i => i.Steps).OfType<PlannedStep.Act>().Where(a => a.Call.Signature.Name == "migrate" && run.Step(a.Id).Begun))
        {
            if (!migration.Call.Flag("compatible"))
                return $"{migration.Text} was started and is not marked compatible=true, so what ran before may not work with the database as it is now: a person decides";
            if (run.Step(migration.Id) is { InDoubt: not null } or { Verdict.Verdict: "unknown" })
                return $"how {migration.Text} ended is not known, so what ran before may not work with the database as it is now: a person decides";
        }

        return null;
    }

    private Work End()
    {
        if (_run.Changed && _run.Entered.TryGetValue(Stage.Deploy, out var since))
        {
            var rules = _run.Rules.Where(r => HoldsEntry(r.Key)).ToList();
            if (rules.Where(r => r.Value.State == "blind").ToList() is { Count: > 0 } blind)
                return new Work.Finish(Outcome.Unknown, $"blind at the end: {string.Join("; ", blind.Select(r => $"{TextOf(r.Key)}: {r.Value.Shown}"))}");
            if (rules.FirstOrDefault(r => r.Value.BlindUntil(standing.Now) > (standing.Now - since) * Sight.MostBlind) is { Key: { } tooBlind, Value: { } progress })
                return new Work.Finish(Outcome.Unknown, $"{TextOf(tooBlind)} was blind for {Units.Duration(progress.BlindUntil(standing.Now))} of {Units.Duration(standing.Now - since)}: that nothing fired is no proof");
        }

        if (Retirement.Next(_run, standing.Now) is { } kept)
            return kept;
        return Epilogue(ended: false) is var work and not Work.Nothing ? work : new Work.Finish(Outcome.Passed, Summary());
    }

    private string Summary()
    {
        var released = _run.Gates.Count(g => g.Value is GateState.Released);
        var waived = _plan.AllItems.SelectMany(i => i.Steps).Count(standing.IsWaived);
        var gates = released + waived == 0 ? "every gate passed" : $"passed with {waived} waived and {released} released";
        // Whoever reads "passed" must not believe that it was judged, or watched to the end.
        if (_run.Changed && _run.Rules.Where(r => r.Value.State == "sparse" && HoldsEntry(r.Key)).Select(r => $"{TextOf(r.Key)} ({r.Value.Shown})").ToList() is { Count: > 0 } sparse)
            gates += $"; not judged for want of events: {string.Join("; ", sparse)}";
        return _run.WatchEnded is { } ended ? $"{gates}; {ended.By} ended the watch ahead of its time: {ended.Reason}" : gates;
    }

    /// <summary>The review stage holds nothing: what is due runs, the rest stays open in the record and a run may end before it is through.</summary>
    private Work Epilogue(bool ended = true)
    {
        if (ended)
            return new Work.Nothing();
        return _plan.Of(Stage.Review).Where(s => !(DueAt(s) > standing.Now)).Select(s => Through(s with { Gate = null })).FirstOrDefault(w => w is not (null or Work.Wait)) ?? new Work.Nothing();
    }
}
