using Holdpoint.Checklists;
using static Holdpoint.Tests.Checklists.Reading;

namespace Holdpoint.Tests.Checklists;

public class BodiesTests
{
    [Fact]
    public void A_mark_takes_the_fence_of_its_item()
    {
        var body = Assert.Single(TheItem("- [ ] a `! run`\n\n  ```Bash title=x\n  one\n    two\n\n  three\n  ```\n").Marks).Body;

        Assert.Equal(new("bash", "one\n  two\n\nthree", new(4, 3)), body);
    }

    [Theory]
    [InlineData("1. [ ] a `! run`\n\n   ~~~\n   x\n   ~~~")]
    [InlineData("- [ ] a `! run`\n  ```\n  x\n  ```")]
    [InlineData("- [ ] a `! run`\r\n\r\n  ```\r\n  x\r\n  ```\r\n")]
    [InlineData("- [ ] a\n  - by `! run`\n\n    ```\n    x\n    ```")]
    [InlineData("- [ ] a `! run`\n  - details\n\n    ```\n    x\n    ```")]
    [InlineData("> - [ ] a `! run`\n>\n>   ```\n>   x\n>   ```")]
    [InlineData("- [ ] a `! run`\n\n     ```\n  x\n     ```")]
    [InlineData("- [ ] a `! run`\n\n  text between\n\n  ```\n  x\n  ```")]
    public void Whatever_the_list_marker_the_body_is_found(string text)
    {
        Assert.Equal(new("", "x", Assert.Single(TheItem(text).Marks).Body!.At), Assert.Single(TheItem(text).Marks).Body);
    }

    [Fact]
    public void The_first_mark_takes_the_first_fence_and_what_is_left_is_documentation()
    {
        var item = TheItem("""
            - [ ] a `? disk /` `! run` `? run output contains "x"`

              ```bash
              one
              ```

              ```bash
              two
              ```

              ```text
              three
              ```
            """);

        Assert.Equal([null, "one", "two"], item.Marks.Select(m => m.Body?.Content));
    }

    [Fact]
    public void A_childs_fence_is_the_childs()
    {
        var parent = Read("- [ ] a `! run`\n  - [ ] b\n\n    ```\n    x\n    ```\n\n  ```\n  y\n  ```\n").AllItems.First();

        Assert.Equal("y", Assert.Single(parent.Marks).Body?.Content);
    }

    [Theory]
    [InlineData("- [ ] a `! tell ops when error_rate > 1% for 5m`", null)]
    [InlineData("- [ ] a `! tell ops`\n\n  ```\n  x\n  ```", "x")]
    public void A_message_may_have_a_body(string text, string? body)
    {
        Assert.Equal(body, Assert.Single(TheItem(text).Marks).Body?.Content);
    }

    [Fact]
    public void A_message_does_not_take_the_only_script()
    {
        var item = TheItem("- [ ] a `! tell ops` `! run`\n\n  ```\n  x\n  ```");

        Assert.Equal([null, "x"], item.Marks.Select(m => m.Body?.Content));
    }

    [Fact]
    public void A_role_called_like_a_verb_takes_no_body()
    {
        Assert.Null(Assert.Single(TheItem("- [ ] a `@ run`\n\n  ```\n  x\n  ```").Marks).Body);
    }

    [Fact]
    public void An_empty_fence_is_an_empty_body()
    {
        Assert.Equal(new("sh", "", new(4, 1)), Assert.Single(TheItem("- [ ] a `! run`\n\n  ```sh\n  ```\n").Marks).Body);
    }

    [Theory]
    [InlineData("- [ ] a\n\n  ~~~bash\n  x\n\n", "never closed", "~~~", Severity.Warning)]
    [InlineData("# H\n\n   ```\nx\n- [ ] b\n", "never closed", "```", Severity.Warning)]
    [InlineData("- [ ] a\n\n  ```bash\n  x\n- [ ] b\n", "line 5", "Indent", Severity.Warning)]
    [InlineData("- [ ] a `! run`\n\n  ```bash\n  x\ny\n", "line 5", "Indent", Severity.Error)]
    [InlineData("- [ ] a `! run`\n\n  ````bash\n  x\n  ```\n", "never closed", "````", Severity.Error)]
    public void An_unclosed_fence_is_told_and_never_a_body(string text, string what, string fix, Severity severity)
    {
        var problem = TheProblem(text);

        Assert.Equal((severity, 3), (problem.Severity, problem.At.Line));
        Assert.Contains(what, problem.What, StringComparison.Ordinal);
        Assert.Contains(fix, problem.Fix, StringComparison.Ordinal);
    }
}
