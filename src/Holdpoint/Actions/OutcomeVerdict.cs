using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>How a program's end reads as a verdict.</summary>
public static class OutcomeVerdict
{
    /// <summary>Exit 0 passed. What vanished is not judged here: it is in doubt.</summary>
    /// <param name="longest">Characters of its last line that are told.</param>
    public static Verdict Of(ActionOutcome outcome, int longest = 160) => outcome switch
    {
        ActionOutcome.Ended { ExitCode: 0 } => new Verdict.Passed("exit 0"),
        ActionOutcome.Ended e => new Verdict.Failed("exit 0", $"exit {e.ExitCode}{LastLine(e.Output, longest)}"),
        ActionOutcome.TimedOut t => new Verdict.Failed("an end", $"not ended within {Units.Duration(t.Limit)}; all of it was ended{LastLine(t.Output, longest)}"),
        ActionOutcome.NotStarted n => new Verdict.Failed("a start", n.Because),
        ActionOutcome.Vanished v => new Verdict.Unknown(v.Because),
        _ => throw new InvalidOperationException($"no such outcome: {outcome.GetType().Name}"),
    };

    private static string LastLine(CapturedOutput output, int longest) =>
        output.Text.TrimEnd().Split('\n')[^1].Trim() is { Length: > 0 } line ? $": {(line.Length > longest ? line[..(longest - 1)] + "…" : line)}" : "";
}
