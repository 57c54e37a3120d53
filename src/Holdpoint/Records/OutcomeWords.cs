using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Records;

using Outcome = Runs.Outcome;

/// <summary>Says how a run ended to somebody who has ten seconds: what happened, why, and what serves now.</summary>
internal static class OutcomeWords
{
    public static Ending Of(Standing standing, RollbackRecord? rollback, string? previous)
    {
        var run = standing.Run;
        var what = $"Version {run.Start.Version}";
        if (run.End is { } end)
        {
            var because = CleanText.Line(end.Because);
            return end.Outcome switch
            {
                Outcome.Passed => new(end.Outcome, "Passed", run.Changed
                    ? $"{what} is live on {run.Environment}: {because}."
                    : $"The checklist for {run.Environment} is done: {because}. Nothing was deployed by it.", because, Tone.Good),
                Outcome.RolledBack => new(end.Outcome, "Rolled back", RolledBack(what, run, rollback, previous), because, Tone.Caution),
                Outcome.RollbackFailed => new(end.Outcome, "Rollback failed", $"{what} should have been rolled back and was not proven to be: {because}. {run.Environment} needs a person now.", because, Tone.Bad),
                Outcome.Failed => new(end.Outcome, "Failed", $"{what} failed on {run.Environment}: {because}. {World(run, previous)}", because, Tone.Bad),
                Outcome.Aborted => new(end.Outcome, "Stopped", $"{run.Abort?.By ?? "Somebody"} stopped the run: {because}. {World(run, previous)}", because, Tone.Neutral),
                Outcome.Unknown => new(end.Outcome, "Unknown", $"Nobody can say whether {what.ToLowerInvariant()} is well on {run.Environment}: {because}.", because, Tone.Unknown),
                Outcome.Superseded => new(end.Outcome, "Superseded", $"A newer run has taken {run.Environment} over: {because}.", because, Tone.Neutral),
                _ => throw new InvalidOperationException($"no such outcome: {end.Outcome}"),
            };
        }

        return UnderWay(standing, what, previous);
    }

    private static Ending UnderWay(Standing standing, string what, string? previous)
    {
        var run = standing.Run;
        var stage = run.CurrentStage is { } s ? $"in {s.ToString().ToLowerInvariant()}" : "about to begin";
        if (run.Rollback is { } back)
            return new(null, "Rolling back", $"{what} is being rolled back: {CleanText.Line(back.Decided.Cause)}.", "a rollback is under way", Tone.Bad);
        if (run.Grace is { } grace)
            return new(null, "Rolling back soon", $"{what} will be rolled back at {Moments.Time(grace.Deadline)} unless somebody holds it: holdpoint hold.", "a rollback waits in its grace", Tone.Bad);
        if (run.RuleHold is { } ruled)
            return new(null, "Held", $"{what} is held: {CleanText.Line(ruled.Because)}. A person decides: go back, or go on.", ruled.Because, Tone.Caution);
        if (run.Hold is { } hold && hold.Until > standing.Now)
            return new(null, "Held", $"{hold.By} holds {what.ToLowerInvariant()} until {Moments.Time(hold.Until)}: {CleanText.Line(hold.Reason)}.", hold.Reason, Tone.Caution);
        var gate = run.Gates.Where(g => g.Value is GateState.Holding).Select(g => (Id: g.Key, State: (GateState.Holding)g.Value)).OrderBy(g => g.State.Since).LastOrDefault();
        if (gate.State is { Holds: [var first, ..] holds })
        {
            var more = holds.Count > 1 ? $" And {holds.Count - 1} more." : "";
            return new(null, "Waiting", $"{what} waits at {GateNames.Of(standing.Plan, gate.Id)} since {Moments.Time(gate.State.Since)}: {CleanText.Line(first)}.{more} {World(run, previous)}", first, Tone.Caution);
        }

        return run.Left is { } left
            ? new(null, "Paused", $"{what} is {stage} and nobody drives it: {CleanText.Line(left.Because)}. {World(run, previous)}", left.Because, Tone.Caution)
            : new(null, "In progress", $"{what} is {stage} on {run.Environment}. {World(run, previous)}", $"it is {stage}", Tone.Neutral);
    }

    private static string RolledBack(string what, Run run, RollbackRecord? rollback, string? previous)
    {
        var cause = rollback is null ? run.End!.Because : rollback.By == "driver" ? rollback.Cause : $"{rollback.By} asked for it ({rollback.Cause})";
        var serving = previous is null ? "What ran before serves again" : $"Version {previous} serves again";
        var after = rollback is { Detection: { } detection, TotalSeconds: { } total } ? $" {Units.Duration(detection + total)} after it began" : "";
        return $"{what} was rolled back: {CleanText.Line(cause)}. {serving}{after}.";
    }

    private static string World(Run run, string? previous) => !run.Changed
        ? $"Nothing was changed{(previous is null ? "" : $": version {previous} still serves")}."
        : run.Deployed.Count > 0 ? $"What was deployed was left as it is." : "Something was changed and left as it is.";
}

/// <summary>Names of gates as people say them.</summary>
internal static class GateNames
{
    public static string Of(Plan plan, string gate)
    {
        var (kind, name) = gate.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? (gate[..colon], gate[(colon + 1)..]) : ("", gate);
        return kind switch
        {
            "stage" => $"the end of {name}",
            "section" => $"the end of “{Heading(plan, name)}”",
            "entry" => $"the door to {name}",
            "only-if" => $"the start of “{Heading(plan, name)}”",
            "watched" => $"the last round of “{Heading(plan, name)}”",
            "cause" => $"the question whether to go back ({name})",
            "blind" => $"the blind rule {name}",
            _ => gate,
        };
    }

    private static string Heading(Plan plan, string id) => plan.Sections.FirstOrDefault(s => s.Id == id)?.Heading is { Length: > 0 } heading ? CleanText.Line(heading) : id;
}

/// <summary>Shares as they are shown: a small one keeps two digits, because 66 seconds of a month are not nothing.</summary>
internal static class Shares
{
    public static string Show(double share) => Math.Abs(share) is > 0 and < 0.001
        ? Math.Round((decimal)share * 100, Math.Clamp(1 - (int)Math.Floor(Math.Log10(Math.Abs(share * 100))), 0, 20)).ToString("0.####################", System.Globalization.CultureInfo.InvariantCulture) + "%"
        : Expressions.Units.Ratio(share);
}

/// <summary>Moments as records write them: UTC, to the second.</summary>
internal static class Moments
{
    public static string Full(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
