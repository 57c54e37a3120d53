using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Runs;

/// <summary>An edited checklist in a running run.</summary>
public class AmendTests
{
    private const string Checklist = """
        ## Before

        - [ ] Room on the disk `? disk / free > 1GB`
        - [ ] Files are there `? file dump.sql`
        - [ ] Dump made `! sh dump`
        - [ ] Go `@ sre` #id=go

        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web` #id=out
        """;

    private const string Configuration = Story.Web + "roles: { sre: [bo, cy] }\n";

    private static Story Given => Story.Of(Checklist, Configuration).Enter(Stage.Prepare).Passed("before/room-on-the-disk", "before/files-are-there").Started("before/dump-made").Ended("before/dump-made").Signed("go", "sre", "bo");

    [Fact]
    public void What_was_not_edited_keeps_its_verdict_under_its_new_name()
    {
        var story = Given.Amend(Checklist.Replace("## Before", "## Beforehand", StringComparison.Ordinal), Configuration);
        Assert.Equal("passed", story.Run.Step("beforehand/room-on-the-disk").Verdict!.Verdict);
        Assert.Equal("passed", story.Run.Step("beforehand/dump-made").Verdict!.Verdict);
    }

    [Fact]
    public void An_edited_check_is_asked_again_and_the_rest_is_not()
    {
        var story = Given.Amend(Checklist.Replace("free > 1GB", "free > 9GB", StringComparison.Ordinal), Configuration);
        Assert.Equal(["before/room-on-the-disk"], Assert.IsType<Work.Ask>(story.Next).Steps.Select(s => s.Id));
    }

    [Fact]
    public void Signatures_lapse()
    {
        var story = Given.Amend(Checklist + "\n", Configuration);
        Assert.Contains("the checklist was amended", Assert.IsType<Verdict.Pending>(story.Standing.Of(story.Plan.Step("go")!)).Waiting, StringComparison.Ordinal);
        story.IsAccepted(new PersonCommand.Sign("bo", "go", null, false, ""));
        Assert.IsType<Work.PassGate>(story.Next);
    }

    [Fact]
    public void A_gate_that_the_run_has_not_left_behind_is_computed_again()
    {
        var story = Given.Happened(new Event.GatePassed("stage:prepare", 100));
        Assert.IsType<Work.Enter>(story.Next);
        story.Amend(Checklist.Replace("- [ ] Go", "- [ ] Load is low `? load one < 5` #id=load\n- [ ] Go", StringComparison.Ordinal), Configuration);
        Assert.Equal("load", Assert.Single(Assert.IsType<Work.Ask>(story.Next).Steps).Id);
        Assert.Equal("stage:prepare", Assert.IsType<Work.Wait>(story.Passed("load").Next).Gate);
    }

    [Fact]
    public void A_gate_that_was_released_or_left_behind_stays_open()
    {
        var released = Given.Happened(new Event.GateReleased("stage:prepare", "bo", "known")).Amend(Checklist + "\n", Configuration);
        Assert.True(released.Run.Gates["stage:prepare"].IsOpen);
        var behind = Given.Happened(new Event.GatePassed("stage:prepare", 100)).Enter(Stage.Deploy).After(TimeSpan.FromMinutes(1)).Amend(Checklist + "\n", Configuration);
        Assert.Equal("out", Assert.IsType<Work.Act>(behind.Next).Step.Id);
        Assert.IsType<Verdict.Passed>(behind.Standing.Of(behind.Plan.Step("go")!));
    }

    [Fact]
    public void An_action_that_ran_does_not_run_again_because_it_was_moved()
    {
        var story = Given.Amend(Checklist.Replace("- [ ] Dump made `! sh dump`\n", "", StringComparison.Ordinal).Replace("## Before\n", "## Before\n\n- [ ] A dump, made `! sh dump` #id=moved\n", StringComparison.Ordinal), Configuration);
        Assert.Equal("passed", story.Run.Step("moved").Verdict!.Verdict);
    }
}
