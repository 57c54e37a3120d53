using Holdpoint.Plans;
using Holdpoint.Records;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Records;

public sealed class OutcomeWordsTests
{
    [Theory]
    [InlineData(Outcome.RollbackFailed, "Rollback failed", "Version 1.5.0 should have been rolled back and was not proven to be: the disk is full. production needs a person now.")]
    [InlineData(Outcome.Unknown, "Unknown", "Nobody can say whether version 1.5.0 is well on production: the disk is full.")]
    [InlineData(Outcome.Superseded, "Superseded", "A newer run has taken production over: the disk is full.")]
    [InlineData(Outcome.Failed, "Failed", "Version 1.5.0 failed on production: the disk is full. What was deployed was left as it is.")]
    public void Each_end_has_its_sentence(Outcome outcome, string word, string sentence)
    {
        var ending = RecordedRun.Deployed().Tell(new Event.Finished(outcome, "the disk is full")).Record().Ending;

        Assert.Equal((word, sentence, (int)outcome), (ending.Word, ending.Sentence, ending.ExitCode));
    }

    [Fact]
    public void Who_stopped_a_run_is_named_with_what_serves()
    {
        var run = RecordedRun.Prepared();
        run.Tell(new Event.AbortAsked("ana", "not today", null), "ana").Tell(new Event.Finished(Outcome.Aborted, "not today"));

        Assert.Equal("ana stopped the run: not today. Nothing was changed: version 1.4.0 still serves.", run.Record().Ending.Sentence);
    }

    [Fact]
    public void A_rollback_that_a_person_asked_for_names_the_person()
    {
        var run = RecordedRun.Deployed();
        run.Tell(new Event.RollbackDecided("customers complain", null, "ana", run.Now), "ana");
        run.Act("Previous version back", RecordedRun.Passed("web runs 1.4.0"), 9, "rollback", "web");
        run.Tell(new Event.RollbackEnded(true, "customers complain; status (200)", 0, 0, 9, 3)).Tell(new Event.Finished(Outcome.RolledBack, "customers complain; status (200)"));

        Assert.Equal("Version 1.5.0 was rolled back: ana asked for it (customers complain). Version 1.4.0 serves again 12s after it began.", run.Record().Ending.Sentence);
    }

    [Fact]
    public void A_hold_says_who_holds_until_when()
    {
        var run = RecordedRun.Deployed();
        run.Tell(new Event.Held("ana", "looking at it", run.Now.AddMinutes(30)), "ana");

        Assert.Equal("ana holds version 1.5.0 until 14:36:00 UTC: looking at it.", run.Record().Ending.Sentence);
    }

    [Fact]
    public void A_grace_says_when_it_ends()
    {
        var run = RecordedRun.Deployed();
        run.Tell(new Event.GraceBegan(run.Rule("Back on errors"), run.Now.AddMinutes(5)));

        Assert.Equal("Version 1.5.0 will be rolled back at 14:11:00 UTC unless somebody holds it: holdpoint hold.", run.Record().Ending.Sentence);
    }

    [Fact]
    public void An_action_in_doubt_is_unknown_until_somebody_decides()
    {
        var run = RecordedRun.Prepared();
        run.Tell(new Event.StageEntered(Stage.Deploy)).Tell(new Event.BeforeRecorded("web", "1.4.0", false));
        run.Tell(new Event.ActionStarted(run.Step("New version out"), 1, "job-7", "deploy", "web", false));
        Assert.Equal(VerdictKind.Running, run.Record().AllItems.Single(i => i.Text == "New version out").Kind);

        run.Tell(new Event.ActionInDoubt(run.Step("New version out"), "its driver died"));
        Assert.Equal((VerdictKind.Unknown, "in doubt: its driver died"), Doubtful());

        run.Tell(new Event.ActionDecided(run.Step("New version out"), "done", "ana", "seen it run"), "ana");
        Assert.Equal((VerdictKind.Passed, "seen it run (ana)"), Doubtful());

        (VerdictKind, string) Doubtful() => run.Record().AllItems.Where(i => i.Text == "New version out").Select(i => (i.Kind, i.Message)).Single();
    }

    [Theory]
    [InlineData(0, "0%")]
    [InlineData(66d / 2592000, "0.0025%")]
    [InlineData(4d / 2592000, "0.00015%")]
    [InlineData(0.0125, "1.25%")]
    public void A_small_share_is_not_nothing(double share, string shown) => Assert.Equal(shown, Shares.Show(share));
}
