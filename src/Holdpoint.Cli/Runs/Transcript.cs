using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Holdpoint.Watching;

namespace Holdpoint.Cli.Runs;

/// <summary>One transition of a run.</summary>
/// <param name="Subject">What it is about: an item's id, a stage, a gate, <c>run</c>.</param>
/// <param name="Step">The step behind it, where there is one.</param>
internal sealed record TranscriptLine(DateTimeOffset At, Sign Sign, string Subject, string Message, string? Step = null)
{
    /// <summary>For logs: the time in UTC, the sign, what, and the message; one line, whatever is in it. This form stays as it is.</summary>
    public override string ToString() => Terminal.Clean($"{Clock.Utc(At)} {Sign.Glyph} {Subject}{(Message.Length > 0 ? $": {Message}" : "")}");
}

/// <summary>Turns events into lines. Samples, evidence and what only the engine needs are left out.</summary>
internal static class Transcript
{
    /// <summary>Null: nothing that anybody has to read.</summary>
    public static TranscriptLine? Of(Plan plan, JournalEntry entry, Event happened)
    {
        var line = Of(plan, happened);
        return line is { } said ? new(entry.At, said.Sign, said.Subject, said.Message, said.Step) : null;
    }

    private static (Sign Sign, string Subject, string Message, string? Step)? Of(Plan plan, Event happened) => happened switch
    {
        Event.Started e => (Sign.Running, "run", $"{e.Run}: {e.Version} to {e.Environment}, by {e.By}{(e.Rehearsal is { } rehearsal ? $"; a rehearsal, {rehearsal}" : "")}", null),
        Event.Driven { Epoch: > 1 } e => (Sign.Running, "run", $"driven on by {e.By} on {e.Host}", null),
        Event.Left e => (Sign.Holds, "run", $"left: {e.Because}; {e.World}", null),
        Event.StageEntered e => (Sign.Running, GateWords.Of(e.Stage), "entered", null),
        Event.LockTaken e => (Sign.Passed, "lock", $"{e.Environment} is locked by this run ({e.Reach})", null),
        Event.LockReleased e => (Sign.Passed, "lock", $"{e.Environment} is unlocked", null),
        Event.SectionSkipped e => (Sign.Skipped, e.Section, e.Reason, null),
        Event.Checked e => Checked(e),
        Event.ActionStarted { Job.Length: 0, Verb: "deploy-refused" } => null,
        Event.ActionStarted e => (Sign.Running, e.Step, e.Attempt > 1 ? $"started, attempt {e.Attempt}" : "started", e.Step),
        Event.ActionEnded e => Verdict(e.Step, e.Verdict.ToVerdict(), e.ElapsedSeconds, ""),
        Event.RolloutStepStarted e => (Sign.Running, e.Step, $"{e.Index + 1} of {e.Of}: {e.Name}", e.Step),
        Event.RolloutStepEnded e => Verdict(e.Step, e.Verdict.ToVerdict(), e.ElapsedSeconds, $" ({e.Name})"),
        Event.Kept e => (Sign.Passed, e.Target, $"what served before runs on until {e.Until.ToLocalTime():HH:mm:ss}", null),
        Event.Promoted e => (Sign.Waived, "run", $"promoted by {e.By}: {e.Reason}", null),
        Event.ActionInDoubt e => (Sign.Unknown, e.Step, $"in doubt: {e.Because}", e.Step),
        Event.ActionDecided e => (e.Decision == "failed" ? Sign.Failed : Sign.Warned, e.Step, $"{e.By} decided: {e.Decision}; {e.Reason}", e.Step),
        Event.BeforeRecorded e => (Sign.Passed, e.Target, e.Nothing ? "ran nothing before" : $"ran {e.Version} before", null),
        Event.Signed { Declined: true } e => (Sign.Failed, e.Step, $"declined by {e.By} ({e.Role}){Tail(e.Comment)}", e.Step),
        Event.Signed e => (Sign.Passed, e.Step, $"signed by {e.By} ({e.Role}){Tail(e.Comment)}", e.Step),
        Event.Waived e => (Sign.Waived, e.Step, $"waived by {e.By} ({e.Role}) until {Clock.Utc(e.Until)}: {e.Reason}", e.Step),
        Event.NotApplicable e => (Sign.Skipped, e.Item, $"does not apply, says {e.By}: {e.Reason}", null),
        Event.GateHeld e => (Sign.Holds, e.Gate, $"{GateWords.Of(plan, e.Gate)} holds: {string.Join("; ", e.Holds)}", null),
        Event.GatePassed e when e.Gate.StartsWith("watched:", StringComparison.Ordinal) => (Sign.Running, e.Gate["watched:".Length..], "the last round is over", null),
        Event.GatePassed e => (Sign.Passed, e.Gate, e.Score is null ? "passed" : $"passed, score {Gates.Show(e.Score)}", null),
        Event.GateReleased e => (Sign.Waived, e.Gate, $"released by {e.By}: {e.Reason}", null),
        Event.GlassBroken e => (Sign.Warned, "run", $"{e.By} broke the glass: {e.Reason}", null),
        Event.ReviewSigned e => (Sign.Passed, "review", $"signed by {e.By}{Tail(e.Comment)}", null),
        Event.BaselineTaken { Metrics.Count: 0, Refused.Count: 0, Origin: null } => null,
        Event.BaselineTaken e => (e.Refused.Count > 0 ? Sign.Warned : Sign.Passed, "baseline", $"taken of {e.Metrics.Count} {(e.Metrics.Count == 1 ? "value" : "values")}{(e.Origin is null ? "" : $" from {e.Origin}{(e.Found is null ? "" : $" ({e.Found})")}")}{(e.Refused.Count > 0 ? $"; refused: {string.Join("; ", e.Refused)}" : "")}", null),
        Event.RuleChanged e => (Sign.OfRule(e.State), e.Rule, $"{e.State}{(e.Shown.Length > 0 ? $": {e.Shown}" : "")}{(e.FilledIn ? " (filled in)" : "")}", null),
        Event.RuleAccepted e => (Sign.Waived, e.Rule, $"accepted as it is by {e.By}: {e.Reason}", null),
        Event.GraceBegan e => (Sign.Warned, e.Rule, $"rolling back at {Clock.Utc(e.Deadline)} unless somebody holds it: holdpoint hold --reason …", null),
        Event.Held e => (Sign.Holds, "run", $"held by {e.By} until {Clock.Utc(e.Until)}: {e.Reason}", null),
        Event.WatchExtended e => (Sign.Running, "watch", $"extended by {Units.Duration(e.Seconds)}, says {e.By}: {e.Reason}", null),
        Event.WatchEnded e => (Sign.Waived, "watch", $"ended ahead of its time by {e.By}: {e.Reason}", null),
        Event.HeldByRule e => (Sign.Holds, "run", $"held: {e.Because}", null),
        Event.Released e => (Sign.Running, "run", $"hold ended by {e.By}: {e.Reason}", null),
        Event.RollbackDecided { Cause: Rehearsing.Cause } => (Sign.Running, "rollback", "begins, as a rehearsal ends", null),
        Event.RollbackDecided e => (Sign.Failed, "rollback", $"decided by {e.By}: {e.Cause}", null),
        Event.RollbackEnded e => (e.Recovered ? Sign.Passed : Sign.Failed, "rollback",
            $"{(e.Recovered ? "recovered" : "not recovered")}: {e.Because}; detection {Seconds(e.Detection)}, decision {Seconds(e.Decision)}, execution {Seconds(e.Execution)}, recovery {(e.Recovery is { } r ? Seconds(r) : "never")}", null),
        Event.RetryAsked e => (Sign.Running, "run", $"{e.By} tries again: {string.Join(", ", e.Steps)}", null),
        Event.AbortAsked e => (Sign.Failed, "run", $"aborted by {e.By}: {e.Reason}", null),
        Event.Amended e => (Sign.Warned, "run", $"amended by {e.By}: {e.Reason}", null),
        Event.Told { Delivered: true } e => (Sign.Passed, e.Channel, $"told: {e.Title}", null),
        Event.Told e => (Sign.Warned, e.Channel, $"not told \"{e.Title}\": {e.Because}", null),
        Event.Gap e => (Sign.Unknown, "run", $"nobody looked from {Clock.Utc(e.From)} to {Clock.Utc(e.To)}: {e.Because}", null),
        Event.AvailabilityChanged e => (e.Up ? Sign.Passed : Sign.Failed, "availability", $"{(e.Up ? "answers" : "does not answer")}: {e.Because}", null),
        Event.AvailabilityMeasured e => (Sign.Passed, "availability", $"down {Seconds(e.DownSeconds)} of {Seconds(e.ObservedSeconds)}", null),
        Event.ObjectiveMissed e => (Sign.Failed, "availability", $"the objective of {Availability.Percent(e.Objective)} is missed for the {e.Period}: down {Seconds(e.DownSeconds)}, allowed {Seconds(e.AllowedSeconds)}", null),
        Event.Superseded e => (Sign.Skipped, "run", $"superseded by {e.By}", null),
        Event.Finished e => (OfOutcome(e.Outcome), "run", $"{OutcomeWord(e.Outcome)}: {e.Because}", null),
        Event.Driven or Event.Sampled => null,
        _ => throw new InvalidOperationException($"no such event: {happened.GetType().Name}"),
    };

    public static string OutcomeWord(Outcome outcome) => outcome switch
    {
        Outcome.RolledBack => "rolled back",
        Outcome.RollbackFailed => "rollback failed",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    public static Sign OfOutcome(Outcome outcome) => outcome switch
    {
        Outcome.Passed => Sign.Passed,
        Outcome.RolledBack => Sign.Warned,
        Outcome.Unknown => Sign.Unknown,
        Outcome.Superseded or Outcome.Aborted => Sign.Skipped,
        _ => Sign.Failed,
    };

    private static (Sign, string, string, string?)? Checked(Event.Checked e) => e.Verdict.ToVerdict() switch
    {
        // The answer to a sign-off's own condition: it is wanted, which the gate says in its turn.
        Expressions.Verdict.Pending => null,
        var verdict => Verdict(e.Step, verdict, e.ElapsedSeconds, e.Occurrence > 0 ? $" (round {e.Occurrence})" : ""),
    };

    private static (Sign, string, string, string?) Verdict(string step, Verdict verdict, double elapsed, string more) =>
        (Sign.Of(verdict), step, $"{verdict.Message}{more}{(elapsed >= 1 ? $" [{Seconds(elapsed)}]" : "")}", step);

    private static string Seconds(double seconds) => Units.Duration(seconds >= 10 ? Math.Round(seconds) : Math.Round(seconds, 1));

    private static string Tail(string comment) => comment.Length > 0 ? $": {comment}" : "";
}
