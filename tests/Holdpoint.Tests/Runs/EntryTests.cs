using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Holdpoint.Watching;

namespace Holdpoint.Tests.Runs;

/// <summary>The door to deploy: nothing goes through that would not be let through now.</summary>
public class EntryTests
{
    private const string Checklist = """
        ## Before

        - [ ] Room `? disk / free > 1GB` #id=room
        - [ ] Dump `! sh dump` `? file dump.sql` #id=dump
        - [ ] Go `@ sre` #id=go

        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web` #id=out

        ## After

        **Stage:** watch

        **Watch:** every 1m until 5m

        - [ ] Answers `? http http://localhost/` #id=answers
        - [ ] Back `! rollback when errors > 5% for 1m` #id=back
        - [ ] Stop `! hold when errors > 2% for 1m` #id=stop
        """;

    private const string Configuration = Story.Web + "roles: { sre: [bo, cy] }\nmetrics: { errors: { unit: ratio, command: errors } }\n";

    private static Story AtTheDoor(string checklist = Checklist)
    {
        var story = Story.Of(checklist, Configuration);
        story.Happened(new Event.Signed("go", "sre", "bo", false, ""));
        while (story.Next is not Work.Enter { Stage: Stage.Deploy })
            story.Do(story.Next, _ => null);
        return story;
    }

    private static GateHold Held(Story story)
    {
        var wait = Assert.IsType<Work.Wait>(story.Next);
        Assert.Equal(Gates.Entry, wait.Gate);
        return Assert.Single(wait.Holds);
    }

    [Fact]
    public void Checks_that_are_too_old_run_again_once_together_and_postconditions_do_not()
    {
        var story = AtTheDoor().After(TimeSpan.FromMinutes(31));
        var ask = Assert.IsType<Work.Ask>(story.Next);
        Assert.True(ask.Refresh);
        Assert.Equal(["room"], ask.Steps.Select(s => s.Id));
        Assert.IsType<Work.Enter>(story.Passed("room").Next);
    }

    [Fact]
    public void A_section_says_how_long_its_checks_stay_fresh() =>
        Assert.IsType<Work.Enter>(AtTheDoor(Checklist.Replace("## Before\n", "## Before\n\n**Fresh:** 2h\n", StringComparison.Ordinal)).After(TimeSpan.FromMinutes(90)).Next);

    [Fact]
    public void A_check_that_got_worse_holds_the_door_until_it_passes_again()
    {
        var story = AtTheDoor().After(TimeSpan.FromMinutes(31)).Failed("room");
        var wait = Assert.IsType<Work.Wait>(story.Next);
        Assert.Equal(["room", "go"], wait.Holds.Select(h => h.Step!.Id));
        story.IsAccepted(new PersonCommand.Retry("bo", ["room"], null, ""));
        Assert.Equal("room", Assert.Single(Assert.IsType<Work.Ask>(story.Next).Steps).Id);
        Assert.Equal("go", Held(story.Passed("room")).Step!.Id);
        story.IsAccepted(new PersonCommand.Sign("cy", "go", null, false, ""));
        Assert.IsType<Work.Enter>(story.Next);
    }

    [Fact]
    public void A_check_that_passed_only_on_a_waiver_holds_the_door_when_the_waiver_is_over()
    {
        var story = Story.Of(Checklist, Configuration);
        story.Happened(new Event.Signed("go", "sre", "bo", false, "")).Enter(Stage.Prepare).Failed("room");
        story.IsAccepted(new PersonCommand.Waive("cy", "room", null, "known", TimeSpan.FromMinutes(10)));
        story.Started("dump#1").Ended("dump#1").Passed("dump#2").Happened(new Event.GatePassed("stage:prepare", 100));
        Assert.IsType<Work.Enter>(story.Next);
        Assert.Equal("room", Held(story.After(TimeSpan.FromMinutes(11))).Step!.Id);
    }

    [Fact]
    public void Somebody_who_declines_at_the_door_holds_it()
    {
        var story = AtTheDoor();
        story.IsAccepted(new PersonCommand.Sign("cy", "go", null, true, "wait"));
        Assert.Equal("go", Held(story).Step!.Id);
    }

    [Fact]
    public void A_released_gate_is_not_judged_again_at_the_door()
    {
        var story = Story.Of(Checklist, Configuration).Enter(Stage.Prepare).Failed("room").Started("dump#1").Ended("dump#1").Passed("dump#2");
        story.IsAccepted(new PersonCommand.Release("bo", null, "known"));
        Assert.IsType<Work.Enter>(story.Next);
    }

    [Theory]
    [InlineData("breaching")]
    [InlineData("blind")]
    public void A_rule_that_would_fire_or_can_not_see_holds_the_door_until_it_is_accepted(string state)
    {
        var story = AtTheDoor();
        story.Happened(new Event.RuleChanged("back", state, "errors (20%) > 5%", story.Now, false));
        Assert.Contains($"is {state}", Held(story).What, StringComparison.Ordinal);
        story.IsRefused(new PersonCommand.Release("bo", "stop", "it is quiet"));
        story.IsAccepted(new PersonCommand.Release("bo", "back", "the hotfix for it"));
        Assert.IsType<Work.Enter>(story.Next);
        Assert.Equal("unarmed", story.Run.Rules["back"].State);
        story.IsRefused(new PersonCommand.Release("bo", "back", "once more"));
    }

    [Fact]
    public void Whoever_opens_the_door_accepts_the_rules_that_hold_it()
    {
        var story = AtTheDoor();
        story.Happened(new Event.RuleChanged("back", "breaching", "errors (20%) > 5%", story.Now, false));
        story.IsAccepted(new PersonCommand.Release("bo", null, "the hotfix for it"));
        Assert.True(story.Run.Rules["back"].Accepted);
        Assert.IsType<Work.Enter>(story.Next);
    }

    [Fact]
    public void A_rule_that_became_quiet_opens_the_door()
    {
        var story = AtTheDoor();
        story.Happened(new Event.RuleChanged("back", "breaching", "errors (20%) > 5%", story.Now, false), new Event.RuleChanged("back", "quiet", "errors (1%) > 5%", story.Now, false));
        Assert.IsType<Work.Enter>(story.Next);
    }

    [Fact]
    public void A_rule_that_only_holds_does_not_hold_the_door()
    {
        var story = AtTheDoor();
        story.Happened(new Event.RuleChanged("stop", "breaching", "errors (3%) > 2%", story.Now, false));
        Assert.IsType<Work.Enter>(story.Next);
    }

    [Fact]
    public void An_environment_that_is_down_holds_the_door_and_can_be_accepted()
    {
        var story = AtTheDoor();
        story.Happened(new Event.RuleChanged(RuleWatch.AvailabilityId, "breaching", "status is 503", story.Now, false));
        Held(story);
        story.IsAccepted(new PersonCommand.Release("bo", RuleWatch.AvailabilityId, "that is what we repair"));
        Assert.IsType<Work.Enter>(story.Next);
    }

    [Fact]
    public void Broken_glass_opens_the_door()
    {
        var story = AtTheDoor();
        story.Happened(new Event.RuleChanged("back", "breaching", "errors (20%) > 5%", story.Now, false), new Event.GlassBroken("ana", "it burns"));
        Assert.IsType<Work.Enter>(story.Next);
    }

    [Fact]
    public void A_freeze_is_overridden_once_before_the_deploy_by_somebody_with_a_role()
    {
        var story = AtTheDoor();
        story.IsRefused(new PersonCommand.Release("mallory", DeployEntry.FreezeGate, "let me"));
        story.IsAccepted(new PersonCommand.Release("bo", DeployEntry.FreezeGate, "a customer is down"));
        story.IsRefused(new PersonCommand.Release("cy", DeployEntry.FreezeGate, "me too"));
        story = AtTheDoor().Enter(Stage.Deploy);
        story.IsRefused(new PersonCommand.Release("bo", DeployEntry.FreezeGate, "late"));
    }
}
