using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

/// <summary>What holds for every checklist.</summary>
public sealed class PlanProperties
{
    private static readonly Config Runs = Seeded.Runs(150);

    private static readonly string[] Lines =
    [
        "# Title", "## Backups", "## Roll out", "### After", "**Stage:** deploy", "**Stage:** prepare", "**Stage:** watch", "**Owner:** sre", "**Gate:** score >= 80", "**Gate:** x", "**Each:** s in a, b", "**Each:** s in",
        "**Only if:** env X", "**Only if:** `", "**Dir:** ${s}", "**Watch:** every 1m until 5m", "- [ ] a", "- [ ] a #id=a", "- [ ] b `? disk / free > 1GB`", "- [ ] c `! deploy web`", "- [ ] d `! deploy ${s}` `? env X`", "  - [ ] e `@ sre and dba`",
        "- [ ] f `! rollback when error_rate > 5%`", "- [ ] [g](g.md)", "- [ ] ~~h~~ `! nonsense`", "- [ ] i `! run` `? run exit == 0`", "  ```bash", "  go || true", "  ```", "", "- [ ] 🚀", "- [ ] `? env X`", "- [ ] j `? scenario`", "  ```http", "  GET ${api}/${x}", "---", "next_review: 2020-01-01",
    ];

    private static Gen<string> Texts => Gen.ListOf(Gen.Elements(Lines)).Select(lines => string.Join("\n", lines.Select(l => l.StartsWith(' ') || l.StartsWith('-') ? l : l + "\n")));

    private static Gen<Edit> Edits =>
        from kind in Gen.Choose(0, 4)
        from section in Gen.Choose(0, 20)
        from item in Gen.Choose(0, 20)
        select new Edit(kind, section, item);

    [Fact]
    public void Planning_never_throws_and_gives_a_plan_or_an_error()
    {
        FsCheck.Check.One(Runs, Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var (plan, problems) = Planning.Of(text, Planning.Yaml, "production", ("g.md", text));
            return plan is null == problems.Any(p => p.IsError)
                && problems.Distinct().Count() == problems.Count
                && problems.All(p => p.At is { Line: > 0, Column: > 0 } && p.What.Length > 0);
        }));
    }

    [Fact]
    public void Ids_are_unique_and_every_step_is_found_by_its_own()
    {
        FsCheck.Check.One(Runs, Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            if (Planning.Of(text, Planning.Yaml, null, ("g.md", text)).Plan is not { } plan)
                return true;
            var items = plan.AllItems.Select(i => i.Id).ToList();
            var sections = plan.Sections.Select(s => s.Id).ToHashSet();
            var map = IdMap.Between(plan, plan);
            return items.Distinct().Count() == items.Count
                && sections.Count == plan.Sections.Count
                && plan.Rules.Select(r => r.Id).Distinct().Count() == plan.Rules.Count
                && plan.AllItems.All(i => sections.Contains(i.SectionId))
                && plan.AllItems.SelectMany(i => i.Steps).All(s => ReferenceEquals(plan.Step(s.Id), s) && map[s.Id] == s.Id)
                && DryRun.Lines(plan).All(l => !l.Contains('\u001b', StringComparison.Ordinal));
        }));
    }

    [Fact]
    public void Ids_of_what_was_not_touched_stay_through_edits_elsewhere()
    {
        FsCheck.Check.One(Runs, Prop.ForAll(Gen.ListOf(Edits).ToArbitrary(), edits =>
        {
            var document = Document.Start();
            var before = IdsByText(document);
            var touched = edits.SelectMany((e, i) => document.Apply(e, i)).ToHashSet();
            var after = IdsByText(document);
            return before.Where(b => !touched.Contains(b.Key)).All(b => after[b.Key] == b.Value);
        }));
    }

    private static Dictionary<string, string> IdsByText(Document document) =>
        Planning.Good(document.ToString()).AllItems.ToDictionary(i => i.Text.TrimStart([.. "0123456789. "]), i => i.Id);

    private sealed record Edit(int Kind, int Section, int Item);

    /// <summary>Sections with items, all with words of their own.</summary>
    private sealed class Document
    {
        private readonly List<(string Heading, List<string> Items)> _sections = [];
        private bool _isNumbered;

        public static Document Start()
        {
            var document = new Document();
            for (var s = 0; s < 4; s++)
                document._sections.Add(($"Section {(char)('a' + s)}", [.. Enumerable.Range(0, 4).Select(i => $"Item {(char)('a' + s)}{i} stands")]));
            return document;
        }

        /// <returns>The texts of the items that are gone.</returns>
        public IReadOnlyList<string> Apply(Edit edit, int number)
        {
            if (edit.Kind == 3)
                _sections.Insert(edit.Section % (_sections.Count + 1), ($"New part {number}", [$"First of part {number}"]));
            if (_sections.Count == 0)
                return [];
            var section = _sections[edit.Section % _sections.Count];
            switch (edit.Kind)
            {
                case 0:
                    section.Items.Insert(edit.Item % (section.Items.Count + 1), $"Fresh thing {number}");
                    return [];
                case 1 when section.Items.Count > 0:
                    var gone = section.Items[edit.Item % section.Items.Count];
                    section.Items.Remove(gone);
                    return [gone];
                case 2:
                    _sections.Remove(section);
                    return section.Items;
                case 4:
                    _isNumbered = !_isNumbered;
                    return [];
                default:
                    return [];
            }
        }

        public override string ToString()
        {
            var text = new StringBuilder("# Title\n\n");
            for (var s = 0; s < _sections.Count; s++)
            {
                text.Append("## ").Append(_isNumbered ? $"{s + 1}. " : "").Append(_sections[s].Heading).Append("\n\n");
                for (var i = 0; i < _sections[s].Items.Count; i++)
                    text.Append("- [ ] ").Append(_isNumbered ? $"{s + 1}.{i + 1} " : "").Append(_sections[s].Items[i]).Append(i % 2 == 0 ? " `? memory free > 1GB`" : "").Append('\n');
                text.Append('\n');
            }

            return text.ToString();
        }
    }
}
