using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Runs;

public class SignOffTests
{
    private const string Roles = Story.Web + """
        roles:
          lead: [ana, bo]
          sre: [ana, cy]
          dba: [di]

        """;

    private const string AllOf = """
        ## Before

        - [ ] Room `? disk / free > 1GB` #id=room
        - [ ] Go `@ lead and sre` #id=go
        """;

    private static Story Given(string checklist = AllOf, string configuration = Roles, string by = "zoe") => Story.Of(checklist, configuration, by).Enter(Stage.Prepare);

    private static Verdict? Go(Story story) => story.Standing.Of(story.Plan.Step("go")!);

    private static PersonCommand Sign(string by, string? role = null) => new PersonCommand.Sign(by, "go", role, false, "");

    [Fact]
    public void All_of_means_different_people()
    {
        var story = Given().Passed("room");
        story.IsAccepted(Sign("ana"));
        Assert.Contains("different people", story.IsRefused(Sign("ana")).Because, StringComparison.Ordinal);
        Assert.IsType<Verdict.Pending>(Go(story));
        // Bo can only be lead: the roles are given to the two so that each has one.
        story.IsAccepted(Sign("ana", "sre"));
        Assert.Contains("somebody else has to sign", Assert.IsType<Verdict.Pending>(Go(story)).Waiting, StringComparison.Ordinal);
        story.IsAccepted(Sign("bo"));
        Assert.IsType<Verdict.Passed>(Go(story));
        Assert.IsType<Work.PassGate>(story.Next);
    }

    [Fact]
    public void Whoever_has_two_roles_takes_the_one_that_the_others_leave()
    {
        var story = Given(configuration: Story.Web + "roles: { lead: [ana, bo], sre: [ana] }\n");
        Assert.Equal("sre", Assert.IsType<Event.Signed>(Assert.Single(story.IsAccepted(Sign("ana")))).Role);
    }

    [Fact]
    public void Any_of_is_done_with_one()
    {
        var story = Given(AllOf.Replace(" and ", " or ", StringComparison.Ordinal)).Passed("room");
        story.IsAccepted(Sign("cy"));
        Assert.Contains("cy (sre)", Assert.IsType<Verdict.Passed>(Go(story)).Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_members_sign_and_only_in_the_roles_that_are_asked_for()
    {
        var story = Given();
        Assert.Contains("lead: ana, bo", story.IsRefused(Sign("mallory")).Remedy, StringComparison.Ordinal);
        story.IsRefused(Sign("di", "dba"));
        story.IsRefused(Sign("bo", "sre"));
    }

    [Fact]
    public void Declining_needs_a_reason_holds_and_can_be_taken_back()
    {
        var story = Given().Passed("room");
        story.IsRefused(new PersonCommand.Sign("bo", "go", null, true, ""));
        story.IsAccepted(new PersonCommand.Sign("bo", "go", null, true, "not on a Friday"));
        Assert.Contains("not on a Friday", Assert.IsType<Verdict.Failed>(Go(story)).Actual, StringComparison.Ordinal);
        Assert.IsType<Work.Wait>(story.Next);
        story.IsAccepted(Sign("bo"));
        story.IsAccepted(Sign("cy"));
        Assert.IsType<Work.PassGate>(story.Next);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("unknown")]
    [InlineData("warned")]
    public void A_signature_lapses_when_what_the_person_saw_gets_worse(string worse)
    {
        var story = Given().Passed("room");
        story.IsAccepted(Sign("bo"));
        story.IsAccepted(Sign("cy"));
        _ = worse switch { "failed" => story.Failed("room"), "unknown" => story.Unknown("room"), _ => story.Warned("room") };
        Assert.Contains($"signature lapsed: room is now {worse}", Assert.IsType<Verdict.Pending>(Go(story)).Waiting, StringComparison.Ordinal);
        story.Passed("room");
        Assert.IsType<Verdict.Pending>(Go(story));
        story.IsAccepted(Sign("bo"));
        story.IsAccepted(Sign("cy"));
        Assert.IsType<Verdict.Passed>(Go(story));
    }

    [Fact]
    public void A_retry_in_between_hides_nothing_that_got_worse()
    {
        var story = Given().Passed("room");
        story.IsAccepted(Sign("bo"));
        story.Happened(new Event.RetryAsked("cy", ["room"])).Failed("room");
        Assert.Contains("lapsed", Assert.IsType<Verdict.Pending>(Go(story)).Waiting, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_stays_when_things_get_better()
    {
        var story = Given().Failed("room");
        story.IsAccepted(Sign("bo"));
        story.IsAccepted(Sign("cy"));
        Assert.IsType<Verdict.Passed>(Go(story.Passed("room")));
    }

    [Fact]
    public void Only_with_fresh_a_signature_gets_too_old_and_then_it_is_asked_again()
    {
        var forever = Given(AllOf.Replace(" and sre", "", StringComparison.Ordinal));
        forever.IsAccepted(Sign("bo"));
        Assert.IsType<Verdict.Passed>(Go(forever.After(TimeSpan.FromDays(30))));
        var story = Given(AllOf.Replace("## Before\n", "## Before\n\n**Fresh:** 1h\n", StringComparison.Ordinal));
        story.IsAccepted(Sign("bo"));
        story.IsAccepted(Sign("cy"));
        Assert.IsType<Verdict.Passed>(Go(story.After(TimeSpan.FromHours(1))));
        Assert.Contains("too old", Assert.IsType<Verdict.Pending>(Go(story.After(TimeSpan.FromMinutes(1)))).Waiting, StringComparison.Ordinal);
        story.IsAccepted(Sign("bo"));
        story.IsAccepted(Sign("cy"));
        Assert.IsType<Verdict.Passed>(Go(story));
    }

    [Fact]
    public void A_signature_that_has_served_stays_in_the_record()
    {
        var story = Given(AllOf.Replace("## Before\n", "## Before\n\n**Fresh:** 1h\n", StringComparison.Ordinal)
            + "\n\n## Out\n\n**Stage:** deploy\n\n- [ ] Check `? disk / free > 1GB` #id=check\n").Passed("room");
        story.IsAccepted(Sign("bo"));
        story.IsAccepted(Sign("cy"));
        story.Drive();
        story = story.After(TimeSpan.FromHours(3));
        Assert.IsType<Verdict.Passed>(Go(story));
    }

    [Fact]
    public void Four_eyes_whoever_started_or_resumed_signs_waives_releases_and_leaves_out_nothing()
    {
        var story = Given($"{AllOf}\n- [ ] Maybe `? disk / free > 1GB` #id=maybe #optional\n", Roles + "four_eyes: true\n", by: "ana").Failed("room").Passed("maybe")
            .Happened(new Event.Driven(1, "bo", "host", 1));
        foreach (var person in (string[])["ana", "bo"])
        {
            Assert.Contains("four eyes", story.IsRefused(Sign(person)).Because, StringComparison.Ordinal);
            story.IsRefused(new PersonCommand.Waive(person, "room", null, "known", TimeSpan.FromHours(1)));
            story.IsRefused(new PersonCommand.Release(person, null, "known"));
            story.IsRefused(new PersonCommand.Release(person, DeployEntry.FreezeGate, "known"));
            story.IsRefused(new PersonCommand.NotApplicable(person, "maybe", "no"));
            Assert.Empty(new PersonDesk(story.Standing, true).SignableBy(person));
        }

        story.IsAccepted(Sign("cy"));
        story.IsAccepted(new PersonCommand.Waive("cy", "room", null, "known", TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Broken_glass_passes_four_eyes_and_another_person_signs_its_review()
    {
        var story = Given(configuration: Roles + "four_eyes: true\n", by: "ana");
        story.IsRefused(new PersonCommand.BreakGlass("ana", ""));
        story.IsRefused(new PersonCommand.SignReview("bo", "fine"));
        story.IsAccepted(new PersonCommand.BreakGlass("ana", "it burns"));
        story.IsAccepted(Sign("ana"));
        story.Drive();
        Assert.True(story.Run.HasEnded);
        Assert.Contains("another person", story.IsRefused(new PersonCommand.SignReview("ana", "fine")).Because, StringComparison.Ordinal);
        story.IsAccepted(new PersonCommand.SignReview("bo", "fine"));
        story.IsRefused(new PersonCommand.SignReview("cy", "me too"));
        Assert.True(story.Run.ReviewSigned);
    }

    [Fact]
    public void A_sign_off_with_a_condition_is_skipped_wanted_or_asked_again()
    {
        var checklist = AllOf.Replace("`@ lead and sre`", "`@ lead if disk / free < 1TB`", StringComparison.Ordinal);
        var story = Given(checklist).Passed("room");
        Assert.IsType<Work.DecideSign>(story.Next);
        Assert.IsType<Work.PassGate>(story.Skipped("go").Next);
        story = Given(checklist).Passed("room").Unknown("go");
        Assert.IsType<Work.Wait>(story.Next);
        story.IsAccepted(new PersonCommand.Retry("bo", [], null, ""));
        Assert.IsType<Work.DecideSign>(story.Next);
    }

    [Fact]
    public void An_unmarked_item_is_signed_by_the_owner_of_its_section()
    {
        var story = Given("## Before\n\n**Owner:** dba\n\n- [ ] Restore was rehearsed #id=go\n");
        story.IsRefused(Sign("bo"));
        story.IsAccepted(Sign("di"));
        Assert.IsType<Work.PassGate>(story.Next);
    }
}
