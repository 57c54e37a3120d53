using System.Collections.Immutable;
using Holdpoint.Journal;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>Folds events into the state of a run. Facts only: nothing is decided here, and a sequence that can't have happened is named and stops the replay.</summary>
public static class Evolution
{
    public static Run Replay(IEnumerable<JournalEntry> entries)
    {
        Run? run = null;
        foreach (var entry in entries)
            run = Evolve(run, entry);
        return run ?? throw new DamagedJournal("the journal holds no event");
    }

    /// <summary>Whether events may follow. Asked before they are appended: what can't be replayed must never get into a journal.</summary>
    /// <returns>Null: they may. Otherwise why not.</returns>
    public static string? WhyNot(Run run, IEnumerable<Event> events, DateTimeOffset at)
    {
        try
        {
            foreach (var happened in events)
            {
                var entry = new JournalEntry(run.Sequence + 1, at, "", 0, EventNames.Of(happened), default, "", "");
                run = Apply(run, happened, entry) with { Sequence = entry.Sequence };
            }

            return null;
        }
        catch (DamagedJournal e)
        {
            return e.Message;
        }
    }

    public static Run Evolve(Run? run, JournalEntry entry)
    {
        var happened = EventNames.FromEntry(entry);
        if (run is null)
            return happened is Event.Started s
                ? new Run { Start = s, Definition = s.Definition, StartedAt = entry.At, LastAt = entry.At, Sequence = entry.Sequence, Drivers = [s.By] }
                : throw new DamagedJournal($"event {entry.Sequence}: {entry.Type} can't be the first; a run begins with started");
        if (entry.Sequence != run.Sequence + 1)
            throw new DamagedJournal($"event {entry.Sequence} follows event {run.Sequence}");
        var next = happened is null
            ? run with { UnknownEvents = run.UnknownEvents.Add($"{entry.Type} ({entry.Sequence})") }
            : Apply(run, happened, entry);
        return next with { Sequence = entry.Sequence, LastAt = entry.At, LookedLast = entry.Epoch > 0 && happened is not Event.Driven ? entry.At : run.LookedLast };
    }

    private static Run Apply(Run run, Event happened, JournalEntry entry) => happened switch
    {
        Event.Started => throw Impossible(run, entry, "the run has started already"),
        Event.Driven e => e.Epoch > run.Epoch
            ? run with { Driver = e, Left = null, Drivers = run.Drivers.Add(e.By) }
            : throw Impossible(run, entry, $"epoch {e.Epoch} is not above {run.Epoch}"),
        Event.Left e => run with { Left = e },

        // After the end only its epilogue may follow: who was told, the review, what the lock and the driver do.
        Event.Told or Event.Gap => run,
        Event.LockReleased => run with { LockHeld = false },
        Event.ReviewSigned => run with { ReviewSigned = true },
        Event.Signed e => Step(run, e.Step, s => s with { Signatures = s.Signatures.Add(new(e, entry.Sequence, entry.At)) }),
        Event.Checked e => Check(run, e, entry),
        Event.Sampled => run,
        Event.AvailabilityChanged e => run with { Answers = e.Up },
        Event.AvailabilityMeasured e => run with { Availability = e },
        _ when run.HasEnded => throw Impossible(run, entry, $"the run has ended ({run.End!.Outcome})"),

        Event.StageEntered e => run.Entered.Keys.All(s => s < e.Stage)
            ? run with { Entered = run.Entered.Add(e.Stage, entry.At) }
            : throw Impossible(run, entry, $"the run is in {run.CurrentStage} already"),
        Event.LockTaken => run with { LockHeld = true },
        Event.SectionSkipped e => run with { SkippedSections = run.SkippedSections.SetItem(e.Section, e.Reason) },
        Event.ActionStarted e => Start(run, e, entry),
        Event.ActionEnded e => run.Step(e.Step).Running is { } running
            ? End(run, running, e.Step, e.Verdict, entry, e.ElapsedSeconds)
            : throw Impossible(run, entry, $"{e.Step} was not started"),
        Event.RolloutStepStarted e => run.Step(e.Step).Running is { Rollout: true }
            ? Step(run, e.Step, s => s with { Rollout = new(e, entry.At, false, s.Rollout is { Promoted: true }) })
            : throw Impossible(run, entry, $"no rollout of {e.Step} is under way"),
        Event.RolloutStepEnded e => run.Step(e.Step).Rollout is { Ended: false } progress && progress.At.Index == e.Index
            ? Step(run, e.Step, s => s with { Rollout = progress with { Ended = e.Verdict.Verdict is "passed" or "warned" } })
            : throw Impossible(run, entry, $"step {e.Index + 1} of {e.Step} was not started"),
        Event.Promoted => run.Steps.FirstOrDefault(s => s.Value is { Running.Rollout: true, Rollout: not null }) is { Key: { } rolling, Value.Rollout: { } at }
            ? Step(run, rolling, s => s with { Rollout = at with { Promoted = true } })
            : throw Impossible(run, entry, "no rollout is under way"),
        Event.Kept e => run.Targets.TryGetValue(e.Target, out var kept)
            ? run with { Targets = run.Targets.SetItem(e.Target, kept with { KeptUntil = e.Until }) }
            : throw Impossible(run, entry, $"{e.Target} was not deployed"),
        Event.ActionInDoubt e => run.Step(e.Step).Running is not null
            ? Step(run, e.Step, s => s with { InDoubt = e.Because })
            : throw Impossible(run, entry, $"{e.Step} was not started"),
        Event.ActionDecided e => Decided(run, e, entry),
        Event.BeforeRecorded e => run.Targets.GetValueOrDefault(e.Target)?.Before is null
            ? run with { Targets = run.Targets.SetItem(e.Target, new(e, false, false)) }
            : throw Impossible(run, entry, $"what ran before on {e.Target} is recorded already"),
        Event.Waived e => Step(run, e.Step, s => s with { Waiver = e }),
        Event.NotApplicable e => run with { NotApplicable = run.NotApplicable.SetItem(e.Item, e) },
        Event.GateHeld e => ToGate(run, e.Gate, new GateState.Holding(entry.At, e.Holds), entry),
        Event.GatePassed e => ToGate(run, e.Gate, new GateState.Passed(entry.At, e.Score), entry),
        Event.GateReleased e => ToGate(run, e.Gate, new GateState.Released(entry.At, e.By, e.Reason), entry),
        Event.GlassBroken e => run with { Glass = e },
        Event.BaselineTaken e => run with { Baseline = e },
        Event.RuleChanged e => run with { Rules = run.Rules.SetItem(e.Rule, Changed(run, e, entry)) },
        Event.RuleAccepted e => run with { Rules = run.Rules.SetItem(e.Rule, (run.Rules.GetValueOrDefault(e.Rule) ?? new("unarmed", entry.At, "", true)) with { Accepted = true, State = "unarmed" }) },
        Event.GraceBegan e => run with { Grace = e },
        Event.Held e => run with { Hold = e },
        Event.ObjectiveMissed e => run with { ObjectivesMissed = run.ObjectivesMissed.Add(e.Period) },
        Event.WatchExtended e => run.WatchEnded is null && e.Seconds > 0
            ? run with { WatchExtensions = run.WatchExtensions.Add(TimeSpan.FromSeconds(e.Seconds)) }
            : throw Impossible(run, entry, "the watch is over, or this is no extension"),
        Event.WatchEnded e => run.Entered.ContainsKey(Stage.Watch) && run.WatchEnded is null
            ? run with { WatchEnded = e }
            : throw Impossible(run, entry, "nothing is watched"),
        Event.HeldByRule e => run with { RuleHold = e, Grace = run.Grace?.Rule == e.Rule ? null : run.Grace },
        Event.Released => run with { Hold = null, RuleHold = null, Grace = null },
        Event.RollbackDecided e => run.Rollback is null
            ? run with { Rollback = new(e, entry.At, null, null), Grace = null, Hold = null, RuleHold = null }
            : throw Impossible(run, entry, "a rollback was decided already"),
        Event.RollbackEnded e => run.Rollback is { Ended: null } back
            ? run with { Rollback = back with { Ended = e } }
            : throw Impossible(run, entry, "no rollback is under way"),
        Event.RetryAsked e => e.Steps.Aggregate(run, Forget),
        Event.AbortAsked e => run with { Abort = e },
        Event.Amended e => e.Ids.Values.Distinct().Count() == e.Ids.Count ? Amend(run, e, entry) : throw Impossible(run, entry, "two steps can't become one"),
        Event.Superseded e => run with { SupersededBy = e.By },
        Event.Finished e => run with { End = e, EndedAt = entry.At },
        _ => throw Impossible(run, entry, "this program has no rule for it"),
    };

    private static Run Check(Run run, Event.Checked e, JournalEntry entry)
    {
        // Who signed saw what this check said then; they did not sign for what it says now.
        var verdict = e.Verdict.ToVerdict();
        if (run.Step(e.Step).Seen is { } seen && verdict.Weight > Math.Max(1, seen.ToVerdict().Weight))
            run = run with { Steps = run.Steps.ToImmutableDictionary(s => s.Key, s => s.Value.Signatures.Count == 0 ? s.Value : s.Value with { Signatures = [.. s.Value.Signatures.Select(x => x.Lapse($"{e.Step} is now {verdict.Name}", entry.At))] }) };
        return Step(run, e.Step, s => Attempted(s, e, entry));
    }

    private static StepState Attempted(StepState s, Event.Checked e, JournalEntry entry) => s with
    {
        Verdict = e.Verdict,
        Seen = e.Verdict,
        Attempts = Math.Max(s.Attempts, e.Attempt),
        Occurrence = e.Occurrence,
        BadOccurrences = s.BadOccurrences + (e.Occurrence > 0 && e.Verdict.Verdict is "failed" or "unknown" ? 1 : 0),
        At = entry.At,
        AtSequence = entry.Sequence,
        ElapsedSeconds = e.ElapsedSeconds,
        Facts = e.Facts.ToImmutableDictionary(),
    };

    private static RuleProgress Changed(Run run, Event.RuleChanged e, JournalEntry entry)
    {
        var before = run.Rules.GetValueOrDefault(e.Rule);
        // What a rule did not see before the deploy proves nothing about it.
        DateTimeOffset? blind = e.State != "blind" || !run.Entered.TryGetValue(Stage.Deploy, out var entered) ? null : e.Since > entered ? e.Since : entered;
        // Quiet once: what was accepted is over, and the rule is armed like any other.
        return new(e.State, e.Since, e.Shown, e.State != "quiet" && before is { Accepted: true }) { Blind = before?.BlindUntil(entry.At) ?? TimeSpan.Zero, BlindFrom = blind };
    }

    private static Run Start(Run run, Event.ActionStarted e, JournalEntry entry)
    {
        if (run.Step(e.Step).Running is not null)
            throw Impossible(run, entry, $"{e.Step} is running already");
        if (e is { Verb: "deploy", Target: null })
            throw Impossible(run, entry, "a deploy names its target");
        var inDeployment = run.Entered.ContainsKey(Stage.Deploy);
        run = Step(run, e.Step, s => s with { Running = e, Begun = s.Begun || e.Begins, Rollout = null, InDoubt = null, Attempts = e.Attempt, Verdict = null, At = entry.At, AtSequence = entry.Sequence });
        if (e.Verb == "deploy")
        {
            if (run.Targets.GetValueOrDefault(e.Target!) is not { Before: not null } target)
                throw Impossible(run, entry, $"what ran before on {e.Target} is not recorded");
            run = run with { Targets = run.Targets.SetItem(e.Target!, target with { DeployStarted = true }), Deployed = run.Deployed.Remove(e.Target!).Add(e.Target!) };
        }

        if (run.Rollback is { StartedAt: null } back)
            run = run with { Rollback = back with { StartedAt = entry.At } };
        // Telling somebody changes nothing that could be undone.
        return run with { Changed = run.Changed || (e.Begins && e.Verb != "tell" && (inDeployment || e.Verb == "deploy")) };
    }

    private static Run End(Run run, Event.ActionStarted running, string step, VerdictRecord verdict, JournalEntry entry, double elapsed)
    {
        run = Step(run, step, s => s with { Running = null, InDoubt = null, Verdict = verdict, At = entry.At, AtSequence = entry.Sequence, ElapsedSeconds = elapsed });
        return running is { Verb: "rollback", Target: { } name } && verdict.Verdict == "passed" && run.Targets.TryGetValue(name, out var target)
            ? run with { Targets = run.Targets.SetItem(name, target with { Undone = true }) }
            : run;
    }

    private static Run Decided(Run run, Event.ActionDecided e, JournalEntry entry)
    {
        if (run.Step(e.Step) is not { Running: { } running, InDoubt: not null })
            throw Impossible(run, entry, $"{e.Step} is not in doubt");
        return e.Decision switch
        {
            "done" => End(run, running, e.Step, new("passed", $"{e.Reason} ({e.By})"), entry, 0),
            "failed" => End(run, running, e.Step, new("failed", $"{e.Reason} ({e.By})", "the action's end"), entry, 0),
            "retry" => Step(run, e.Step, s => s with { Running = null, InDoubt = null, Verdict = null, Forced = e.By != "driver" }),
            _ => throw Impossible(run, entry, $"no such decision: {e.Decision}"),
        };
    }

    private static Run ToGate(Run run, string gate, GateState state, JournalEntry entry)
    {
        var now = run.Gates.GetValueOrDefault(gate);
        if (now is GateState.Released)
            throw Impossible(run, entry, $"gate {gate} was released and is not computed again");
        return run with { Gates = run.Gates.SetItem(gate, state is GateState.Holding h && now is GateState.Holding before ? h with { Since = before.Since } : state) };
    }

    /// <summary>A retry wipes the verdict, not its history: attempts keep counting.</summary>
    private static Run Forget(Run run, string step) => run.Gates.GetValueOrDefault(step) is GateState.Holding ? run with { Gates = run.Gates.Remove(step) } : run.Step(step).Running is not null ? run : Step(run, step, s => s with { Verdict = null });

    private static Run Amend(Run run, Event.Amended e, JournalEntry entry)
    {
        // A signature says what a person saw; in an edited file they saw something else. Gates that the run has not left behind are computed again.
        var steps = run.Steps
            .Where(s => e.Ids.ContainsKey(s.Key))
            .ToImmutableDictionary(s => e.Ids[s.Key], s => s.Value with { Signatures = [.. s.Value.Signatures.Select(x => x.Lapse("the checklist was amended", entry.At))] });
        var current = run.Entered.Count > 0 ? Gates.Of(run.Entered.Keys.Max()) : null;
        var gates = run.Gates.Where(g => g.Value is GateState.Released || !(g.Key == current || g.Key.StartsWith("section:", StringComparison.Ordinal))).ToImmutableDictionary();
        return run with { Definition = e.Definition, Steps = steps, Gates = gates };
    }

    private static Run Step(Run run, string id, Func<StepState, StepState> change) => run with { Steps = run.Steps.SetItem(id, change(run.Step(id))) };

    private static DamagedJournal Impossible(Run run, JournalEntry entry, string because) =>
        new($"event {entry.Sequence}: {entry.Type} can't follow event {run.Sequence}: {because}");
}
