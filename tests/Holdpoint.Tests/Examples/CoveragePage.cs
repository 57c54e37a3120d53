using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Holdpoint.Checklists;

namespace Holdpoint.Tests.Examples;

/// <summary>
/// docs/coverage.md, made from the examples: a comment <c>&lt;!-- row 9 --&gt;</c> on an item says which row it does, and its marks say by what; one that stands
/// alone speaks for its section's fields and rules. What an example should do and does not is open, and needs its reason in coverage.tsv.
/// </summary>
internal static partial class CoveragePage
{
    private const string Introduction = """
        # What the examples cover

        The product exists because of five production checklists. [examples/shop](../examples/shop/README.md) has one of its own for each of
        them, and this table says which line does what they ask for. It is made from the examples by a test, so that it can't say more than
        they do.

        Each of the five is deployed in the tests against the stack that `examples/shop/stack/up` starts: with a good version from end to end, and
        back from a bad one. The last column says what is left open of a row, and why. GitHub, Grafana, Sentry and the collector of traces are stand-ins.

        """;

    /// <param name="folder">Of the examples and coverage.tsv.</param>
    /// <param name="unexplained">Rows that an example should do, does not, and that give no reason.</param>
    public static string Make(string folder, out IReadOnlyList<string> unexplained)
    {
        var missing = new List<string>();
        var places = Directory.GetFiles(folder, "*.md").Order(StringComparer.Ordinal).SelectMany(Places).ToLookup(p => (p.Row, p.Example));
        var page = new StringBuilder(Introduction).Append("\n| row | asked for | where, and by what | open |\n| --: | --------- | ------------------ | ---- |\n");
        foreach (var row in File.ReadLines(Path.Combine(folder, "coverage.tsv")).Skip(1).Select(l => l.Split('\t')))
        {
            var number = int.Parse(row[0], CultureInfo.InvariantCulture);
            var open = row[2].Split(' ').Where(e => !places[(number, e)].Any()).ToList();
            if (open.Count > 0 && row[3].Length == 0)
                missing.Add($"row {number} ({row[1]}): {string.Join(", ", open)}");
            var where = row[2].Split(' ').SelectMany(e => places[(number, e)]).Select(p => $"[{p.Example}:{p.Line}](../examples/shop/{p.Example}.md#L{p.Line}) {p.By}");
            page.Append(CultureInfo.InvariantCulture, $"| {number} | {row[1].Replace("|", "\\|", StringComparison.Ordinal)} | {string.Join("<br>", where)} | {(open.Count == 0 ? row[3] : $"{string.Join(", ", open)}: {row[3]}")} |\n");
        }

        unexplained = missing;
        return page.ToString();
    }

    private static IEnumerable<Place> Places(string path)
    {
        var text = File.ReadAllText(path).ReplaceLineEndings("\n");
        var checklist = ChecklistReader.Read(path);
        var items = checklist.AllItems.GroupBy(i => i.At.Line).ToDictionary(g => g.Key, g => g.First());
        var lines = text.Split('\n');
        for (var line = 1; line <= lines.Length; line++)
        {
            if (Comment().Match(lines[line - 1]) is not { Success: true } comment)
                continue;
            var by = items.TryGetValue(line, out var item) ? OfItem(item) : OfSection(checklist, line);
            foreach (var row in comment.Groups["rows"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                yield return new(int.Parse(row, CultureInfo.InvariantCulture), Path.GetFileNameWithoutExtension(path), line, by);
        }
    }

    private static string OfItem(Item item)
    {
        var marks = item.WithDescendants.SelectMany(i => i.Marks).DistinctBy(m => m.Start).Select(Verb).Distinct().ToList();
        return marks.Count == 0 ? "sign-off" : string.Join(' ', marks);
    }

    private static string OfSection(Checklist checklist, int line)
    {
        var section = checklist.AllSections.Where(s => s.At.Line <= line).MaxBy(s => s.At.Line);
        if (section is null || section.Items.Count == 0)
            return "front matter";
        var rules = section.Items.SelectMany(i => i.WithDescendants).SelectMany(i => i.Marks).Where(m => m.Sign == Sign.Act).Select(Verb).Distinct();
        return string.Join(' ', section.Fields.Where(f => f.Name is not "Owner" and not "Stage").Select(f => $"`{f.Name}`").Concat(rules));
    }

    private static string Verb(Mark mark)
    {
        var words = mark.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var sign = mark.Sign switch { Sign.Ask => "?", Sign.Act => "!", _ => "@" };
        return words is [var verb, "when" or "unless" or "when", ..] ? $"`{sign} {verb} {words[1]}`" : mark.Sign == Sign.Person ? "sign-off" : $"`{sign} {words[0]}`";
    }

    [GeneratedRegex(@"<!-- rows? (?<rows>[\d ]+) -->", RegexOptions.CultureInvariant)]
    private static partial Regex Comment();

    private sealed record Place(int Row, string Example, int Line, string By);
}
