using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Records;

using Outcome = Runs.Outcome;

/// <summary>Tells the run as a story, a line for each transition. Checks that pass as expected are counted, not listed; what repeats is told once.</summary>
internal sealed class Timeline(Plan plan, History history)
{
    private readonly List<TimelineLine> _lines = [];
    private readonly Dictionary<string, VerdictKind> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = plan.AllItems
        .SelectMany(i => i.Steps.Select(s => (s.Id, Name: i.Steps.Count > 1 && i.Text.Length > 0 ? $"{ItemReading.TextOf(i)} ({Mark(s)})" : ItemReading.TextOf(i))))
        .ToDictionary(s => s.Id, s => s.Name, StringComparer.Ordinal);

    private readonly Dictionary<string, string> _rules = plan.Rules.GroupBy(r => r.Id).ToDictionary(g => g.Key, g => CleanText.Line(g.First().Rule.Mark.Text), StringComparer.Ordinal);
    private int _passed;
    private (JournalEntry Entry, string Step) _lastPassed;
    private string _heldGate = "";

    public IReadOnlyList<TimelineLine> Tell()
    {
        foreach (var (entry, happened) in history.Events)
            Tell(entry, happened);
        Flush();
        return _lines;
    }

    private void Tell(JournalEntry entry, Event? happened)
    {
        if (happened is Event.Checked check)
        {
            Checked(entry, check);
            return;
        }

        if (happened is Event.Sampled or Event.Checked or Event.AvailabilityMeasured)
            return;
        Flush();
        if (happened is null)
        {
            Add(entry, entry.Actor, $"an event of a newer format: {entry.Type}", Tone.Caution);
            return;
        }

        var (who, text, tone, routine) = Line(entry, happened);
        if (text.Length > 0)
            Add(entry, who, text, tone, routine);
    }

    private void Checked(JournalEntry entry, Event.Checked e)
    {
        var verdict = e.Verdict.ToVerdict();
        var kind = VerdictWords.KindOf(verdict);
        var known = _last.TryGetValue(e.Step, out var before);
        _last[e.Step] = kind;
        switch (kind)
        {
            case VerdictKind.Pending:
                return;
            case VerdictKind.Passed when known && before is not (VerdictKind.Passed or VerdictKind.Pending or VerdictKind.Skipped):
                Flush();
                Add(entry, "driver", $"{Name(e.Step)} passes now{(e.Attempt > 1 ? $", on attempt {e.Attempt}" : "")}: {verdict.Message}", Tone.Good);
                return;
            case VerdictKind.Passed:
                _passed++;
                _lastPassed = (entry, e.Step);
                return;
            case var _ when known && before == kind:
                return;
            default:
                Flush();
                Add(entry, "driver", $"{Name(e.Step)}: {kind.Word}, {verdict.Message}", kind.Tone, kind == VerdictKind.Skipped);
                return;
        }
    }

    private void Flush()
    {
        if (_passed > 0)
            Add(_lastPassed.Entry, "driver", _passed == 1 ? $"{Name(_lastPassed.Step)}: passed" : $"{_passed} checks passed", Tone.Good, routine: true);
        _passed = 0;
    }

    private (string Who, string Text, Tone Tone, bool Routine) Line(JournalEntry entry, Event happened) => happened switch
    {
        Event.Started { Rehearsal: { } leftOut } e => (e.By, $"rehearsed version {e.Version} on {e.Environment}, {leftOut}", Tone.Neutral, false),
        Event.Started e => (e.By, $"started the run of version {e.Version} on {e.Environment}", Tone.Neutral, false),
        Event.Driven e => (e.By, e.Epoch == 1 ? $"drives it on {e.Host}" : $"took the run over on {e.Host}, driver {e.Epoch}", Tone.Neutral, e.Epoch == 1),
        Event.Left e => ("driver", $"left: {e.Because}; {e.World}", Tone.Caution, false),
        Event.StageEntered e => ("driver", $"entered {Word(e.Stage)}", Tone.Neutral, false),
        Event.LockTaken e => ("driver", $"took the lock of {e.Environment} ({e.Reach})", Tone.Neutral, true),
        Event.LockReleased e => ("driver", $"gave the lock of {e.Environment} back", Tone.Neutral, true),
        Event.SectionSkipped e => ("driver", $"skipped “{plan.Sections.FirstOrDefault(s => s.Id == e.Section)?.Heading ?? e.Section}”: {e.Reason}", Tone.Neutral, false),
        Event.ActionStarted e => ("driver", $"{Name(e.Step)}: {(e.Attempt > 1 ? $"started again, attempt {e.Attempt}" : "started")}", Tone.Neutral, e.Target is null),
        Event.ActionEnded e => Ended(e),
        Event.RolloutStepStarted e => ("driver", $"{Name(e.Step)}: {e.Index + 1} of {e.Of}, {e.Name}", Tone.Neutral, true),
        Event.RolloutStepEnded e => ("driver", $"{Name(e.Step)}: {e.Name}, {e.Verdict.Verdict}{(e.Verdict.Text.Length > 0 ? $", {e.Verdict.Text}" : "")}", VerdictWords.KindOf(e.Verdict.ToVerdict()).Tone, false),
        Event.Kept e => ("driver", $"what served before on {e.Target} runs on until {e.Until:HH:mm:ss} UTC", Tone.Neutral, true),
        Event.Promoted e => (e.By, $"promoted the rollout: {e.Reason}", Tone.Caution, false),
        Event.ActionInDoubt e => ("driver", $"{Name(e.Step)}: in doubt, {e.Because}", Tone.Unknown, false),
        Event.ActionDecided e => (e.By, $"decided on {Name(e.Step)}: {e.Decision}; {e.Reason}", Tone.Caution, false),
        Event.BeforeRecorded e => ("driver", e.Nothing ? $"{e.Target} ran nothing before" : $"{e.Target} ran {e.Version} before", Tone.Neutral, true),
        Event.Signed { Declined: true } e => (e.By, $"declined to sign {Name(e.Step)} as {e.Role}{Comment(e.Comment)}", Tone.Bad, false),
        Event.Signed e => (e.By, $"signed {Name(e.Step)} as {e.Role}{Comment(e.Comment)}", Tone.Good, false),
        Event.Waived e => (e.By, $"waived {Name(e.Step)} as {e.Role} until {Moments.Full(e.Until)}: {e.Reason}", Tone.Caution, false),
        Event.NotApplicable e => (e.By, $"said that {ItemName(e.Item)} does not apply: {e.Reason}", Tone.Neutral, false),
        Event.GateHeld e => Held(e),
        Event.GatePassed e => Passed(e),
        Event.GateReleased e => (e.By, $"released {GateNames.Of(plan, e.Gate)}: {e.Reason}", Tone.Caution, false),
        Event.GlassBroken e => (e.By, $"broke the glass: {e.Reason}", Tone.Bad, false),
        Event.ReviewSigned e => (e.By, $"signed the review{Comment(e.Comment)}", Tone.Good, false),
        Event.BaselineTaken e => ("driver", $"took the baseline of {e.Metrics.Count} {(e.Metrics.Count == 1 ? "metric" : "metrics")}{(e.Refused.Count > 0 ? $"; refused: {string.Join("; ", e.Refused)}" : "")}", e.Refused.Count > 0 ? Tone.Caution : Tone.Neutral, e.Refused.Count == 0),
        Event.RuleChanged e => ("driver", $"rule “{Rule(e.Rule)}” {(e.State == "fired" ? "fired" : $"is {e.State}")}{(e.Shown.Length > 0 ? $": {e.Shown}" : "")}{(e.FilledIn ? " (filled in afterwards)" : "")}", RuleTone(e.State), e.State is "quiet" or "sparse"),
        Event.RuleAccepted e => (e.By, $"accepted the rule “{Rule(e.Rule)}” as it was: {e.Reason}", Tone.Caution, false),
        Event.GraceBegan e => ("driver", $"will go back at {Moments.Time(e.Deadline)} unless somebody holds it: “{Rule(e.Rule)}”", Tone.Bad, false),
        Event.Held e => (e.By, $"holds the run until {Moments.Time(e.Until)}: {e.Reason}", Tone.Caution, false),
        Event.WatchExtended e => (e.By, $"extended the watch by {Units.Duration(e.Seconds)}: {e.Reason}", Tone.Neutral, false),
        Event.WatchEnded e => (e.By, $"ended the watch ahead of its time: {e.Reason}", Tone.Caution, false),
        Event.HeldByRule e => ("driver", $"held: {e.Because}", Tone.Caution, false),
        Event.Released e => (e.By, $"ended the hold: {e.Reason}", Tone.Neutral, false),
        Event.RollbackDecided e => (e.By, $"decided to roll back: {e.Cause}", Tone.Bad, false),
        Event.RollbackEnded e => ("driver", e.Recovered ? $"rolled back: {e.Because}" : $"the rollback did not succeed: {e.Because}", e.Recovered ? Tone.Good : Tone.Bad, false),
        Event.RetryAsked e => (e.By, $"asked to try again: {string.Join(", ", e.Steps.Take(5).Select(Name))}{(e.Steps.Count > 5 ? $" and {e.Steps.Count - 5} more" : "")}", Tone.Neutral, false),
        Event.AbortAsked e => (e.By, $"stopped the run: {e.Reason}", Tone.Caution, false),
        Event.Amended e => (e.By, $"amended the checklist: {e.Reason}", Tone.Caution, false),
        Event.Told e => ("driver", e.Delivered ? $"told {e.Channel}: {e.Title}" : $"could not tell {e.Channel}: {e.Because}", e.Delivered ? Tone.Neutral : Tone.Caution, e.Delivered),
        Event.Gap e => ("driver", $"unseen from {Moments.Clock(e.From)} to {Moments.Time(e.To)} ({Units.Duration(e.To - e.From)}): {e.Because}", Tone.Unknown, false),
        Event.AvailabilityChanged e => ("driver", e.Up ? $"the environment answers again: {e.Because}" : $"the environment does not answer: {e.Because}", e.Up ? Tone.Good : Tone.Bad, false),
        Event.ObjectiveMissed e => ("driver", $"the objective of {Watching.Availability.Percent(e.Objective)} is missed for the {e.Period}: down {Units.Duration(e.DownSeconds)}, and {Units.Duration(e.AllowedSeconds)} are allowed", Tone.Bad, false),
        Event.Superseded e => ("driver", $"the newer run {e.By} took the target over", Tone.Caution, false),
        Event.Finished e => ("driver", e.Outcome is Outcome.RolledBack or Outcome.RollbackFailed ? $"ended: {OutcomeWord(e.Outcome)}" : $"ended: {OutcomeWord(e.Outcome)}; {e.Because}", e.Outcome switch { Outcome.Passed => Tone.Good, Outcome.RolledBack => Tone.Caution, Outcome.Unknown => Tone.Unknown, Outcome.Aborted or Outcome.Superseded => Tone.Neutral, _ => Tone.Bad }, false),
        _ => (entry.Actor, $"{entry.Type}", Tone.Neutral, false),
    };

    private (string, string, Tone, bool) Ended(Event.ActionEnded e)
    {
        var verdict = e.Verdict.ToVerdict();
        var kind = VerdictWords.KindOf(verdict);
        _last[e.Step] = kind;
        var took = e.ElapsedSeconds > 0 ? $" after {Units.Duration(e.ElapsedSeconds)}" : "";
        return ("driver", $"{Name(e.Step)}: {(kind == VerdictKind.Passed ? "done" : kind.Word)}{took}{(verdict.Message.Length > 0 ? $", {verdict.Message}" : "")}", kind.Tone, false);
    }

    private (string, string, Tone, bool) Held(Event.GateHeld e)
    {
        // The same gate again says only that one of its reasons changed.
        var again = _heldGate == e.Gate;
        _heldGate = e.Gate;
        var first = e.Holds.Count > 0 ? e.Holds[0].Split(" → ")[0] : "";
        return ("driver", again ? "" : $"waits at {GateNames.Of(plan, e.Gate)}: {first}{(e.Holds.Count > 1 ? $", and {e.Holds.Count - 1} more" : "")}", Tone.Caution, false);
    }

    private (string, string, Tone, bool) Passed(Event.GatePassed e)
    {
        _heldGate = "";
        var quiet = e.Gate.StartsWith("only-if:", StringComparison.Ordinal) || e.Gate.StartsWith("watched:", StringComparison.Ordinal);
        return ("driver", $"passed {GateNames.Of(plan, e.Gate)}{(e.Score is not null ? $", score {Gates.Show(e.Score)}" : "")}", Tone.Good, quiet);
    }

    private void Add(JournalEntry entry, string who, string text, Tone tone, bool routine = false) =>
        _lines.Add(new(entry.Sequence, entry.At, CleanText.Line(who), CleanText.Line(text), tone, routine));

    private string Name(string step) => _names.TryGetValue(step, out var name) ? name : RollbackSteps.Undo(plan, step)?.Text ?? step;

    private string ItemName(string item) => plan.AllItems.FirstOrDefault(i => i.Id == item) is { } found ? ItemReading.TextOf(found) : item;

    private string Rule(string id) => _rules.TryGetValue(id, out var text) ? text : id;

    private static string Mark(PlannedStep step) => $"{step switch { PlannedStep.Ask => '?', PlannedStep.Act => '!', _ => '@' }} {CleanText.Short(CleanText.Line(step.Text), 60)}";

    private static string Comment(string comment) => comment.Length > 0 ? $": {comment}" : "";

    private static string Word(Stage stage) => stage.ToString().ToLowerInvariant();

    private static Tone RuleTone(string state) => state switch { "fired" => Tone.Bad, "breaching" => Tone.Caution, "blind" => Tone.Unknown, "quiet" => Tone.Good, _ => Tone.Neutral };

    private static string OutcomeWord(Outcome outcome) => outcome switch { Outcome.RolledBack => "rolled back", Outcome.RollbackFailed => "rollback failed", _ => outcome.ToString().ToLowerInvariant() };
}
