using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Tests.Runs;

/// <summary>The way back: when it starts by itself, when it does not, and what it does.</summary>
public class RollbackTests
{
    private const string Two = """
        ## Before

        - [ ] Room `? disk / free > 1GB` #id=room

        ## Out

        **Stage:** deploy

        - [ ] Web `! deploy web` #id=web
        - [ ] Api `! deploy api` #id=api

        ## Verify

        **Stage:** verify

        - [ ] Answers `? http http://localhost/` #id=answers #critical
        - [ ] Looks right `? http http://localhost/` #id=looks

        """;

    private const string Back = """

        ## Back

        **Stage:** rollback

        - [ ] Queue drained `! run idempotent=true` #id=drain

          ```bash
          drain
          ```

        - [ ] Web back `! rollback web` #id=web-back
        - [ ] Cache emptied `! sh empty` #id=cache
        - [ ] Serves `? http http://localhost/` #id=serves
        """;

    private static Story Changed(string checklist = Two) => Story.Of(checklist).Enter(Stage.Prepare, Stage.Deploy).Deployed("web");

    private static Verdict Failed => new Verdict.Failed("exit 0", "exit 1");

    private static Story Verifying(string checklist = Two) => Changed(checklist).Deployed("api", "api").Happened(new Event.GatePassed("stage:prepare", 100), new Event.GatePassed("stage:deploy", 100)).Enter(Stage.Verify);

    [Fact]
    public void One_component_goes_back_alone()
    {
        var story = Changed(Two + Back).Deployed("api", "api").Happened(new Event.RollbackDecided("asked for", null, "bo", default) { Only = ["api"] });
        Assert.Equal("drain", Assert.IsType<Work.Act>(story.Next).Step.Id);
        var skipped = Assert.IsType<Work.Skip>(story.Passed("drain").Next);
        Assert.Equal(("web-back", "web stays: only api goes back"), (skipped.Step.Id, skipped.Reason));
    }

    [Fact]
    public void Only_what_was_deployed_can_go_back_alone()
    {
        var refused = Assert.IsType<Answer.Refused>(Desk(Changed()).Decide(new PersonCommand.RollBack("bo", "why") { Only = ["api"] }));
        Assert.Equal("this run has not deployed api", refused.Because);
    }

    private static PersonDesk Desk(Story story) => new(story.Standing, fourEyes: false);

    [Fact]
    public void A_critical_failure_in_verify_goes_back()
    {
        var back = Assert.IsType<Work.GoBack>(Verifying().Failed("answers").Next);
        Assert.Contains("free is 1 GB", back.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("looks")]
    [InlineData("answers unknown")]
    public void What_is_not_critical_or_only_unknown_holds_and_does_not_go_back(string what)
    {
        var story = Verifying().Passed("looks", "answers");
        Assert.IsType<Work.Wait>((what == "looks" ? story.Failed("looks") : story.Unknown("answers")).Next);
    }

    [Fact]
    public void A_waived_critical_failure_does_not_go_back()
    {
        var story = Verifying();
        story.IsAccepted(new PersonCommand.Waive("bo", "answers", null, "the check is broken", TimeSpan.FromHours(1)));
        Assert.IsNotType<Work.GoBack>(story.Failed("answers").Next);
    }

    [Fact]
    public void A_failed_rollout_goes_back() => Assert.IsType<Work.GoBack>(Changed().Deployed("api", "api", Failed).Next);

    [Fact]
    public void Before_anything_changed_a_failure_only_holds()
    {
        var story = Story.Of(Two.Replace("#id=room", "#id=room #critical", StringComparison.Ordinal)).Enter(Stage.Prepare).Failed("room");
        Assert.IsType<Work.Wait>(story.Next);
    }

    [Fact]
    public void A_script_that_changed_something_goes_back_through_the_rollback_section()
    {
        var story = Story.Of(Two.Replace("! deploy web", "! sh deploy", StringComparison.Ordinal).Replace("- [ ] Api `! deploy api` #id=api\n", "", StringComparison.Ordinal)
            + Back.Replace("- [ ] Web back `! rollback web` #id=web-back\n", "", StringComparison.Ordinal)).Enter(Stage.Prepare, Stage.Deploy).Started("web").Ended("web");
        story.Happened(new Event.GatePassed("stage:deploy", 100)).Enter(Stage.Verify).Failed("answers");
        story.Drive(s => s.Id == "answers" ? Failed : null);
        Assert.Equal(Outcome.RolledBack, story.Run.End!.Outcome);
    }

    [Fact]
    public void After_a_point_of_no_return_it_holds_and_says_why()
    {
        var story = Changed(Two.Replace("#id=web", "#id=web #no-return", StringComparison.Ordinal)).Deployed("api", "api", Failed);
        Assert.Contains("#no-return", Assert.IsType<Work.HoldBack>(story.Next).Because, StringComparison.Ordinal);
        var wait = Assert.IsType<Work.Wait>(story.Drive());
        Assert.Contains("holdpoint rollback", wait.Holds[0].Remedy, StringComparison.Ordinal);
        story.IsAccepted(new PersonCommand.RollBack("bo", "it is worth it"));
        Assert.Equal("undo/api", Assert.IsType<Work.Act>(story.Next).Step.Id);
    }

    [Fact]
    public void An_action_that_was_skipped_is_no_point_of_no_return()
    {
        var story = Story.Of(Two.Replace("## Verify", "- [ ] Purge `! sh purge if disk / free < 1GB` #id=purge #no-return\n\n## Verify", StringComparison.Ordinal)).Enter(Stage.Prepare, Stage.Deploy)
            .Deployed("web").Deployed("api", "api").Happened(new Event.ActionStarted("purge", 1, "", "sh", null, false)).Ended("purge", new Verdict.Skipped("not wanted"));
        story.Happened(new Event.GatePassed("stage:deploy", 100)).Enter(Stage.Verify).Failed("answers");
        Assert.IsType<Work.GoBack>(story.Next);
    }

    [Fact]
    public void Somebody_who_goes_on_after_a_hold_is_not_held_for_the_same_again()
    {
        var story = Changed(Two.Replace("#id=web", "#id=web #no-return", StringComparison.Ordinal)).Deployed("api", "api").Happened(new Event.GatePassed("stage:deploy", 100)).Enter(Stage.Verify).Failed("answers");
        story.Drive();
        story.IsAccepted(new PersonCommand.Release("bo", null, "it is the check"));
        Assert.Equal("stage:verify", Assert.IsType<Work.Wait>(story.Drive(s => s.Id == "answers" ? Failed : null)).Gate);
        story.Happened(new Event.HeldByRule("stop", "errors"));
        story.IsAccepted(new PersonCommand.Release("bo", null, "seen as well"));
        Assert.Equal(story.Run.Sequence, story.Replayed().Sequence);
        story.Failed("answers");
        Assert.IsType<Work.HoldBack>(story.Next);
    }

    [Fact]
    public void The_second_of_three_deploys_that_fails_half_way_brings_both_back_in_reverse()
    {
        var story = Story.Of(Two.Replace("## Verify", "- [ ] Third `! deploy web` #id=third\n\n## Verify", StringComparison.Ordinal));
        var acts = new List<string>();
        story.Drive(s =>
        {
            if (s is PlannedStep.Act)
                acts.Add(s.Id);
            return s.Id == "api" ? Failed : null;
        });
        Assert.Equal(["web", "api", "undo/api", "undo/web"], acts);
        Assert.Equal(Outcome.RolledBack, story.Run.End!.Outcome);
    }

    [Fact]
    public void The_sections_steps_come_first_and_what_they_do_not_name_goes_back_by_itself()
    {
        var story = Verifying(Two + Back).Failed("answers");
        var done = new List<string>();
        story.Drive(s =>
        {
            done.Add(s.Id);
            return null;
        });
        Assert.Equal(["drain", "web-back", "cache", "undo/api", "serves"], done.Distinct());
        Assert.True(story.Run.Targets["web"].Undone && story.Run.Targets["api"].Undone);
    }

    [Fact]
    public void A_step_back_that_is_struck_out_is_done_by_itself()
    {
        var story = Verifying(Two + Back.Replace("- [ ] Web back `! rollback web` #id=web-back", "- [ ] ~~Web back `! rollback web`~~ #id=web-back", StringComparison.Ordinal)).Failed("answers");
        story.Drive();
        Assert.True(story.Run.Targets["web"].Undone);
        Assert.Equal(0, story.Run.Step("web-back").Attempts);
    }

    [Fact]
    public void What_this_run_did_not_deploy_is_not_rolled_back()
    {
        var story = Changed(Two + Back.Replace("rollback web", "rollback api", StringComparison.Ordinal));
        story.IsAccepted(new PersonCommand.RollBack("bo", "odd"));
        story.Drive();
        Assert.Equal("skipped", story.Run.Step("web-back").Verdict!.Verdict);
        Assert.True(story.Run.Targets["web"].Undone);
    }

    [Fact]
    public void A_step_back_that_fails_is_tried_twice_more_where_that_does_no_harm_and_the_rest_goes_on()
    {
        var story = Verifying(Two + Back).Failed("answers");
        var tries = new List<string>();
        story.Drive(s =>
        {
            if (s is PlannedStep.Act)
                tries.Add(s.Id);
            return s is PlannedStep.Act ? Failed : null;
        });
        Assert.Equal(["drain", "drain", "drain", "web-back", "web-back", "web-back", "cache", "undo/api", "undo/api", "undo/api"], tries);
    }

    [Fact]
    public void A_step_back_in_doubt_waits_for_a_person_and_is_done_when_they_say_so()
    {
        var story = Verifying(Two + Back).Failed("answers");
        var somebodyElse = true;
        Verdict? Verdicts(PlannedStep s) => somebodyElse && s.Id == "cache" ? new Verdict.Unknown("somebody else changed it") : null;
        var wait = Assert.IsType<Work.Wait>(story.Drive(Verdicts));
        Assert.Contains("holdpoint retry cache --again", wait.Holds[0].Remedy, StringComparison.Ordinal);
        somebodyElse = false;
        story.IsAccepted(new PersonCommand.Retry("bo", ["cache"], "retry", "it was me"));
        Assert.Equal("cache", Assert.IsType<Work.Act>(story.Next).Step.Id);
        story.Drive(Verdicts);
        Assert.Equal(Outcome.RolledBack, story.Run.End!.Outcome);
    }

    [Fact]
    public void A_deploy_in_doubt_is_undone_and_hides_no_step_back_in_doubt()
    {
        var story = Story.Of(Two).Enter(Stage.Prepare, Stage.Deploy).Happened(new Event.BeforeRecorded("web", "1.0", false)).Started("web", "deploy", "web").Happened(new Event.ActionInDoubt("web", "killed"));
        story.IsAccepted(new PersonCommand.RollBack("bo", "odd"));
        Assert.Equal("undo/web", Assert.IsType<Work.Act>(story.Next).Step.Id);
        story.Started("undo/web", "rollback", "web").Happened(new Event.ActionInDoubt("undo/web", "somebody else changed it"));
        Assert.Contains("undo/web", Assert.IsType<Work.Wait>(story.Next).Holds[0].What, StringComparison.Ordinal);
        story.IsAccepted(new PersonCommand.Retry("bo", [], "done", "I did it"));
        Assert.True(story.Run.Targets["web"].Undone);
    }

    [Fact]
    public void A_rollback_happens_once_and_nothing_holds_it()
    {
        var story = Verifying(Two + Back).Failed("answers");
        story.Do(story.Next, _ => null);
        story.IsRefused(new PersonCommand.RollBack("bo", "once more"));
        story.IsRefused(new PersonCommand.Hold("bo", "wait", TimeSpan.FromHours(1)));
        Assert.IsType<Work.Act>(story.Happened(new Event.Held("bo", "wait", story.Now + TimeSpan.FromHours(1))).Next);
        story.Drive();
        Assert.Equal(1, story.Entries.Count(e => e.Type == "rollback-decided"));
    }

    [Fact]
    public void No_signature_holds_the_way_back()
    {
        var story = Verifying(Two + Back + "- [ ] Agreed `@ anybody` #id=agreed\n").Failed("answers");
        story.Drive();
        Assert.True(story.Run.HasEnded);
    }

    [Fact]
    public void What_does_not_serve_afterwards_is_a_failed_rollback()
    {
        var story = Verifying(Two + Back).Failed("answers");
        story.Drive(s => s.Id == "serves" ? Failed : null);
        Assert.Equal(Outcome.RollbackFailed, story.Run.End!.Outcome);
    }

    [Fact]
    public void Nobody_rolls_back_what_was_never_deployed()
    {
        var story = Story.Of(Two).Enter(Stage.Prepare);
        story.IsRefused(new PersonCommand.RollBack("bo", "odd"));
    }

    [Fact]
    public void In_a_grace_a_hold_lasts_half_an_hour_at_most_and_a_release_ends_the_grace()
    {
        var story = Verifying();
        story.Happened(new Event.GraceBegan("back", story.Now + TimeSpan.FromMinutes(5)));
        var held = Assert.IsType<Event.Held>(Assert.Single(story.IsAccepted(new PersonCommand.Hold("bo", "looking", TimeSpan.FromHours(4)))));
        Assert.Equal(story.Now + TimeSpan.FromMinutes(30), held.Until);
        story.IsAccepted(new PersonCommand.Release("bo", null, "it is a test"));
        Assert.Null(story.Run.Grace);
    }

    [Fact]
    public void A_rule_that_holds_does_not_take_another_rules_grace_away()
    {
        var story = Verifying();
        story.Happened(new Event.GraceBegan("back", story.Now + TimeSpan.FromMinutes(5)), new Event.HeldByRule("stop", "errors"));
        Assert.NotNull(story.Run.Grace);
    }
}
