using Holdpoint.Checklists;

namespace Holdpoint.Expressions;

/// <summary>A mark, read: what it asks, does, rules or wants signed.</summary>
public abstract record Instruction(Mark Mark)
{
    public sealed record Ask(Mark Mark, Check Check, Check? If) : Instruction(Mark);

    public sealed record Act(Mark Mark, Call Call, Check? If) : Instruction(Mark)
    {
        /// <summary>One attempt's limit; null: 15 minutes.</summary>
        public TimeSpan? Timeout { get; init; }

        /// <summary>How often it may be repeated; only with <c>idempotent=true</c>.</summary>
        public int Retry { get; init; }
    }

    public sealed record Rule(Mark Mark, RuleEffect Effect, Condition? When, Check? Unless, TimeSpan For, TimeSpan Grace) : Instruction(Mark)
    {
        /// <summary>Where <see cref="RuleEffect.Tell"/> speaks to.</summary>
        public Word? Channel { get; init; }

        /// <summary>Windows that its statistics look back over; it holds where it holds over each of them. Empty: over the time it must have held.</summary>
        public IReadOnlyList<TimeSpan> Over { get; init; } = [];

        /// <summary>How long after the latest deploy it is judged; null: to the end of the watch.</summary>
        public TimeSpan? Until { get; init; }

        /// <summary><c>! rollback when asked</c>: only a person causes it.</summary>
        public bool WhenAsked { get; init; }
    }

    public sealed record SignOff(Mark Mark, RoleRequirement Roles, Check? If) : Instruction(Mark);
}

public enum RuleEffect
{
    Rollback,
    Hold,
    Tell,
}

/// <param name="All">Every role, each by a different person; else any one of them.</param>
public sealed record RoleRequirement(bool All, IReadOnlyList<string> Roles)
{
    public override string ToString() => string.Join(All ? " and " : " or ", Roles);
}

/// <summary>A verb with its arguments.</summary>
public sealed record Call(Signature Signature, IReadOnlyList<Word> Arguments, IReadOnlyDictionary<string, Word> Options, Fence? Body)
{
    public bool Flag(string option) => Options.TryGetValue(option, out var word) && word.Literal == "true";
}

/// <summary>A probe with a condition on its facts, or a condition on metrics alone.</summary>
/// <param name="Call">Null for a condition on metrics.</param>
/// <param name="Condition">What has to hold, the probe's default condition already put in. Null: the probe judges by itself.</param>
/// <param name="Text">The check as it stands in the file, without the sign and without <c>if …</c>.</param>
public sealed record Check(Call? Call, Condition? Condition, Condition? WarnUnless, Timing Timing, string Text, Position At)
{
    /// <summary>What asking does beyond a look, in words; null: nothing.</summary>
    /// <param name="read">The text of a word: its variables put in, or as it stands.</param>
    public string? Announcement(Func<Word, string> read) => Call?.Signature.Announcement?.Invoke(this, read);
}

/// <summary>When and how often a check is tried; null where the mark does not say.</summary>
public sealed record Timing
{
    public static Timing None { get; } = new();

    /// <summary>Keeps trying until it passes.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>From now on, every sample must hold.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Looks back: logs, metrics.</summary>
    public TimeSpan? Over { get; init; }

    public TimeSpan? Every { get; init; }

    /// <summary>One attempt's limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Further attempts after a first that did not pass.</summary>
    public int Retry { get; init; }
}
