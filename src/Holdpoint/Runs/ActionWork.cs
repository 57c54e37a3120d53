using Holdpoint.Actions;
using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Rollouts;

namespace Holdpoint.Runs;

/// <summary>Does actions: journaled before they start, never twice without asking, and settled when a driver died over them.</summary>
public sealed class ActionWork(RunSession session, RunWorld world, Func<Plan> plan, Func<Eyes?> eyes, Teller teller)
{
    private readonly ActionCalls _calls = new(session, world, plan, eyes, teller);
    private readonly RolloutWork _rollout = new(session, world, eyes);

    private Run Run => session.Run;

    /// <summary>Starts an action and waits for its end.</summary>
    /// <param name="stop">Ends the waiting, not the action.</param>
    public async Task DoAsync(PlannedStep.Act act, CancellationToken stop)
    {
        var verb = world.Actions[act.Call.Signature.Name];
        Deed deed;
        try
        {
            var call = _calls.Of(act);
            if (act.If is { } condition && await AskAsync(act, condition, stop) is { } skip)
            {
                if (skip is Verdict.Skipped)
                    await EndWithoutStartAsync(act, skip);
                else
                    await EndWithoutStartAsync(act, new Verdict.Unknown($"whether it is wanted is not known: {skip.Message}"));
                return;
            }

            if (verb.Signature.Name == "deploy" && await RecordBeforeAsync(act, stop) is { } unreadable)
            {
                await EndWithoutStartAsync(act, new Verdict.Unknown(unreadable));
                return;
            }

            deed = await ActionCalls.PrepareAsync(verb, call, stop);
        }
        catch (UndefinedVariable e)
        {
            deed = new Deed.Refused(e.Message);
        }

        switch (deed)
        {
            case Deed.Refused refused:
                await EndWithoutStartAsync(act, new Verdict.Failed("a start", refused.Because));
                return;
            case Deed.AlreadyDone done:
                await EndWithoutStartAsync(act, new Verdict.Passed(done.Shown));
                return;
            case Deed.Asks asks:
                if (await StartedAsync(act, verb, "", inDriver: false))
                    await AppendAsync(new Event.ActionInDoubt(act.Id, asks.Because));
                return;
            case Deed.Rollout rollout:
                if (await StartedAsync(act, verb, "", inDriver: false, rollout: true))
                    await RollOutAsync(act, verb, rollout, stop);
                return;
            case Deed.Direct direct:
                if (await StartedAsync(act, verb, "", inDriver: true))
                    await DirectAsync(act, verb, direct, stop);
                return;
            case Deed.Detached detached:
                await DetachedAsync(act, verb, detached, stop);
                return;
        }
    }

    /// <summary>An action that was started by a driver that is gone.</summary>
    public async Task SettleAsync(PlannedStep.Act act, CancellationToken stop)
    {
        var started = Run.Step(act.Id).Running!;
        var verb = world.Actions[act.Call.Signature.Name];
        if (started.Rollout)
        {
            await GoOnAsync(act, verb, stop);
            return;
        }

        if (started.Job.Length == 0)
        {
            await DoubtAsync(act, verb, "its driver ended while it was at it", stop);
            return;
        }

        var job = DetachedAction.Attach(Path.Combine(world.RunFolder, started.Job), world.Time);
        var outcome = await JobWait.UntilEndAsync(session, world, act, job, stop);
        if (outcome is null)
            return;
        switch (outcome)
        {
            case ActionOutcome.NotStarted:
                // Journaled and never begun: nothing has happened, so beginning it now is not a second time.
                await AppendAsync(new Event.ActionInDoubt(act.Id, "its driver ended before it began"));
                await AppendAsync(new Event.ActionDecided(act.Id, "retry", "driver", "it never began"));
                return;
            case ActionOutcome.Vanished vanished:
                await DoubtAsync(act, verb, vanished.Because, stop);
                return;
            default:
                var judge = await JudgeAsync(act, verb, stop);
                await EndAsync(act, outcome, judge, stop);
                return;
        }
    }

    /// <summary>Null: do it.</summary>
    private async Task<Verdict?> AskAsync(PlannedStep.Act act, Check condition, CancellationToken cancel)
    {
        var section = plan().Sections.FirstOrDefault(s => s.Id == act.SectionId);
        var verdict = (await world.Checks.RunAsync(condition, world.Surroundings(Run, section, eyes()), cancel)).Verdict;
        return verdict switch
        {
            Verdict.Passed or Verdict.Warned => null,
            Verdict.Failed f => new Verdict.Skipped($"not wanted: {f.Message}"),
            _ => verdict,
        };
    }

    /// <summary>What runs now, once per run and target, ahead of any change. An answer: why it can't be read; then nothing is deployed.</summary>
    private async Task<string?> RecordBeforeAsync(PlannedStep.Act act, CancellationToken cancel)
    {
        var name = act.Call.Arguments[0].Resolve(world.ScopeOf(Run).Value);
        if (Run.Targets.GetValueOrDefault(name)?.Before is not null || world.TargetOf(Run, name) is not { } target)
            return null;
        switch (await target.NowAsync(cancel))
        {
            case RunsNow.Version version:
                await AppendAsync(new Event.BeforeRecorded(name, version.State, Nothing: false) { Version = version.Text });
                return null;
            case RunsNow.Nothing when Run.Start.Rehearsal is not null:
                return $"{name} runs nothing on {Run.Environment} yet, so there would be nothing to go back to: deploy a version there first";
            case RunsNow.Nothing:
                await AppendAsync(new Event.BeforeRecorded(name, "", Nothing: true));
                return null;
            case RunsNow.Unreadable unreadable:
                return $"what runs on {name} now can't be read, so there would be no way back: {unreadable.Because}";
            default:
                throw new InvalidOperationException("no such state");
        }
    }

    /// <summary>Journals the start, ahead of the effect; decided once more on the newest state, since people and rules may have spoken while it was prepared.</summary>
    /// <returns>Whether it is still to be done.</returns>
    private async Task<bool> StartedAsync(PlannedStep.Act act, ActionVerb verb, string job, bool inDriver, bool rollout = false)
    {
        var held = false;
        if ((job.Length > 0 || inDriver) && !act.Idempotent && !verb.Repeatable && verb.Signature.Name != "deploy" && act.Postconditions.Count > 0)
            held = await PostconditionsHoldAsync(act, CancellationToken.None);
        var name = verb.Signature.Name is "deploy" or "rollback" ? act.Call.Arguments[0].Resolve(world.ScopeOf(Run).Value) : null;
        IReadOnlyList<Event> Decide(Run run) =>
            Next.For(new Standing(plan(), run, world.Time.GetUtcNow(), world.Project.Roles)) is Work.Act { Step.Id: var wanted } && wanted == act.Id
                ? [new Event.ActionStarted(act.Id, run.Step(act.Id).Attempts + 1, job, verb.Signature.Name, name, held, inDriver, rollout)]
                : [];
        return Run.Rollback is not null
            ? await session.AppendSalvagingAsync("driver", Decide, GiveBack, CancellationToken.None)
            : await session.AppendAsync("driver", Decide, CancellationToken.None);
    }

    private async Task<bool> PostconditionsHoldAsync(PlannedStep.Act act, CancellationToken cancel)
    {
        var section = plan().Sections.First(s => s.Id == act.SectionId);
        var checks = act.Postconditions.Select(p => plan().Step(p)).OfType<PlannedStep.Ask>().Select(a => a.Check with { Timing = a.Check.Timing with { Within = null, For = null, Retry = 0 } }).ToList();
        if (checks.Count == 0)
            return false;
        var results = await Task.WhenAll(checks.Select(c => world.Checks.RunAsync(c, world.Surroundings(Run, section, eyes()), cancel)));
        return results.All(r => r.Verdict is Verdict.Passed or Verdict.Warned);
    }

    /// <summary>A rollout whose driver is gone: the same list of steps, from the one that was under way.</summary>
    private async Task GoOnAsync(PlannedStep.Act act, ActionVerb verb, CancellationToken stop)
    {
        var deed = await ActionCalls.PrepareAsync(verb, _calls.Of(act) with { Forced = true }, stop);
        if (deed is Deed.AlreadyDone done)
            await AppendAsync(new Event.ActionEnded(act.Id, VerdictRecord.Of(new Verdict.Passed(done.Shown)), 0, []));
        else if (deed is Deed.Rollout rollout && RolloutWork.IsOf(rollout.Steps, Run.Step(act.Id).Rollout))
            await RollOutAsync(act, verb, rollout, stop);
        else
            await DoubtAsync(act, verb, deed is Deed.Refused no ? no.Because : "its steps are others than those it was started with: the configuration has changed", stop);
    }

    private async Task RollOutAsync(PlannedStep.Act act, ActionVerb verb, Deed.Rollout rollout, CancellationToken stop)
    {
        using var turned = new RollbackTurns(session, act, stop);
        var began = world.Time.GetTimestamp();
        Verdict? verdict;
        try
        {
            verdict = await _rollout.RunAsync(act, rollout.Steps, turned.Token, stop) ?? await rollout.Judge(turned.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            verdict = new Verdict.Failed("its end", "the run went back before it was through");
        }
        catch (OperationCanceledException)
        {
            // Told to stop: whoever drives next goes on with the step that was under way.
            return;
        }
        catch (Exception e) when (e is not (JournalUnwritable or FencedOff or DamagedJournal))
        {
            await DoubtAsync(act, verb, $"it broke on its way: {e.GetType().Name}: {e.Message}", stop);
            return;
        }

        if (verdict is Verdict.Passed && rollout.Keep is { } keep && Run.Step(act.Id).Running?.Target is { } name)
            await AppendAsync(new Event.Kept(name, world.Time.GetUtcNow() + keep));
        await AppendAsync(new Event.ActionEnded(act.Id, Masked(verdict), world.Time.GetElapsedTime(began).TotalSeconds, []));
    }

    private async Task DirectAsync(PlannedStep.Act act, ActionVerb verb, Deed.Direct direct, CancellationToken stop)
    {
        var began = world.Time.GetTimestamp();
        using var limit = new CancellationTokenSource(act.Timeout, world.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        string doubt;
        try
        {
            var verdict = await direct.Do(both.Token);
            await AppendAsync(new Event.ActionEnded(act.Id, Masked(verdict), world.Time.GetElapsedTime(began).TotalSeconds, []));
            return;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            doubt = $"not ended within {Units.Duration(act.Timeout)}";
        }
        catch (Exception e) when (e is not (OperationCanceledException or JournalUnwritable or FencedOff or DamagedJournal))
        {
            doubt = $"it broke on its way: {e.GetType().Name}: {e.Message}";
        }

        // Whatever it reached may have taken effect, though nobody heard so.
        await DoubtAsync(act, verb, doubt, stop);
    }

    private async Task DetachedAsync(PlannedStep.Act act, ActionVerb verb, Deed.Detached deed, CancellationToken stop)
    {
        var job = Path.Combine("actions", $"{Run.Sequence + 1:0000}");
        if (!await StartedAsync(act, verb, job, inDriver: false))
            return;
        var folder = Path.Combine(world.RunFolder, job);
        var action = await DetachedAction.StartAsync(folder, deed.Command, act.Timeout, world.Time, CancellationToken.None);
        var outcome = await JobWait.UntilEndAsync(session, world, act, action, stop);
        if (outcome is ActionOutcome.NotStarted refused && Run.Rollback is not null)
        {
            // A full disk takes no job's files; going back must not fail for want of a log.
            outcome = await world.Commands.RunAsync(deed.Command, act.Timeout, CancellationToken.None) switch
            {
                CommandResult.Exited e => new ActionOutcome.Ended(e.ExitCode, e.Output, e.Elapsed),
                CommandResult.TimedOut t => new ActionOutcome.TimedOut(t.Limit, t.Output, t.Elapsed),
                CommandResult.NotStarted n => new ActionOutcome.NotStarted($"{refused.Because}; {n.Because}"),
                var other => throw new InvalidOperationException($"no such result: {other.GetType().Name}"),
            };
        }

        if (outcome is ActionOutcome.Vanished vanished)
            await DoubtAsync(act, verb, vanished.Because, stop);
        else if (outcome is not null)
            await EndAsync(act, outcome, deed.Judge, stop);
    }

    private async Task EndAsync(PlannedStep.Act act, ActionOutcome outcome, Func<ActionOutcome, CancellationToken, Task<Verdict>>? judge, CancellationToken stop)
    {
        using var turned = new RollbackTurns(session, act, stop);
        Verdict verdict;
        try
        {
            verdict = judge is null ? OutcomeVerdict.Of(outcome) : await judge(outcome, turned.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            verdict = new Verdict.Failed("its health", "the run went back before its health was known");
        }

        var (elapsed, output) = outcome switch
        {
            ActionOutcome.Ended e => (e.Elapsed, e.Output),
            ActionOutcome.TimedOut t => (t.Elapsed, t.Output),
            _ => (TimeSpan.Zero, CapturedOutput.Nothing),
        };
        await AppendAsync(new Event.ActionEnded(act.Id, Masked(verdict), elapsed.TotalSeconds, await StoreAsync(act, output)));
    }

    private async Task<IReadOnlyList<EvidenceReference>> StoreAsync(PlannedStep.Act act, CapturedOutput output)
    {
        if (output.Text.Length == 0)
            return [];
        try
        {
            return [await session.Journal.StoreEvidenceAsync($"{act.Id.Replace('/', '-')}-output.txt", world.Secrets.Mask(System.Text.Encoding.UTF8.GetBytes(output.Text)), CancellationToken.None)];
        }
        catch (JournalUnwritable) when (Run.Rollback is not null)
        {
            // The rollback goes on without this output; that the record is broken is journaled and told by the conductor.
            return [];
        }
    }

    /// <summary>Nobody knows how it ended: what runs now, repeating, or its postcondition decides; else a person does.</summary>
    private async Task DoubtAsync(PlannedStep.Act act, ActionVerb verb, string because, CancellationToken stop)
    {
        if (Run.Step(act.Id).InDoubt is null)
            await AppendAsync(new Event.ActionInDoubt(act.Id, Masked(because)));
        if (Run.Step(act.Id).Running is not { } started)
            return;
        if ((verb.Repeatable || act.Idempotent) && started.Attempt < RollbackSteps.Attempts)
        {
            await AppendAsync(new Event.ActionDecided(act.Id, "retry", "driver", "repeating it does no harm"));
            return;
        }

        if (verb.Repeatable || act.Idempotent)
            return;
        if (verb.Signature.Name == "deploy" && world.TargetOf(Run, started.Target!) is { } target)
        {
            var now = await target.NowAsync(stop);
            var before = Run.Targets[started.Target!].Before!;
            // A rollout may have come half-way though the version shows everywhere: its steps are repeated instead.
            if (started is { Rollout: true, Attempt: < RollbackSteps.Attempts })
                await AppendAsync(new Event.ActionDecided(act.Id, "retry", "driver", "its steps may be repeated"));
            else if (now.Is(Run.Start.Version))
                await AppendAsync(new Event.ActionDecided(act.Id, "done", "driver", $"{target.Name} runs {Run.Start.Version}"));
            else if (before.Nothing ? now is RunsNow.Nothing : now.Is(before.State))
                await AppendAsync(new Event.ActionDecided(act.Id, "retry", "driver", $"{target.Name} still runs what ran before"));
            return;
        }

        if (!started.PostconditionBefore && act.Postconditions.Count > 0 && await PostconditionsHoldAsync(act, stop))
            await AppendAsync(new Event.ActionDecided(act.Id, "done", "driver", "its postcondition holds now and did not before"));
    }

    /// <summary>Null: its exit code says it all.</summary>
    private async Task<Func<ActionOutcome, CancellationToken, Task<Verdict>>?> JudgeAsync(PlannedStep.Act act, ActionVerb verb, CancellationToken cancel)
    {
        Deed deed;
        try
        {
            deed = await ActionCalls.PrepareAsync(verb, _calls.Of(act) with { Forced = true }, cancel);
        }
        catch (UndefinedVariable e)
        {
            deed = new Deed.Refused(e.Message);
        }

        return deed switch
        {
            Deed.Detached d => d.Judge,
            Deed.AlreadyDone done => (outcome, _) => Task.FromResult(outcome is ActionOutcome.Ended { ExitCode: 0 } ? new Verdict.Passed(done.Shown) : OutcomeVerdict.Of(outcome)),
            Deed.Refused no => (outcome, _) => Task.FromResult(outcome is ActionOutcome.Ended { ExitCode: 0 } ? new Verdict.Unknown($"it ended with exit 0, and what it did can't be judged: {no.Because}") : OutcomeVerdict.Of(outcome)),
            _ => null,
        };
    }

    private async Task EndWithoutStartAsync(PlannedStep.Act act, Verdict verdict)
    {
        var name = act.Target;
        var starts = act.Call.Signature.Name == "deploy" ? "deploy-refused" : act.Call.Signature.Name;
        IReadOnlyList<Event> Both(Run run) =>
            [new Event.ActionStarted(act.Id, run.Step(act.Id).Attempts + 1, "", starts, name, false), new Event.ActionEnded(act.Id, Masked(verdict), 0, [])];
        if (Run.Rollback is not null)
            await session.AppendSalvagingAsync("driver", Both, GiveBack, CancellationToken.None);
        else
            await session.AppendAsync("driver", Both, CancellationToken.None);
    }

    private string Masked(string text) => world.Secrets.Mask(text);

    private VerdictRecord Masked(Verdict verdict)
    {
        var record = VerdictRecord.Of(verdict);
        return record with { Text = world.Secrets.Mask(record.Text), Expected = record.Expected is null ? null : world.Secrets.Mask(record.Expected) };
    }

    private void GiveBack() => world.Reserve(false);

    /// <summary>Forward, an unwritable journal stops the run before its next step; backward it never does.</summary>
    private Task AppendAsync(Event happened) => Run.Rollback is not null
        ? session.AppendSalvagingAsync("driver", _ => [happened], GiveBack, CancellationToken.None)
        : session.AppendAsync(happened, CancellationToken.None);
}
