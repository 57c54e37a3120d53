using System.Text.Json;
using System.Xml.Linq;
using Holdpoint.Cli;

namespace Holdpoint.Tests.Cli;

public sealed class CheckTests : CommandLine
{
    private string Checklist(params string[] items) => Write("a.md", "# A\n\n## Before\n\n**Owner:** sre\n\n" + string.Join('\n', items) + "\n");

    [Fact]
    public async Task What_passes_ends_with_0_and_says_the_score()
    {
        Write("there", "x\n");

        var said = await CallAsync("check", Checklist("- [ ] One `? file there`", "- [ ] Two `? file there size > 0B`"));

        Assert.Equal((0, ""), (said.ExitCode, said.Talk));
        Assert.Equal("Before", said.Lines[0]);
        Assert.StartsWith("  ✓ One · files (1) >= 1", said.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith("2 passed, 0 failed · score 100 · ", said.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_ends_with_1_and_shows_what_was_expected()
    {
        var said = await CallAsync("check", Checklist("- [ ] One `? file nowhere`"));

        Assert.Equal(1, said.ExitCode);
        Assert.StartsWith("  ✗ One · files is 0, expected files >= 1", said.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_a_screen_what_did_not_pass_is_told_once_more_at_the_end()
    {
        Write("there", "x\n");
        var good = Enumerable.Range(0, 30).Select(n => $"- [ ] Good {n} `? file there`");

        var said = await CallAsync("check", Checklist([.. good, "- [ ] Bad `? file nowhere`", "- [ ] Dark `? file nowhere $.a == 1`"]));
        var end = said.Lines.SkipWhile(l => l != "Not passed").Skip(1).ToList();
        Assert.StartsWith("  ✗ Before › Bad · files is 0, expected files >= 1", end[0], StringComparison.Ordinal);
        Assert.Equal(3, end.Count);

        Assert.DoesNotContain("Not passed", (await CallAsync("check", Checklist("- [ ] Bad `? file nowhere`"))).Lines);
        Assert.DoesNotContain("Not passed", (await CallAsync("check", Checklist([.. good]))).Lines);
    }

    [Fact]
    public async Task A_failure_shows_what_was_seen_and_json_has_all_of_it()
    {
        var file = Checklist("- [ ] One `? sh for i in 1 2 3 4 5 6 7 8 9; do echo $i; done; echo no room >&2; exit 3`");
        var said = await CallAsync("check", file);
        Assert.Contains("    │ no room", said.Lines);
        Assert.Contains(said.Lines, l => l.StartsWith("    │ … 4 more lines of ", StringComparison.Ordinal));

        var step = JsonDocument.Parse((await CallAsync("check", file, "--json")).Output).RootElement.GetProperty("sections")[0].GetProperty("items")[0].GetProperty("steps")[0];
        Assert.Contains(step.GetProperty("evidence").EnumerateArray(), e => e.GetProperty("text").GetString()!.Contains("7\n8\n9", StringComparison.Ordinal));
        Assert.Equal(3, step.GetProperty("numbers").GetProperty("exit").GetDouble());
        var xml = Path.Combine(Folder, "out.xml");
        await CallAsync("check", file, "--junit", xml);
        Assert.Contains("no room", File.ReadAllText(xml), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_unknown_ends_with_6_unless_something_failed()
    {
        const string unknown = "- [ ] One `? changelog 1.0.0 file=nowhere.md`";

        Assert.Equal(6, (await CallAsync("check", Checklist(unknown))).ExitCode);
        Assert.Equal(1, (await CallAsync("check", Checklist(unknown, "- [ ] Two `? file nowhere`"))).ExitCode);
    }

    [Fact]
    public async Task Nothing_asked_is_nothing_proven()
    {
        var said = await CallAsync("check", Checklist("- [ ] Somebody signs"));

        Assert.Equal(6, said.ExitCode);
        Assert.Contains("· Somebody signs · waits for sre, not asked here", said.Output, StringComparison.Ordinal);
        Assert.Contains("0 passed, 0 failed · 1 not asked · nothing was proven · score none", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_advisory_never_fails()
    {
        Write("there", "");

        var said = await CallAsync("check", Checklist("- [ ] One `? file there`", "- [ ] Two `? file nowhere` #advisory"));

        Assert.Equal(0, said.ExitCode);
        Assert.StartsWith("1 passed, 1 failed (1 of them advisory) · score 100", said.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actions_are_not_done()
    {
        var said = await CallAsync("check", Checklist("- [ ] One `! sh touch made` `? file made`"));

        Assert.False(File.Exists(Path.Combine(Folder, "made")));
        Assert.Contains("· ! sh touch made · an action, not done here", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_is_not_wanted_is_skipped()
    {
        var said = await CallAsync("check", Checklist("- [ ] One `? file nowhere if file neither`"));

        Assert.Contains("  - One · not wanted: ", said.Output, StringComparison.Ordinal);
        Assert.Equal(6, said.ExitCode);
    }

    [Fact]
    public async Task A_section_that_is_not_wanted_is_skipped_whole()
    {
        var path = Write("a.md", "# A\n\n## Before\n\n**Only if:** file nowhere\n\n- [ ] One `? env HOME`\n- [ ] Two `? env HOME`\n");

        Assert.Contains("2 skipped", (await CallAsync("check", path)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_masked()
    {
        Write(".secrets/token", "hunter2hunter2");

        var said = await CallAsync("check", Checklist("- [ ] One `? file there-${secret:token}`", "- [ ] Two `? changelog 1 file=${secret:token}`"));

        Assert.DoesNotContain("hunter2", said.Output + said.Talk, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "--section", "after" }, new[] { "Three" })]
    [InlineData(new[] { "--tag", "critical" }, new[] { "One" })]
    [InlineData(new[] { "--tag", "#critical" }, new[] { "One" })]
    [InlineData(new[] { "--stage", "verify" }, new[] { "Three" })]
    public async Task A_part_can_be_chosen(string[] options, string[] items)
    {
        var path = Write("a.md", "# A\n\n## Before\n\n- [ ] One `? env HOME` #critical\n- [ ] Two `? env HOME`\n\n## After\n\n**Stage:** verify\n\n- [ ] Three `? env HOME`\n");

        var said = await CallAsync(["check", path, "--dry-run", "--json", .. options]);
        var whole = await CallAsync(["check", path, .. options]);

        Assert.Equal(items.Length, JsonDocument.Parse(said.Output).RootElement.GetProperty("would_ask").GetArrayLength());
        Assert.All(items, i => Assert.Contains(i, whole.Output, StringComparison.Ordinal));
        Assert.Equal(items.Length, new[] { "One", "Two", "Three" }.Count(i => whole.Output.Contains(i, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_part_that_is_not_there_is_told_with_the_sections_that_are()
    {
        var said = await CallAsync("check", Checklist("- [ ] One `? env HOME`"), "--section", "nowhere");

        Assert.Equal(2, said.ExitCode);
        Assert.Contains("its sections are: before", said.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_holds_the_tree_and_the_sums()
    {
        var said = await CallAsync("check", "--json", Checklist("- [ ] One `? file nowhere` #critical", "- [ ] Signed"));

        var json = JsonDocument.Parse(said.Output).RootElement;
        var items = json.GetProperty("sections")[0].GetProperty("items");
        var step = items[0].GetProperty("steps")[0];
        Assert.Equal(("failed", "files >= 1", "files is 0"), (step.GetProperty("verdict").GetString(), step.GetProperty("expected").GetString(), step.GetProperty("actual").GetString()));
        Assert.Equal("0", step.GetProperty("facts").GetProperty("files").GetString());
        Assert.Equal(JsonValueKind.Null, items[1].GetProperty("verdict").ValueKind);
        Assert.Equal((1, 1, 0), (json.GetProperty("failed").GetInt32(), json.GetProperty("exit_code").GetInt32(), json.GetProperty("score").GetInt32()));
    }

    [Fact]
    public async Task Junit_holds_a_case_for_each_check()
    {
        var xml = Path.Combine(Folder, "out.xml");

        await CallAsync("check", Checklist("- [ ] One `? file nowhere`", "- [ ] Two `? changelog 1 file=x.md`", "- [ ] Three `? env HOME if file neither`", "- [ ] Four `? file nowhere` #advisory", "- [ ] \u0007 `? disk / free > 1B`"), "--junit", xml);

        var suite = XDocument.Load(xml).Root!.Element("testsuite")!;
        Assert.Equal(("5", "1", "1", "1"), ((string?)suite.Attribute("tests"), (string?)suite.Attribute("failures"), (string?)suite.Attribute("errors"), (string?)suite.Attribute("skipped")));
        Assert.Equal("7", (string?)suite.Elements("testcase").First().Attribute("line"));
    }

    [Fact]
    public async Task A_pipe_gets_no_colour_and_a_terminal_does()
    {
        var path = Checklist("- [ ] One `? file nowhere`");

        Assert.DoesNotContain('\e', (await CallAsync("check", path)).Output);
        Assert.Contains("\e[31m✗\e[39m", (await CallOnAsync(new TerminalKind(true, true, true, true), "check", path)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_in_the_file_end_before_anything_is_asked()
    {
        var said = await CallAsync("check", Checklist("- [ ] One `? fle there`"));

        Assert.Equal((2, ""), (said.ExitCode, said.Output));
        Assert.Contains(":7:", said.Talk, StringComparison.Ordinal);
    }
}
