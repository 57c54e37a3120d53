using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

public sealed class ItemTests
{
    [Fact]
    public void Equal_ids_are_an_error_that_names_both_lines()
    {
        var problem = Assert.Single(Planning.Of("## S\n\n- [ ] Disk `? disk / free > 1GB`\n- [ ] 2. disk\n").Problems);

        Assert.Equal(4, problem.At.Line);
        Assert.Equal("this item on line 4 and the one on line 3 have the same id `disk`", problem.What);
        Assert.Equal("say them in different words, or give one an id of its own: #id=name", problem.Fix);
    }

    [Fact]
    public void Id_fixes_an_id_and_stands_for_itself()
    {
        var plan = Planning.Good("## S\n\n- [ ] Disk `? disk / free > 1GB` #id=room\n- [ ] Disk\n");
        Assert.Equal(["room", "s/disk"], plan.Ids());
        Assert.Equal("room", plan.Step("room")!.Id);
    }

    [Fact]
    public void An_item_without_text_is_called_after_its_mark() =>
        Assert.Equal(["s/disk-free-1gb"], Planning.Good("## S\n\n- [ ] `? disk / free > 1GB`\n").Ids());

    [Fact]
    public void Numbers_emoji_and_the_title_are_no_part_of_an_id()
    {
        Assert.Equal(["pre-flight/disk", "checks/memory"], Planning.Good("# 🚀 Release 2.3\n\n## 1. Pre-flight ✈️\n\n- [ ] 1) Disk `? disk / free > 1GB`\n\n## Step 2: Checks\n\n- [ ] 💾 Memory\n").Ids());
        Assert.Equal(["disk"], Planning.Good("# Release\n\n- [ ] Disk `? disk / free > 1GB`\n").Ids());
    }

    [Fact]
    public void Sections_of_one_name_are_told_apart() =>
        Assert.Equal(["s", "s-2"], Planning.Good("## S\n\n- [ ] a `? disk / free > 1GB`\n\n## S\n\n- [ ] b\n").Sections.Select(s => s.Id));

    [Fact]
    public void Children_of_a_critical_item_are_critical_and_those_of_a_struck_out_one_are_struck_out()
    {
        var items = Planning.Good("## S\n\n- [ ] a #critical\n  - [ ] b `? disk / free > 1GB`\n- [ ] ~~c~~\n  - [ ] d `? disk / nonsense`\n").AllItems.ToDictionary(i => i.Text);

        Assert.True(items["b"].Critical);
        Assert.True(items["c"].Disabled);
        Assert.True(items["d"].Disabled);
        Assert.Empty(items["a"].Steps);
    }

    [Theory]
    [InlineData("#weight=0", "`#weight=0` is no weight")]
    [InlineData("#id=/a", "`#id=/a` can't be an id")]
    public void A_tag_that_cannot_be_read_is_an_error_at_its_place(string tag, string what) =>
        Assert.Equal([$"3:31: error: {what}"], Planning.Told($"## S\n\n- [ ] a `? disk / free > 1GB` {tag}\n"));

    [Fact]
    public void An_action_is_proven_by_the_checks_behind_it_or_those_of_the_next_item()
    {
        var plan = Planning.Good("""
            ## S

            - [ ] both `! sh ./one` `? env A` `? env B` `! sh ./two` `? env C`
            - [ ] far `! sh ./three`
            - [ ] ~~near~~ `? env N`
            - [ ] next `? env D` `? env E` `@ sre` `? env F`
            - [ ] last `! sh ./four`
            - [ ] person
            """);

        Assert.Equal(["s/both#2", "s/both#3"], plan.Step<PlannedStep.Act>("s/both#1").Postconditions);
        Assert.Equal(["s/both#5"], plan.Step<PlannedStep.Act>("s/both#4").Postconditions);
        Assert.Equal(["s/next#1", "s/next#2"], plan.Step<PlannedStep.Act>("s/far").Postconditions);
        Assert.Empty(plan.Step<PlannedStep.Act>("s/last").Postconditions);
    }

    [Fact]
    public void Retry_and_timeout_are_the_marks_own()
    {
        var plan = Planning.Good("## S\n\n- [ ] a `! run idempotent=true timeout 2m retry 3` `? env A`\n\n  ```bash\n  ./go\n  ```\n");
        var act = plan.Step<PlannedStep.Act>("s/a#1");
        Assert.Equal((TimeSpan.FromMinutes(2), 3, true), (act.Timeout, act.Retry, act.Idempotent));

        Assert.Contains(Planning.Told("## S\n\n- [ ] a `! run retry 3` `? env A`\n\n  ```bash\n  ./go\n  ```\n"), t => t.StartsWith("3:16: error: an action is repeated only where that does no harm", StringComparison.Ordinal));
    }

    [Fact]
    public void An_item_may_hold_several_rules()
    {
        var plan = Planning.Good("## S\n\n- [ ] go `! deploy web`\n- [ ] a `! rollback when error_rate > 5%` `! hold when latency > 3s`\n", Planning.Yaml);
        Assert.Equal(["s/a", "s/a#rule2"], plan.Rules.Select(r => r.Id));
    }

    [Fact]
    public void Without_owner_and_roles_anybody_signs()
    {
        Assert.Equal(["anybody"], Planning.Good("- [ ] a\n").Step<PlannedStep.Sign>("a").Roles.Roles);
        Assert.Equal(["dba", "release-manager", "sre"], Planning.Good("- [ ] a\n", Planning.Yaml).Step<PlannedStep.Sign>("a").Roles.Roles);
        Assert.Equal(["release-manager"], Planning.Good("## S\n\n**Owner:** Release manager\n\n- [ ] a\n", Planning.Yaml).Step<PlannedStep.Sign>("s/a").Roles.Roles);
    }
}
