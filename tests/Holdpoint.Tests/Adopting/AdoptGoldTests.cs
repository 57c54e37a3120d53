using Holdpoint.Adopting;
using Holdpoint.Adopting.Shell;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Tests.Checklists;

namespace Holdpoint.Tests.Adopting;

/// <summary>What adopting five real checklists gives, beside what a person made of them line by line: gold/README.md says how.</summary>
public class AdoptGoldTests
{
    [Fact]
    public void At_least_95_of_100_rows_of_the_five_checklists_are_as_a_person_expects_them()
    {
        var (rows, missed) = (0, new List<string>());
        foreach (var (file, table) in Tables())
        {
            var adopted = new AdoptedLines(file);
            foreach (var row in table)
            {
                rows++;
                var found = adopted.At(row);
                // A criterion of several parts: as many rules as its rows say, the other parts are left.
                if (row.Marked == "unmarked" && found.Kind == "rule" && found.Added.Split("`! ").Length - 1 == table.Count(r => r.Line == row.Line && r.Kind == "rule"))
                    continue;
                if (found.Kind != row.Marked)
                    missed.Add($"{Path.GetFileName(file)}:{row.Line}: expected {row.Kind}, found {found.Kind} {found.Added} ({row.Why})");
                else if (found.Kind != "unmarked" && !Conditions.Agree(row.Expect, found.Added))
                    missed.Add($"{Path.GetFileName(file)}:{row.Line}: expected {row.Expect}, found {found.Added} ({row.Why})");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{rows - missed.Count} of {rows} rows as expected\n{string.Join('\n', missed)}");
        Assert.True(missed.Count * 20 <= rows, $"{rows - missed.Count} of {rows} rows as expected:\n{string.Join('\n', missed)}");
    }

    [Fact]
    public void No_command_that_changes_something_is_ever_asked()
    {
        var asked = new List<string>();
        foreach (var (file, table) in Tables())
        {
            var adopted = new AdoptedLines(file);
            asked.AddRange(table.Where(r => r.Changes == "yes").Select(r => (r, adopted.At(r))).Where(f => f.Item2.Kind == "check").Select(f => $"{Path.GetFileName(file)}:{f.r.Line}: {f.Item2.Added}"));
        }

        foreach (var file in CorpusTests.Files())
            asked.AddRange(new AdoptedLines(file).Asked().Where(m => !IsHarmless(m)).Select(m => $"{Path.GetFileName(file)}: {m}"));
        Assert.True(asked.Count == 0, string.Join('\n', asked));
    }

    /// <summary>A script that is asked, judged once more by itself.</summary>
    private static bool IsHarmless(string script)
    {
        var read = ShellReader.Read(script.Split('\n'));
        return read.Commands.Select(Judge.Of).All(e => e is Effect.Prepares or Effect.Proves or Effect.Shows);
    }

    private static IEnumerable<(string File, IReadOnlyList<GoldRow> Rows)> Tables()
    {
        var files = CorpusTests.Files();
        foreach (var table in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Adopting", "gold"), "*.tsv").Order(StringComparer.Ordinal))
            yield return (files.Single(f => Path.GetFileNameWithoutExtension(f) == Path.GetFileNameWithoutExtension(table)), GoldRow.Read(table));
    }

    /// <summary>A row of a table.</summary>
    /// <param name="Place">How many rows of the same line stand before it.</param>
    private sealed record GoldRow(int Line, string Kind, string Changes, string Expect, string Belongs, string Why, int Place)
    {
        /// <summary>What stays without a mark is one.</summary>
        public string Marked => Kind is "item" or "left" or "none" ? "unmarked" : Kind;

        public static IReadOnlyList<GoldRow> Read(string table)
        {
            var rows = new List<GoldRow>();
            foreach (var cells in File.ReadLines(table).Skip(1).Select(l => l.Split('\t')))
            {
                var line = int.Parse(cells[0], System.Globalization.CultureInfo.InvariantCulture);
                rows.Add(new(line, cells[1], cells[2], cells[3], cells[4], cells[5], rows.Count(r => r.Line == line)));
            }

            return rows;
        }
    }

    /// <summary>A file's findings by its lines.</summary>
    private sealed class AdoptedLines
    {
        private readonly Adopted _adopted;

        public AdoptedLines(string file)
        {
            var text = ChecklistReader.ReadBytes(file, File.ReadAllBytes(file)).Source.Text;
            _adopted = Adopter.Adopt(new(new(file, text), Project.Empty("/")) { Time = new ManualTime() });
        }

        /// <summary>Every script that a check runs: of blocks, and of marks.</summary>
        public IEnumerable<string> Asked() => _adopted.Findings.Where(f => f.Added.Contains("`? ", StringComparison.Ordinal)).SelectMany(f => f.Added.Split('`').Where(m => m.StartsWith("? sh ", StringComparison.Ordinal)).Select(m => m[5..])
            .Concat(f.IsBlock && f.Added.Contains("`? run", StringComparison.Ordinal) ? [f.Command] : []));

        public (string Kind, string Added) At(GoldRow row)
        {
            var block = _adopted.Findings.FirstOrDefault(f => f.IsBlock && f.Line < row.Line && row.Line <= f.Line + f.Command.Split('\n').Length);
            var item = _adopted.Findings.FirstOrDefault(f => !f.IsBlock && f.Kind != FindingKind.Field && f.Line == row.Line);
            if (block is not null && item is null)
                return (Word(block.Kind, block.Added), block.Added);
            if (row.Kind == "field")
                return _adopted.Findings.Where(f => f.Line <= row.Line && f.Added.Length > 0).LastOrDefault(f => f.Kind == FindingKind.Field || f.Added.Contains('#', StringComparison.Ordinal)) is { } field ? ("field", field.Added) : ("unmarked", "");
            if (item is null)
                return ("unmarked", "");
            var added = item.Added.Length > 0 ? item.Added : _adopted.Findings.Where(f => f.IsBlock && f.Line >= row.Line).Select(f => f.Added).FirstOrDefault() ?? "";
            return (Word(item.Kind, item.Added), added);
        }

        private static string Word(FindingKind kind, string added) => kind switch
        {
            FindingKind.Check => "check",
            FindingKind.Action => "action",
            FindingKind.Rule => added.Contains("when asked", StringComparison.Ordinal) ? "unmarked" : "rule",
            FindingKind.SignOff when added.Contains("`@ ", StringComparison.Ordinal) => "signoff",
            FindingKind.Field => "field",
            _ => "unmarked",
        };
    }
}
