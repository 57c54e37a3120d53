using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Cli.Explaining;

/// <summary>A mark in plain words; the problems say why there are none.</summary>
internal sealed record ExplainedMark(Mark Mark, string? Meaning, IReadOnlyList<Problem> Problems)
{
    public string Text => $"{SignOf(Mark.Sign)} {Mark.Text.Trim()}";

    private static char SignOf(Sign sign) => sign switch { Sign.Ask => '?', Sign.Act => '!', _ => '@' };
}

/// <summary>What stands on a line of a checklist.</summary>
internal abstract record Explained(int Line)
{
    /// <param name="Planned">Once for each value of <c>Each</c>; empty where the file has errors and no plan.</param>
    /// <param name="Hosts">Where its checks look and its actions act, where that is not this machine.</param>
    /// <param name="Signers">Who can sign, by role.</param>
    public sealed record AnItem(int Line, Item Item, IReadOnlyList<ExplainedMark> Marks, IReadOnlyList<PlannedItem> Planned, PlannedSection? Section, IReadOnlyList<string> Hosts, IReadOnlyDictionary<string, IReadOnlyList<string>> Signers) : Explained(Line);

    public sealed record ASection(int Line, Section Section, IReadOnlyList<PlannedSection> Planned) : Explained(Line);

    /// <summary>Prose, a blank line, a fence that no mark takes.</summary>
    public sealed record Nothing(int Line, string Because) : Explained(Line);
}

/// <summary>Finds what a line means.</summary>
internal static class LineExplainer
{
    public static Explained Of(Workspace workspace, int line)
    {
        var checklist = workspace.Checklist;
        if (line > checklist.Source.LineCount)
            return new Explained.Nothing(line, $"the file ends on line {checklist.Source.LineCount}");
        foreach (var item in checklist.AllItems)
        {
            var marks = item.Marks.Where(m => Covers(m, line, checklist.Source)).ToList();
            var onText = line >= item.At.Line && line <= checklist.Source.PositionAt(item.End).Line;
            if (marks.Count > 0 || onText)
                return OfItem(workspace, line, item, marks.Count > 0 ? marks : item.Marks);
        }

        return checklist.AllSections.FirstOrDefault(s => s.At.Line == line || s.Fields.Any(f => f.At.Line == line)) is { } section
            ? new Explained.ASection(line, section, [.. Planned(workspace).Where(p => p.File == checklist.Source.Path && p.At == section.At)])
            : new Explained.Nothing(line, "nothing on this line is Holdpoint's: it is read by people and never run");
    }

    private static Explained.AnItem OfItem(Workspace workspace, int line, Item item, IReadOnlyList<Mark> marks)
    {
        var places = Planned(workspace).SelectMany(s => s.AllItems.Where(i => ReferenceEquals(i.Source, item)).Select(i => (Section: s, Item: i))).ToList();
        var planned = places.Select(p => p.Item).ToList();
        var section = places is [var first, ..] ? first.Section : null;
        var hosts = places.SelectMany(p => p.Item.Steps.Select(p.Section.HostOf)).OfType<string>().Distinct(StringComparer.Ordinal);
        var roles = planned.Take(1).SelectMany(i => i.Steps).OfType<PlannedStep.Sign>().SelectMany(s => s.Roles.Roles).Distinct();
        return new(line, item, [.. marks.Select(m => Read(m, workspace))], planned, section, [.. hosts],
            roles.ToDictionary(r => r, r => workspace.Project.Roles.GetValueOrDefault(r) ?? []));
    }

    private static ExplainedMark Read(Mark mark, Workspace workspace)
    {
        var problems = new List<Problem>();
        var instruction = MarkParser.Parse(mark, workspace.Checklist.Source, workspace.Vocabulary, problems);
        return new(mark, instruction is null ? null : Explain.Instruction(instruction), problems);
    }

    /// <summary>A mark covers its own lines and those of its fence.</summary>
    private static bool Covers(Mark mark, int line, SourceText source) =>
        (line >= mark.At.Line && line <= source.PositionAt(mark.Start + mark.Text.Length).Line && mark.Text.Contains('\n', StringComparison.Ordinal))
        || (mark.Body is { } body && line >= body.At.Line - 1 && line <= body.At.Line + body.Content.AsSpan().TrimEnd('\n').Count('\n') + 1);

    private static IReadOnlyList<PlannedSection> Planned(Workspace workspace) => workspace.PlanOrNull?.Sections ?? [];
}
