namespace Holdpoint.Adopting;

/// <summary>What became of an item, a block or a line.</summary>
public enum FindingKind
{
    Check,
    Action,
    SignOff,
    Rule,

    /// <summary>Left as it is, though it holds something that could run, or reads as if it did.</summary>
    Left,

    /// <summary>A step that is no item, and would have to be written anew to become one: numbered, or with a box in a table or a block.</summary>
    Step,

    /// <summary>A field of a heading, a tag of an item.</summary>
    Field,
}

/// <summary>One line of the file and what became of it.</summary>
/// <param name="Line">Of the file as it was, from 1.</param>
/// <param name="What">The item's or the block's words, shortened.</param>
/// <param name="Added">What was added; empty where nothing was.</param>
/// <param name="Because">Why; empty where it is plain.</param>
public sealed record Finding(int Line, FindingKind Kind, string What, string Added, string Because)
{
    /// <summary>Whether a command stands behind it: an item's, a block's, or one in inline code.</summary>
    public bool HasCommand { get; init; }

    /// <summary>A block's line; else an item's.</summary>
    public bool IsBlock { get; init; }

    /// <summary>A shell may run it: a person can say of it that it is a check or an action.</summary>
    public bool IsScript { get; init; }

    /// <summary>What runs in it changes something, or takes something away.</summary>
    public bool Changes { get; init; }

    /// <summary>A box was put before a drawn one.</summary>
    public bool IsBox { get; init; }

    /// <summary>The command as it stands in the file; empty where there is none.</summary>
    public string Command { get; init; } = "";
}

/// <summary>A checklist, adopted.</summary>
/// <param name="Text">The file's text with what was added.</param>
/// <param name="Configuration">The whole <c>holdpoint.yaml</c>: what was there, and what was added to it. Null where nothing has to be in it.</param>
/// <param name="Beside">True where the configuration that is there could not be added to: then <paramref name="Configuration"/> holds the additions alone.</param>
/// <param name="Findings">By line.</param>
/// <param name="ToFillIn">What of the configuration a person fills in, by name.</param>
public sealed record Adopted(string Text, string? Configuration, bool Beside, IReadOnlyList<Finding> Findings, IReadOnlyList<string> ToFillIn)
{
    public int Items { get; init; }

    /// <summary>Whether anything was added to the checklist.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>Why nothing could be added, where that is so: an error of the file's own, which marks would make one.</summary>
    public string Refusal { get; init; } = "";

    public int Count(FindingKind kind) => Findings.Count(f => f.Kind == kind);
}
