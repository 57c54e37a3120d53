using Holdpoint.Checklists;
using static Holdpoint.Tests.Checklists.Reading;

namespace Holdpoint.Tests.Checklists;

public class MistakesTests
{
    [Theory]
    [InlineData("Free `? disk /`", 1, 6)]
    [InlineData("- plain `! deploy web`", 1, 9)]
    [InlineData("# Go `@ sre and dba`", 1, 6)]
    [InlineData("> Free `? latency_p95 <= 300ms`", 1, 8)]
    [InlineData("| A |\n|---|\n| `? disk /` |", 3, 3)]
    [InlineData("- [ ] a\n\n  > `? disk /`", 3, 5)]
    [InlineData("- [ ] a\n\n  ## `? disk /`", 3, 6)]
    public void A_mark_outside_an_item_is_an_error(string text, int line, int column)
    {
        var problem = TheProblem(text);

        Assert.True(problem.IsError);
        Assert.Equal(new(line, column), problem.At);
        Assert.Contains("never run", problem.What, StringComparison.Ordinal);
        Assert.Contains("- [ ]", problem.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Write `! important` there")]
    [InlineData("It asks `? or not`")]
    [InlineData("Mail `@ example.com`")]
    [InlineData("Call `!deploy web`")]
    public void Code_that_no_verb_begins_is_left_alone_outside_items(string text)
    {
        Assert.Empty(Read(text).Problems);
    }

    [Theory]
    [InlineData("- [ ] a `! run`\n\n```bash\nx\n```\n", 3, 1, "2 spaces", "line 1")]
    [InlineData("- [ ] a `! run`\n```bash\nx\n```\n- [ ] b\n", 2, 1, "2 spaces", "line 1")]
    [InlineData("# H\n\n1. [ ] a `! run`\n\n  ```bash\n  x\n  ```\n", 5, 3, "3 spaces", "line 3")]
    [InlineData("10. [ ] a `? run`\r\n\r\n   ```bash\r\n   x\r\n   ```\r\n", 3, 4, "4 spaces", "line 1")]
    [InlineData("- [ ] p\n  - [ ] a `! run`\n\n  ```bash\n  x\n  ```\n", 4, 3, "4 spaces", "line 2")]
    [InlineData("- [ ] a `! run`\n  - by hand\n\n```bash\nx\n```\n", 4, 1, "2 spaces", "line 1")]
    [InlineData("- [ ] a `! run`\n\n      ```bash\n      x\n      ```\n", 3, 7, "2 spaces", "line 1")]
    public void A_fence_that_indentation_throws_out_of_its_item_names_the_indentation(string text, int line, int column, string indent, string of)
    {
        var problem = TheProblem(text);

        Assert.True(problem.IsError);
        Assert.Equal(new(line, column), problem.At);
        Assert.Contains(indent, problem.Fix, StringComparison.Ordinal);
        Assert.Contains(of, problem.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- [ ] a `! run`\n- [ ] b\n\n```bash\nx\n```\n", 1, 12)]
    [InlineData("- [ ] a `! run`\n\nText.\n\n```bash\nx\n```\n", 1, 12)]
    [InlineData("- [ ] a `? sql main value == 0`", 1, 12)]
    [InlineData("- [ ] a `! run` `? scenario`\n\n  ```\n  x\n  ```", 1, 20)]
    [InlineData("- [ ] p `! run`\n  - [ ] a `! run`\n\n  ```bash\n  x\n  ```\n", 2, 14)]
    public void A_body_that_no_fence_follows_is_an_error(string text, int line, int column)
    {
        var problem = TheProblem(text);

        Assert.Equal(new(line, column), problem.At);
        Assert.Contains("no fence follows", problem.What, StringComparison.Ordinal);
        Assert.Contains("indented by", problem.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- [ ] a `!deploy web`", "`! deploy web`")]
    [InlineData("- [ ] a `?http https://example.com`", "`? http https://example.com`")]
    [InlineData("- [ ] a `!run`", "`! run`")]
    [InlineData("- [ ] a\n  - b `?disk /`", "`? disk /`")]
    public void A_sign_that_touches_its_verb_is_an_error(string text, string mend)
    {
        var problem = TheProblem(text);

        Assert.True(problem.IsError);
        Assert.Equal(text.IndexOf('`', StringComparison.Ordinal) - text.LastIndexOf('\n') , problem.At.Column);
        Assert.Contains(mend, problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sign_that_touches_a_role_is_an_error_among_marks_and_a_warning_elsewhere()
    {
        var warned = TheProblem("- [ ] Go `@sre`");
        var refused = TheProblem("- [ ] Go `@sre and @dba`\n- [ ] Free `? disk /`");

        Assert.Equal(Severity.Warning, warned.Severity);
        Assert.Contains("`@ sre`", warned.Fix, StringComparison.Ordinal);
        Assert.Equal((Severity.Error, new Position(1, 10)), (refused.Severity, refused.At));
        Assert.Contains("`@ sre and dba`", refused.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- [ ] Go `@sre` `@ dba`")]
    [InlineData("- [ ] Go `@angular/core`")]
    [InlineData("- [ ] Go `@media (x)`")]
    [InlineData("- [ ] Go `?page`")]
    public void A_sign_in_somebodys_code_is_left_alone(string text)
    {
        Assert.Empty(Read(text).Problems);
    }

    [Theory]
    [InlineData("- [ ] Free `? disk / free > 20GB", 1, 12)]
    [InlineData("- [ ] Free `? disk / free\n  > 20GB`", 1, 12)]
    [InlineData("- [ ] a\n  - Free `? disk / free\n- [ ] b", 2, 10)]
    [InlineData("- [ ] Free `` ? disk /`", 1, 13)]
    public void A_mark_without_its_closing_backtick_is_an_error(string text, int line, int column)
    {
        var problem = TheProblem(text);

        Assert.True(problem.IsError);
        Assert.Equal(new(line, column), problem.At);
        Assert.Contains("one line", problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_in_a_struck_out_part_is_an_error()
    {
        var problem = TheProblem("- [ ] Do ~~this `! deploy web`~~ that");

        Assert.Equal(new(1, 17), problem.At);
    }

    [Fact]
    public void A_struck_out_item_needs_no_body()
    {
        Assert.Empty(Read("- [ ] ~~Do this `! run`~~\n").Problems);
    }

    [Fact]
    public void Every_problem_is_told_at_once_and_in_order()
    {
        var read = Read("""
            # A `! deploy web`

            **Owners:** sre

            - [ ] a `!deploy web` #Critical
            - [ ] b `! run`

            ```bash
            x
            """);

        Assert.Equal([1, 3, 5, 5, 8, 8], read.Problems.Select(p => p.At.Line));
        Assert.Equal(5, read.Problems.Count(p => p.IsError));
        Assert.All(read.Problems, p => Assert.NotEmpty(p.Fix));
        Assert.All(read.Problems, p => Assert.Equal("release.md", p.File));
        Assert.Equal(["a", "b"], read.AllItems.Select(i => i.Text.Split(' ')[0]));
    }
}
