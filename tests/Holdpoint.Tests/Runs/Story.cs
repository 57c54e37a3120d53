using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Runs;

/// <summary>A run told in memory: given events, when somebody says something, then events. Time is its own and moves by hand.</summary>
internal sealed class Story
{
    public const string Web = """
        holdpoint: 1
        environments: { production: {} }
        targets:
          web: { command: { now: "true", deploy: "true", rollback: "true" } }
          api: { command: { now: "true", deploy: "true", rollback: "true" } }

        """;

    private static readonly Dictionary<string, Signature> s_noExternals = [];

    private readonly List<JournalEntry> _entries = [];

    private Story(RunDefinition definition, string by, DateTimeOffset? plannedFor)
    {
        Definition = definition;
        Plan = definition.Plan!;
        Entry(new Event.Started("20260302-090000-production-0000", "production", "2.0", null, by, definition.Definition, "holdpoint 1", 1, null, null, plannedFor));
    }

    public RunDefinition Definition { get; private set; }

    public Plan Plan { get; private set; }

    public Run Run { get; private set; } = null!;

    public DateTimeOffset Now { get; private set; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<JournalEntry> Entries => _entries;

    public bool FourEyes => Definition.Project.FourEyes;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Roles => Definition.Project.Roles;

    public Standing Standing => new(Plan, Run, Now, Roles);

    public Work Next => Holdpoint.Runs.Next.For(Standing);

    /// <param name="checklist">Without its title.</param>
    public static Story Of(string checklist, string configuration = Web, string by = "ana", DateTimeOffset? plannedFor = null) => new(Read(checklist, configuration), by, plannedFor);

    public static RunDefinition Read(string checklist, string configuration = Web)
    {
        var read = RunDefinition.Read(DefinitionOf(checklist, configuration), "production", s_noExternals, new ManualTime(), lint: false);
        Assert.True(read.Plan is not null, string.Join("\n", read.Problems));
        return read;
    }

    public static Definition DefinitionOf(string checklist, string configuration = Web) =>
        new([new("/project/DEPLOY.md", $"# Shop\n\n{checklist}"), new("/project/holdpoint.yaml", configuration)], "/project/holdpoint.yaml", new Dictionary<string, string>());

    public Story Happened(params IEnumerable<Event> events)
    {
        foreach (var happened in events)
            Entry(happened);
        return this;
    }

    public Story After(TimeSpan time)
    {
        Now += time;
        return this;
    }

    public Story Enter(params IEnumerable<Stage> stages) => Happened(stages.Select(s => new Event.StageEntered(s)));

    public Story Passed(params IEnumerable<string> steps) => Happened(steps.Select(s => Checked(s, new Verdict.Passed("as it should be"))));

    public Story Failed(string step) => Happened(Checked(step, new Verdict.Failed("free > 20GB", "free is 1 GB")));

    public Story Unknown(string step) => Happened(Checked(step, new Verdict.Unknown("no answer")));

    public Story Warned(string step) => Happened(Checked(step, new Verdict.Warned("slow")));

    public Story Skipped(string step) => Happened(Checked(step, new Verdict.Skipped("not wanted")));

    public Event.Checked Checked(string step, Verdict verdict, int occurrence = 0) =>
        new(step, Run.Step(step).Attempts + 1, VerdictRecord.Of(verdict), 0.1, new Dictionary<string, string>(), [], occurrence);

    /// <summary>A deploy that ended so; what ran before was 1.0.</summary>
    public Story Deployed(string step, string target = "web", Verdict? verdict = null)
    {
        if (!Run.Targets.ContainsKey(target))
            Happened(new Event.BeforeRecorded(target, "1.0", false));
        return Started(step, "deploy", target).Ended(step, verdict ?? new Verdict.Passed("web runs 2.0"));
    }

    public Story Started(string step, string verb = "run", string? target = null, bool postconditionBefore = false) =>
        Happened(new Event.ActionStarted(step, Run.Step(step).Attempts + 1, $"actions/{_entries.Count + 1:0000}", verb, target, postconditionBefore));

    public Story Ended(string step, Verdict? verdict = null) => Happened(new Event.ActionEnded(step, VerdictRecord.Of(verdict ?? new Verdict.Passed("exit 0")), 1, []));

    public Story Signed(string step, string role, string by, bool declined = false) => Happened(new Event.Signed(step, role, by, declined, declined ? "not yet" : ""));

    /// <summary>What the desk makes of it; what is accepted happens.</summary>
    public Answer Says(PersonCommand command)
    {
        var answer = new PersonDesk(Standing, FourEyes).Decide(command);
        if (answer is Answer.Accepted accepted)
            Happened(accepted.Events);
        return answer;
    }

    public Answer.Refused IsRefused(PersonCommand command) => Assert.IsType<Answer.Refused>(Says(command));

    public IReadOnlyList<Event> IsAccepted(PersonCommand command) =>
        Says(command) switch
        {
            Answer.Accepted a => a.Events,
            Answer.Refused r => throw new Xunit.Sdk.XunitException($"refused: {r.Because} ({r.Remedy})"),
            _ => throw new InvalidOperationException(),
        };

    /// <summary>The checklist is edited while the run is under way.</summary>
    public Story Amend(string checklist, string configuration = Web)
    {
        var edited = Read(checklist, configuration);
        var map = IdMap.Between(Plan, edited.Plan!);
        Happened(new Event.Amended("bo", "a mistake", edited.Definition, map));
        (Definition, Plan) = (edited, edited.Plan!);
        return this;
    }

    /// <summary>Does what is next, with verdicts as given, until nothing is left to do without people, time or a decision.</summary>
    /// <param name="verdict">Null: passed.</param>
    public Work Drive(Func<PlannedStep, Verdict?>? verdict = null, int atMost = 500)
    {
        for (var i = 0; i < atMost; i++)
        {
            var work = Next;
            if (work is Work.Wait wait)
            {
                if (wait.Gate is { } gate && Run.Gates.GetValueOrDefault(gate) is not GateState.Released)
                    Happened(new Event.GateHeld(gate, [.. wait.Holds.Select(h => h.ToString())]));
                return wait;
            }

            if (work is Work.Nothing)
                return work;
            Do(work, verdict ?? (_ => null));
        }

        throw new Xunit.Sdk.XunitException($"the run does not come to an end: {Next}");
    }

    /// <summary>What a driver would journal for it.</summary>
    public void Do(Work work, Func<PlannedStep, Verdict?> verdict)
    {
        Verdict Of(PlannedStep step) => verdict(step) ?? new Verdict.Passed("as it should be");
        switch (work)
        {
            case Work.Ask ask:
                Happened(ask.Steps.Select(s => Checked(s.Id, Of(s))));
                break;
            case Work.Act act:
                Act(act.Step, Of(act.Step));
                break;
            case Work.Settle settle:
                Ended(settle.Step.Id, Of(settle.Step));
                break;
            case Work.Decide decide:
                Happened(new Event.GatePassed(Gates.OnlyIf(decide.Section), null));
                break;
            case Work.DecideSign sign:
                Happened(Checked(sign.Step.Id, new Verdict.Pending("wanted")));
                break;
            case Work.Skip skip:
                Happened(Checked(skip.Step.Id, new Verdict.Skipped(skip.Reason)));
                break;
            case Work.Enter enter:
                Enter(enter.Stage);
                break;
            case Work.PassGate gate:
                Happened(new Event.GatePassed(gate.Gate, gate.Score));
                break;
            case Work.Watch watch:
                foreach (var section in watch.Sections)
                    Happened(section.Steps.OfType<PlannedStep.Ask>().Select(Event (s) => Checked(s.Id, Of(s), 1)).Append(new Event.GatePassed($"watched:{section.Id}", null)));
                break;
            case Work.GoBack back:
                Happened(new Event.RollbackDecided(back.Cause, null, "driver", back.Since));
                break;
            case Work.HoldBack hold:
                Happened(new Event.HeldByRule("", $"{hold.Cause}; {hold.Because}"));
                break;
            case Work.ConcludeRollback conclude:
                Happened(conclude.Checks.Select(s => Checked(s.Id, Of(s))));
                Happened(new Event.RollbackEnded(conclude.Checks.All(c => !Of(c).Holds), "it serves", 1, 1, 1, 1));
                break;
            case Work.Finish finish:
                Happened(new Event.Finished(finish.Outcome, finish.Because));
                break;
            default:
                throw new InvalidOperationException($"nothing to do: {work}");
        }
    }

    /// <summary>The run with the same journal, read anew.</summary>
    public Run Replayed() => Evolution.Replay(_entries);

    private void Act(PlannedStep.Act act, Verdict verdict)
    {
        var verb = act.Call.Signature.Name;
        if (verb == "deploy" && !Run.Targets.ContainsKey(act.Target!))
            Happened(new Event.BeforeRecorded(act.Target!, "1.0", false));
        Started(act.Id, verb, act.Target);
        if (verdict is Verdict.Unknown doubt)
            Happened(new Event.ActionInDoubt(act.Id, doubt.Because));
        else
            Ended(act.Id, verdict);
    }

    private void Entry(Event happened)
    {
        var made = EventNames.ToEntry(happened, Now, "driver");
        Raw(made.Type, made.Data, happened is Event.Signed or Event.Waived or Event.GateReleased ? 0 : 1);
    }

    /// <summary>An entry as another program may have written it.</summary>
    public Story Raw(string type, System.Text.Json.JsonElement data, int epoch = 1, long? sequence = null)
    {
        var entry = new JournalEntry(sequence ?? _entries.Count + 1, Now, "driver", epoch, type, data, "", "");
        Run = Evolution.Evolve(_entries.Count == 0 ? null : Run, entry);
        _entries.Add(entry);
        return this;
    }
}
