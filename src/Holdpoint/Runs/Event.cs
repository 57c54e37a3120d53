using Holdpoint.Journal;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>What happened in a run. The state of a run is what replaying its events gives; nothing else is kept. Names on the wire: <see cref="EventNames"/>.</summary>
public abstract record Event
{
    /// <summary>The first event: everything that the run is made of, as it was read.</summary>
    public sealed record Started(
        string Run, string Environment, string Version, string? PreviousVersion, string By, Definition Definition,
        string Tool, int Format, string? PreviousRun, string? PreviousHead, DateTimeOffset? PlannedFor) : Event
    {
        /// <summary>It is a rehearsal, and this is left out of it; null: it is none.</summary>
        public string? Rehearsal { get; init; }
    }

    /// <summary>A driver took the run; from here on only it, or a higher epoch, drives.</summary>
    public sealed record Driven(int Epoch, string By, string Host, int ProcessId) : Event;

    /// <summary>The driver left in good order. <paramref name="World"/> says in what state the world is.</summary>
    public sealed record Left(string Because, string World) : Event;

    public sealed record StageEntered(Stage Stage) : Event;

    /// <summary>The lock of the environment is held by this run, or by it no more.</summary>
    public sealed record LockTaken(string Environment, string Reach) : Event;

    public sealed record LockReleased(string Environment) : Event;

    public sealed record SectionSkipped(string Section, string Reason) : Event;

    /// <summary>One attempt of a check. Every attempt is kept.</summary>
    /// <param name="Occurrence">Which time of a watched section, from 1; 0 outside of a watch.</param>
    /// <param name="Facts">What the condition looked at, by fact key.</param>
    public sealed record Checked(
        string Step, int Attempt, VerdictRecord Verdict, double ElapsedSeconds, IReadOnlyDictionary<string, string> Facts,
        IReadOnlyList<EvidenceReference> Evidence, int Occurrence) : Event;

    /// <summary>Written before the action's effect. <paramref name="Job"/> names the folder that outlives the driver.</summary>
    /// <param name="PostconditionBefore">Whether its postcondition already held; only one that did not can prove the action later.</param>
    /// <param name="InDriver">Its driver does it by itself; there is no job. With neither, and no steps, nothing was begun.</param>
    /// <param name="Rollout">It goes step by step; each is journaled by itself.</param>
    public sealed record ActionStarted(string Step, int Attempt, string Job, string Verb, string? Target, bool PostconditionBefore, bool InDriver = false, bool Rollout = false) : Event
    {
        /// <summary>Something may have happened: it was not skipped, refused or found done.</summary>
        internal bool Begins => Job.Length > 0 || InDriver || Rollout;
    }

    /// <summary>Written before the effect of a rollout's step.</summary>
    /// <param name="Index">From 0.</param>
    /// <param name="Of">How many steps the rollout has.</param>
    /// <param name="Job">Names the folder that outlives the driver; empty where the driver does it by itself.</param>
    public sealed record RolloutStepStarted(string Step, int Index, int Of, string Name, string Job) : Event;

    public sealed record RolloutStepEnded(string Step, int Index, string Name, VerdictRecord Verdict, double ElapsedSeconds) : Event;

    /// <summary>What served before runs on without requests until then, as the fastest way back; then it is retired.</summary>
    public sealed record Kept(string Target, DateTimeOffset Until) : Event;

    /// <summary>A person ends the pauses of the rollout that is under way: what is left of it follows at once, its health waited for all the same.</summary>
    public sealed record Promoted(string By, string Reason) : Event;

    public sealed record ActionEnded(string Step, VerdictRecord Verdict, double ElapsedSeconds, IReadOnlyList<EvidenceReference> Evidence) : Event;

    /// <summary>It was started and nobody knows how it ended.</summary>
    public sealed record ActionInDoubt(string Step, string Because) : Event;

    /// <summary>A person, or a proof, said how an action in doubt ended: <c>done</c>, <c>retry</c>, <c>failed</c>.</summary>
    public sealed record ActionDecided(string Step, string Decision, string By, string Reason) : Event;

    /// <summary>What ran on a target before this run changed it. <paramref name="Nothing"/>: no version was there.</summary>
    public sealed record BeforeRecorded(string Target, string State, bool Nothing) : Event
    {
        /// <summary>What people call it; the state itself where nothing else is said.</summary>
        public string Version { get; init; } = State;
    }

    /// <summary>A person signed, or declined to.</summary>
    public sealed record Signed(string Step, string Role, string By, bool Declined, string Comment) : Event;

    public sealed record Waived(string Step, string By, string Role, string Reason, DateTimeOffset Until) : Event;

    /// <summary>An optional item does not apply this time.</summary>
    public sealed record NotApplicable(string Item, string By, string Reason) : Event;

    public sealed record GateHeld(string Gate, IReadOnlyList<string> Holds) : Event;

    public sealed record GatePassed(string Gate, decimal? Score) : Event;

    public sealed record GateReleased(string Gate, string By, string Reason) : Event;

    /// <summary>Gates, freezes and four eyes no longer hold this run; a review stays open until another person signs it.</summary>
    public sealed record GlassBroken(string By, string Reason) : Event;

    public sealed record ReviewSigned(string By, string Comment) : Event;

    /// <summary>Median and spread of each metric before the deployment; a metric that gave none is missing.</summary>
    public sealed record BaselineTaken(IReadOnlyDictionary<string, BaselineRecord> Metrics, IReadOnlyList<string> Refused) : Event;

    /// <summary>The state of a rule changed: quiet, breaching, fired, sparse, blind, unarmed.</summary>
    public sealed record RuleChanged(string Rule, string State, string Shown, DateTimeOffset Since, bool FilledIn) : Event;

    /// <summary>A person accepts that a rule is breaching or blind on entering deploy; it arms after it was quiet once.</summary>
    public sealed record RuleAccepted(string Rule, string By, string Reason) : Event;

    /// <summary>A rollback will act at the deadline unless a person holds it.</summary>
    public sealed record GraceBegan(string Rule, DateTimeOffset Deadline) : Event;

    /// <summary>A person holds the run, or a rollback in its grace, until a moment.</summary>
    public sealed record Held(string By, string Reason, DateTimeOffset Until) : Event;

    /// <summary>A person has what is watched watched for so much longer.</summary>
    public sealed record WatchExtended(string By, string Reason, double Seconds) : Event;

    /// <summary>A person ends the watch ahead of its time: what is watched is looked at once more, and that is that.</summary>
    public sealed record WatchEnded(string By, string Reason) : Event;

    /// <summary>A rule, or what can't be undone, holds the run until a person releases it.</summary>
    public sealed record HeldByRule(string Rule, string Because) : Event;

    /// <summary>A person ends a hold.</summary>
    public sealed record Released(string By, string Reason) : Event;

    /// <param name="BreachBegan">When what caused it began: the rule's first bad sample, the check's failure, the request.</param>
    public sealed record RollbackDecided(string Cause, string? Rule, string By, DateTimeOffset BreachBegan) : Event
    {
        /// <summary>These targets alone; empty: whatever the run has deployed.</summary>
        public IReadOnlyList<string> Only { get; init; } = [];
    }

    /// <summary>Four times in seconds; recovery is missing where the checks never passed.</summary>
    public sealed record RollbackEnded(bool Recovered, string Because, double Detection, double Decision, double Execution, double? Recovery) : Event;

    public sealed record RetryAsked(string By, IReadOnlyList<string> Steps) : Event;

    /// <param name="RollBack">Null: nothing had changed.</param>
    public sealed record AbortAsked(string By, string Reason, bool? RollBack) : Event;

    public sealed record Amended(string By, string Reason, Definition Definition, IReadOnlyDictionary<string, string> Ids) : Event;

    public sealed record Told(string Channel, string Title, bool Delivered, string Because) : Event;

    /// <summary>Nobody looked between these moments: a driver that was away, a machine that slept.</summary>
    public sealed record Gap(DateTimeOffset From, DateTimeOffset To, string Because) : Event;

    /// <summary>A chunk of samples, as evidence.</summary>
    public sealed record Sampled(string Metric, IReadOnlyList<EvidenceReference> Evidence, int Count) : Event
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public EvidenceReference Chunk => Evidence[0];
    }

    public sealed record AvailabilityChanged(bool Up, string Because) : Event;

    /// <summary>Downtime of the environment from deploy to now: at every end of an outage, every hour, and at the end. The newest one counts, and whoever drives on goes on from it.</summary>
    public sealed record AvailabilityMeasured(double ObservedSeconds, double DownSeconds, double? Objective) : Event
    {
        /// <summary>The first and the newest look that are counted.</summary>
        public DateTimeOffset? Since { get; init; }

        public DateTimeOffset? Until { get; init; }

        /// <summary>Time that nobody saw.</summary>
        public double UnseenSeconds { get; init; }
    }

    /// <summary>What the objective leaves for a whole day, or for a whole month, was spent by the downtime of this run alone; told once for each.</summary>
    /// <param name="Period">day, month.</param>
    public sealed record ObjectiveMissed(string Period, double Objective, double DownSeconds, double AllowedSeconds) : Event;

    public sealed record Superseded(string By) : Event;

    public sealed record Finished(Outcome Outcome, string Because) : Event;
}

/// <summary>A verdict as it is stored.</summary>
/// <param name="Verdict">passed, warned, failed, unknown, skipped or pending.</param>
/// <param name="Text">Shown, actual, because or reason.</param>
public sealed record VerdictRecord(string Verdict, string Text, string? Expected = null)
{
    public static VerdictRecord Of(Expressions.Verdict verdict) => verdict switch
    {
        Expressions.Verdict.Failed f => new(f.Name, f.Actual, f.Expected),
        _ => new(verdict.Name, verdict.Message),
    };

    public Expressions.Verdict ToVerdict() => Verdict switch
    {
        "passed" => new Expressions.Verdict.Passed(Text),
        "warned" => new Expressions.Verdict.Warned(Text),
        "failed" => new Expressions.Verdict.Failed(Expected ?? "", Text),
        "unknown" => new Expressions.Verdict.Unknown(Text),
        "skipped" => new Expressions.Verdict.Skipped(Text),
        "pending" => new Expressions.Verdict.Pending(Text),
        _ => throw new DamagedJournal($"no such verdict: {Verdict}"),
    };
}

/// <param name="Spread">Median absolute deviation.</param>
public sealed record BaselineRecord(double Median, double Spread, int Count);

/// <summary>What a run was made of: the files as read, and the variables (secrets only by their names).</summary>
/// <param name="Files">The checklist first, then the configuration where there is one, then included checklists.</param>
public sealed record Definition(IReadOnlyList<DefinitionFile> Files, string? Configuration, IReadOnlyDictionary<string, string> Variables);

public sealed record DefinitionFile(string Path, string Text);

/// <summary>How a run ended, with the exit code that says so.</summary>
public enum Outcome
{
    Passed = 0,
    Failed = 1,
    RolledBack = 4,
    Aborted = 5,
    Unknown = 6,
    RollbackFailed = 7,
    Superseded = 9,
}
