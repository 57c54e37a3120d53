using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting;

/// <summary>Commands that hand their output on: one line of work, judged as a whole.</summary>
/// <param name="Effect">The worst of its commands; of programs that only cut text out of another's output, nothing.</param>
internal sealed record Pipeline(IReadOnlyList<ShellCommand> Commands, Effect Effect)
{
    public ShellCommand Head => Commands[0];

    public ShellCommand Last => Commands[^1];

    public int Line => Head.Line;

    public string Text => string.Join(" | ", Commands.Select(c => c.Text));

    /// <summary>What the block's comments expect of it, in their order.</summary>
    public List<Expectation> Expected { get; } = [];
}

/// <summary>A block, understood as far as adopting goes.</summary>
/// <param name="Why">What keeps it from being judged; null where it is a script of known commands.</param>
internal sealed record ReadBlock(Block Block, ShellScript Script, IReadOnlyList<Pipeline> Pipelines, string? Why)
{
    /// <summary>Whether there is anything in it that a shell would run.</summary>
    public bool HasCommands { get; init; } = true;

    /// <summary>A shell could run it, whatever is in it.</summary>
    public bool IsScript => HasCommands && BlockReader.IsShell(Block.Language) && !Block.Lines.Any(DrawnBoxes.IsLine);

    /// <summary>Nothing but a placeholder keeps it from being run.</summary>
    public bool IsToBeFilled { get; init; }

    public IReadOnlyList<Placeholder> Placeholders { get; init; } = [];

    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>Those that ask or act.</summary>
    public IEnumerable<Pipeline> Working => Pipelines.Where(p => p.Effect != Effect.Prepares);

    public Effect Effect => Pipelines.Aggregate(Effect.Prepares, (worst, p) => Judge.Worse(worst, p.Effect));

    public string Text => string.Join('\n', Block.Lines);
}
