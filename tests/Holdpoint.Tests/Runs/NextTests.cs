using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Tests.Runs;

/// <summary>The way forward: what comes next, and what holds it.</summary>
public class NextTests
{
    private const string Whole = """
        ## Before

        - [ ] Room `? disk / free > 1GB` #id=room

        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web` #id=out #critical

        ## Verify

        **Stage:** verify

        - [ ] Answers `? http http://localhost/` #id=answers #critical

        ## After

        **Stage:** watch

        **Watch:** every 1m until 5m

        - [ ] Still answers `? http http://localhost/` #id=still

        ## Close

        **Stage:** close

        - [ ] Told `? disk / free > 1GB` #id=told
        """;

    private static Story Prepared(string checklist, string configuration = Story.Web) => Story.Of(checklist, configuration).Enter(Stage.Prepare);

    [Fact]
    public void Stages_come_in_their_order_each_behind_its_gate()
    {
        var story = Story.Of(Whole);
        story.Drive();
        Assert.Equal(
            ["stage-entered", "checked", "gate-passed", "stage-entered", "before-recorded", "action-started", "action-ended", "gate-passed", "stage-entered", "checked", "gate-passed",
                "stage-entered", "checked", "gate-passed", "gate-passed", "stage-entered", "checked", "gate-passed", "finished"],
            story.Entries.Skip(1).Select(e => e.Type));
        Assert.Equal(Outcome.Passed, story.Run.End!.Outcome);
        Assert.IsType<Work.Nothing>(story.Next);
    }

    [Fact]
    public void Checks_beside_each_other_run_together_and_an_action_is_a_barrier()
    {
        var story = Prepared("""
            ## Before

            - [ ] A `? disk / free > 1GB` #id=a
            - [ ] B `? disk / free > 1GB` #id=b
            - [ ] C `! sh c` #id=c
            - [ ] D `? disk / free > 1GB` #id=d
            """);
        Assert.Equal(["a", "b"], Assert.IsType<Work.Ask>(story.Next).Steps.Select(s => s.Id));
        Assert.Equal("c", Assert.IsType<Work.Act>(story.Passed("a").Failed("b").Next).Step.Id);
        Assert.Equal("c", Assert.IsType<Work.Settle>(story.Started("c").Next).Step.Id);
        Assert.Equal("d", Assert.Single(Assert.IsType<Work.Ask>(story.Ended("c").Next).Steps).Id);
    }

    private const string OnEach = """
        ## On ${host}

        **Each:** host in web1, web2, web3

        **Gate:** passed

        - [ ] Room `? disk / free > 1GB` #id=room
        - [ ] Answers `? http http://${host}/` #id=up

        ### Later on ${host}

        - [ ] Still room `? disk / free > 1GB` #id=later
        """;

    [Fact]
    public void Copies_of_a_section_that_only_asks_run_side_by_side_whatever_holds_one_of_them()
    {
        var story = Prepared(OnEach);
        Assert.Equal(["room/web1", "up/web1", "room/web2", "up/web2", "room/web3", "up/web3"], Assert.IsType<Work.Ask>(story.Next).Steps.Select(s => s.Id));

        story.Unknown("room/web1").Unknown("up/web1").Passed("room/web2", "room/web3");
        Assert.Equal(["up/web2", "up/web3"], Assert.IsType<Work.Ask>(story.Next).Steps.Select(s => s.Id));

        story.Passed("up/web2", "up/web3");
        foreach (var host in (string[])["web2", "web3"])
            story.Happened(new Event.GatePassed(Assert.IsType<Work.PassGate>(story.Next).Gate, null));
        Assert.Equal(["later/web2", "later/web3"], Assert.IsType<Work.Ask>(story.Next).Steps.Select(s => s.Id));

        story.Passed("later/web2", "later/web3");
        Assert.Equal(["room/web1", "up/web1"], Assert.IsType<Work.Wait>(story.Next).Holds.Select(h => h.Step!.Id));
        story.IsAccepted(new PersonCommand.Release("bo", null, "it is being replaced"));
        Assert.Equal("later/web1", Assert.Single(Assert.IsType<Work.Ask>(story.Next).Steps).Id);
    }

    [Fact]
    public void Copies_that_act_follow_each_other()
    {
        var story = Prepared("## S\n\n**Each:** host in a, b\n\n- [ ] Room `? disk / free > 1GB` #id=room\n- [ ] Made `! sh make` #id=made\n");
        Assert.Equal("room/a", Assert.Single(Assert.IsType<Work.Ask>(story.Next).Steps).Id);
        Assert.Equal("made/a", Assert.IsType<Work.Act>(story.Passed("room/a").Next).Step.Id);
    }

    [Fact]
    public void A_precondition_that_does_not_pass_keeps_its_action_from_starting()
    {
        var story = Prepared("## Before\n\n- [ ] Dump `? disk / free > 1GB` `! sh dump` #id=dump\n").Failed("dump#1");
        var wait = Assert.IsType<Work.Wait>(story.Next);
        Assert.True(wait.Blocked);
        Assert.Contains("does not start", Assert.Single(wait.Holds).What, StringComparison.Ordinal);
        story.IsRefused(new PersonCommand.Release("bo", null, "go on"));
        story.IsAccepted(new PersonCommand.Waive("bo", "dump#1", null, "known", TimeSpan.FromHours(1)));
        Assert.Equal("dump#2", Assert.IsType<Work.Act>(story.Next).Step.Id);
    }

    [Fact]
    public void An_unsigned_item_keeps_its_action_from_starting()
    {
        var story = Prepared("## Before\n\n- [ ] Dump `@ sre` `! sh dump` #id=dump\n", Story.Web + "roles: { sre: [bo] }\n");
        Assert.True(Assert.IsType<Work.Wait>(story.Next).Blocked);
        story.IsAccepted(new PersonCommand.Sign("bo", "dump#1", null, false, ""));
        Assert.IsType<Work.Act>(story.Next);
    }

    [Fact]
    public void Nothing_goes_past_an_action_that_failed()
    {
        var story = Prepared("## Before\n\n- [ ] Dump `! sh dump` #id=dump\n- [ ] There `? disk / free > 1GB` #id=there\n").Started("dump").Ended("dump", new Verdict.Failed("exit 0", "exit 1"));
        Assert.Equal("dump", Assert.Single(Assert.IsType<Work.Wait>(story.Next).Holds).Step!.Id);
        story.IsAccepted(new PersonCommand.Retry("bo", ["dump"], null, ""));
        Assert.Equal(2, story.Started("dump").Run.Step("dump").Attempts);
    }

    [Fact]
    public void An_advisory_action_that_failed_is_passed()
    {
        var story = Prepared("## Before\n\n- [ ] Dump `! sh dump` #id=dump #advisory\n- [ ] There `? disk / free > 1GB` #id=there\n").Started("dump").Ended("dump", new Verdict.Failed("exit 0", "exit 1"));
        Assert.Equal("there", Assert.Single(Assert.IsType<Work.Ask>(story.Next).Steps).Id);
    }

    [Fact]
    public void An_idempotent_action_is_tried_again_as_often_as_its_mark_says()
    {
        var story = Prepared("## Before\n\n- [ ] Dump `! run idempotent=true retry 2` #id=dump\n\n  ```bash\n  dump\n  ```\n");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.IsType<Work.Act>(story.Next);
            story.Started("dump").Ended("dump", new Verdict.Failed("exit 0", "exit 1"));
        }

        Assert.IsType<Work.Wait>(story.Next);
    }

    [Fact]
    public void An_action_in_doubt_waits_for_a_person_who_says_how_it_ended()
    {
        Story Doubt() => Prepared("## Before\n\n- [ ] Dump `! sh dump` #id=dump\n").Started("dump").Happened(new Event.ActionInDoubt("dump", "killed"));
        Assert.Contains("--done, --again or --failed", Assert.Single(Assert.IsType<Work.Wait>(Doubt().Next).Holds).Remedy, StringComparison.Ordinal);
        Doubt().IsRefused(new PersonCommand.Retry("bo", [], null, ""));
        Doubt().IsRefused(new PersonCommand.Retry("bo", [], "perhaps", ""));
        var story = Doubt();
        story.IsAccepted(new PersonCommand.Retry("bo", [], "done", "I looked"));
        Assert.IsType<Work.PassGate>(story.Next);
        story = Doubt();
        story.IsAccepted(new PersonCommand.Retry("bo", ["dump"], "retry", ""));
        Assert.IsType<Work.Act>(story.Next);
        story = Doubt();
        story.IsAccepted(new PersonCommand.Retry("bo", ["dump"], "failed", ""));
        Assert.IsType<Work.Wait>(story.Next);
    }

    [Fact]
    public void A_section_is_decided_by_its_condition_and_unknown_holds()
    {
        const string checklist = "## Before\n\n- [ ] A `? disk / free > 1GB` #id=a\n\n## Sometimes\n\n**Only if:** disk / free < 1TB\n\n- [ ] B `? disk / free > 1GB` #id=b\n";
        Assert.Equal("sometimes", Assert.IsType<Work.Decide>(Prepared(checklist).Passed("a").Next).Section.Id);
        Assert.IsType<Work.PassGate>(Prepared(checklist).Passed("a").Happened(new Event.SectionSkipped("sometimes", "not wanted")).Next);
        var story = Prepared(checklist).Passed("a").Happened(new Event.GateHeld("only-if:sometimes", ["whether it is wanted is not known"]));
        Assert.Equal("only-if:sometimes", Assert.IsType<Work.Wait>(story.Next).Gate);
        story.IsAccepted(new PersonCommand.Retry("bo", [], null, ""));
        Assert.IsType<Work.Decide>(story.Next);
        story.Happened(new Event.GateHeld("only-if:sometimes", ["whether it is wanted is not known"]));
        story.IsAccepted(new PersonCommand.Release("bo", null, "run it"));
        Assert.Equal("b", Assert.Single(Assert.IsType<Work.Ask>(story.Next).Steps).Id);
    }

    [Fact]
    public void A_signature_given_ahead_does_not_decide_a_section()
    {
        var story = Prepared("## Before\n\n- [ ] A `? disk / free > 1GB` #id=a\n\n## Sometimes\n\n**Only if:** disk / free < 1TB\n\n- [ ] B `@ sre` #id=b\n", Story.Web + "roles: { sre: [bo] }\n").Passed("a");
        story.IsAccepted(new PersonCommand.Sign("bo", "b", null, false, ""));
        Assert.IsType<Work.Decide>(story.Next);
    }

    [Fact]
    public void A_watched_section_is_decided_before_it_is_watched()
    {
        var story = Story.Of(Whole.Replace("**Watch:**", "**Only if:** disk / free < 1TB\n\n**Watch:**", StringComparison.Ordinal));
        while (story.Next is not (Work.Decide or Work.Nothing))
            story.Do(story.Next, _ => null);
        Assert.Equal("after", Assert.IsType<Work.Decide>(story.Next).Section.Id);
        story.Happened(new Event.SectionSkipped("after", "not wanted"));
        Assert.IsNotType<Work.Watch>(story.Next);
    }

    [Fact]
    public void A_section_waits_until_it_is_due()
    {
        var planned = new DateTimeOffset(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);
        var story = Story.Of("## Before\n\n**Due:** 2d before\n\n- [ ] A `? disk / free > 1GB` #id=a\n", plannedFor: planned).Enter(Stage.Prepare);
        Assert.Equal(planned - TimeSpan.FromDays(2), Assert.IsType<Work.Wait>(story.Next).Until);
        Assert.IsType<Work.Ask>(story.After(TimeSpan.FromDays(6)).Next);
    }

    [Fact]
    public void Without_a_planned_time_after_counts_from_the_deploy()
    {
        var story = Story.Of(Whole.Replace("**Stage:** close", "**Stage:** close\n\n**Due:** 24h after", StringComparison.Ordinal));
        var wait = Assert.IsType<Work.Wait>(story.Drive());
        Assert.Equal(story.Run.Entered[Stage.Deploy] + TimeSpan.FromHours(24), wait.Until);
        Assert.IsType<Work.Nothing>(story.After(TimeSpan.FromHours(24)).Drive());
    }

    [Fact]
    public void A_hold_holds_until_its_time_and_is_released_before()
    {
        var story = Story.Of(Whole).Enter(Stage.Prepare);
        story.IsRefused(new PersonCommand.Hold("bo", "", TimeSpan.FromHours(1)));
        story.IsRefused(new PersonCommand.Hold("bo", "looking", TimeSpan.FromDays(2)));
        story.IsAccepted(new PersonCommand.Hold("bo", "looking", TimeSpan.FromHours(1)));
        Assert.Equal(story.Now + TimeSpan.FromHours(1), Assert.IsType<Work.Wait>(story.Next).Until);
        Assert.IsType<Work.Ask>(story.After(TimeSpan.FromHours(1)).Next);
        story.IsAccepted(new PersonCommand.Hold("bo", "looking", TimeSpan.FromHours(1)));
        story.IsAccepted(new PersonCommand.Release("cy", null, "seen"));
        Assert.IsType<Work.Ask>(story.Next);
    }

    [Fact]
    public void A_hold_that_is_over_does_not_stand_before_a_gate_that_is_released()
    {
        var story = Story.Of(Whole).Enter(Stage.Prepare).Failed("room");
        story.IsAccepted(new PersonCommand.Hold("bo", "looking", TimeSpan.FromHours(1)));
        story.After(TimeSpan.FromHours(2)).IsAccepted(new PersonCommand.Release("cy", null, "seen"));
        Assert.IsType<GateState.Released>(story.Run.Gates["stage:prepare"]);
    }

    [Fact]
    public void An_abort_before_anything_changed_ends_the_run()
    {
        var story = Story.Of(Whole).Enter(Stage.Prepare);
        story.IsAccepted(new PersonCommand.Abort("bo", "not today", null));
        Assert.Equal(Outcome.Aborted, Assert.IsType<Work.Finish>(story.Next).Outcome);
    }

    [Fact]
    public void An_abort_after_a_change_demands_to_leave_it_or_to_go_back()
    {
        Story Changed() => Story.Of(Whole).Enter(Stage.Prepare, Stage.Deploy).Deployed("out");
        Assert.Contains("--roll-back or --leave", Changed().IsRefused(new PersonCommand.Abort("bo", "no", null)).Remedy, StringComparison.Ordinal);
        var left = Changed();
        left.IsAccepted(new PersonCommand.Abort("bo", "no", false));
        Assert.Contains("left as it is", Assert.IsType<Work.Finish>(left.Next).Because, StringComparison.Ordinal);
        var back = Changed();
        back.IsAccepted(new PersonCommand.Abort("bo", "no", true));
        Assert.Equal("undo/web", Assert.IsType<Work.Act>(back.Next).Step.Id);
        Assert.Contains("--leave", back.IsRefused(new PersonCommand.Abort("bo", "no", null)).Remedy, StringComparison.Ordinal);
        back.IsAccepted(new PersonCommand.Abort("bo", "mended by hand", false));
        Assert.Equal((Outcome.RollbackFailed, "given up by bo, and left as it was: mended by hand"), Assert.IsType<Work.Finish>(back.Next) is var end ? (end.Outcome, end.Because) : default);
    }

    [Fact]
    public void A_run_that_changed_nothing_has_nothing_to_go_back_from() =>
        Assert.Contains("holdpoint rollback RUN", Story.Of(Whole).Enter(Stage.Prepare).IsRefused(new PersonCommand.RollBack("bo", "customers complain")).Remedy, StringComparison.Ordinal);

    [Fact]
    public void What_failed_in_a_stage_that_is_through_keeps_its_verdict()
    {
        var story = Story.Of("## Look\n\n**Stage:** verify\n\n- [ ] Nice `? disk / free > 1GB` #advisory #id=nice\n\n## Later\n\n**Stage:** watch\n\n**Watch:** every 1m until 1h\n\n- [ ] Still `? disk / free > 1GB` #id=still\n")
            .Enter(Stage.Prepare, Stage.Deploy, Stage.Verify).Failed("nice");
        story.IsAccepted(new PersonCommand.Retry("bo", [], null, ""));
        var through = story.Failed("nice").Happened(new Event.GatePassed("stage:verify", 100)).Enter(Stage.Watch);
        through.IsRefused(new PersonCommand.Retry("bo", [], null, ""));
        Assert.IsType<Verdict.Failed>(through.Standing.Of(through.Standing.Plan.Step("nice")!));
    }

    [Fact]
    public void Telling_somebody_changes_nothing()
    {
        var story = Prepared("## Before\n\n- [ ] A `? disk / free > 1GB` #id=a\n\n## Out\n\n**Stage:** deploy\n\n- [ ] Say `! sh true` #id=say\n").Enter(Stage.Deploy);
        Assert.False(story.Happened(new Event.ActionStarted("say", 1, "", "tell", null, false, InDriver: true)).Run.Changed);
    }

    [Fact]
    public void A_newer_run_ends_this_one_and_it_never_acts_again()
    {
        var story = Story.Of(Whole).Enter(Stage.Prepare, Stage.Deploy).Deployed("out").Happened(new Event.Superseded("r2"));
        Assert.Equal(Outcome.Superseded, Assert.IsType<Work.Finish>(story.Next).Outcome);
        Assert.Contains("holdpoint rollback r2", story.IsRefused(new PersonCommand.RollBack("bo", "bad")).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_review_runs_what_is_due_and_holds_nothing()
    {
        var story = Story.Of($"{Whole}\n\n## Later\n\n**Stage:** review\n\n- [ ] Graph looked at `@ anybody` #id=graph\n- [ ] Room left `? disk / free > 1GB` #id=left\n");
        Assert.IsType<Work.Nothing>(story.Drive(s => s.Id == "left" ? new Verdict.Failed("", "") : null));
        Assert.Equal(Outcome.Passed, story.Run.End!.Outcome);
        Assert.Equal("failed", story.Run.Step("left").Verdict!.Verdict);
        story.IsAccepted(new PersonCommand.Sign("bo", "graph", null, false, ""));
        story.IsRefused(new PersonCommand.Sign("bo", "room", null, false, ""));
    }

    [Fact]
    public void After_the_end_nobody_changes_anything()
    {
        var story = Story.Of(Whole);
        story.Drive();
        foreach (PersonCommand command in (PersonCommand[])[new PersonCommand.RollBack("bo", "no"), new PersonCommand.Retry("bo", [], null, ""), new PersonCommand.Hold("bo", "wait", TimeSpan.FromHours(1)), new PersonCommand.Release("bo", null, "go")])
            Assert.Contains("has ended", story.IsRefused(command).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_judged_for_want_of_events_is_told_at_the_end()
    {
        var story = Blind(s => s.Happened(new Event.RuleChanged("back", "sparse", "3 events, 20 are needed", s.Now, false)));
        Assert.Equal(Outcome.Passed, story.Run.End!.Outcome);
        Assert.Contains("; not judged for want of events: ", story.Run.End.Because, StringComparison.Ordinal);
        Assert.Contains("3 events, 20 are needed", story.Run.End.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Blind_at_the_end_leaves_the_run_unknown()
    {
        var story = Blind(s => s.Happened(new Event.RuleChanged("back", "blind", "no answer", s.Now, false)));
        Assert.Equal(Outcome.Unknown, story.Run.End!.Outcome);
        Assert.Contains("blind at the end", story.Run.End.Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, Outcome.Unknown)]
    [InlineData(10, Outcome.Passed)]
    public void Blind_for_more_than_a_fifth_of_the_watch_leaves_the_run_unknown(int minutes, Outcome outcome)
    {
        var story = Blind(s => s.Happened(new Event.RuleChanged("back", "blind", "no answer", s.Now, false)).After(TimeSpan.FromMinutes(minutes))
            .Happened(new Event.RuleChanged("back", "quiet", "errors (1%) > 5%", s.Now, false)).After(TimeSpan.FromMinutes(100 - minutes)));
        Assert.Equal(outcome, story.Run.End!.Outcome);
    }

    private static Story Blind(Func<Story, Story> watch)
    {
        var story = Story.Of($"{Whole}\n- [ ] Back `! rollback when errors > 5% for 1m` #id=back\n", Story.Web + "metrics: { errors: { unit: ratio, command: errors } }\n");
        while (story.Next is not Work.Watch)
            story.Do(story.Next, _ => null);
        watch(story).Drive();
        return story;
    }
}
