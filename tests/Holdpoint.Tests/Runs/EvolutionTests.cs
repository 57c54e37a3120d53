using System.Text.Json;
using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Tests.Runs;

/// <summary>Replay folds facts: what can't have happened stops it and is named by its number.</summary>
public class EvolutionTests
{
    private const string Checklist = """
        ## Before

        - [ ] Room `? disk / free > 1GB` #id=room
        - [ ] Dump `! run` #id=dump

          ```bash
          dump
          ```

        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web` #id=out
        """;

    private static readonly string[] s_afterTheEnd = ["driven", "left", "told", "gap", "lock-released", "review-signed", "signed", "checked", "sampled", "availability-changed", "availability-measured"];

    private static Story Running => Story.Of(Checklist).Happened(new Event.Driven(1, "ana", "host", 1)).Enter(Stage.Prepare);

    private static string Refused(Story story, params Event[] events)
    {
        var number = story.Entries.Count + events.Length;
        var damaged = Assert.Throws<DamagedJournal>(() => story.Happened(events));
        Assert.Contains($"event {number}", damaged.Message, StringComparison.Ordinal);
        Assert.Equal(damaged.Message, Evolution.WhyNot(story.Run, [events[^1]], story.Now));
        return damaged.Message;
    }

    private static VerdictRecord Passed => new("passed", "exit 0");

    [Fact]
    public void A_run_begins_with_its_start() =>
        Assert.Contains("a run begins with started", Assert.Throws<DamagedJournal>(() => Evolution.Replay(Running.Entries.Skip(1))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_empty_journal_is_no_run() => Assert.Throws<DamagedJournal>(() => Evolution.Replay([]));

    [Fact]
    public void A_run_starts_once() => Refused(Running, Running.Run.Start);

    [Fact]
    public void A_missing_event_is_named()
    {
        var story = Running;
        Assert.Contains("event 3 follows event 1", Assert.Throws<DamagedJournal>(() => Evolution.Replay(story.Entries.Where(e => e.Sequence != 2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_higher_epoch_drives()
    {
        Assert.Contains("epoch 1 is not above 1", Refused(Running, new Event.Driven(1, "bo", "host", 2)), StringComparison.Ordinal);
        Assert.Equal(2, Running.Happened(new Event.Driven(2, "bo", "host", 2)).Run.Epoch);
    }

    [Fact]
    public void Stages_go_forward_only()
    {
        Refused(Running, new Event.StageEntered(Stage.Prepare));
        Refused(Running.Enter(Stage.Verify), new Event.StageEntered(Stage.Deploy));
        Assert.Equal(Stage.Watch, Running.Enter(Stage.Deploy, Stage.Watch).Run.CurrentStage);
    }

    [Fact]
    public void An_action_ends_only_when_it_was_started()
    {
        Refused(Running, new Event.ActionEnded("dump", Passed, 1, []));
        Refused(Running, new Event.ActionInDoubt("dump", "killed"));
        Refused(Running.Started("dump").Ended("dump"), new Event.ActionEnded("dump", Passed, 1, []));
        Assert.Equal("passed", Running.Started("dump").Ended("dump").Run.Step("dump").Verdict!.Verdict);
    }

    [Fact]
    public void An_action_does_not_start_while_it_runs() =>
        Refused(Running.Started("dump"), new Event.ActionStarted("dump", 2, "actions/2", "run", null, false));

    [Fact]
    public void Nothing_is_deployed_before_what_runs_is_recorded()
    {
        Refused(Running, new Event.ActionStarted("out", 1, "actions/1", "deploy", "web", false));
        Refused(Running, new Event.ActionStarted("out", 1, "actions/1", "deploy", null, false));
        Assert.True(Running.Deployed("out").Run.Changed);
    }

    [Fact]
    public void What_ran_before_is_recorded_once() =>
        Refused(Running.Happened(new Event.BeforeRecorded("web", "1.0", false)), new Event.BeforeRecorded("web", "2.0", false));

    [Fact]
    public void Only_an_action_in_doubt_is_decided()
    {
        Refused(Running, new Event.ActionDecided("dump", "done", "bo", "seen"));
        Refused(Running.Started("dump"), new Event.ActionDecided("dump", "done", "bo", "seen"));
        var doubt = Running.Started("dump").Happened(new Event.ActionInDoubt("dump", "killed"));
        Refused(doubt, new Event.ActionDecided("dump", "perhaps", "bo", "seen"));
        Assert.Equal("passed", doubt.Happened(new Event.ActionDecided("dump", "done", "bo", "seen")).Run.Step("dump").Verdict!.Verdict);
    }

    [Fact]
    public void An_action_that_a_person_repeats_is_forced_and_one_that_the_driver_repeats_is_not()
    {
        Story Doubt() => Running.Started("dump").Happened(new Event.ActionInDoubt("dump", "killed"));
        Assert.True(Doubt().Happened(new Event.ActionDecided("dump", "retry", "bo", "seen")).Run.Step("dump").Forced);
        Assert.False(Doubt().Happened(new Event.ActionDecided("dump", "retry", "driver", "it never began")).Run.Step("dump").Forced);
    }

    [Fact]
    public void A_released_gate_is_not_computed_again()
    {
        var released = () => Running.Happened(new Event.GateReleased("stage:prepare", "bo", "known"));
        Refused(released(), new Event.GatePassed("stage:prepare", 100));
        Refused(released(), new Event.GateHeld("stage:prepare", ["x"]));
        Refused(released(), new Event.GateReleased("stage:prepare", "cy", "known"));
    }

    [Fact]
    public void A_held_gate_remembers_since_when()
    {
        var story = Running.Happened(new Event.GateHeld("stage:prepare", ["one"]));
        var since = story.Now;
        story.After(TimeSpan.FromMinutes(5)).Happened(new Event.GateHeld("stage:prepare", ["another"]));
        var held = Assert.IsType<GateState.Holding>(story.Run.Gates["stage:prepare"]);
        Assert.Equal((since, "another"), (held.Since, held.Holds[0]));
    }

    [Fact]
    public void A_rollback_is_decided_once_and_ends_once()
    {
        var decided = new Event.RollbackDecided("errors", null, "driver", default);
        var ended = new Event.RollbackEnded(true, "it serves", 1, 1, 1, 1);
        Refused(Running, ended);
        Refused(Running.Happened(decided), decided);
        Refused(Running.Happened(decided, ended), ended);
    }

    [Fact]
    public void Two_steps_never_become_one() =>
        Refused(Running, new Event.Amended("bo", "typo", Running.Run.Definition, new Dictionary<string, string> { ["room"] = "x", ["dump"] = "x" }));

    [Fact]
    public void After_the_end_only_its_epilogue_follows()
    {
        var sample = Samples();
        foreach (var name in EventNames.All.Where(n => n != "started"))
        {
            var story = Running.Happened(new Event.Finished(Outcome.Passed, "every gate passed"));
            if (s_afterTheEnd.Contains(name))
                Assert.Null(Evolution.WhyNot(story.Run, [sample[name]], story.Now));
            else
                Refused(story, sample[name]);
        }
    }

    [Fact]
    public void Every_event_reads_back_as_it_was_written()
    {
        foreach (var (name, happened) in Samples())
        {
            var written = EventNames.ToEntry(happened, DateTimeOffset.UnixEpoch, "driver");
            Assert.Equal(name, written.Type);
            var read = EventNames.FromEntry(new JournalEntry(1, DateTimeOffset.UnixEpoch, "driver", 1, written.Type, written.Data, "", ""));
            Assert.Equal(written.Data.GetRawText(), EventNames.ToEntry(read!, DateTimeOffset.UnixEpoch, "driver").Data.GetRawText());
        }
    }

    [Fact]
    public void There_is_a_sample_of_every_event() => Assert.Equal(EventNames.All.Order(), Samples().Keys.Append("started").Order());

    [Fact]
    public void A_known_event_with_other_data_is_damage()
    {
        var damaged = Assert.Throws<DamagedJournal>(() => Running.Raw("checked", JsonSerializer.SerializeToElement(new[] { 1 })));
        Assert.Contains("event 4: checked does not read as such", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_event_is_kept_and_changes_nothing_else()
    {
        var story = Running.Raw("teleported", JsonSerializer.SerializeToElement(new { to = "mars" }));
        Assert.Equal("teleported (4)", Assert.Single(story.Run.UnknownEvents));
        Assert.Equal(4, story.Run.Sequence);
    }

    [Fact]
    public async Task A_run_with_unknown_events_is_not_driven_but_rolled_back()
    {
        var cancel = TestContext.Current.CancellationToken;
        var time = new ManualTime();
        await using var journal = new MemoryJournal("r", time);
        await using var session = await RunSession.StartAsync(journal, time, Running.Run.Start, cancel);
        await journal.AppendAsync(1, 0, [new NewEntry(time.Now, "driver", "teleported", JsonSerializer.SerializeToElement(new { }))], cancel);
        await session.RefreshAsync(cancel);
        Assert.Contains("teleported", (await Assert.ThrowsAsync<UnknownFormat>(() => session.DriveAsync("ana", cancel))).Message, StringComparison.Ordinal);
        await session.AppendAsync(new Event.RollbackDecided("asked for", null, "bo", time.Now), cancel);
        await session.DriveAsync("ana", cancel);
        Assert.Equal(1, session.Run.Epoch);
    }

    [Fact]
    public void A_driver_at_its_work_says_when_somebody_looked_last_and_a_person_does_not()
    {
        var story = Running.Passed("room");
        var looked = story.Now;
        story.After(TimeSpan.FromHours(1)).Signed("room", "sre", "bo").Happened(new Event.Driven(2, "cy", "host", 2));
        Assert.Equal(looked, story.Run.LookedLast);
    }

    private static Dictionary<string, Event> Samples()
    {
        var none = new Dictionary<string, string>();
        var at = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var chunk = new EvidenceReference("a.csv", "00", 1);
        Event[] all =
        [
            new Event.Driven(7, "bo", "host", 1), new Event.Left("told to stop", "nothing has been changed"), new Event.StageEntered(Stage.Deploy),
            new Event.LockTaken("production", "this machine only"), new Event.LockReleased("production"), new Event.SectionSkipped("before", "not wanted"),
            new Event.Checked("room", 1, VerdictRecord.Of(new Verdict.Failed("free > 1GB", "free is 1 MB")), 0.1, none, [chunk], 0),
            new Event.ActionStarted("dump", 1, "actions/1", "run", null, false), new Event.ActionEnded("dump", Passed, 1, [chunk]), new Event.ActionInDoubt("dump", "killed"),
            new Event.ActionDecided("dump", "done", "bo", "seen"), new Event.BeforeRecorded("web", "1.0", false), new Event.Signed("go", "sre", "bo", false, ""),
            new Event.Waived("room", "bo", "sre", "known", at), new Event.NotApplicable("room", "bo", "not here"), new Event.GateHeld("stage:prepare", ["x"]),
            new Event.GatePassed("stage:prepare", 79.99m), new Event.GateReleased("stage:prepare", "bo", "known"), new Event.GlassBroken("bo", "it burns"),
            new Event.ReviewSigned("cy", "fine"), new Event.BaselineTaken(new Dictionary<string, BaselineRecord> { ["p95"] = new(0.1, 0.01, 20) }, ["errors: too few"]),
            new Event.RuleChanged("back", "breaching", "errors (20%) > 5%", at, false), new Event.RuleAccepted("back", "bo", "hotfix"), new Event.GraceBegan("back", at),
            new Event.Held("bo", "looking", at), new Event.HeldByRule("back", "errors"), new Event.WatchExtended("bo", "one more load", 1800), new Event.WatchEnded("bo", "all is well"), new Event.Released("bo", "fine"), new Event.RollbackDecided("errors", "back", "driver", at),
            new Event.RollbackEnded(true, "it serves", 1, 2, 3, null), new Event.RetryAsked("bo", ["room"]), new Event.AbortAsked("bo", "no", null),
            new Event.Amended("bo", "typo", new Definition([new("a.md", "x")], null, none), none), new Event.Told("ops", "waiting", true, ""), new Event.Gap(at, at, "slept"),
            new Event.Sampled("p95", [chunk], 60), new Event.AvailabilityChanged(false, "503"), new Event.AvailabilityMeasured(60, 1, 0.9995) { Since = at, Until = at, UnseenSeconds = 2 }, new Event.ObjectiveMissed("day", 0.9995, 50, 43.2), new Event.Superseded("r2"),
            new Event.RolloutStepStarted("web", 0, 3, "drain api", ""), new Event.RolloutStepEnded("web", 0, "drain api", Passed, 1), new Event.Promoted("bo", "enough"), new Event.Kept("web", at),
            new Event.Finished(Outcome.Passed, "every gate passed"),
        ];
        return all.ToDictionary(EventNames.Of);
    }
}
