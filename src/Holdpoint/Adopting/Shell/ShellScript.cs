namespace Holdpoint.Adopting.Shell;

/// <summary>A block's lines as a shell reads them: simple commands, and the comments around them.</summary>
/// <param name="Commands">In their order, those of substitutions included, behind the command that they stand in.</param>
/// <param name="Why">What makes it no script that could be judged; null where it is one.</param>
internal sealed record ShellScript(IReadOnlyList<ShellCommand> Commands, IReadOnlyList<ShellComment> Comments, string? Why)
{
    /// <summary>Commands that a line begins with or that stand behind <c>;</c>, <c>&amp;&amp;</c>: the first of each pipe.</summary>
    public IEnumerable<ShellCommand> Heads => Commands.Where(c => c is { PipedFrom: null, IsSubstitution: false });

    public bool IsEmpty => Commands.Count == 0;
}

/// <summary>One simple command.</summary>
/// <param name="Words">Without quotes; the program first.</param>
/// <param name="Line">Of the block, from 0, on which it begins.</param>
/// <param name="LastLine">Of the block, from 0, on which it ends.</param>
internal sealed record ShellCommand(IReadOnlyList<string> Words, int Line, int LastLine)
{
    public string Program => Words.Count > 0 ? Words[0] : "";

    public IReadOnlyList<string> Arguments => [.. Words.Skip(1)];

    /// <summary>Variables set for it: <c>API_URL=…</c> in front.</summary>
    public IReadOnlyList<string> Assignments { get; init; } = [];

    /// <summary>Files that it writes to; <c>/dev/null</c> and other descriptors are none.</summary>
    public IReadOnlyList<string> WritesTo { get; init; } = [];

    /// <summary>The command whose output it reads.</summary>
    public ShellCommand? PipedFrom { get; init; }

    /// <summary>Stands in <c>$(…)</c>, backticks or <c>&lt;(…)</c>.</summary>
    public bool IsSubstitution { get; init; }

    /// <summary>Sent to the background.</summary>
    public bool IsBackground { get; init; }

    /// <summary>Follows <c>||</c>: runs only where the one before failed.</summary>
    public bool IsAlternative { get; init; }

    /// <summary>As it stands in the file, on one line.</summary>
    public required string Text { get; init; }

    public override string ToString() => Text;
}

/// <summary>A comment of its own line, or one behind a command.</summary>
/// <param name="Line">Of the block, from 0.</param>
internal sealed record ShellComment(string Text, int Line, bool IsTrailing);
