using System.Globalization;
using Holdpoint.Adopting;
using Holdpoint.Configuration;

namespace Holdpoint.Cli.Adopting;

/// <summary>The summary as people read it: what there is now, what was left and why, what comes next.</summary>
internal static class AdoptionText
{
    /// <summary>So many lines with the same reason are told in one.</summary>
    private const int Many = 3;

    /// <param name="isWritten">False where nothing was written because only a look was asked for.</param>
    public static void Print(Terminal terminal, string file, Adopted adopted, AdoptionFiles files, bool isWritten)
    {
        if (adopted.Refusal.Length > 0)
        {
            terminal.Print($"{file}: nothing was added, because with marks in it this would be an error: {Terminal.Clean(adopted.Refusal)}");
            return;
        }

        var tally = AdoptionTally.Of(file, adopted.Text);
        if (tally.Items == 0)
        {
            terminal.Print($"{file}: there is no item in it (a line such as \"- [ ] Disk has room\"), and nothing that adopt makes one of");
            Told(terminal, adopted);
            return;
        }

        terminal.Print($"{file}: {Counted(tally.Items, "item")}{(tally.Items > adopted.Items && adopted.IsChanged ? ", with those made of blocks, lists and tables" : "")}");
        Line(terminal, tally.Checks, "check", "a machine answers");
        Line(terminal, tally.Actions, "action", "done once, and journaled");
        Line(terminal, tally.SignOffs, "sign-off", "a person answers");
        Line(terminal, tally.Rules, "rule", "watched while it runs");
        Told(terminal, adopted);
        Written(terminal, adopted, files, isWritten);
        // Where nothing was written, the file that was read is the one to go on with.
        foreach (var step in Next(adopted, adopted.IsChanged ? files : files with { Checklist = file }, tally))
            terminal.Print(step);
    }

    /// <summary>The three next things to do.</summary>
    public static IEnumerable<string> Next(Adopted adopted, AdoptionFiles files, AdoptionTally tally)
    {
        var steps = new List<string>();
        if (files.Configuration is { } configuration && FillIn(adopted) is { Length: > 0 } what)
            steps.Add($"in {configuration} {what}");
        if (tally.Checks > 0)
            steps.Add($"holdpoint check {files.Checklist}: asks the machines, and changes nothing");
        if (WalkThrough.Asked(adopted).Count > 0)
            steps.Add($"holdpoint adopt --interactive {files.Checklist}: asks you about {Counted(WalkThrough.Asked(adopted).Count, "block")} that {(WalkThrough.Asked(adopted).Count == 1 ? "was" : "were")} left");
        steps.Add($"holdpoint deploy {files.Checklist} --release VERSION --dry-run: what a run would do, step by step; without --dry-run, the run itself");
        yield return "next:";
        for (var i = 0; i < Math.Min(3, steps.Count); i++)
            yield return $"  {i + 1}. {steps[i]}";
    }

    /// <summary>Variables want a value, metrics a way to measure them; a channel has one already.</summary>
    private static string FillIn(Adopted adopted)
    {
        var project = ProjectFile.Parse(ProjectFile.Name, adopted.Configuration ?? "").Project;
        var parts = new List<string>();
        if (adopted.ToFillIn.Where(project.Variables.ContainsKey).ToList() is { Count: > 0 } variables)
            parts.Add($"give {Listed(variables)} a value");
        if (adopted.ToFillIn.Where(project.Metrics.ContainsKey).ToList() is { Count: > 0 } metrics)
            parts.Add($"say how {Listed(metrics)} {(metrics.Count == 1 ? "is" : "are")} measured");
        if (adopted.ToFillIn.Any(n => n.StartsWith("postgres ", StringComparison.Ordinal)))
            parts.Add("say where the database is ($DATABASE_URL, if that is set)");
        return string.Join("; ", parts);
    }

    private static string Listed(List<string> names) => string.Join(", ", names.Take(5)) + (names.Count > 5 ? $" and {names.Count - 5} more" : "");

    private static void Written(Terminal terminal, Adopted adopted, AdoptionFiles files, bool isWritten)
    {
        terminal.Print();
        if (!adopted.IsChanged)
            terminal.Print("nothing was added, and nothing written: there is nothing more in it that adopt is sure of");
        else if (isWritten)
            terminal.Print($"written: {files.Checklist}");
        if (isWritten && files.Configuration is { } configuration)
            terminal.Print(adopted.Beside
                ? $"written: {configuration}, with what your holdpoint.yaml lacks; that one is written in a way that lines can't be put into, so put them there yourself"
                : $"written: {configuration}");
    }

    private static void Told(Terminal terminal, Adopted adopted)
    {
        Told(terminal, "made of words, blocks, lists and tables", [.. adopted.Findings.Where(f => f.Kind is not (FindingKind.Left or FindingKind.Step or FindingKind.Field) && f.Because.Length > 0 && f.Added.Length > 0 || f.IsBox)]);
        Told(terminal, "left as they are", Left(adopted));
        Told(terminal, "steps that are no items", [.. adopted.Findings.Where(f => f.Kind == FindingKind.Step)]);
    }

    /// <summary>What was left, once: an item whose block was left for the same reason is told with the block's line alone.</summary>
    public static IReadOnlyList<Finding> Left(Adopted adopted)
    {
        var left = adopted.Findings.Where(f => f.Kind == FindingKind.Left).ToList();
        return [.. left.Where((f, i) => f.IsBlock || i + 1 >= left.Count || left[i + 1] is not { IsBlock: true } block || block.Because != f.Because)];
    }

    private static void Line(Terminal terminal, int count, string word, string means)
    {
        if (count > 0)
            terminal.Print($"  {count,4} {(count == 1 ? word : word + "s"),-10} {terminal.Paint(Ink.Faint, means)}");
    }

    private static void Told(Terminal terminal, string title, IReadOnlyList<Finding> told)
    {
        if (told.Count == 0)
            return;
        terminal.Print();
        terminal.Print(terminal.Paint(Ink.Strong, $"{title}: {told.Count.ToString(CultureInfo.InvariantCulture)}"));
        var groups = told.ToLookup(Reason);
        foreach (var finding in told)
        {
            var same = groups[Reason(finding)].ToList();
            if (same.Count < Many)
                terminal.Print($"  line {finding.Line}: {Terminal.Clean(finding.What)}{(finding.Added.Length > 0 ? $"  {terminal.Paint(Ink.Good, Terminal.Clean(finding.Added))}" : "")}{(finding.Because.Length > 0 ? terminal.Paint(Ink.Faint, $" ({Terminal.Clean(finding.Because)})") : "")}");
            else if (ReferenceEquals(same[0], finding))
                terminal.Print($"  {Lines(same.Select(f => f.Line))}: {terminal.Paint(Ink.Faint, Terminal.Clean(finding.Because))}");
        }
    }

    /// <summary>What was added is told by itself; what was not, by its reason.</summary>
    private static string Reason(Finding finding) => finding.Added.Length == 0 || finding.IsBox ? finding.Because : $"{finding.Line} {finding.Added}";

    /// <summary><c>lines 3, 5-9</c></summary>
    private static string Lines(IEnumerable<int> lines)
    {
        var runs = new List<(int From, int To)>();
        foreach (var line in lines.Distinct().Order())
            if (runs.Count > 0 && runs[^1].To == line - 1)
                runs[^1] = (runs[^1].From, line);
            else
                runs.Add((line, line));
        return "lines " + string.Join(", ", runs.Select(r => r.From == r.To ? $"{r.From}" : $"{r.From}-{r.To}"));
    }

    private static string Counted(int count, string word) => $"{count} {word}{(count == 1 ? "" : "s")}";
}
