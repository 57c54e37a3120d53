using Holdpoint.Adopting;

namespace Holdpoint.Cli.Adopting;

/// <summary>Asks a person about each block that was left: a check, an action, or left for good.</summary>
internal static class WalkThrough
{
    /// <summary>What is asked about.</summary>
    public static IReadOnlyList<Finding> Asked(Adopted adopted) => [.. adopted.Findings.Where(f => f is { Kind: FindingKind.Left, IsScript: true })];

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
            Show(terminal, request, left[i], $"{i + 1} of {left.Count}: line {left[i].Line}");
            var answer = await AnswerAsync(terminal, left[i], stop);
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

    /// <summary>The block with the line above it, which mostly is its item.</summary>
    private static void Show(Terminal terminal, AdoptRequest request, Finding block, string title)
    {
        // What a person could do by hand is what is asked here.
        var because = block.Because.Split("; mark it yourself")[0];
        terminal.Say(terminal.PaintError(Ink.Strong, title) + terminal.PaintError(Ink.Faint, $"  {Terminal.Clean(because)}"));
        var (source, above) = (request.Source, block.Line - 1);
        while (above > 0 && string.IsNullOrWhiteSpace(Line(above)))
            above--;
        if (above > 0)
            terminal.Say(terminal.PaintError(Ink.Faint, "  " + Terminal.Clean(Line(above).Trim())));
        foreach (var line in block.Command.Split('\n'))
            terminal.Say("    " + Terminal.Clean(line));

        string Line(int line) => source.Text[source.LineStart(line)..(line < source.LineCount ? source.LineStart(line + 1) : source.Text.Length)].TrimEnd();
    }

    /// <summary>One of <c>? ! q</c>, or a blank for Enter; asks again after anything else, and before something that changes becomes a check.</summary>
    private static async Task<char> AnswerAsync(Terminal terminal, Finding block, CancellationToken stop)
    {
        var isWarned = false;
        while (true)
        {
            var answer = (await Task.Run(() => terminal.Ask("? check  ! action  Enter leave  q stop:"), stop).WaitAsync(stop))?.Trim() ?? "";
            switch (answer)
            {
                case "?" when block.Changes && !isWarned:
                    terminal.Say("it changes something, and a check is asked again and again, before the deployment too; ? once more if it only asks");
                    isWarned = true;
                    break;
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
