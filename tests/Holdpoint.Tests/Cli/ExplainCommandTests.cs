using System.Text.Json;

namespace Holdpoint.Tests.Cli;

public sealed class ExplainCommandTests : CommandLine
{
    private const string Checklist = "# A\n\n## Before\n\n**Owner:** sre\n\n**Gate:** score >= 80\n\n- [ ] One `? disk / free > 1GB` #critical\n- [ ] Signed\n- [ ] Two `? run`\n\n  ```bash\n  true\n  ```\n\nWords.\n";

    private string Path => Write("a.md", Checklist);

    public ExplainCommandTests() => Write("holdpoint.yaml", "holdpoint: 1\nroles:\n  sre: [bo@example.com, cy@example.com]\n");

    [Fact]
    public async Task A_mark_is_told_in_plain_words_with_its_place_in_the_run()
    {
        var said = await CallAsync("explain", Path + ":9");

        Assert.Equal(0, said.ExitCode);
        Assert.Contains("Asks disk /; passes when free > 1GB.", said.Output, StringComparison.Ordinal);
        Assert.Contains("id       before/one", said.Output, StringComparison.Ordinal);
        Assert.Contains("score >= 80", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_without_a_mark_says_who_signs_it() =>
        Assert.Contains("signs    sre: bo@example.com, cy@example.com", (await CallAsync("explain", Path + ":10")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task A_line_of_a_fence_is_its_marks() =>
        Assert.Contains("Runs its fence (bash, 1 line)", (await CallAsync("explain", Path + ":14")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task A_heading_is_its_section() =>
        Assert.Contains("stage    prepare", (await CallAsync("explain", Path + ":3")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task The_hosts_are_told_where_it_looks()
    {
        var path = Write("h.md", "## A\n\n**Host:** ${host}\n\n**Each:** host in web1, web2\n\n- [ ] One `? disk / free > 1GB` `? http http://localhost/`\n- [ ] Two `? browser http://localhost/`\n");

        Assert.Contains("host     web1\n  host     web2\n", (await CallAsync("explain", path + ":7")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("host     ", (await CallAsync("explain", path + ":8")).Output, StringComparison.Ordinal);
        Assert.Contains("host     web2\n  runs in  ~\n", (await CallAsync("explain", path + ":1")).Output, StringComparison.Ordinal);
        Assert.Equal(["web1", "web2"], JsonDocument.Parse((await CallAsync("explain", "--json", path + ":7")).Output).RootElement.GetProperty("hosts").EnumerateArray().Select(h => h.GetString()));
    }

    [Theory]
    [InlineData(17, "nothing on this line is Holdpoint's")]
    [InlineData(99, "the file ends on line 18")]
    public async Task Other_lines_are_told_to_be_nothing(int line, string because) =>
        Assert.StartsWith(because, (await CallAsync("explain", $"{Path}:{line}")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task A_mark_that_can_not_be_read_says_why()
    {
        var said = await CallAsync("explain", Write("b.md", "- [ ] a `? disk / fre > 1GB`\n") + ":1:5");

        Assert.Contains("error: disk has no fact `fre` (did you mean `free`?)", said.Output, StringComparison.Ordinal);
        Assert.Contains("can't be run as it is: holdpoint lint", said.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_comes_as_json_too()
    {
        var json = JsonDocument.Parse((await CallAsync("explain", "--json", Path + ":9")).Output).RootElement;

        Assert.Equal(("item", "prepare", "? disk / free > 1GB"), (json.GetProperty("kind").GetString(), json.GetProperty("stage").GetString(), json.GetProperty("marks")[0].GetProperty("mark").GetString()));
    }

    [Theory]
    [InlineData("a.md")]
    [InlineData("a.md:x")]
    [InlineData(":3")]
    [InlineData("a.md:0")]
    public async Task A_place_without_a_line_is_a_wrong_command_line(string place) => Assert.Equal(2, (await CallAsync("explain", place)).ExitCode);
}
