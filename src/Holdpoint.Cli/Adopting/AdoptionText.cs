using Holdpoint.Adopting;

namespace Holdpoint.Cli.Adopting;

/// <summary>The summary as people read it: what was found, what was left and why, what comes next.</summary>
internal static class AdoptionText
{
    /// <param name="isWritten">False where nothing was written because only a look was asked for.</param>
    public static void Print(Terminal terminal, string file, Adopted adopted, AdoptionFiles files, bool isWritten)
    {
        if (adopted.Refusal.Length > 0)
        {
            terminal.Print($"{file}: nothing was added, because with marks in it this would be an error: {Terminal.Clean(adopted.Refusal)}");
            return;
        }

        terminal.Print($"{file}: {Counted(adopted.Items, "item")}");
        Line(terminal, adopted.Count(FindingKind.Check), "check", "a machine answers");
        Line(terminal, adopted.Count(FindingKind.Action), "action", "done once, and journaled");
        Line(terminal, adopted.Count(FindingKind.SignOff), "sign-off", "a person answers");
        Line(terminal, adopted.Count(FindingKind.Rule), "rule", "watched while it runs");
        Line(terminal, adopted.Count(FindingKind.Left), "left", "see below");
        Told(terminal, adopted, "made of blocks, lists and other lines", f => f.Kind is not (FindingKind.Left or FindingKind.Field) && f.Because.Length > 0 && f.Added.Length > 0);
        Told(terminal, adopted, "left as they are", f => f.Kind == FindingKind.Left);
        terminal.Print();
        if (!adopted.IsChanged)
            terminal.Print("nothing was added, and nothing written: there is nothing more in it that adopt is sure of");
        else if (isWritten)
            terminal.Print($"written: {files.Checklist}");
        if (isWritten && files.Configuration is { } configuration)
            terminal.Print(adopted.Beside
                ? $"written: {configuration}: the keys that your configuration lacks; it is written in a way that lines can't be put into, so put them there yourself"
                : $"written: {configuration}: {string.Join(", ", adopted.ToFillIn)}");
        // Where nothing was written, the file that was read is the one to go on with.
        foreach (var step in Next(adopted, adopted.IsChanged ? files : files with { Checklist = file }))
            terminal.Print(step);
    }

    /// <summary>The three next things to do.</summary>
    public static IEnumerable<string> Next(Adopted adopted, AdoptionFiles files)
    {
        yield return "next:";
        yield return adopted.ToFillIn.Count > 0 && files.Configuration is { } configuration
            ? $"  1. fill in {string.Join(", ", adopted.ToFillIn.Take(5))}{(adopted.ToFillIn.Count > 5 ? $" and {adopted.ToFillIn.Count - 5} more" : "")} in {configuration}"
            : $"  1. read what its marks mean: holdpoint explain {files.Checklist}";
        yield return $"  2. holdpoint check {files.Checklist}: asks the machines, and changes nothing";
        yield return adopted.Count(FindingKind.Left) > 0
            ? $"  3. holdpoint adopt --interactive {files.Checklist}: walks through what was left"
            : $"  3. holdpoint lint {files.Checklist}, then holdpoint deploy";
    }

    private static void Line(Terminal terminal, int count, string word, string means)
    {
        if (count > 0)
            terminal.Print($"  {count,4} {(count == 1 || word == "left" ? word : word + "s"),-10} {terminal.Paint(Ink.Faint, means)}");
    }

    private static void Told(Terminal terminal, Adopted adopted, string title, Func<Finding, bool> which)
    {
        var told = adopted.Findings.Where(which).ToList();
        if (told.Count == 0)
            return;
        terminal.Print();
        terminal.Print(terminal.Paint(Ink.Strong, title));
        foreach (var finding in told)
            terminal.Print($"  line {finding.Line}: {Terminal.Clean(finding.What)}{(finding.Added.Length > 0 ? $"  {terminal.Paint(Ink.Good, Terminal.Clean(finding.Added))}" : "")}{(finding.Because.Length > 0 ? terminal.Paint(Ink.Faint, $" ({Terminal.Clean(finding.Because)})") : "")}");
    }

    private static string Counted(int count, string word) => $"{count} {word}{(count == 1 ? "" : "s")}";
}
