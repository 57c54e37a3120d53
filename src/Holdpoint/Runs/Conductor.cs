using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>Drives a run: check, hold, deploy, verify, watch, or roll back, until it has ended, people are awaited, or it is told to stop.</summary>
public sealed class Conductor
{
    private readonly RunSession _session;
    private readonly RunWorld _world;
    private readonly DriverLock? _driver;
    private readonly Teller _teller;
    private readonly CheckWork _checks;
    private readonly ActionWork _actions;
    private Plan _plan;
    private Definition _planned;
    private List<string> _toldHolds = [];
    private Eyes? _eyes;
    private DeployEntry? _entry;

    public Conductor(RunSession session, RunWorld world, DriverLock? driver = null)
    {
        (_session, _world, _driver) = (session, world, driver);
        (_plan, _planned) = (world.Plan(session.Run.Definition, session.Run), session.Run.Definition);
        _teller = new(session, world);
        _checks = new(session, world, () => _plan, () => _eyes);
        _actions = new(session, world, () => _plan, () => _eyes, _teller);
    }

    public Plan Plan => _plan;

    /// <summary>What watches metrics and rules beside it; null until it drives.</summary>
    public Eyes? Eyes => _eyes;

    /// <summary>What the run does now; told before it is done.</summary>
    public event Action<Work>? Working;

    public Standing Standing => new(_plan, _session.Run, _world.Time.GetUtcNow(), _world.Project.Roles);

    public async Task<DriveEnd> DriveAsync(string by, Patience patience, CancellationToken stop)
    {
        try
        {
            var lookedLast = _session.Run.LookedLast;
            await _session.DriveAsync(by, stop);
            if (_session.Run.Epoch == 1)
                await _teller.TransitionAsync(Transition.Started, $"started: {_session.Run.Start.Version} to {_session.Run.Environment}", $"by {by}, run {_session.Run.Id}");
            await using var beside = await StartBesideAsync(lookedLast, stop);
            try
            {
                return await LoopAsync(patience, beside, stop);
            }
            catch (OperationCanceledException) when (beside.Failure is { } failure)
            {
                throw failure;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return await LeaveAsync();
        }
        catch (FencedOff e)
        {
            return new DriveEnd.Lost(e.Message, "another driver has the run");
        }
        catch (LockLost e)
        {
            return new DriveEnd.Lost(e.Message, World(_session.Run));
        }
        catch (NotNow e)
        {
            return await RefusedAsync(e.Refusal);
        }
        catch (JournalUnwritable e)
        {
            return new DriveEnd.Lost($"the journal can't be written: {e.Message}", World(_session.Run));
        }
    }

    private async Task<DriveEnd> LeaveAsync()
    {
        try
        {
            if (_session.Run is { Changed: false, Rollback: null })
                await ReleaseLockAsync();
            await _session.AppendSalvagingAsync("driver", run => run.HasEnded ? [] : [.. Counted(run), new Event.Left("told to stop", World(run))], () => { }, CancellationToken.None);
            return new DriveEnd.Stopped(World(_session.Run));
        }
        catch (FencedOff e)
        {
            return new DriveEnd.Lost(e.Message, "another driver has the run");
        }
    }

    /// <summary>What whoever drives on has to know of the downtime.</summary>
    private IEnumerable<Event> Counted(Run run) => _eyes is { } eyes && run.Changed && eyes.Availability.Seen > TimeSpan.Zero
        ? [Accountant.Measured(eyes.Availability, Accountant.ObjectiveOf(_world, run))]
        : [];

    /// <summary>In what state the world is when nobody drives.</summary>
    public static string World(Run run) => run switch
    {
        { HasEnded: true } => $"the run has ended: {run.End!.Outcome}",
        { Rollback: { Ended: null } } => "a rollback is under way and nobody drives it",
        { Changed: false } => "nothing has been changed",
        _ when run.Steps.Any(s => s.Value.Running is not null) => "an action is under way; it goes on without its driver",
        { Deployed.Count: 0 } => "something was changed, nothing is deployed",
        _ => $"{string.Join(", ", run.Deployed)} deployed and unwatched",
    };

    private async Task<DriveEnd> LoopAsync(Patience patience, Beside beside, CancellationToken stop)
    {
        while (true)
        {
            // What is under way ends; nothing more begins where another has the lock.
            if (beside.Failure is { } failure)
                throw failure;
            await _session.RefreshAsync(stop);
            Replan();
            var before = _session.Run;
            var work = Next.For(new Standing(_plan, before, _world.Time.GetUtcNow(), _world.Project.Roles));
            Working?.Invoke(work);
            using var attention = new Attention(_session, before, work, beside.Failed, stop);
            try
            {
                if (await DoAsync(work, before.Sequence, patience, attention.Token, stop) is { } end)
                    return end;
            }
            catch (OperationCanceledException) when (attention.IsCancellationRequested && !stop.IsCancellationRequested && beside.Failure is null)
            {
                // The run turned: somebody or a rule wants something else now.
                continue;
            }

            // What changes nothing must not turn in a circle.
            if (_session.Run.Sequence == before.Sequence && work is not Work.Wait)
                await Task.Delay(TimeSpan.FromMilliseconds(200), _world.Time, stop);
        }
    }

    private async Task<DriveEnd?> DoAsync(Work work, long sequence, Patience patience, CancellationToken attention, CancellationToken stop)
    {
        switch (work)
        {
            case Work.Ask ask:
                await _checks.RunAsync(ask.Steps, 0, attention);
                return null;
            case Work.Act act:
                await _actions.DoAsync(act.Step, stop);
                if (act.Step.Call.Signature.Name == "deploy" && _eyes is { } eyes)
                    await eyes.BeginAnewAsync();
                return null;
            case Work.Settle settle:
                await _actions.SettleAsync(settle.Step, stop);
                return null;
            case Work.Decide decide:
                await DecideAsync(decide.Section, attention);
                return null;
            case Work.DecideSign sign:
                await DecideAsync(sign.Step, attention);
                return null;
            case Work.Skip skip:
                await AppendAsync(new Event.Checked(skip.Step.Id, 1, VerdictRecord.Of(new Verdict.Skipped(skip.Reason)), 0, new Dictionary<string, string>(), [], 0));
                return null;
            case Work.Enter { Stage: Stage.Deploy }:
                return await EnterDeployAsync(stop);
            case Work.Enter enter:
                await AppendAsync(new Event.StageEntered(enter.Stage));
                return null;
            case Work.PassGate gate:
                await AppendAsync(new Event.GatePassed(gate.Gate, gate.Score));
                // A rehearsal goes back next.
                if (gate.Gate == Gates.Of(Stage.Verify) && _session.Run.Start.Rehearsal is null)
                    await ReleaseLockAsync();
                return null;
            case Work.Wait wait:
                return await WaitAsync(wait, sequence, patience, attention);
            case Work.Watch watch:
                if (_session.Run.LockHeld)
                    await ReleaseLockAsync();
                await new WatchRounds(_session, _world, _checks).RunAsync(watch.Sections, attention);
                return null;
            case Work.GoBack back:
                await _session.AppendSalvagingAsync("driver", run => run.Rollback is null ? [new Event.RollbackDecided(back.Cause, null, "driver", back.Since)] : [], GiveBackReserve, CancellationToken.None);
                return null;
            case Work.HoldBack hold:
                await AppendAsync(new Event.HeldByRule("", $"{hold.Cause}; {hold.Because}"));
                return null;
            case Work.ConcludeRollback conclude:
                await new RollbackEnd(_session, _world, _checks, _plan, _teller).ConcludeAsync(conclude.Checks, stop);
                return null;
            case Work.Finish finish:
                return await FinishAsync(finish);
            case Work.Nothing:
                return new DriveEnd.Finished(_session.Run.End!.Outcome, _session.Run.End.Because);
            default:
                throw new InvalidOperationException($"no such work: {work.GetType().Name}");
        }
    }

    private async Task<DriveEnd?> EnterDeployAsync(CancellationToken stop)
    {
        if (await _entry!.EnterAsync(stop) is { } refusal)
            return await RefusedAsync(refusal);
        return null;
    }

    private async Task<DriveEnd> RefusedAsync(Refusal refusal)
    {
        await ReleaseLockAsync();
        await AppendAsync(new Event.Left(refusal.Because, World(_session.Run)));
        return new DriveEnd.Refused(refusal.Because, refusal.Remedy);
    }

    /// <param name="sequence">Of the state by which the wait was decided: whatever came since is looked at first.</param>
    private async Task<DriveEnd?> WaitAsync(Work.Wait wait, long sequence, Patience patience, CancellationToken attention)
    {
        var holds = wait.Holds.Select(h => h.ToString()).ToList();
        if (wait.Gate is { } gate && _session.Run.Gates.GetValueOrDefault(gate) is not GateState.Released
            && (_session.Run.Gates.GetValueOrDefault(gate) is not GateState.Holding held || !held.Holds.SequenceEqual(holds)))
        {
            await AppendAsync(new Event.GateHeld(gate, holds));
            await _teller.TransitionAsync(Transition.Waiting, $"{_session.Run.Environment} waits at {gate}", string.Join("\n", holds));
        }

        else if (wait.Gate is null && _session.Run.Rollback is not null && !_toldHolds.SequenceEqual(holds))
        {
            _toldHolds = holds;
            await _teller.TransitionAsync(Transition.Waiting, $"the rollback of {_session.Run.Environment} waits", string.Join("\n", holds));
        }

        if (patience == Patience.Leave && !_session.Run.Changed && _session.Run.Rollback is null)
        {
            await ReleaseLockAsync();
            await AppendAsync(new Event.Left("people are awaited", World(_session.Run)));
            return new DriveEnd.Waiting(wait, ExitCodeOf(wait));
        }

        using var time = wait.Until is { } until ? new CancellationTokenSource(Max(until - _world.Time.GetUtcNow(), TimeSpan.FromMilliseconds(50)), _world.Time) : new CancellationTokenSource();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(attention, time.Token);
        try
        {
            while (_session.Run.Sequence == sequence)
                await _session.Changed.WaitAsync(TimeSpan.FromSeconds(1), _world.Time, limit.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!attention.IsCancellationRequested)
        {
            // It is time: what held until now is looked at again. Whether deploy is entered is decided by what that says.
            if (wait.Gate == Gates.Entry)
                await _entry!.TryRulesAsync(attention);
        }

        return null;
    }

    /// <summary>3 where only people are awaited, 1 where something failed, 6 where something is unknown.</summary>
    private int ExitCodeOf(Work.Wait wait)
    {
        var standing = Standing;
        var verdicts = wait.Holds.Where(h => h.Step is not null).Select(h => standing.Of(h.Step!)).ToList();
        return verdicts.Any(v => v is Verdict.Failed) ? 1 : verdicts.Any(v => v is Verdict.Unknown) ? 6 : 3;
    }

    private async Task DecideAsync(PlannedSection section, CancellationToken cancel)
    {
        var verdict = await _checks.AskAsync(section.OnlyIf!, section, cancel);
        await AppendAsync(verdict switch
        {
            Verdict.Passed or Verdict.Warned => new Event.GatePassed(Gates.OnlyIf(section), null),
            Verdict.Failed f => new Event.SectionSkipped(section.Id, $"only if {section.OnlyIf!.Text}: {f.Message}"),
            _ => new Event.GateHeld(Gates.OnlyIf(section), [$"{section.Heading}: whether it is wanted is not known: {verdict.Message}"]),
        });
    }

    private async Task DecideAsync(PlannedStep.Sign sign, CancellationToken cancel)
    {
        var verdict = await _checks.AskAsync(sign.If!, _plan.Sections.First(s => s.Id == sign.SectionId), cancel);
        Verdict record = verdict switch
        {
            Verdict.Passed or Verdict.Warned => new Verdict.Pending("wanted"),
            Verdict.Failed f => new Verdict.Skipped($"not wanted: {f.Message}"),
            _ => new Verdict.Unknown($"whether it is wanted is not known: {verdict.Message}"),
        };
        await AppendAsync(new Event.Checked(sign.Id, 1, VerdictRecord.Of(record), 0, new Dictionary<string, string>(), [], 0));
    }

    private async Task<DriveEnd> FinishAsync(Work.Finish finish)
    {
        var (outcome, because) = (finish.Outcome, finish.Because);
        if (outcome == Outcome.Passed && _session.Run.Changed && (BlindRule() ?? Unseen()) is { } blind)
            (outcome, because) = (Outcome.Unknown, blind);
        foreach (var counted in Counted(_session.Run))
            await AppendAsync(counted);
        if (MaintenanceSwitch.WhetherLeftOn(_session.Run, _plan) is { } left)
            because += $"; {left}";
        if (_session.RecordBroken is { } broken)
            because += $"; the record is broken: {broken}";
        await AppendAsync(new Event.Finished(outcome, because));
        await ReleaseLockAsync();
        var name = outcome switch { Outcome.RolledBack => "rolled-back", Outcome.RollbackFailed => "rollback-failed", _ => "finished" };
        await _teller.TransitionAsync(name, $"{name}: {_session.Run.Start.Version} on {_session.Run.Environment}", $"{outcome}: {because}");
        return new DriveEnd.Finished(outcome, because);
    }

    private string? BlindRule() => _eyes is { } eyes
        ? eyes.Rules.Where(r => r is { IsMeasured: true, Rule.Effect: RuleEffect.Rollback }).Where(r => eyes.SightOf(r.Id).ProvesNothing)
            .Select(r => $"nobody can say that it is well: the rule \"{r.Text}\" was blind for {Units.Ratio(eyes.SightOf(r.Id).BlindShare)} of the time").FirstOrDefault()
        : null;

    /// <summary>A watch that mostly nobody kept proves nothing, however well the rest of it went: a driver that was away, a machine that slept.</summary>
    private string? Unseen()
    {
        if (!_session.Run.Entered.TryGetValue(Stage.Deploy, out var from) || !(_plan.Rules.Count > 0 || _plan.Of(Stage.Watch).Any()))
            return null;
        var now = _world.Time.GetUtcNow();
        var (seenUntil, unseen) = (from, TimeSpan.Zero);
        foreach (var gap in _session.Entries.Select(EventNames.FromEntry).OfType<Event.Gap>().OrderBy(g => g.From))
        {
            var begin = gap.From > seenUntil ? gap.From : seenUntil;
            if (gap.To <= begin)
                continue;
            unseen += gap.To - begin;
            seenUntil = gap.To;
        }

        return unseen > Watching.Sight.MostBlind * (now - from)
            ? $"nobody can say that it is well: nobody looked for {Units.Duration(unseen)} of the {Units.Duration(now - from)} since deploy"
            : null;
    }

    private async Task ReleaseLockAsync()
    {
        if (_world.Lock is not { } locks || _entry?.Held is not { } held || !_session.Run.LockHeld)
            return;
        // The watch keeps a claim: a newer run supersedes it instead of waiting for it.
        try
        {
            await locks.ReleaseAsync(_session.Run.Environment, held.Epoch, CancellationToken.None);
        }
        catch (Exception e) when (_session.RecordBroken is not null && e is JournalUnwritable or DamagedJournal)
        {
            // The disk that does not take the record does not take the lock's file either; the lease runs out.
            return;
        }

        await AppendAsync(new Event.LockReleased(_session.Run.Environment));
    }

    private void Replan()
    {
        if (ReferenceEquals(_planned, _session.Run.Definition))
            return;
        _planned = _session.Run.Definition;
        _plan = _world.Plan(_planned, _session.Run);
    }

    private Task AppendAsync(Event happened) => _session.Run.Rollback is not null || happened is Event.Finished
        ? _session.AppendSalvagingAsync("driver", _ => [happened], GiveBackReserve, CancellationToken.None)
        : _session.AppendAsync(happened, CancellationToken.None);

    private void GiveBackReserve() => _world.Reserve(false);

    private async Task<Beside> StartBesideAsync(DateTimeOffset? lookedLast, CancellationToken stop)
    {
        var run = _session.Run;
        var availability = _world.Environment(run)?.Availability is { } text ? _world.ReadCheck(text) : null;
        _eyes = new Eyes(_session, _world, () => _plan, _teller, availability, lookedLast);
        _entry = new DeployEntry(_session, _world, _checks, _eyes, _driver, () => _plan);
        try
        {
            await _entry.ResumeAsync(stop);
        }
        catch (JournalUnwritable) when (_session.GoesOnWithoutRecord)
        {
            _toldHolds = ["the lock can't be renewed: its file can't be written"];
        }

        return new Beside(_session, _world, _eyes, _entry, _teller, () => _plan, stop);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
