using System.Text.RegularExpressions;
using Holdpoint.Adopting.Shell;
using Holdpoint.Checklists;

namespace Holdpoint.Adopting;

/// <summary>
/// Tables of checks: a column with a command or an address, and one with what is expected of it. A cell carries no mark, so a row becomes an item
/// behind the table. A row with a box for people can't become one without the table being written anew: it is told.
/// </summary>
internal sealed partial class CheckTables(PartSurroundings here)
{
    private readonly List<Finding> _left = [];
    private readonly HashSet<string> _there = [.. here.Part.Steps.Where(s => s.IsTask).Select(s => ItemIds.Slug(s.Text))];

    public IReadOnlyList<Finding> Left => _left;

    public IEnumerable<Proposal> Proposals()
    {
        if (here.IsReference)
            yield break;
        foreach (var table in here.Part.Tables.Where(t => t.Rows.Count > 1 && !Approvals.IsApproval(t)))
        {
            var expected = ExpectedColumn(table);
            var rows = new List<Row>();
            foreach (var row in table.Rows.Skip(1))
                if (expected >= 0 && !here.IsAlternative && Of(table, row, expected) is { } made)
                    rows.Add(made);
                else if (row.Cells.Any(DrawnBoxes.IsIn))
                    _left.Add(new(row.Line, FindingKind.Step, Added.Short(LabelOf(table, row, expected)), "", "a box in a table: a cell carries no mark; write the row as an item, or leave it to people"));
            if (Behind(table, rows) is { } proposal)
                yield return proposal;
        }
    }

    /// <summary>Whether something under a heading becomes an item: then the heading may hold items.</summary>
    public static bool MayBeIn(Part part) => part.Tables.Any(t => t.Rows.Count > 1 && ExpectedColumn(t) >= 0);

    private Proposal? Behind(Grid table, List<Row> rows)
    {
        if (rows.Count == 0)
            return null;
        if (table.IsQuoted || table.Step is not null || AddedItems.After(here.Outline, table.LastLine, rows.Select(r => r.Item)) is not { } added)
        {
            _left.AddRange(rows.Select(r => new Finding(r.Line, FindingKind.Left, r.Label, "", "what stands around the table would change: write the row as an item") { HasCommand = r.Command.Length > 0, Command = r.Command }));
            return null;
        }

        return new(table.Line, [added], [.. rows.Select(r => new Finding(r.Line, FindingKind.Check, r.Label, r.Marks, "a row of a table: an item behind it") { HasCommand = r.Command.Length > 0, Command = r.Command })])
        {
            LastLine = table.LastLine + 1,
            Needs = rows.Aggregate(ConfigurationNeeds.None, (needs, r) => needs.And(r.Needs)),
        };
    }

    private Row? Of(Grid table, GridRow row, int expected)
    {
        var commands = row.Cells.Where((_, i) => i != expected).Select(Codes).FirstOrDefault(codes => codes.Any(c => InlineCommands.In(AsStep(c), $"`{c}`") is [_])) ?? Codes(row.Cell(Column(table, Command())));
        var label = LabelOf(table, row, expected);
        if (commands.Count == 0)
            return OfAddress(row, expected, label);
        var command = string.Join('\n', commands);
        if (commands.Count > 1)
            return Leave("the row holds several commands");
        var wanted = Unquoted(row.Cell(expected));
        var block = new Block(here.Part, null, "bash", wanted.Length > 0 ? [command, $"# Expected: {wanted}"] : [command], 0, row.Line, row.Line, 0) { IsClosed = true };
        var read = BlockReader.Read(block);
        switch (BlockJudgement.Of(read, label, mayAct: false))
        {
            case Outcome.Native native:
                return Made(label, command, [.. native.Checks.Select(c => "? " + c)], native.NeedsPerson, null, row.Line, read);
            case Outcome.Runs { Condition: "" } run when !command.Contains('`', StringComparison.Ordinal):
                return Made(label, command, [$"? sh {command}"], run.NeedsPerson, null, row.Line, read);
            case Outcome.Runs run:
                return Made(label, command, [run.Mark], run.NeedsPerson, command, row.Line, read);
            case Outcome.Written { IsAction: false } written:
                return Made(label, command, [.. written.Marks], written.NeedsPerson, null, row.Line, read);
            case Outcome.Left left:
                return Leave(left.Because);
            default:
                return Leave("adopt does not know what it does");
        }

        Row? Leave(string because)
        {
            _left.Add(new(row.Line, FindingKind.Left, Added.Short(label), "", because) { HasCommand = true, Command = command });
            return null;
        }
    }

    /// <summary>An address and the status that is expected of it.</summary>
    private Row? OfAddress(GridRow row, int expected, string label)
    {
        if (row.Cells.Where((_, i) => i != expected).Select(c => c.Trim('`', '<', '>', ' ')).Where(c => Address().IsMatch(c)).ToList() is not [var url] || StatusOf(Unquoted(row.Cell(expected))) is not { } status)
            return null;
        foreach (var placeholder in Placeholders.In(url))
            url = url.Replace(placeholder.Written, $"${{{placeholder.Variable}}}", StringComparison.Ordinal);
        return Address().IsMatch(url) ? Made(label, "", [$"? http {url} status == {status}"], false, null, row.Line, null) : null;
    }

    private Row? Made(string label, string command, List<string> marks, bool needsPerson, string? body, int line, ReadBlock? read)
    {
        if (ItemIds.Slug(label) is not { Length: > 0 } slug || !_there.Add(slug))
        {
            _left.Add(new(line, FindingKind.Left, Added.Short(label), "", "an item with the same words is there already") { HasCommand = command.Length > 0, Command = command });
            return null;
        }

        if (needsPerson)
            marks.Add($"@ {here.Role}");
        var written = Added.Marks(marks);
        var item = $"- [ ] {label}{written}" + (body is null ? "" : $"\n\n  ```bash\n  {body}\n  ```");
        return new(line, Added.Short(label), command, item, written.Trim(), Needs.Of(marks, body is null || read is null ? [] : [read], line));
    }

    /// <summary>The words of a row: its first cell that is no number, no command and no expectation.</summary>
    private static string LabelOf(Grid table, GridRow row, int expected)
    {
        for (var i = 0; i < table.Rows[0].Cells.Count; i++)
            if (i != expected && !row.Cell(i).StartsWith('`') && !DrawnBoxes.IsIn(row.Cell(i)) && !Address().IsMatch(row.Cell(i)) && Labels.Cleaned(row.Cell(i)) is { Length: > 1 } label && label.Any(char.IsLetter))
                return label;
        return Labels.Cleaned(row.Cells.FirstOrDefault(c => c.Any(char.IsLetter)) ?? "");
    }

    private static string? StatusOf(string expected) => Expectations.Of(expected) switch
    {
        Expectation.Status status => status.Code,
        Expectation.Number { Comparison: "==", Amount: { Length: 3 } code } when code[0] is >= '1' and <= '5' => code,
        _ => null,
    };

    private static List<string> Codes(string cell) => [.. Code().Matches(cell).Select(m => m.Value.Trim('`').Replace("\\|", "|", StringComparison.Ordinal))];

    private Step AsStep(string code) => new(here.Part, $"`{code}`", 0, code.Length + 2, 0, 0, null, null);

    /// <summary>What a cell expects; the sign of code around a value that is understood without it is the author's typography.</summary>
    private static string Unquoted(string cell)
    {
        var text = cell.Replace("**", "", StringComparison.Ordinal).Replace("\\|", "|", StringComparison.Ordinal).Replace("✅", "", StringComparison.Ordinal).Trim();
        return Code().Match(text) is { Success: true } code && code.Length == text.Length && Expectations.Of(text.Trim('`')) is not Expectation.Prose ? text.Trim('`') : text;
    }

    private static int ExpectedColumn(Grid table) => Column(table, Expected());

    private static int Column(Grid table, Regex head)
    {
        for (var i = 0; i < table.Rows[0].Cells.Count; i++)
            if (head.IsMatch(Labels.Cleaned(table.Rows[0].Cells[i])))
                return i;
        return -1;
    }

    private sealed record Row(int Line, string Label, string Command, string Item, string Marks, ConfigurationNeeds Needs);

    [GeneratedRegex(@"^(?:expected|expectation|expected .{2,20}|should be|erwartet(?:e[srn]?)?(?: .{2,20})?|erwartung|soll(?:wert|zustand)?|(?:résultat |valeur )?attendue?|(?:resultado |valor |salida )?esperad[oa]|(?:resultado |valor |saída )?esperad[oa]|ожидается|ожидаем\p{L}+(?: .{2,20})?|预期(?:结果|值|输出)?|期望(?:结果|值|输出)?|期待(?:値|結果|される結果)?)$", RegexOptions.IgnoreCase)]
    private static partial Regex Expected();

    [GeneratedRegex("^(?:commands?|how to (?:check|verify)|befehl|kommando|commande|comando|команда|命令|コマンド)$", RegexOptions.IgnoreCase)]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<!`)`[^`]+`(?!`)")]
    private static partial Regex Code();

    [GeneratedRegex(@"^https?://[^\s`|<>\[\]]+$")]
    private static partial Regex Address();
}
