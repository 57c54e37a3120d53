using System.Text.RegularExpressions;
using Holdpoint.Adopting.Words;
using Holdpoint.Checklists;

namespace Holdpoint.Adopting;

/// <summary>
/// Lines and tables to sign on that are no items: <c>- Tech Lead: ____ Date: ____</c> in a list gets a box, and one in a paragraph, a block or a
/// table gets an item behind it. A line that names no role is told.
/// </summary>
internal sealed partial class Approvals(PartSurroundings here)
{
    private const string NoRole = "an approval that names no role: write an item with `@ ROLE` for it";

    private readonly List<Finding> _left = [];
    private readonly HashSet<string> _there = [.. here.Part.Steps.Where(s => s.IsTask).Select(s => ItemIds.Slug(s.Text))];

    public IReadOnlyList<Finding> Left => _left;

    public IEnumerable<Proposal> Proposals()
    {
        if (here.IsReference)
            yield break;
        foreach (var step in here.Part.Steps)
            if (OfEntry(step) is { } proposal)
                yield return proposal;
        foreach (var paragraph in here.Part.Paragraphs)
            if (OfLines(Lines(paragraph), paragraph.LastLine, paragraph.IsQuoted || paragraph.Step is not null, _ => IsUnder()) is { } proposal)
                yield return proposal;
        foreach (var block in here.Part.Blocks.Where(b => b.Language is "" or "markdown" or "md" or "text" or "txt" && !b.IsTaken))
            if (OfLines([.. block.Lines.Select((l, i) => (l, block.Line + 1 + i))], block.LastLine, block.IsQuoted || block.Step is not null || block.Column > 0 || !block.IsClosed, i => IsUnder() || IsBelowLabel(block.Lines, i)) is { } proposal)
                yield return proposal;
        foreach (var table in here.Part.Tables)
            if (OfTable(table) is { } proposal)
                yield return proposal;
    }

    /// <summary>Whether something under a heading becomes an item to sign: then the heading may hold items.</summary>
    public static bool MayBeIn(Part part) => part.Tables.Any(IsApproval) || part.Paragraphs.SelectMany(p => p.Lines).Concat(part.Steps.Select(s => s.Text)).Concat(part.Blocks.SelectMany(b => b.Lines)).Any(t => ApprovalWords.HasRoom(t) && RoleOf(t).Length > 0);

    /// <summary>Whether a table is one to sign in: a column for who, and one for the signature.</summary>
    public static bool IsApproval(Grid table) => table.Rows.Count > 1 && Column(table, ApprovalWords.IsRoleColumn) >= 0 && Column(table, ApprovalWords.IsSigningColumn) >= 0;

    private bool IsUnder() => here.Part.WithParents.Any(p => SectionWords.IsSignOff(p.Heading));

    /// <summary>A line of a block stands below a label such as <c>**Approval**</c>.</summary>
    private static bool IsBelowLabel(IReadOnlyList<string> lines, int index)
    {
        for (var i = index - 1; i >= 0 && lines[i].Trim().Length > 0; i--)
            if (!lines[i].TrimStart().StartsWith('-') && SectionWords.IsSignOff(lines[i]))
                return true;
        return false;
    }

    private Proposal? OfEntry(Step step)
    {
        if (step.Task is not null || step.Children.Count > 0 || step.Blocks.Count > 0 || !ApprovalWords.HasRoom(step.Text))
            return null;
        var isSigned = IsUnder() || ApprovalWords.AsksForDateOrSignature(step.Text) || here.Part.Paragraphs.LastOrDefault(p => p.Line < step.Line) is { } above && SectionWords.IsSignOff(above.Text);
        if (isSigned && !step.IsQuoted && RoleOf(step.Text) is { Length: > 0 } role)
            return new(step.Line, [(step.TextAt, "[ ] "), (step.End, $" `@ {role}`")], [new(step.Line, FindingKind.SignOff, Added.Short(step.Text), $"`@ {role}`", "a line to sign for a role: a box makes it an item")]);
        if (ApprovalWords.IsApproval(LabelOf(step.Text)))
            _left.Add(new(step.Line, FindingKind.Left, Added.Short(step.Text), "", NoRole));
        return null;
    }

    private Proposal? OfLines(IReadOnlyList<(string Text, int Line)> lines, int lastLine, bool isInside, Func<int, bool> isUnder)
    {
        var signed = new List<(string Text, int Line, string Role, string Label)>();
        for (var i = 0; i < lines.Count; i++)
        {
            var (text, line) = (lines[i].Text.Trim().TrimStart('-', '*', '+').Trim(), lines[i].Line);
            if (!ApprovalWords.HasRoom(text) || DrawnBoxes.IsLine(lines[i].Text))
                continue;
            if ((isUnder(i) || ApprovalWords.AsksForDateOrSignature(text)) && RoleOf(text) is { Length: > 0 } role)
                signed.Add((text, line, role, LabelOf(text)));
            else if (ApprovalWords.IsApproval(LabelOf(text)))
                _left.Add(new(line, FindingKind.Left, Added.Short(text), "", NoRole));
        }

        return Behind(signed, lastLine, isInside, "a line to sign for a role: an item behind it");
    }

    private Proposal? OfTable(Grid table)
    {
        var role = Column(table, ApprovalWords.IsRoleColumn);
        if (role < 0 || !IsApproval(table) && !(IsUnder() && Column(table, ApprovalWords.IsNameOrDate) >= 0))
            return null;
        var signed = new List<(string, int, string, string)>();
        foreach (var row in table.Rows.Skip(1))
        {
            var label = Labels.Cleaned(row.Cell(role));
            if (SignOffWords.RoleIn(label) is { Length: > 0 } name)
                signed.Add((label, row.Line, name, label));
            else if (label.Length > 0)
                _left.Add(new(row.Line, FindingKind.Left, Added.Short(label), "", NoRole));
        }

        return Behind(signed, table.LastLine, table.IsQuoted || table.Step is not null, "a row to sign in: an item behind the table");
    }

    private Proposal? Behind(List<(string Text, int Line, string Role, string Label)> signed, int lastLine, bool isInside, string because)
    {
        var wanted = signed.Where(s => _there.Add(ItemIds.Slug(s.Label))).ToList();
        if (wanted.Count == 0)
            return null;
        if (isInside || AddedItems.After(here.Outline, lastLine, wanted.Select(s => $"- [ ] {s.Label} `@ {s.Role}`")) is not { } added)
        {
            _left.AddRange(wanted.Select(s => new Finding(s.Line, FindingKind.Left, Added.Short(s.Text), "", $"what stands around it would change: write an item with `@ {s.Role}` for it")));
            return null;
        }

        return new(wanted[0].Line, [added], [.. wanted.Select(s => new Finding(s.Line, FindingKind.SignOff, Added.Short(s.Label), $"`@ {s.Role}`", because))]) { LastLine = lastLine + 1 };
    }

    private List<(string Text, int Line)> Lines(Prose paragraph) =>
        [.. Enumerable.Range(paragraph.Line, paragraph.LastLine - paragraph.Line + 1).Select(l => (Line(l), l))];

    private string Line(int line)
    {
        var source = here.Outline.Source;
        return source.Text[source.LineStart(line)..(line < source.LineCount ? source.LineStart(line + 1) : source.Text.Length)];
    }

    private static string RoleOf(string text) => Label().Match(Plain(text)) is { Success: true } match ? SignOffWords.TitleIn(match.Groups["label"].Value) : "";

    private static string LabelOf(string text) => Label().Match(Plain(text)) is { Success: true } match ? match.Groups["label"].Value.Trim() : "";

    private static string Plain(string text) => text.Replace("*", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal).Trim().TrimStart('-', '+', ' ');

    private static int Column(Grid table, Func<string, bool> isIt)
    {
        for (var i = 0; i < table.Rows[0].Cells.Count; i++)
            if (isIt(Labels.Cleaned(table.Rows[0].Cells[i])))
                return i;
        return -1;
    }

    [GeneratedRegex(@"^(?<label>[\p{L}][\p{L} /&'’-]{1,40}?)\s*(?:\((?:[^)]*)\)\s*)?[:：]")]
    private static partial Regex Label();
}
