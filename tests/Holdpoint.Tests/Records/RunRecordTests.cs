using Holdpoint.Plans;
using Holdpoint.Records;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Records;

public sealed class RunRecordTests
{
    [Fact]
    public void A_run_that_was_rolled_back_says_why_and_what_serves_now()
    {
        var record = RecordedRun.RolledBack().Record();

        Assert.Equal("Rolled back", record.Ending.Word);
        Assert.Equal("Version 1.5.0 was rolled back: error_rate (21.3%) > 5%. Version 1.4.0 serves again 1m 43s after it began.", record.Ending.Sentence);
        Assert.Equal(4, record.Ending.ExitCode);
        Assert.Equal("1.4.0", record.PreviousVersion);
    }

    [Fact]
    public void The_four_times_of_a_rollback_stand_against_its_budget()
    {
        var back = RecordedRun.RolledBack().Record().Rollback!;

        Assert.Equal((62, 0.4, 17.2, 23), (back.Detection, back.Decision, back.Execution, back.Recovery));
        Assert.Equal(40.6, back.TotalSeconds!.Value, 3);
        Assert.Equal(120, back.BudgetSeconds);
        Assert.True(back.WithinBudget);
        Assert.Equal([new("web", "1.4.0", true)], back.Targets);
    }

    [Fact]
    public void A_run_that_went_well_is_live()
    {
        var record = RecordedRun.Finished().Record();

        Assert.Equal(("Passed", Tone.Good), (record.Ending.Word, record.Ending.Tone));
        Assert.Equal("Version 1.5.0 is live on production: every gate passed.", record.Ending.Sentence);
        Assert.Equal("bo", record.StartedBy);
        Assert.Equal([("di", "signed"), ("ana", "signed")], record.Participants.Select(p => (p.Name, p.Deeds)));
    }

    [Fact]
    public void What_the_good_word_hides_is_told_beside_it()
    {
        var record = RecordedRun.Finished().Record();

        Assert.Contains("1 item failed or is unknown and the gate let it through", record.Cautions);
        Assert.Contains("1 item passed with a warning", record.Cautions);
    }

    [Fact]
    public void A_waiver_lies_over_its_verdict_and_still_counts_when_it_has_run_out_since()
    {
        var run = RecordedRun.Prepared();
        run.Tell(new Event.Waived(run.Step("The log is quiet"), "ana", "release-manager", "known noise", run.Now.AddHours(1)), "ana");
        run.Tell(new Event.Finished(Outcome.Passed, "passed with 1 waived and 0 released"));
        var record = run.Record(run.Now.AddDays(30));

        var item = record.AllItems.Single(i => i.Text == "The log is quiet");
        Assert.Equal(VerdictKind.Waived, item.Kind);
        Assert.Equal("waived by ana: known noise (failed: exit 1, expected exit == 0)", item.Message);
        Assert.Contains("1 waiver was given", record.Cautions);
    }

    [Fact]
    public void Every_attempt_is_kept()
    {
        var step = RecordedRun.Deployed().Record().AllItems.Single(i => i.Text == "The shop answers").Steps[0];

        Assert.Equal([(1, VerdictKind.Failed), (2, VerdictKind.Failed), (3, VerdictKind.Passed)], step.Attempts.Select(a => (a.Number, a.Kind)));
        Assert.Equal("200", step.Attempts[2].Facts["status"]);
    }

    [Fact]
    public void Long_evidence_is_shown_by_its_beginning_and_its_end()
    {
        var excerpt = RecordedRun.Deployed().Record().AllItems.Single(i => i.Text == "New version out").Steps[0].Evidence[0];

        Assert.True(excerpt.Bytes > RunRecord.ExcerptBytes);
        Assert.StartsWith("step 1 of 400", excerpt.Text);
        Assert.Contains("bytes left out", excerpt.Text);
        Assert.Contains("step 400 of 400", excerpt.Text);
        Assert.InRange(excerpt.Text!.Length, 2000, RunRecord.ExcerptBytes + 60);
    }

    [Fact]
    public void Evidence_that_is_gone_or_no_text_is_told()
    {
        var run = RecordedRun.Prepared();
        var picture = run.Store("page.png", [0x89, 0x50, 0, 0, 1]);
        run.Check("Room on the disk", RecordedRun.Passed("free (84.2 GB) > 20GB"), attempt: 2, evidence: [picture, new("gone.txt", new string('0', 64), 12)]);
        var evidence = run.Record().AllItems.Single(i => i.Text == "Room on the disk").Steps[0].Evidence;

        Assert.Equal([(null, "no text"), (null, "it is missing or can't be read")], evidence.Select(e => (e.Text, e.Note)));
    }

    [Fact]
    public void Colours_of_a_terminal_are_taken_out_of_evidence()
    {
        var evidence = RecordedRun.Prepared().Record().AllItems.Single(i => i.Text == "The log is quiet").Steps[0].Evidence[0];

        Assert.Equal("ERROR payment timed out\nERROR payment timed out", evidence.Text);
    }

    [Fact]
    public void A_run_that_waits_says_for_what()
    {
        var run = new RecordedRun();
        run.Tell(new Event.StageEntered(Stage.Prepare)).After(10);
        run.Tell(new Event.GateHeld("stage:prepare", ["A restore was tried this week: waiting for dba → dba (di) can sign"]));
        var record = run.After(60).Record();

        Assert.Equal("Waiting", record.Ending.Word);
        Assert.Null(record.Ending.ExitCode);
        Assert.StartsWith("Version 1.5.0 waits at the end of prepare since 13:59:22 UTC: A restore was tried this week: waiting for dba", record.Ending.Sentence);
        Assert.EndsWith("Nothing was changed: version 1.4.0 still serves.", record.Ending.Sentence);
        Assert.Equal(70, record.DurationSeconds);
    }

    [Fact]
    public void The_story_counts_what_passed_and_tells_each_transition_once()
    {
        var lines = RecordedRun.RolledBack().Record().Timeline;
        var texts = lines.Select(l => l.Text).ToList();

        Assert.Contains("The shop answers: failed, status (503), expected status in 200..299", texts);
        Assert.Single(texts, t => t.StartsWith("The shop answers: failed", StringComparison.Ordinal));
        Assert.Contains("The shop answers passes now, on attempt 3: status (200) in 200..299, on attempt 3", texts);
        Assert.Contains("2 checks passed", texts);
        Assert.Contains("rule “rollback when error_rate > 5% for 1m” fired: error_rate (21.3%) > 5%", texts);
        Assert.Contains("could not tell status: the page answered 502", texts);
        Assert.Contains(lines, l => l is { Actor: "di", Text: "signed A restore was tried this week as dba: restored on staging on Tuesday" });
        Assert.DoesNotContain(texts, t => t.Contains("samples", StringComparison.Ordinal));
        Assert.True(lines.Zip(lines.Skip(1)).All(p => p.First.Sequence < p.Second.Sequence));
    }

    [Fact]
    public void Metrics_come_with_limits_baseline_markers_and_breaches()
    {
        var record = RecordedRun.RolledBack().Record();

        Assert.Equal(["error_rate", "latency_p95"], record.Metrics.Select(m => m.Name));
        var errors = record.Metrics[0];
        Assert.Equal(68, errors.Samples.Count);
        Assert.Equal([0.05], errors.Limits.Select(l => l.Value));
        Assert.Equal(0.004, errors.Baseline!.Median);
        Assert.Equal(["deploy web", "rollback web"], errors.Markers.Select(m => m.Label));
        Assert.Single(errors.Breaches);
        Assert.Equal([0.63, 0.315], record.Metrics[1].Limits.Select(l => Math.Round(l.Value, 6)));
        Assert.Equal(Holdpoint.Expressions.Dimension.Ratio, errors.Dimension);
    }

    [Fact]
    public void Samples_that_are_gone_are_told_and_not_left_out_in_silence()
    {
        var run = RecordedRun.Deployed();
        run.Tell(new Event.Sampled("error_rate", [new("samples.csv", new string('0', 64), 9)], 12));
        run.Tell(new Event.Sampled("error_rate", [run.Store("samples.csv", "not,samples\n")], 1));
        var record = run.Record();

        Assert.Equal(2, record.Metrics.Single().Missing.Count);
        Assert.Contains("2 pieces of samples are missing or unreadable", record.Cautions);
    }

    [Fact]
    public void A_blind_rule_and_a_sleeping_machine_are_gaps()
    {
        var run = RecordedRun.Deployed();
        run.Tell(new Event.RuleChanged(run.Rule("Back on errors"), "blind", "no answer", run.Now, false)).After(90);
        run.Tell(new Event.RuleChanged(run.Rule("Back on errors"), "quiet", "error_rate (0.4%) > 5%", run.Now, false));
        run.Tell(new Event.Gap(run.Now, run.Now.AddSeconds(30), "this machine slept"));
        var record = run.Record();

        Assert.Equal([("rollback when error_rate > 5% for 1m", 90d), (null, 30d)], record.Gaps.Select(g => (g.Rule, (g.To!.Value - g.From).TotalSeconds)));
        Assert.Contains("nobody looked for 30s", record.Cautions);
        Assert.Contains("the rule “rollback when error_rate > 5% for 1m” was blind for 1m 30s", record.Cautions);
    }

    [Fact]
    public void Downtime_is_told_as_a_share_of_the_day_and_of_the_month()
    {
        var seen = RecordedRun.RolledBack().Record().Availability!;

        Assert.Equal(66d / 86400, seen.DownShareOfDay);
        Assert.Equal(66d / (30 * 86400), seen.DownShareOfMonth);
        Assert.Equal(1296, seen.AllowedSeconds!.Value, 3);
        Assert.Single(seen.Outages);
        Assert.NotNull(seen.Outages[0].To);
    }

    [Fact]
    public void A_watch_that_was_ended_early_is_never_told_as_a_whole_one()
    {
        var run = RecordedRun.Deployed();
        var section = run.Plan.Of(Stage.Watch).Single().Id;
        run.After(600).Tell(new Event.WatchExtended("cy", "the batch runs at three", 1800), "cy");
        run.After(1200).Tell(new Event.WatchEnded("ana", "all is quiet"), "ana").After(2).Tell(new Event.GatePassed($"watched:{section}", null)).After(300);
        run.Tell(new Event.Finished(Outcome.Passed, "every gate passed; ana ended the watch ahead of its time: all is quiet"));
        var record = run.Record();

        const string shown = "30m 2s of 2h 30m, extended by 30m (cy: the batch runs at three); ana ended it ahead of its time: all is quiet";
        Assert.Equal(shown, record.Watch!.Shown);
        Assert.Contains($"the watch was not kept to its end: {shown}", record.Cautions);
        Assert.Contains("watched   30m 2s of 2h 30m", RunText.Write(record, new(200)), StringComparison.Ordinal);
        Assert.Contains("ana ended it ahead of its time", HtmlReport.Write(record), StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(JsonReport.Write(record));
        Assert.Equal("ana", json.RootElement.GetProperty("watch").GetProperty("ended_by").GetString());
        Assert.Equal(1802, json.RootElement.GetProperty("watch").GetProperty("watched_seconds").GetDouble());
    }

    [Fact]
    public void Broken_glass_stays_open_until_another_person_signs_the_review()
    {
        var run = RecordedRun.Prepared();
        run.Tell(new Event.GlassBroken("bo", "the shop is down"), "bo");
        Assert.Contains("bo broke the glass (the shop is down); the review is open until another person signs it", run.Record().Cautions);

        run.Tell(new Event.ReviewSigned("ana", "it was right"), "ana");
        Assert.Equal("ana", run.Record().Glass!.Review);
    }

    [Fact]
    public void An_undone_deploy_that_no_step_names_has_a_section_of_its_own()
    {
        var run = RecordedRun.Deployed();
        run.Tell(new Event.RollbackDecided("asked for", null, "ana", run.Now), "ana");
        run.Tell(new Event.ActionStarted("undo/web", 1, "job-9", "rollback", "web", false)).After(4);
        run.Tell(new Event.ActionEnded("undo/web", RecordedRun.Passed("web runs 1.4.0"), 4, []));
        var record = run.Record();

        Assert.Equal(VerdictKind.Passed, record.Sections.Single(s => s.Id == "undo").Kind);
        Assert.Equal("Rolling back", record.Ending.Word);
        Assert.Equal(("ana", "asked to go back"), record.Participants.Where(p => p.Deeds.Contains("back", StringComparison.Ordinal)).Select(p => (p.Name, p.Deeds.Split(", ")[^1])).Single());
    }

    [Fact]
    public void After_an_amendment_attempts_follow_their_item()
    {
        var run = RecordedRun.Prepared();
        var ids = run.Plan.AllItems.SelectMany(i => i.Steps).ToDictionary(s => s.Id, s => s.Id);
        ids.Remove(run.Step("Room on the disk"));
        run.Tell(new Event.Amended("ana", "a wrong path", new([new("release/shop.md", RecordedRun.Shop)], null, new Dictionary<string, string>()), ids), "ana");
        var record = run.Record();

        Assert.Single(record.AllItems.Single(i => i.Text == "Certificates last").Steps[0].Attempts);
        Assert.Empty(record.AllItems.Single(i => i.Text == "Room on the disk").Steps[0].Attempts);
        Assert.Equal("the checklist was amended", record.SignOffs.Single(s => s.By == "ana").Lapsed);
    }

    [Fact]
    public void A_way_back_that_was_not_needed_is_skipped()
    {
        var record = RecordedRun.Finished().Record();

        Assert.All(record.Sections.Single(s => s.Stage == Stage.Rollback).Items, i => Assert.Equal((VerdictKind.Skipped, "no rollback was needed"), (i.Kind, i.Message)));
        Assert.DoesNotContain(record.Stages, s => s.Stage == Stage.Rollback);
    }

    [Fact]
    public void The_record_names_the_newest_hash_and_what_it_proves()
    {
        var record = RecordedRun.Finished().Record();

        Assert.Equal(64, record.Journal.HeadHash.Length);
        Assert.Contains("does not prove that nobody forged", record.Caveat);
    }
}
