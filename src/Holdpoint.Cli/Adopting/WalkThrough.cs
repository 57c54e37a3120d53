using Holdpoint.Adopting;

namespace Holdpoint.Cli.Adopting;

/// <summary>Asks a person about each block that was left: a check, an action, or left for good.</summary>
internal static class WalkThrough
{
    /// <summary>What is asked about.</summary>
    public static IReadOnlyList<Finding> Asked(Adopted adopted) => [.. adopted.Findings.Where(f => f is { Kind: FindingKind.Left, IsBlock: true, HasCommand: true })];

    /// <summary>The file, adopted with what the person said of it.</summary>
    public static async Task<Adopted> AskAsync(Terminal terminal, AdoptRequest request, Adopted adopted, CancellationToken stop)
    {
        if (!terminal.IsInteractive)
            throw new CliError("--interactive asks a person, and no terminal is here to ask at", "leave it out: what was left is told with its lines, and --json tells it to programs");
        var left = Asked(adopted);
        if (left.Count == 0)
            terminal.Say("nothing was left that could be asked about");
        else
            terminal.Say($"{(left.Count == 1 ? "one block was" : $"{left.Count} blocks were")} left. For each: ? if it only asks, ! if it changes something and a run should do it, Enter to leave it, q to stop asking.");
        var decisions = new Dictionary<int, Decision>();
        for (var i = 0; i < left.Count; i++)
        {
            terminal.Say();
            terminal.Say(terminal.PaintError(Ink.Strong, $"{i + 1} of {left.Count}: line {left[i].Line}") + terminal.PaintError(Ink.Faint, $"  {Terminal.Clean(left[i].Because)}"));
            foreach (var line in left[i].Command.Split('\n'))
                terminal.Say("  " + Terminal.Clean(line));
            var answer = await AnswerAsync(terminal, stop);
            if (answer == 'q')
                break;
            if (answer is '?' or '!')
                decisions[left[i].Line] = answer == '?' ? Decision.Check : Decision.Action;
        }

        terminal.Say();
        if (decisions.Count == 0)
            return adopted;
        var again = Adopter.Adopt(request with { Decisions = decisions });
        // What could not be marked as it was said is told at once: it stands far up in the summary.
        foreach (var refused in Asked(again).Where(f => decisions.ContainsKey(f.Line)))
            terminal.Say($"line {refused.Line} stays as it is: {Terminal.Clean(refused.Because)}");
        return again;
    }

    /// <summary>One of <c>? ! q</c>, or a blank for Enter; asks again after anything else.</summary>
    private static async Task<char> AnswerAsync(Terminal terminal, CancellationToken stop)
    {
        while (true)
        {
            var answer = (await Task.Run(() => terminal.Ask("? check  ! action  Enter leave  q stop:"), stop).WaitAsync(stop))?.Trim() ?? "";
            switch (answer)
            {
                case "?" or "!" or "q":
                    return answer[0];
                case "":
                    return ' ';
                default:
                    terminal.Say($"\"{Terminal.Clean(answer)}\" is none of them");
                    break;
            }
        }
    }
}
