namespace Holdpoint.Processes;

/// <summary>A program to run, as data: arguments are a list, never a line for a shell.</summary>
public sealed record Command(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Null: the directory of this process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Added to the environment of this process; a null value removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Written to standard input, which is then closed. Null: an empty input.</summary>
    public string? Input { get; init; }

    /// <summary>Called with each whole line of standard output, from first to last, also of what <see cref="OutputLimit"/> drops.</summary>
    public Action<string>? OnOutputLine { get; init; }

    /// <summary>How much of each stream is kept, in characters: its head and its tail, half each. 1 MiB by default.</summary>
    public int OutputLimit { get; init; } = 1024 * 1024;

    /// <summary>What the program is told to be called. <see cref="Program"/> is then the path that the system executes as it stands, or refuses. Null: the path where it was found. Linux only.</summary>
    internal string? CalledAs { get; init; }

    public override string ToString() => string.Join(' ', Arguments.Prepend(Program).Select(a => a.Length > 0 && a.All(c => char.IsLetterOrDigit(c) || "-_./:=@%+,".Contains(c)) ? a : $"'{a.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
}

/// <summary>How a program ended.</summary>
public abstract record CommandResult(TimeSpan Elapsed)
{
    /// <param name="ExitCode">As a shell tells it: 128 + the signal's number where a signal ended it.</param>
    public sealed record Exited(int ExitCode, CapturedOutput Output, CapturedOutput Error, TimeSpan Elapsed) : CommandResult(Elapsed);

    /// <summary>It did not end in time; its whole process group has been ended.</summary>
    public sealed record TimedOut(TimeSpan Limit, CapturedOutput Output, CapturedOutput Error, TimeSpan Elapsed) : CommandResult(Elapsed);

    /// <summary>The program could not be started.</summary>
    public sealed record NotStarted(string Because) : CommandResult(TimeSpan.Zero);
}

/// <summary>What a stream brought, bounded.</summary>
/// <param name="Text">Head and tail, with a line between them that tells how much is missing.</param>
/// <param name="Characters">How many characters there were in all.</param>
/// <param name="Lines">How many lines there were in all; a last line without a line end counts.</param>
public sealed record CapturedOutput(string Text, long Characters, long Lines)
{
    public static CapturedOutput Nothing { get; } = new("", 0, 0);

    public bool IsWhole => Text.Length == Characters;
}

/// <summary>Runs a program to its end. The only way from the engine to another process.</summary>
public interface ICommandRunner
{
    /// <summary>Never throws for what the program does: not found, killed and late are results. Cancelling ends the process group and throws <see cref="OperationCanceledException"/>.</summary>
    Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel);
}
