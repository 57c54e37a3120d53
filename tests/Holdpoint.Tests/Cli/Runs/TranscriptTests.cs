using Holdpoint.Cli.Runs;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Holdpoint.Tests.Runs;

namespace Holdpoint.Tests.Cli.Runs;

public class TranscriptTests
{
    private const string Checklist = """
        ## Before

        - [ ] Room on the disk `? disk / free > 20GB`
        - [ ] Go `@ lead`

        """;

    private static readonly Story Told = Story.Of(Checklist, Story.Web + "roles:\n  lead: [ana]\n").Enter(Stage.Prepare);

    private static string? Line(Event happened)
    {
        Told.Happened(happened);
        return Transcript.Of(Told.Plan, Told.Entries[^1], happened)?.ToString();
    }

    [Fact]
    public void A_line_has_the_time_in_utc_a_sign_what_it_is_about_and_the_message()
    {
        Assert.Equal("2026-03-02T09:00:00Z ✗ before/room-on-the-disk: free is 1 GB, expected free > 20GB", Line(Told.Checked("before/room-on-the-disk", new Verdict.Failed("free > 20GB", "free is 1 GB"))));
    }

    [Fact]
    public void A_message_of_several_lines_is_one_line()
    {
        Assert.DoesNotContain('\n', Line(new Event.GlassBroken("ana", "first\nsecond\e[2J"))!);
    }

    [Fact]
    public void Every_event_has_a_line_or_is_left_out_on_purpose()
    {
        var silent = typeof(Event).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(Event)) && t != typeof(Event.Driven) && t != typeof(Event.Sampled)).Select(t => t.Name).Where(n => !Shown.Contains(n)).ToList();

        Assert.Empty(silent);
    }

    /// <summary>As many as <see cref="Transcript"/> has arms: a new event breaks this test until somebody decides how it is told.</summary>
    private static readonly HashSet<string> Shown =
    [
        "Started", "Left", "StageEntered", "LockTaken", "LockReleased", "SectionSkipped", "Checked", "ActionStarted", "ActionEnded", "ActionInDoubt", "ActionDecided", "BeforeRecorded",
        "Signed", "Waived", "NotApplicable", "GateHeld", "GatePassed", "GateReleased", "GlassBroken", "ReviewSigned", "BaselineTaken", "RuleChanged", "RuleAccepted", "GraceBegan", "Held",
        "HeldByRule", "Released", "RollbackDecided", "RollbackEnded", "RetryAsked", "AbortAsked", "Amended", "Told", "Gap", "AvailabilityChanged", "AvailabilityMeasured", "Superseded", "Finished",
        "RolloutStepStarted", "RolloutStepEnded", "Promoted", "Kept", "WatchExtended", "WatchEnded", "ObjectiveMissed",
    ];
}
