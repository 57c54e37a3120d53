using System.Collections.Immutable;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>The state of a run: what folding its events gives (<see cref="Evolution"/>), and nothing else. No clock, no I/O.</summary>
public sealed record Run
{
    public required Event.Started Start { get; init; }

    public required Definition Definition { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Number and time of the newest event.</summary>
    public long Sequence { get; init; }

    public DateTimeOffset LastAt { get; init; }

    /// <summary>Time of the newest event of a driver at its work: how long ago somebody looked, at most.</summary>
    public DateTimeOffset? LookedLast { get; init; }

    public string Id => Start.Run;

    public string Environment => Start.Environment;

    /// <summary>The driver that has the run, or had it last.</summary>
    public Event.Driven? Driver { get; init; }

    public int Epoch => Driver?.Epoch ?? 0;

    /// <summary>Why the driver left in good order; null while one drives, or after it died.</summary>
    public Event.Left? Left { get; init; }

    /// <summary>Everybody who started or resumed it: with four eyes they sign nothing.</summary>
    public ImmutableHashSet<string> Drivers { get; init; } = [];

    /// <summary>Stages entered, with when.</summary>
    public ImmutableDictionary<Stage, DateTimeOffset> Entered { get; init; } = ImmutableDictionary<Stage, DateTimeOffset>.Empty;

    public ImmutableDictionary<string, StepState> Steps { get; init; } = ImmutableDictionary<string, StepState>.Empty;

    public ImmutableDictionary<string, string> SkippedSections { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, Event.NotApplicable> NotApplicable { get; init; } = ImmutableDictionary<string, Event.NotApplicable>.Empty;

    public ImmutableDictionary<string, GateState> Gates { get; init; } = ImmutableDictionary<string, GateState>.Empty;

    public ImmutableDictionary<string, TargetState> Targets { get; init; } = ImmutableDictionary<string, TargetState>.Empty;

    /// <summary>Targets in the order in which their deploys started.</summary>
    public ImmutableList<string> Deployed { get; init; } = [];

    /// <summary>An action of the deploy stage or later, or any deploy, has been started: the world is no longer as it was.</summary>
    public bool Changed { get; init; }

    public Event.BaselineTaken? Baseline { get; init; }

    public ImmutableDictionary<string, RuleProgress> Rules { get; init; } = ImmutableDictionary<string, RuleProgress>.Empty;

    public Event.GraceBegan? Grace { get; init; }

    public Event.Held? Hold { get; init; }

    public Event.HeldByRule? RuleHold { get; init; }

    /// <summary>By how much people had the watch extended, each time.</summary>
    public ImmutableList<TimeSpan> WatchExtensions { get; init; } = [];

    /// <summary>A person ended the watch ahead of its time.</summary>
    public Event.WatchEnded? WatchEnded { get; init; }

    public RollbackState? Rollback { get; init; }

    public Event.AbortAsked? Abort { get; init; }

    public Event.GlassBroken? Glass { get; init; }

    public bool ReviewSigned { get; init; }

    public bool LockHeld { get; init; }

    /// <summary>A newer run has taken the target over.</summary>
    public string? SupersededBy { get; init; }

    public Event.AvailabilityMeasured? Availability { get; init; }

    /// <summary>Whether the environment answered when that last changed; null: it has not changed yet.</summary>
    public bool? Answers { get; init; }

    /// <summary>Periods (day, month) whose objective this run's downtime has missed.</summary>
    public ImmutableHashSet<string> ObjectivesMissed { get; init; } = [];

    public Event.Finished? End { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Names of events that this program does not know, with their numbers: it may roll such a run back, not drive it on.</summary>
    public ImmutableList<string> UnknownEvents { get; init; } = [];

    public bool HasEnded => End is not null;

    public StepState Step(string id) => Steps.GetValueOrDefault(id) ?? StepState.Untouched;

    public Stage? CurrentStage => Rollback is not null ? Stage.Rollback : Entered.Count == 0 ? null : Entered.Keys.Max();
}

/// <summary>What is known of one step.</summary>
public sealed record StepState
{
    public static StepState Untouched { get; } = new();

    /// <summary>Of the newest attempt; null: none yet, or a retry was asked for.</summary>
    public VerdictRecord? Verdict { get; init; }

    /// <summary>Of the newest attempt of a check, whatever was asked for since: what a person saw who signed.</summary>
    public VerdictRecord? Seen { get; init; }

    public int Attempts { get; init; }

    /// <summary>The attempt of a watched section's round.</summary>
    public int Occurrence { get; init; }

    /// <summary>Rounds of the watch in which it failed or was unknown.</summary>
    public int BadOccurrences { get; init; }

    public DateTimeOffset At { get; init; }

    public long AtSequence { get; init; }

    public double ElapsedSeconds { get; init; }

    public ImmutableDictionary<string, string> Facts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>An action that was started and has no result yet.</summary>
    public Event.ActionStarted? Running { get; init; }

    /// <summary>How far a rollout has come; null while it has not begun, and for what is none.</summary>
    public RolloutProgress? Rollout { get; init; }

    /// <summary>An action of which something may have happened: not one that was skipped, refused or found done.</summary>
    public bool Begun { get; init; }

    /// <summary>Nobody knows how it ended.</summary>
    public string? InDoubt { get; init; }

    /// <summary>A person has said: again, whatever stood against it.</summary>
    public bool Forced { get; init; }

    public Event.Waived? Waiver { get; init; }

    public ImmutableList<PersonSignature> Signatures { get; init; } = [];
}

/// <param name="Sequence">The event's number: what the person saw is what stood before it.</param>
/// <param name="Lapsed">The checklist was amended, or a check that the person had seen got worse.</param>
/// <param name="LapsedAt">Null: it has not lapsed.</param>
public sealed record PersonSignature(Event.Signed Signed, long Sequence, DateTimeOffset At, string? Lapsed = null, DateTimeOffset? LapsedAt = null)
{
    public PersonSignature Lapse(string because, DateTimeOffset at) => Lapsed is null ? this with { Lapsed = because, LapsedAt = at } : this;
}

/// <param name="At">The step that was started last.</param>
/// <param name="Ended">That step has ended well, so that the next one is to be started.</param>
/// <param name="Promoted">A person has ended the pauses that are left.</param>
public sealed record RolloutProgress(Event.RolloutStepStarted At, DateTimeOffset Since, bool Ended, bool Promoted);

public abstract record GateState(DateTimeOffset Since)
{
    public sealed record Holding(DateTimeOffset Since, IReadOnlyList<string> Holds) : GateState(Since);

    public sealed record Passed(DateTimeOffset Since, decimal? Score) : GateState(Since);

    public sealed record Released(DateTimeOffset Since, string By, string Reason) : GateState(Since);

    public bool IsOpen => this is Passed or Released;
}

/// <param name="Before">What ran before; null: not recorded.</param>
/// <param name="Undone">It has been returned to what ran before.</param>
public sealed record TargetState(Event.BeforeRecorded? Before, bool DeployStarted, bool Undone)
{
    /// <summary>Until when what served before runs on; null: nobody stops it.</summary>
    public DateTimeOffset? KeptUntil { get; init; }
}

/// <param name="Shown">The rule's condition with its values.</param>
public sealed record RuleProgress(string State, DateTimeOffset Since, string Shown, bool Accepted)
{
    /// <summary>How long it was blind since deploy was entered, the spell that has not ended left out.</summary>
    public TimeSpan Blind { get; init; }

    /// <summary>When it became blind; null while it is not.</summary>
    public DateTimeOffset? BlindFrom { get; init; }

    public TimeSpan BlindUntil(DateTimeOffset now) => Blind + (BlindFrom is { } from && now > from ? now - from : TimeSpan.Zero);
}

/// <param name="DecidedAt">When the decision was journaled.</param>
/// <param name="StartedAt">When its first step started.</param>
public sealed record RollbackState(Event.RollbackDecided Decided, DateTimeOffset DecidedAt, DateTimeOffset? StartedAt, Event.RollbackEnded? Ended)
{
    public bool Concerns(string target) => Decided.Only.Count == 0 || Decided.Only.Contains(target);
}
