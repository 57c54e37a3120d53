namespace Holdpoint.Processes;

/// <summary>What became of a <see cref="DetachedAction"/>. Output is standard output and error in the order they were written.</summary>
public abstract record ActionOutcome
{
    /// <param name="ExitCode">As a shell tells it: 128 + the signal's number where a signal ended it.</param>
    public sealed record Ended(int ExitCode, CapturedOutput Output, TimeSpan Elapsed) : ActionOutcome;

    /// <summary>It did not end in time and has been ended with all that it started here; what it did on another machine may go on.</summary>
    public sealed record TimedOut(TimeSpan Limit, CapturedOutput Output, TimeSpan Elapsed) : ActionOutcome;

    /// <summary>It began, nothing of it lives, and it left no result: how far it came is in doubt.</summary>
    public sealed record Vanished(string Because, CapturedOutput Output) : ActionOutcome;

    /// <summary>Provably nothing was done, and nothing will be.</summary>
    public sealed record NotStarted(string Because) : ActionOutcome;

    private ActionOutcome() { }
}
