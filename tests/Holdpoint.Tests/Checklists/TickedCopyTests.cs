using System.Text;
using Holdpoint.Checklists;
using static Holdpoint.Tests.Checklists.Reading;

namespace Holdpoint.Tests.Checklists;

public class TickedCopyTests
{
    [Theory]
    [InlineData("- [ ] a\n", "- [x] a\\\n  _n_\n")]
    [InlineData("- [ ] a", "- [x] a\\\n  _n_")]
    [InlineData("- [X] a  \r\n- b\r\n", "- [X] a\\\r\n  _n_  \r\n- b\r\n")]
    [InlineData("1. [ ] a\n   more\n\n   ```\n   x\n   ```\n", "1. [x] a\n   more\\\n   _n_\n\n   ```\n   x\n   ```\n")]
    [InlineData("> - [ ] a\n> - b", "> - [x] a\\\n>   _n_\n> - b")]
    [InlineData("-\t[ ] a\n", "-\t[x] a\\\n \t_n_\n")]
    [InlineData("# H\r\n- [ ] a", "# H\r\n- [x] a\\\r\n  _n_")]
    public void A_note_stands_below_the_text_and_all_else_stays(string text, string expected)
    {
        Assert.Equal(expected, TickedCopy.Write(Read(text), _ => new(true, "n")));
    }

    [Fact]
    public void Parents_and_children_get_their_own_notes()
    {
        var copy = TickedCopy.Write(Read("- [x] a\n  - [ ] b\n- [ ] c\n"), i => i.Text == "c" ? null : new(i.Text == "b", $"{i.Text}!"));

        Assert.Equal("- [ ] a\\\n  _a!_\n  - [x] b\\\n    _b!_\n- [ ] c\n", copy);
    }

    [Fact]
    public void Without_a_note_only_the_box_changes()
    {
        Assert.Equal("- [x] a\n- [ ] b\n", TickedCopy.Write(Read("- [ ] a\n- [x] b\n"), i => new(i.Text == "a", " ")));
    }

    [Theory]
    [InlineData("passed · free 12.4 GB > 20GB · 14:03:12 · ana")]
    [InlineData("a_b *c* [d](e) <f> `g` ~~h~~ \\ | i #critical & $j$")]
    [InlineData("two\r\nlines\tand a tab")]
    [InlineData("# no heading")]
    [InlineData("- [ ] no item `? disk /`")]
    public void Whatever_a_note_says_the_list_keeps_its_items_and_marks(string note)
    {
        const string Text = "# H\n\n- [ ] a `? disk /` #advisory\n  - [ ] b\n\n    Prose.\n\n1. [ ] c\n\n| A |\n|---|\n| [ ] |\n";
        var before = Clean(Text);

        var after = Clean(TickedCopy.Write(before, _ => new(true, note)));

        Assert.Equal(before.AllItems.Count(), after.AllItems.Count());
        Assert.All(after.AllItems, i => Assert.True(i.Ticked));
        Assert.Equal(before.AllItems.Select(i => i.Marks.Count), after.AllItems.Select(i => i.Marks.Count));
        Assert.Equal(before.AllItems.Select(i => i.Tags.Count), after.AllItems.Select(i => i.Tags.Count));
        var shown = note.ReplaceLineEndings(" ").Replace('`', '\'').Replace("  ", " ", StringComparison.Ordinal).Replace('\t', ' ');
        Assert.EndsWith(shown, after.AllItems.First().Text.Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- [ ] a\r\n- [x] b\n\r\n\ttab \u00a0 end  ")]
    [InlineData("\ufeff- [ ] a\r\n")]
    [InlineData("---\na: 1\n---\n# Ä\n- [ ] 備份\n")]
    [InlineData("")]
    public void Without_results_every_byte_is_the_same(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        var read = ChecklistReader.ReadBytes("release.md", bytes);

        Assert.Empty(read.Problems);
        Assert.Equal(bytes, TickedCopy.WriteBytes(read, _ => null));
    }
}
