using FsCheck;
using FsCheck.Fluent;
using Holdpoint.Checklists;

namespace Holdpoint.Tests.Checklists;

public class PropertiesTests
{
    private static readonly string[] s_pieces =
    [
        "- [ ] ", "- [x] ", "1. [ ] ", "* ", "  ", "    ", "\t", "\n", "\r\n", "\r", "\n\n", "> ", "# ", "## ", "---\n", "+++\n", "```", "```bash\n", "~~~",
        "`? disk / free > 20GB`", "`! run`", "`@ sre`", "`!deploy web`", "`? ", "`", "``", "**Owner:** ", "**stage:** ", "**", "_", "~~", "[", "]", "(a.md)",
        "#critical", "#crit", "#weight=", "| a | b |\n|---|---|\n", "|", "\\", "<", "<!--", "-->", "&amp;", "[x]: y\n", "é", "備", "🚀", "\ud800", "\0", "\ufeff", "a", " ",
    ];

    private static void Reads(string text)
    {
        var read = Reading.Read(text);

        Assert.Equal(text, TickedCopy.Write(read, _ => null));
        var written = TickedCopy.Write(read, i => new(!i.Ticked, "a `note` _of_ |any| kind"));
        Assert.Equal(read.AllItems.Any(), written != text);
        foreach (var item in read.AllItems)
        {
            Assert.Contains(text[item.Box], " xX");
            Assert.InRange(item.End, item.Box + 3, text.Length);
            Assert.All(item.Marks, m => Assert.Equal(m.Text[0], text[m.Start]));
        }
        Assert.All(read.Problems, p => Assert.InRange(p.At.Line, 1, read.Source.LineCount));
    }

    [Fact]
    public void Any_text_is_read_and_written_back_unchanged()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string>().Filter(t => t is not null), Reads).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_mixture_of_what_checklists_are_made_of_is_read_and_written_back_unchanged()
    {
        var texts = Gen.Elements(s_pieces).ListOf().Select(pieces => string.Concat(pieces));
        Check.One(Seeded.Runs(2_000), Prop.ForAll(Arb.From(texts), Reads));
    }

    [Fact]
    public void Any_text_has_a_slug_of_words_only()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string>().Filter(t => t is not null), text =>
        {
            var slug = ItemIds.Slug(text);
            Assert.DoesNotContain("--", slug, StringComparison.Ordinal);
            Assert.Equal(slug, slug.Trim('-'));
        }).QuickCheckThrowOnFailure();
    }
}
