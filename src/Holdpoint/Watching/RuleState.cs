namespace Holdpoint.Watching;

/// <summary>Where a rule stands.</summary>
public abstract record RuleState
{
    /// <summary>Its condition held before the change and a person accepted that: it arms after it was quiet once, so that a hotfix during an incident does not undo itself.</summary>
    public sealed record Unarmed : RuleState;

    public sealed record Quiet : RuleState;

    /// <summary>The condition holds, but not yet for long enough.</summary>
    /// <param name="Samples">How many breaching ones there have been since.</param>
    public sealed record Breaching(DateTimeOffset Since, int Samples, string Shown) : RuleState;

    /// <summary>Latched: what comes later does not take it back.</summary>
    /// <param name="Since">Since when the condition had held.</param>
    public sealed record Fired(DateTimeOffset At, DateTimeOffset Since, string Shown) : RuleState;

    /// <summary>Too few events to judge by: not quiet.</summary>
    public sealed record Sparse(DateTimeOffset Since, string Because) : RuleState
    {
        public bool WasUnarmed { get; init; }
    }

    public sealed record Blind(DateTimeOffset Since, string Because) : RuleState
    {
        public bool WasUnarmed { get; init; }
    }

    private protected RuleState() { }

    public static RuleState Start { get; } = new Quiet();

    /// <summary>Samples in a row without a judgement, that have not yet made the rule sparse or blind.</summary>
    public int Unjudged { get; init; }

    /// <summary>When the first of them was.</summary>
    public DateTimeOffset? UnjudgedSince { get; init; }

    /// <summary>The newest sample that was taken account of: the same one counts once.</summary>
    public DateTimeOffset? Seen { get; init; }

    /// <summary>The word on the wire and on the screen.</summary>
    public string Name => this switch
    {
        Unarmed => "unarmed",
        Quiet => "quiet",
        Breaching => "breaching",
        Fired => "fired",
        Sparse => "sparse",
        Blind => "blind",
        _ => throw new InvalidOperationException($"no such state: {GetType().Name}"),
    };
}

/// <summary>A rule's state changed. Only these are told and journaled.</summary>
/// <param name="Message">The condition with its values, or why it can't be judged.</param>
public sealed record RuleTransition(string RuleId, RuleState From, RuleState To, DateTimeOffset At, string Message)
{
    /// <summary>It fired on samples that were filled in, and the breach is over: it holds and tells, and never acts.</summary>
    public bool OnlyHolds { get; init; }

    public bool Fires => To is RuleState.Fired && From is not RuleState.Fired;

    /// <summary>The condition began to hold, whether or not it fired at once.</summary>
    public bool BeginsToBreach => To is RuleState.Breaching && From is not RuleState.Breaching;
}
