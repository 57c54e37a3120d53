using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Records;

/// <summary>What a GitHub Actions job shows: a short page for <c>$GITHUB_STEP_SUMMARY</c>, and annotations at the lines of the checklist.</summary>
public static class GitHubSummary
{
    /// <summary>A summary is cut by GitHub at 1 MiB; a list longer than this is read by nobody.</summary>
    private const int MostItems = 50;

    /// <summary>GitHub shows ten of a kind for each step.</summary>
    private const int MostAnnotations = 10;

    public static string Write(RunRecord record)
    {
        var text = new StringBuilder();
        text.Append($"## {Sign(record.Ending.Tone)} {Escape(record.Ending.Word)}: {Escape(record.Title)}\n\n{Escape(record.Ending.Sentence)}\n\n");
        text.Append($"{(record.PreviousVersion is { } previous ? $"{Escape(previous)} → " : "")}{Escape(record.Version)} on {Escape(record.Environment)} · {Units.Duration(Math.Round(record.DurationSeconds))} · started by {Escape(record.StartedBy)}\n\n");
        if (record.Cautions.Count > 0)
            text.Append(string.Concat(record.Cautions.Select(c => $"- {Escape(c)}\n"))).Append('\n');
        if (record.Rollback is { TotalSeconds: { } total } back)
            text.Append($"Rollback: detection {Shown(back.Detection)}, decision {Shown(back.Decision)}, execution {Shown(back.Execution)}, recovery {Shown(back.Recovery)}; {Units.Duration(total)} of a budget of {Units.Duration(back.BudgetSeconds)}.\n\n");
        text.Append("| Stage | Result | Items | Score |\n| --- | --- | ---: | ---: |\n");
        foreach (var stage in record.Stages)
            text.Append($"| {stage.Stage.ToString().ToLowerInvariant()} | {stage.Kind.Glyph} {stage.Kind.Word} | {stage.Passed} of {stage.Counted} | {(stage.EnteredAt is null ? "–" : Runs.Gates.Show(stage.Score))} |\n");
        if (record.Comparison is { } comparison)
            text.Append($"\n### Before and after\n\n{string.Join('\n', ComparisonTable.Markdown(comparison, Escape))}\n\n{Escape(ComparisonTable.Note(comparison))}\n");
        var open = record.Sections.SelectMany(s => s.AllItems.Where(i => i.Steps.Any(x => x.Kind.IsBad || x.Kind == VerdictKind.Pending)).Select(i => (Section: s, Item: i))).ToList();
        if (open.Count > 0)
        {
            text.Append("\n### Not in order\n\n");
            foreach (var (section, item) in open.Take(MostItems))
                text.Append($"- {item.Steps.Max(s => s.Kind).Glyph} **{Escape(item.Text)}** ({Escape(section.Heading)}): {Escape(CleanText.Short(item.Steps.MaxBy(s => s.Kind)!.Message, 300))}\n");
            if (open.Count > MostItems)
                text.Append($"- and {open.Count - MostItems} more\n");
        }

        return text.Append($"\n<sub>run {Escape(record.Id)} · journal head {Escape(CleanText.Short(record.Journal.HeadHash, 17))}</sub>\n").ToString();
    }

    /// <summary>Workflow commands, a line each, the bad ones first. Print them as they are.</summary>
    /// <param name="root">The repository's folder: files below it are named relative to it, which GitHub needs to find them.</param>
    public static IReadOnlyList<string> Annotations(RunRecord record, string? root = null)
    {
        var errors = record.BadItems.Where(b => !b.Item.Advisory).Take(MostAnnotations).Select(b => Annotation("error", b.Item, root));
        var warnings = record.AllItems.Where(i => i.Steps.Any(s => s.Kind == VerdictKind.Warned || (s.Kind.IsBad && i.Advisory)) && (i.Advisory || !i.Steps.Any(s => s.Kind.IsBad))).Take(MostAnnotations).Select(i => Annotation("warning", i, root));
        return [.. errors, .. warnings];
    }

    private static string Annotation(string command, ItemRecord item, string? root)
    {
        var worst = item.Steps.MaxBy(s => s.Kind)!;
        var file = root is not null && Path.IsPathRooted(item.File) && Path.GetRelativePath(root, item.File) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : item.File;
        return $"::{command} file={Property(file.Replace('\\', '/'))},line={item.Line},title={Property(CleanText.Short(item.Text, 120))}::{Data($"{worst.Kind.Word}: {worst.Message}")}";
    }

    /// <summary>As actions/toolkit escapes it: packages/core/src/command.ts.</summary>
    private static string Data(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    private static string Shown(double? seconds) => seconds is { } s ? Units.Duration(s) : "never";

    private static string Sign(Tone tone) => tone switch
    {
        Tone.Good => "✅",
        Tone.Caution => "⚠️",
        Tone.Bad => "❌",
        Tone.Unknown => "❔",
        _ => "⏹️",
    };

    /// <summary>One line of plain text as Markdown that shows it, also in a table.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in CleanText.Line(text))
        {
            if (c is '<' or '>' or '&')
                escaped.Append(c switch { '<' => "&lt;", '>' => "&gt;", _ => "&amp;" });
            else if (c == '@')
                escaped.Append("&#64;");
            else if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '~' or '|' or '#' or '$' or '!')
                escaped.Append('\\').Append(c);
            else
                escaped.Append(c);
        }

        return escaped.ToString();
    }
}
