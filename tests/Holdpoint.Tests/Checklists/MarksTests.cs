using Holdpoint.Checklists;
using static Holdpoint.Tests.Checklists.Reading;

namespace Holdpoint.Tests.Checklists;

public class MarksTests
{
    [Theory]
    [InlineData("- [ ] a `? disk / free > 20GB`", Sign.Ask, "disk / free > 20GB")]
    [InlineData("- [ ] a `! deploy web`", Sign.Act, "deploy web")]
    [InlineData("- [ ] a `@ sre and dba`", Sign.Person, "sre and dba")]
    [InlineData("- [ ] a `@  дежурный`", Sign.Person, "дежурный")]
    [InlineData("- [ ] a `` ? sh echo `id` ``", Sign.Ask, "sh echo `id`")]
    [InlineData("- [ ] a `` `x` `` `?\tdisk /`", Sign.Ask, "disk /")]
    [InlineData("- [ ] a `? sh a | b`", Sign.Ask, "sh a | b")]
    [InlineData("- [ ] **a `? disk /`**", Sign.Ask, "disk /")]
    [InlineData("- [ ] a\n\n  Then `? disk /`", Sign.Ask, "disk /")]
    [InlineData("- [ ] a\n  - by `? disk /`", Sign.Ask, "disk /")]
    [InlineData("- [ ] a\n  1. so\n     - by `? disk /`", Sign.Ask, "disk /")]
    [InlineData("- [ ] a `? ${metric} > 3`", Sign.Ask, "${metric} > 3")]
    [InlineData("> - [ ] a `? disk /`", Sign.Ask, "disk /")]
    public void Inline_code_with_a_sign_and_white_space_is_a_mark(string text, Sign sign, string expected)
    {
        var mark = Assert.Single(TheItem(text).Marks);

        Assert.Equal((sign, expected), (mark.Sign, mark.Text));
        Assert.Equal(expected, text[mark.Start..(mark.Start + expected.Length)]);
    }

    [Theory]
    [InlineData("- [ ] a `?`")]
    [InlineData("- [ ] a `? `")]
    [InlineData("- [ ] a `!= 3`")]
    [InlineData("- [ ] a `! -f x`")]
    [InlineData("- [ ] a `x ? y : z`")]
    [InlineData("- [ ] a `? : 2`")]
    [InlineData("- [ ] a \\`? disk /\\`")]
    [InlineData("- [ ] a ? disk /")]
    [InlineData("- [ ] `@angular/core` is new")]
    [InlineData("- [ ] `!important` and `?page=2`")]
    public void Other_code_is_the_authors(string text)
    {
        Assert.Empty(TheItem(text).Marks);
    }

    [Fact]
    public void Marks_keep_their_order_and_places()
    {
        var item = TheItem("# H\n\n- [ ] Dumped `! run` `? file b/*.gz`, by `@ dba`\n  - and `? disk /`\n\n  ```sh\n  x\n  ```\n");

        Assert.Equal(["run", "file b/*.gz", "dba", "disk /"], item.Marks.Select(m => m.Text));
        Assert.Equal([new(3, 15), new(3, 23), new(3, 43), new(4, 10)], item.Marks.Select(m => m.At));
    }

    [Fact]
    public void A_mark_of_a_child_belongs_to_the_child()
    {
        var item = Clean("- [ ] a\n  - [ ] b `? disk /`").AllItems.First();

        Assert.Empty(item.Marks);
        Assert.Single(item.Children[0].Marks);
    }

    [Theory]
    [InlineData("- [ ] a `? disk /\n  free` x")]
    [InlineData("- [ ] a `? disk /\r\n  free` x")]
    [InlineData("> - [ ] a `? disk /\n>   free` x")]
    [InlineData("- [ ] a `? disk /\nfree` x")]
    public void A_mark_over_two_lines_keeps_its_offsets(string text)
    {
        var item = TheItem(text);
        var mark = Assert.Single(item.Marks);

        Assert.StartsWith("disk /", mark.Text, StringComparison.Ordinal);
        Assert.Equal(["disk", "/", "free"], mark.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(text.IndexOf("free", StringComparison.Ordinal), mark.Start + mark.Text.IndexOf("free", StringComparison.Ordinal));
        Assert.Equal("a x", item.Text);
    }

    [Fact]
    public void A_comparison_at_the_start_of_a_deeply_indented_line_stays()
    {
        var mark = Assert.Single(TheItem("- [ ] a `? disk / free\n      > 20GB`").Marks);

        Assert.Equal("disk / free       > 20GB", mark.Text);
    }
}
