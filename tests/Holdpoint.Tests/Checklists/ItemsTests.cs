using Holdpoint.Checklists;
using static Holdpoint.Tests.Checklists.Reading;

namespace Holdpoint.Tests.Checklists;

public class ItemsTests
{
    [Theory]
    [InlineData("- [ ] a")]
    [InlineData("* [ ] a")]
    [InlineData("+ [x] a")]
    [InlineData("1. [X] a")]
    [InlineData("12) [ ] a")]
    [InlineData("   - [ ] a")]
    [InlineData("-   [ ] a")]
    [InlineData("-\t[ ] a")]
    [InlineData("- [ ]\ta")]
    [InlineData("- [ ]   a")]
    [InlineData("- [ ]\n  a")]
    [InlineData("> - [ ] a")]
    [InlineData("> > 1. [ ] a")]
    [InlineData("- - [ ] a")]
    [InlineData("- plain\n\n  - [ ] a")]
    [InlineData("[x]: https://example.com\n\n- [x] a")]
    [InlineData("- [ ] a\n\n  | A | B |\n  |---|---|\n  | - [ ] cell | [ ] cell |")]
    public void A_task_item_is_what_GitHub_takes_for_one(string text)
    {
        Assert.Equal("a", TheItem(text).Text);
    }

    [Theory]
    [InlineData("- [ ]")]
    [InlineData("- [ ] ")]
    [InlineData("- [x]done")]
    [InlineData("- [] a")]
    [InlineData("- [  ] a")]
    [InlineData("- [y] a")]
    [InlineData("- (x) a")]
    [InlineData("- a [ ] b")]
    [InlineData("- **[ ] a**")]
    [InlineData("- \\[ ] a")]
    [InlineData("- `[ ] a`")]
    [InlineData("- [ ]\u00a0a")]
    [InlineData("[ ] a")]
    [InlineData("-[ ] a")]
    [InlineData("- # [ ] a")]
    [InlineData("- text\n\n  [ ] a")]
    [InlineData("- > [ ] a")]
    [InlineData("    - [ ] a")]
    [InlineData("```\n- [ ] a\n```")]
    [InlineData("~~~~\n- [ ] a\n```\n- [ ] b\n~~~~")]
    [InlineData("<!--\n- [ ] a\n-->")]
    [InlineData("<div>\n- [ ] a\n</div>")]
    [InlineData("| A | B |\n|---|---|\n| - [ ] a | [x] b |\n| [ ] c | d |")]
    [InlineData("A | B\n--- | ---\n[ ] a | - [ ] b")]
    [InlineData("- [x](https://example.com) a")]
    [InlineData("---\nlist: |\n  - [ ] a\n---\n")]
    public void What_GitHub_does_not_take_is_no_item(string text)
    {
        Assert.Empty(Clean(text).AllItems);
    }

    [Fact]
    public void A_ticked_box_is_told_from_an_open_one()
    {
        Assert.Equal([false, true, true], Clean("- [ ] a\n- [x] b\n- [X] c").AllItems.Select(i => i.Ticked));
    }

    [Theory]
    [InlineData("- [ ] **Bold** and _it_ and `code`", "Bold and it and code")]
    [InlineData("- [ ] See [the page](https://example.com \"t\") now", "See the page now")]
    [InlineData("- [ ] ![picture](a.png) shown", "picture shown")]
    [InlineData("- [ ] a &amp; b &gt; c", "a & b > c")]
    [InlineData("- [ ] a \\* b \\_ c", "a * b _ c")]
    [InlineData("- [ ] a   b\n  c  \n  d\\\n  e", "a b c d e")]
    [InlineData("- [ ] a\nlazy", "a lazy")]
    [InlineData("- [ ] a<br>b <kbd>k</kbd>", "a b k")]
    [InlineData("- [ ] <https://example.com/x>", "https://example.com/x")]
    [InlineData("- [ ] a | b | c", "a | b | c")]
    [InlineData("- [ ] snake_case_name * star", "snake_case_name * star")]
    [InlineData("- [ ] [ ] twice", "[ ] twice")]
    [InlineData("- [ ] [x] [docs][ref] now\n\n[ref]: https://example.com", "[x] docs now")]
    [InlineData("- [ ] Free `? disk / free > 20GB` now #critical", "Free now")]
    [InlineData("- [ ] `? disk / free > 20GB`", "")]
    [InlineData("- [ ] a ~~b~~ c", "a b c")]
    [InlineData("- [ ] Проверить базу `? disk /`", "Проверить базу")]
    [InlineData("- [ ] 備份資料庫 🚀", "備份資料庫 🚀")]
    [InlineData("- [ ] first\n\n  second paragraph", "first")]
    public void Its_text_is_what_a_person_reads(string text, string expected)
    {
        Assert.Equal(expected, TheItem(text).Text);
    }

    [Fact]
    public void Children_hang_on_the_item_they_are_indented_under()
    {
        var read = Clean("""
            - [ ] a
              - [ ] b
                1. [ ] c
              - plain
                - [ ] d
            - [ ] e
              > - [ ] f
            """);

        var section = Assert.Single(read.Sections);
        Assert.Equal(["a", "e"], section.Items.Select(i => i.Text));
        Assert.Equal(["b", "d"], section.Items[0].Children.Select(i => i.Text));
        Assert.Equal(["c"], section.Items[0].Children[0].Children.Select(i => i.Text));
        Assert.Equal(["f"], section.Items[1].Children.Select(i => i.Text));
        Assert.Equal(["a", "b", "c", "d", "e", "f"], read.AllItems.Select(i => i.Text));
    }

    [Theory]
    [InlineData("# H\n\n- [ ] abc", 3, 1, 2)]
    [InlineData("# H\r\n\r\n1. [ ] abc\r\n", 3, 1, 3)]
    [InlineData("- x\n  - [ ] abc  \n", 2, 3, 4)]
    [InlineData("> - [ ] abc", 1, 3, 4)]
    [InlineData("-\t[ ] abc", 1, 1, 4)]
    [InlineData("- a\n\n\t- [ ] abc\n", 3, 2, 6)]
    [InlineData("🚀🚀\n\n   10) [x] abc\n- y", 3, 4, 7)]
    public void Its_place_box_end_and_indentation_are_exact(string text, int line, int column, int indent)
    {
        var item = TheItem(text);

        Assert.Equal(new(line, column), item.At);
        Assert.Equal(indent, item.Indent);
        Assert.Equal(text.IndexOf("[ ]", StringComparison.Ordinal) is >= 0 and var box ? box + 1 : text.IndexOf("[x]", StringComparison.Ordinal) + 1, item.Box);
        Assert.Equal(text.IndexOf("abc", StringComparison.Ordinal) + 3, item.End);
    }

    [Theory]
    [InlineData("- [ ] ~~gone~~", true)]
    [InlineData("- [x] ~~gone **too**~~ #critical", true)]
    [InlineData("- [ ] ~~Deploy~~ `! deploy web`", true)]
    [InlineData("- [ ] ~~Deploy `! deploy web`~~", true)]
    [InlineData("- [ ] ~gone~", true)]
    [InlineData("- [ ] ~~a~~ b", false)]
    [InlineData("- [ ] a ~~b~~", false)]
    [InlineData("- [ ] a, about ~20 GB and ~30 GB", false)]
    public void An_item_struck_out_whole_is_disabled(string text, bool disabled)
    {
        Assert.Equal(disabled, TheItem(text).Disabled);
    }

    [Theory]
    [InlineData("- [ ] [Database](db.md)", "db.md")]
    [InlineData("- [ ] [Database](../ops/db.md \"First\") #critical", "../ops/db.md")]
    [InlineData("- [ ] [Database](<my db.md>)", "my db.md")]
    [InlineData("- [ ] [Database](my%20db.md)", "my db.md")]
    [InlineData("- [ ] [**Data** base][db]\n\n[db]: db.md", "db.md")]
    [InlineData("- [ ] See [Database](db.md)", null)]
    [InlineData("- [ ] [a](a.md) [b](b.md)", null)]
    [InlineData("- [ ] [Database](https://example.com/db.md)", null)]
    [InlineData("- [ ] [Database](/etc/db.md)", null)]
    [InlineData("- [ ] [Database](db.md#part)", null)]
    [InlineData("- [ ] [Database](db.html)", null)]
    [InlineData("- [ ] ![Database](db.md)", null)]
    public void An_item_that_is_a_link_to_a_Markdown_file_names_it(string text, string? link)
    {
        Assert.Equal(link, TheItem(text).Link);
    }
}
