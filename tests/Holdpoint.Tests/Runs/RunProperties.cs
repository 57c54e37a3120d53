using FsCheck;
using FsCheck.Fluent;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Runs;

/// <summary>What holds of every run: of every beginning of its journal, and of every gate at which it may stand.</summary>
public class RunProperties
{
    private static readonly string[] s_people = ["ana", "bo", "cy", "di", "mallory"];

    private static Config Runs(int count) => Seeded.Runs(count);

    private static Gen<string> Items(string stage) =>
        from count in Gen.Choose(1, 4)
        from items in Gen.Elements(
            "- [ ] Check N `? disk / free > 1GB` #id=xN",
            "- [ ] Check N `? disk / free > 1GB` #id=xN #critical",
            "- [ ] Check N `? disk / free > 1GB` #id=xN #advisory",
            "- [ ] Check N `? disk / free > 1GB if disk / free < 1TB` #id=xN #optional",
            "- [ ] Check N `? disk / free > 1GB` #id=xN #weight=3",
            "- [ ] Act N `! sh something` #id=xN",
            "- [ ] Act N `? disk / free > 1GB` `! sh something` `? disk / free > 1GB` #id=xN",
            "- [ ] Act N `! sh something` #id=xN #advisory",
            "- [ ] Sign N `@ sre` #id=xN",
            "- [ ] Sign N `@ lead and sre` #id=xN",
            "- [ ] Sign N `@ lead or dba` #id=xN",
            "- [ ] Sign N `@ sre if disk / free > 1GB` #id=xN",
            stage == "deploy" ? "- [ ] Deploy N `! deploy web` #id=xN" : "- [ ] Check N `? disk / free > 1GB` #id=xN",
            stage == "deploy" ? "- [ ] Deploy N `! deploy api` #id=xN #critical" : "- [ ] Check N `? disk / free > 1GB` #id=xN").ArrayOf(count)
        select string.Join("\n", items.Select((text, i) => text.Replace("N", $"{stage}{i}", StringComparison.Ordinal)));

    private static Gen<string> Checklists =>
        from gate in Gen.Elements("", "**Gate:** score >= 60\n\n", "**Gate:** passed\n\n", "**Only if:** disk / free > 1MB\n\n")
        from before in Items("prepare")
        from deploy in Items("deploy")
        from verify in Items("verify")
        from watch in Gen.Elements("", "## After\n\n**Stage:** watch\n\n**Watch:** every 1m until 5m\n\n- [ ] Still `? disk / free > 1GB` #id=still\n\n")
        from back in Gen.Elements("", "## Back\n\n**Stage:** rollback\n\n- [ ] Web `! rollback web` #id=back\n- [ ] Serves `? disk / free > 1GB` #id=serves\n")
        select $"## Before\n\n{gate}{before}\n\n## Out\n\n**Stage:** deploy\n\n{deploy}\n\n## Verify\n\n**Stage:** verify\n\n{verify}\n\n{watch}{back}";

    private static string Configuration(bool fourEyes) => $"{Story.Web}roles: {{ lead: [ana, bo], sre: [bo, cy], dba: [di, cy] }}\nfour_eyes: {(fourEyes ? "true" : "false")}\n";

    private static Gen<int[]> Dice =>
        from length in Gen.Choose(1, 80)
        from dice in Gen.Choose(0, 9999).ArrayOf(length)
        select dice;

    /// <summary>A run driven by dice: verdicts, people's commands, a person's abort or rollback, time that passes.</summary>
    private static Story Play(string checklist, bool fourEyes, int[] dice) => Play(Story.Of(checklist, Configuration(fourEyes)), dice);

    private static Story Play(Story story, int[] dice)
    {
        foreach (var die in dice)
        {
            var work = story.Next;
            if (work is Work.Nothing)
                break;
            if (work is Work.Wait || die % 7 == 0)
                story.Says(Commands(story, die)[die % (die % 13 == 0 ? 14 : 10)]);
            else
                story.Do(work, s => Thrown(die, s));
            if (die % 11 == 0)
                story.After(TimeSpan.FromMinutes(20));
        }

        return story;
    }

    private static Verdict? Thrown(int die, PlannedStep step) => (((die / 7) + step.Id.Length) % 12) switch
    {
        0 => new Verdict.Failed("free > 1GB", "free is 1 MB"),
        1 => new Verdict.Unknown("no answer"),
        2 when step is PlannedStep.Ask => new Verdict.Warned("slow"),
        3 when step is PlannedStep.Ask => new Verdict.Skipped("not wanted"),
        _ => null,
    };

    private static List<PersonCommand> Commands(Story story, int die)
    {
        var steps = story.Plan.AllItems.SelectMany(i => i.Steps).ToList();
        var (person, step) = (s_people[die % s_people.Length], steps[die % steps.Count]);
        var holding = (story.Next as Work.Wait)?.Holds.Select(h => h.Step).OfType<PlannedStep>().FirstOrDefault() ?? step;
        return
        [
            new PersonCommand.Sign(person, holding.Id, null, die % 5 == 0, "because"), new PersonCommand.Sign(person, step.Id, null, false, ""), new PersonCommand.Waive(person, holding.Id, null, "known", TimeSpan.FromHours(1)),
            new PersonCommand.Release(person, null, "known"), new PersonCommand.Retry(person, [], null, ""), new PersonCommand.Retry(person, [], "done", ""), new PersonCommand.Retry(person, [], "retry", ""),
            new PersonCommand.NotApplicable(person, step.ItemId, "not here"), new PersonCommand.Hold(person, "looking", TimeSpan.FromMinutes(10)), new PersonCommand.Release(person, DeployEntry.FreezeGate, "must"),
            // What ends a run, or opens everything, comes seldom.
            new PersonCommand.Abort(person, "no", die % 2 == 0), new PersonCommand.RollBack(person, "odd"), new PersonCommand.BreakGlass(person, "it burns"), new PersonCommand.SignReview(person, "fine"),
        ];
    }

    [Fact]
    public void Every_beginning_of_a_journal_is_a_legal_state_with_a_next_step() =>
        FsCheck.Check.One(Runs(150), Prop.ForAll(Checklists.ToArbitrary(), ArbMap.Default.ArbFor<bool>(), Dice.ToArbitrary(), (checklist, fourEyes, dice) =>
        {
            var story = Play(checklist, fourEyes, dice);
            Run? run = null;
            foreach (var entry in story.Entries)
            {
                run = Evolution.Evolve(run, entry);
                Assert.NotNull(Next.For(new Standing(story.Plan, run, story.Now, story.Roles)));
                Assert.Equal(entry.Sequence, run.Sequence);
            }

            Assert.Equal(story.Run.Steps.Count, story.Replayed().Steps.Count);
        }));

    [Fact]
    public void No_run_passes_that_has_a_gate_neither_passed_nor_released()
    {
        var seen = 0;
        FsCheck.Check.One(Runs(150), Prop.ForAll(Checklists.ToArbitrary(), Dice.ToArbitrary(), (checklist, dice) =>
        {
            var story = Play(checklist, false, dice);
            if (story.Run.End is not { Outcome: Holdpoint.Runs.Outcome.Passed })
                return;
            seen++;
            foreach (var stage in story.Plan.Stages)
                Assert.True(story.Run.Gates[Gates.Of(stage)].IsOpen);
        }));
        Assert.NotEqual(0, seen);
    }

    [Fact]
    public void A_rollback_is_decided_at_most_once_and_undoes_every_deploy_that_was_started()
    {
        var seen = 0;
        FsCheck.Check.One(Runs(150), Prop.ForAll(Checklists.ToArbitrary(), Dice.ToArbitrary(), (checklist, dice) =>
        {
            var story = Story.Of(checklist.Replace("**Stage:** deploy\n\n", "**Stage:** deploy\n\n- [ ] First `! deploy web` #id=first\n", StringComparison.Ordinal), Configuration(false));
            for (var i = 0; i < 50 && story.Run.Deployed.Count == 0 && story.Next is not Work.Nothing; i++)
                if (story.Drive(s => s is PlannedStep.Act { Target: not null } ? new Verdict.Unknown("killed") : null) is Work.Wait)
                    story.Says(story.Run.Deployed.Count > 0 ? new PersonCommand.RollBack("bo", "odd") : new PersonCommand.Release("bo", null, "known"));
            story = Play(story, [.. dice.Take(16)]);
            Assert.InRange(story.Entries.Count(e => e.Type == "rollback-decided"), 0, 1);
            if (story.Run.Rollback is null)
                return;
            seen++;
            for (var i = 0; i < 300 && story.Next is not (Work.Nothing or Work.Finish); i++)
                if (story.Next is Work.Wait)
                    story.IsAccepted(new PersonCommand.Retry("bo", [], "retry", "go back all the same"));
                else
                    story.Do(story.Next, _ => null);
            // Or it was tried three times in vain.
            Assert.All(story.Run.Deployed, t => Assert.True(story.Run.Targets[t].Undone
                || ((string[])["back", $"undo/{t}"]).Any(s => story.Run.Step(s) is { Verdict.Verdict: "failed", Attempts: 3 }), t));
        }));
        Assert.InRange(seen, 20, 150);
    }

    [Fact]
    public void Wherever_a_run_waits_somebody_has_a_move_that_changes_what_comes_next_or_time_does()
    {
        var seen = 0;
        FsCheck.Check.One(Runs(200), Prop.ForAll(Checklists.ToArbitrary(), ArbMap.Default.ArbFor<bool>(), Dice.ToArbitrary(), (checklist, fourEyes, dice) =>
        {
            // Without broken glass, which passes everything, and an abort: there must be an honest move, too.
            var story = Play(checklist, fourEyes, dice);
            for (var i = 0; i < 200 && story.Next is not (Work.Wait or Work.Nothing); i++)
                story.Do(story.Next, s => Thrown(dice[i % dice.Length], s));
            if (story.Next is not Work.Wait { Until: null } wait)
                return;
            seen++;
            var before = Shown(wait);
            var after = story.Now;
            var moved = s_people.Where(p => !fourEyes || !story.Run.Drivers.Contains(p)).SelectMany(p => Moves(p, wait)).Any(move =>
                new PersonDesk(story.Standing, fourEyes).Decide(move) is Answer.Accepted accepted
                && accepted.Events.All(e => e is not (Event.AbortAsked or Event.GlassBroken))
                && Shown(Next.For(new Standing(story.Plan, Folded(story, accepted.Events), after, story.Roles))) != before);
            Assert.True(moved, $"nobody can move it on: {before}");
        }));
        Assert.InRange(seen, 20, 200);
    }

    private static string Shown(Work work) => work is Work.Wait w ? string.Join("\n", w.Holds) : $"{work}";

    private static IEnumerable<PersonCommand> Moves(string person, Work.Wait wait)
    {
        foreach (var step in wait.Holds.Select(h => h.Step).OfType<PlannedStep>())
        {
            foreach (var role in (string?[])[null, "lead", "sre", "dba"])
                yield return new PersonCommand.Sign(person, step.Id, role, false, "");
            yield return new PersonCommand.Waive(person, step.Id, null, "known", TimeSpan.FromHours(1));
            yield return new PersonCommand.Retry(person, [step.Id], null, "");
        }

        yield return new PersonCommand.Release(person, null, "known");
        yield return new PersonCommand.Retry(person, [], null, "");
        yield return new PersonCommand.Retry(person, [], "done", "seen");
        foreach (var doubtful in wait.Holds.Select(h => h.Step?.Id).OfType<string>())
            yield return new PersonCommand.Retry(person, [doubtful], "done", "seen");
    }

    private static Run Folded(Story story, IReadOnlyList<Event> events)
    {
        var run = story.Run;
        foreach (var happened in events)
        {
            var made = EventNames.ToEntry(happened, story.Now, "bo");
            run = Evolution.Evolve(run, new(run.Sequence + 1, story.Now, "bo", 0, made.Type, made.Data, "", ""));
        }

        return run;
    }
}
