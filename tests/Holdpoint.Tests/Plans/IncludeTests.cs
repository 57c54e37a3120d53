using Holdpoint.Checklists;
using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

public sealed class IncludeTests
{
    private const string Root = "# T\n\n## Before\n\n**Owner:** sre\n\n**Stage:** verify\n\n- [ ] [Database](parts/database.md) #critical\n- [ ] Room `? disk / free > 1GB`\n\n## After\n\n**Stage:** close\n\n- [ ] done\n";

    [Fact]
    public void A_linked_checklist_runs_behind_the_section_that_links_to_it()
    {
        var plan = Planning.Good(Root, files: [("parts/database.md", "# Database\n\n- [ ] Up `? tcp db:5432`\n\n## Backups\n\n- [ ] Taken #id=taken\n")]);

        Assert.Equal(["before deploy.md Verify", "before/database parts/database.md Verify", "before/database/backups parts/database.md Verify", "after deploy.md Close"], plan.Sections.Select(s => $"{s.Id} {s.File} {s.Stage}"));
        Assert.Equal(["before/database", "before/room", "before/database/up", "before/database/taken", "after/done"], plan.Ids());
        Assert.Empty(plan.AllItems.First().Steps);
        Assert.True(plan.AllItems.Single(i => i.Id == "before/database/up").Critical);
        Assert.Equal(["sre"], plan.Step<PlannedStep.Sign>("before/database/taken").Roles.Roles);
        Assert.Equal(Path.GetFullPath("parts"), plan.Sections[1].Directory);
    }

    [Fact]
    public void A_link_to_a_file_that_is_not_there_is_an_error_in_a_file_with_marks_only()
    {
        Assert.Equal(["9:1: error: there is no file parts/database.md"], Planning.Told(Root));
        var plan = Planning.Good("- [ ] [Database](parts/database.md)\n");
        Assert.Single(plan.AllItems.First().Steps);
    }

    [Theory]
    [InlineData("https://example.com/x.md")]
    [InlineData("/x.md")]
    public void A_link_elsewhere_is_only_a_link(string link) =>
        Assert.Empty(Planning.Told($"- [ ] [There]({link})\n- [ ] a `? memory free > 1GB`\n"));

    [Fact]
    public void A_linked_page_without_items_is_only_a_link() =>
        Assert.Single(Planning.Good("- [ ] [There](x.md)\n- [ ] a `? memory free > 1GB`\n", files: [("x.md", "# Prose\n\nJust so.\n")]).AllItems.First().Steps);

    [Fact]
    public void Problems_of_a_linked_file_carry_its_name()
    {
        var problem = Assert.Single(Planning.Of(Root, files: [("parts/database.md", "- [ ] a `? disk / fre > 1GB`\n")]).Problems);
        Assert.Equal("parts/database.md", problem.File);
        Assert.Equal(1, problem.At.Line);
    }

    [Fact]
    public void A_checklist_that_links_back_to_itself_is_an_error()
    {
        var (plan, problems) = Planning.Of("- [ ] [A](a.md)\n- [ ] x `? memory free > 1GB`\n", files: [("a.md", "- [ ] [B](sub/b.md)\n- [ ] y `? memory free > 1GB`\n"), ("sub/b.md", "- [ ] [A](../a.md)\n- [ ] z `? memory free > 1GB`\n")]);
        Assert.Null(plan);
        var problem = Assert.Single(problems);
        Assert.Equal(("sub/b.md", "the checklist links to itself: a.md → sub/b.md → a.md"), (problem.File, problem.What));
    }

    [Fact]
    public void Nine_checklists_inside_each_other_are_too_many()
    {
        var files = Enumerable.Range(1, 9).Select(i => ($"{i}.md", $"- [ ] [next]({i + 1}.md)\n- [ ] x{i} `? memory free > 1GB`\n")).ToArray();
        Assert.DoesNotContain(Planning.Told("- [ ] [next](2.md)\n- [ ] x `? memory free > 1GB`\n", files: [.. files[..8], ("9.md", "- [ ] end\n")]), t => t.Contains("deep", StringComparison.Ordinal));
        Assert.Contains(Planning.Told("- [ ] [next](1.md)\n- [ ] x `? memory free > 1GB`\n", files: files), t => t.EndsWith("checklists link to checklists more than 8 deep", StringComparison.Ordinal));
    }

    [Fact]
    public void One_checklist_may_be_linked_to_twice() =>
        Assert.Equal(["one", "two", "one/a", "two/a"], Planning.Good("- [ ] [one](a.md)\n- [ ] [two](a.md)\n", files: [("a.md", "- [ ] a\n")]).Ids());

    [Fact]
    public void A_struck_out_link_is_not_followed() =>
        Assert.Equal(["one"], Planning.Good("- [ ] ~~[one](a.md)~~\n", files: [("a.md", "- [ ] a\n")]).Ids());

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error()
    {
        var (_, problems) = Planner.Plan(Planning.Request(Root) with { ReadFile = _ => new LinkedFile.Unreadable("permission denied") });
        Assert.Equal("parts/database.md can't be read: permission denied", Assert.Single(problems, p => p.IsError).What);
    }
}
