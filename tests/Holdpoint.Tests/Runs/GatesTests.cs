using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Tests.Runs;

public class GatesTests
{
    private const string Checks = """
        ## Before

        - [ ] One `? disk / free > 1GB` #id=one
        - [ ] Two `? disk / free > 1GB` #id=two
        - [ ] Three `? disk / free > 1GB` #id=three

        """;

    private static Story Plain => Story.Of(Checks).Enter(Stage.Prepare);

    private static Story Scored(string items, string gate = "score >= 80", string configuration = Story.Web) =>
        Story.Of($"## Before\n\n**Gate:** {gate}\n\n{items}", configuration).Enter(Stage.Prepare);

    private static GateJudgement Judge(Story story) => Gates.Judge(story.Standing, story.Plan.Sections[0]);

    [Fact]
    public void Everything_passed_opens_the_gate()
    {
        var work = Assert.IsType<Work.PassGate>(Plain.Passed("one", "two", "three").Next);
        Assert.Equal(("stage:prepare", 100m), (work.Gate, work.Score));
    }

    [Fact]
    public void A_warning_passes_and_costs_half() => Assert.Equal(250m / 3, Assert.IsType<Work.PassGate>(Plain.Passed("one", "two").Warned("three").Next).Score);

    [Theory]
    [InlineData("failed")]
    [InlineData("unknown")]
    public void What_failed_or_is_unknown_holds_the_gate_and_says_who_can_do_what(string how)
    {
        var story = Plain.Passed("one", "two");
        var wait = Assert.IsType<Work.Wait>((how == "failed" ? story.Failed("three") : story.Unknown("three")).Next);
        Assert.Equal("stage:prepare", wait.Gate);
        var hold = Assert.Single(wait.Holds);
        Assert.Equal("three", hold.Step!.Id);
        Assert.Contains(how, hold.What, StringComparison.Ordinal);
        Assert.Contains("holdpoint waive three", hold.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_skipped_is_neutral()
    {
        var work = Assert.IsType<Work.PassGate>(Plain.Passed("one", "two").Skipped("three").Next);
        Assert.Equal(100m, work.Score);
    }

    [Fact]
    public void A_stage_in_which_everything_was_skipped_holds_until_somebody_releases_it()
    {
        var story = Plain.Skipped("one").Skipped("two").Skipped("three");
        var wait = Assert.IsType<Work.Wait>(story.Next);
        Assert.Contains("no proof is not a pass", Assert.Single(wait.Holds).What, StringComparison.Ordinal);
        story.IsAccepted(new PersonCommand.Release("bo", null, "nothing to check this time"));
        Assert.IsType<Work.Finish>(story.Next);
    }

    [Fact]
    public void A_stage_of_rules_alone_has_nothing_to_prove()
    {
        var story = Story.Of("""
            ## Before

            - [ ] One `? disk / free > 1GB` #id=one

            ## After

            **Stage:** watch

            - [ ] Back `! rollback when asked`
            """);
        Assert.IsType<Work.Nothing>(story.Drive());
        Assert.Equal(Outcome.Passed, story.Run.End!.Outcome);
    }

    [Fact]
    public void A_waiver_lies_over_the_verdict_and_never_replaces_it()
    {
        var story = Plain.Passed("one", "two").Failed("three");
        story.IsAccepted(new PersonCommand.Waive("bo", "three", null, "known", TimeSpan.FromHours(1)));
        Assert.IsType<Work.PassGate>(story.Next);
        var step = story.Plan.Step("three")!;
        Assert.IsType<Verdict.Failed>(story.Standing.Of(step));
        Assert.True(story.Standing.IsWaived(step));
    }

    [Fact]
    public void A_waiver_ends()
    {
        var story = Plain.Passed("one", "two").Failed("three");
        story.IsAccepted(new PersonCommand.Waive("bo", "three", null, "known", TimeSpan.FromHours(1)));
        Assert.IsType<Work.Wait>(story.After(TimeSpan.FromHours(1)).Next);
    }

    [Fact]
    public void A_waiver_needs_a_reason_an_end_and_something_to_waive()
    {
        var story = Plain.Passed("one", "two").Failed("three");
        story.IsRefused(new PersonCommand.Waive("bo", "three", null, "", TimeSpan.FromHours(1)));
        story.IsRefused(new PersonCommand.Waive("bo", "three", null, "known", TimeSpan.Zero));
        story.IsRefused(new PersonCommand.Waive("bo", "three", null, "known", TimeSpan.FromDays(8)));
        story.IsRefused(new PersonCommand.Waive("bo", "one", null, "known", TimeSpan.FromHours(1)));
        Assert.Contains("did you mean three", story.IsRefused(new PersonCommand.Waive("bo", "thre", null, "known", TimeSpan.FromHours(1))).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_action_is_neither_waived_nor_released()
    {
        var story = Story.Of("## Before\n\n- [ ] Dump `! sh dump` #id=dump\n").Enter(Stage.Prepare).Started("dump").Ended("dump", new Verdict.Failed("exit 0", "exit 1"));
        Assert.IsType<Work.Wait>(story.Next);
        story.IsRefused(new PersonCommand.Waive("bo", "dump", null, "known", TimeSpan.FromHours(1)));
        story.IsRefused(new PersonCommand.Release("bo", null, "known"));
        story.IsAccepted(new PersonCommand.Retry("bo", [], null, ""));
        Assert.IsType<Work.Act>(story.Next);
    }

    [Fact]
    public void A_score_is_exact_and_shown_rounded_down()
    {
        Assert.Equal("79", Gates.Show(79.99m));
        Assert.Equal("80", Gates.Show(80m));
        Assert.Equal("none", Gates.Show(null));
        var story = Scored("- [ ] A `? disk / free > 1GB` #id=a #weight=7999\n- [ ] B `? disk / free > 1GB` #id=b #weight=2001\n").Passed("a").Failed("b");
        Assert.Equal(79.99m, Judge(story).Score);
        Assert.Contains("score 79 of 80", Assert.Single(Assert.IsType<Work.Wait>(story.Next).Holds).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_lets_what_is_not_critical_fail()
    {
        var items = string.Concat(Enumerable.Range(1, 5).Select(i => $"- [ ] Item {i} `? disk / free > 1GB` #id=i{i}\n"));
        var story = Scored(items).Passed("i1", "i2", "i3", "i4").Failed("i5");
        Assert.Equal(80m, Assert.IsType<Work.PassGate>(story.Next).Score);
    }

    [Fact]
    public void A_critical_failure_holds_at_any_score()
    {
        var items = string.Concat(Enumerable.Range(1, 9).Select(i => $"- [ ] Item {i} `? disk / free > 1GB` #id=i{i}\n"));
        var story = Scored($"{items}- [ ] Ten `? disk / free > 1GB` #id=i10 #critical\n").Passed(Enumerable.Range(1, 9).Select(i => $"i{i}")).Failed("i10");
        Assert.Equal("i10", Assert.Single(Assert.IsType<Work.Wait>(story.Next).Holds).Step!.Id);
        story.IsAccepted(new PersonCommand.Waive("bo", "i10", null, "known", TimeSpan.FromHours(1)));
        Assert.Equal(100m, Assert.IsType<Work.PassGate>(story.Next).Score);
    }

    [Fact]
    public void A_child_of_a_critical_parent_is_critical()
    {
        var story = Scored("- [ ] Part #critical\n  - [ ] A `? disk / free > 1GB` #id=a\n- [ ] B `? disk / free > 1GB` #id=b #weight=99\n").Failed("a").Passed("b");
        Assert.Equal("a", Assert.Single(Assert.IsType<Work.Wait>(story.Next).Holds).Step!.Id);
    }

    [Fact]
    public void A_score_of_ninety_with_an_approval_pending_holds()
    {
        var items = string.Concat(Enumerable.Range(1, 9).Select(i => $"- [ ] Item {i} `? disk / free > 1GB` #id=i{i}\n"));
        var story = Scored($"{items}- [ ] Go `@ sre` #id=go\n", configuration: Story.Web + "roles: { sre: [bo] }\n").Passed(Enumerable.Range(1, 9).Select(i => $"i{i}"));
        var wait = Assert.IsType<Work.Wait>(story.Next);
        Assert.Equal(90m, Judge(story).Score);
        Assert.Equal("go", Assert.Single(wait.Holds).Step!.Id);
        Assert.Contains("sre (bo) can sign", wait.Holds[0].Remedy, StringComparison.Ordinal);
        story.IsAccepted(new PersonCommand.Sign("bo", "go", null, false, ""));
        Assert.IsType<Work.PassGate>(story.Next);
    }

    [Fact]
    public void What_is_advisory_neither_holds_nor_counts()
    {
        var story = Plain;
        story = Story.Of(Checks.Replace("#id=three", "#id=three #advisory", StringComparison.Ordinal)).Enter(Stage.Prepare).Passed("one").Warned("two").Failed("three");
        Assert.Equal(75m, Assert.IsType<Work.PassGate>(story.Next).Score);
    }

    [Theory]
    [InlineData("score >= 80")]
    [InlineData("passed")]
    public void A_gate_to_which_nothing_counts_holds(string gate)
    {
        var story = Scored("- [ ] A `? disk / free > 1GB` #id=a #advisory\n", gate).Passed("a");
        Assert.Null(Judge(story).Score);
        var wait = Assert.IsType<Work.Wait>(story.Next);
        Assert.Contains("release it with a reason", Assert.Single(wait.Holds).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_released_gate_stays_open_whatever_comes()
    {
        var story = Plain.Passed("one", "two").Failed("three");
        story.IsAccepted(new PersonCommand.Release("bo", null, "known"));
        story.Failed("two");
        Assert.Contains("1 released", Assert.IsType<Work.Finish>(story.Next).Because, StringComparison.Ordinal);
        story.IsRefused(new PersonCommand.Release("bo", "stage:prepare", "again"));
    }

    [Fact]
    public void Where_roles_are_given_only_who_has_one_waives_and_releases()
    {
        var story = Story.Of(Checks, Story.Web + "roles: { sre: [bo] }\n").Enter(Stage.Prepare).Passed("one", "two").Failed("three");
        story.IsRefused(new PersonCommand.Release("mallory", null, "let me"));
        story.IsRefused(new PersonCommand.Waive("mallory", "three", null, "let me", TimeSpan.FromHours(1)));
        story.IsRefused(new PersonCommand.Waive("bo", "three", "dba", "known", TimeSpan.FromHours(1)));
        var waived = Assert.IsType<Event.Waived>(Assert.Single(story.IsAccepted(new PersonCommand.Waive("bo", "three", null, "known", TimeSpan.FromHours(1)))));
        Assert.Equal("sre", waived.Role);
    }

    [Fact]
    public void An_optional_item_can_be_said_not_to_apply_and_no_other()
    {
        var story = Story.Of(Checks.Replace("#id=three", "#id=three #optional", StringComparison.Ordinal)).Enter(Stage.Prepare).Passed("one", "two");
        story.IsRefused(new PersonCommand.NotApplicable("bo", "two", "no"));
        story.IsRefused(new PersonCommand.NotApplicable("bo", "three", ""));
        story.IsAccepted(new PersonCommand.NotApplicable("bo", "three", "no such thing here"));
        Assert.IsType<Work.PassGate>(story.Next);
    }

    [Fact]
    public void Broken_glass_opens_gates_and_never_an_action()
    {
        var story = Plain.Passed("one", "two").Failed("three");
        story.IsAccepted(new PersonCommand.BreakGlass("ana", "it burns"));
        Assert.IsType<Work.PassGate>(story.Next);
        var act = Story.Of("## Before\n\n- [ ] Dump `! sh dump` #id=dump\n").Enter(Stage.Prepare).Started("dump").Ended("dump", new Verdict.Failed("exit 0", "exit 1"));
        act.IsAccepted(new PersonCommand.BreakGlass("ana", "it burns"));
        Assert.IsType<Work.Wait>(act.Next);
    }
}
