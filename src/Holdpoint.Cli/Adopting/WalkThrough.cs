using Holdpoint.Adopting;

namespace Holdpoint.Cli.Adopting;

/// <summary>Asks a person about each command that was left: a check, an action, or left for good.</summary>
internal static class WalkThrough
{
    /// <summary>The file, adopted with what the person said of it.</summary>
    public static async Task<Adopted> AskAsync(Terminal terminal, AdoptRequest request, Adopted adopted)
    {
        if (!terminal.IsInteractive)
            throw new CliError("--interactive asks a person, and no terminal is here to ask at", "leave it out: what was left is told with its lines, and --json tells it to programs");
        var left = adopted.Findings.Where(f => f is { Kind: FindingKind.Left, IsBlock: true, HasCommand: true }).ToList();
        var decisions = new Dictionary<int, Decision>();
        for (var i = 0; i < left.Count; i++)
        {
            terminal.Say();
            terminal.Say(terminal.Paint(Ink.Strong, $"{i + 1} of {left.Count}: line {left[i].Line}") + terminal.Paint(Ink.Faint, $"  {Terminal.Clean(left[i].Because)}"));
            foreach (var line in left[i].Command.Split('\n'))
                terminal.Say("  " + Terminal.Clean(line));
            var answer = await Task.Run(() => terminal.Ask("? a check, ! an action, Enter leave it, q stop asking:"));
            if (answer?.Trim() is "q")
                break;
            if (answer?.Trim() is "?" or "!")
                decisions[left[i].Line] = answer.Trim() == "?" ? Decision.Check : Decision.Action;
        }

        return decisions.Count == 0 ? adopted : Adopter.Adopt(request with { Decisions = decisions });
    }
}
