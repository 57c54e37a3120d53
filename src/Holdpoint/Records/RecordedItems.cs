using Holdpoint.Checklists;
using Holdpoint.Plans;

namespace Holdpoint.Records;

/// <summary>A section of the checklist and how it stands: the worst of its items, where what did not hold its gate (advisory, let through by a score, released) is a warning.</summary>
/// <param name="File">The file that it stands in, as it was given.</param>
public sealed record SectionRecord(string Id, string Heading, int Level, Stage Stage, string File, int Line, VerdictKind Kind, IReadOnlyList<ItemRecord> Items)
{
    public string? Owner { get; init; }

    public string? SkippedBecause { get; init; }

    /// <summary>0…100; null where nothing counts.</summary>
    public decimal? Score { get; init; }

    /// <summary>What its own gate asks for; null where it has none that asks for a score.</summary>
    public decimal? MinimumScore { get; init; }

    /// <summary>Parents first.</summary>
    public IEnumerable<ItemRecord> AllItems => Items.SelectMany(i => i.WithDescendants);
}

/// <summary>An item and how it stands: the worst of its steps and its children.</summary>
/// <param name="Message">The values behind the verdict, or why there is none; one line.</param>
public sealed record ItemRecord(string Id, string Text, string File, int Line, VerdictKind Kind, string Message, IReadOnlyList<StepRecord> Steps, IReadOnlyList<ItemRecord> Children)
{
    /// <summary>The item in its file; null for what the engine did by itself.</summary>
    public Item? Source { get; init; }

    /// <summary>What <c>Each</c> put in for this one: <c>nginx</c>; empty elsewhere.</summary>
    public string Each { get; init; } = "";

    public bool Critical { get; init; }

    public bool Advisory { get; init; }

    /// <summary>Rules that stand in it.</summary>
    public IReadOnlyList<RuleRecord> Rules { get; init; } = [];

    public double ElapsedSeconds => Steps.Sum(s => s.ElapsedSeconds);

    public IEnumerable<ItemRecord> WithDescendants => Children.SelectMany(c => c.WithDescendants).Prepend(this);
}

/// <summary>One mark of an item.</summary>
/// <param name="Sign"><c>?</c> asks a machine, <c>!</c> acts, <c>@</c> asks a person.</param>
/// <param name="Text">The mark as it stands in the file.</param>
public sealed record StepRecord(string Id, char Sign, string Text, VerdictKind Kind, string Message)
{
    /// <summary>When its newest attempt ended, or its newest signature came; null: nothing happened yet.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Of the newest attempt, as it was measured.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>Every one, in order.</summary>
    public IReadOnlyList<AttemptRecord> Attempts { get; init; } = [];

    /// <summary>Of the newest attempt, and of the newest one that failed or is unknown where that is another.</summary>
    public IReadOnlyList<EvidenceExcerpt> Evidence { get; init; } = [];

    public WaiverRecord? Waiver { get; init; }
}

/// <param name="Occurrence">Which round of a watched section, from 1; 0 elsewhere.</param>
public sealed record AttemptRecord(int Number, int Occurrence, DateTimeOffset At, VerdictKind Kind, string Message, double ElapsedSeconds, IReadOnlyDictionary<string, string> Facts);

/// <summary>A piece of evidence, or as much of it as a page bears.</summary>
/// <param name="Bytes">Size of the whole.</param>
/// <param name="Text">At most <see cref="RunRecord.ExcerptBytes"/> of it; null where it is no text or can't be read, which <paramref name="Note"/> says.</param>
public sealed record EvidenceExcerpt(string Name, string Sha256, long Bytes, int Attempt, string? Text, string Note);
