using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Runs;

public class StandingTests
{
    private const string Family = """
        ## Before

        - [ ] Parent `? disk / free > 1GB` #id=parent
          - [ ] First `? disk / free > 1GB` #id=first
          - [ ] Second `? disk / free > 1GB` #id=second
        - [ ] ~~Struck `? disk / free > 1GB`~~ #id=struck
        """;

    private static Story Given => Story.Of(Family).Enter(Stage.Prepare);

    private static Verdict? Parent(Story story) => story.Standing.Of(story.Plan.AllItems.First(i => i.Id == "parent"));

    private static Verdict Make(string name) => name switch
    {
        "passed" => new Verdict.Passed(""),
        "warned" => new Verdict.Warned(""),
        "failed" => new Verdict.Failed("", ""),
        "unknown" => new Verdict.Unknown(""),
        "skipped" => new Verdict.Skipped(""),
        "pending" => new Verdict.Pending(""),
        _ => throw new ArgumentException(name),
    };

    [Theory]
    [InlineData("passed warned skipped", "warned")]
    [InlineData("passed pending warned", "pending")]
    [InlineData("pending unknown", "unknown")]
    [InlineData("unknown failed passed", "failed")]
    [InlineData("skipped passed", "passed")]
    [InlineData("skipped skipped", "skipped")]
    public void The_worst_counts_and_what_is_skipped_is_neutral(string verdicts, string worst) =>
        Assert.Equal(worst, Standing.Worst([.. verdicts.Split(' ').Select(Make)])!.Name);

    [Fact]
    public void While_something_is_open_nothing_is_said_but_what_is_bad_already()
    {
        Assert.Null(Standing.Worst([null, new Verdict.Passed("")]));
        Assert.IsType<Verdict.Failed>(Standing.Worst([null, new Verdict.Failed("", "")]));
    }

    [Fact]
    public void A_parent_is_the_worst_of_its_own_and_its_children()
    {
        Assert.Null(Parent(Given.Passed("parent", "first")));
        Assert.IsType<Verdict.Passed>(Parent(Given.Passed("parent", "first", "second")));
        Assert.IsType<Verdict.Unknown>(Parent(Given.Passed("parent", "first").Unknown("second")));
        Assert.IsType<Verdict.Failed>(Parent(Given.Failed("parent").Passed("first", "second")));
    }

    [Fact]
    public void What_is_waived_is_neutral_to_its_parent()
    {
        var story = Given.Passed("parent", "first").Failed("second").Happened(new Event.Waived("second", "bo", "sre", "known", Given.Now + TimeSpan.FromHours(1)));
        Assert.IsType<Verdict.Passed>(Parent(story));
        Assert.IsType<Verdict.Failed>(story.Standing.Of(story.Plan.AllItems.First(i => i.Id == "second")));
    }

    [Fact]
    public void A_struck_out_item_is_skipped_and_says_so() =>
        Assert.Contains("struck out", Assert.IsType<Verdict.Skipped>(Given.Standing.Of(Given.Plan.Step("struck")!)).Reason, StringComparison.Ordinal);

    [Fact]
    public void What_runs_has_no_verdict_and_what_is_in_doubt_is_unknown()
    {
        var story = Story.Of("## Before\n\n- [ ] Dump `! sh dump` #id=dump\n").Enter(Stage.Prepare).Started("dump");
        Assert.Null(story.Standing.Of(story.Plan.Step("dump")!));
        story.Happened(new Event.ActionInDoubt("dump", "it was killed"));
        Assert.Contains("it was killed", Assert.IsType<Verdict.Unknown>(story.Standing.Of(story.Plan.Step("dump")!)).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_watched_check_that_failed_once_passes_with_a_warning()
    {
        var story = Story.Of("## Before\n\n- [ ] A `? disk / free > 1GB` #id=a\n\n## After\n\n**Stage:** watch\n\n**Watch:** every 1m until 3m\n\n- [ ] B `? disk / free > 1GB` #id=b\n");
        story.Happened(story.Checked("b", new Verdict.Passed("free (2 GB) > 1GB"), 1), story.Checked("b", new Verdict.Failed("", ""), 2), story.Checked("b", new Verdict.Passed("free (2 GB) > 1GB"), 3));
        Assert.Contains("not so in 1 of 3 rounds", Assert.IsType<Verdict.Warned>(story.Standing.Of(story.Plan.Step("b")!)).Shown, StringComparison.Ordinal);
    }
}
