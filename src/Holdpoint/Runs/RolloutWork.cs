using Holdpoint.Actions;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Processes;
using Holdpoint.Rollouts;

namespace Holdpoint.Runs;

/// <summary>Takes a target through the steps of a rollout: each journaled before its effect, none begun while somebody holds the run, none past a failure.</summary>
internal sealed class RolloutWork(RunSession session, RunWorld world, Func<Eyes?> eyes)
{
    /// <summary>Between two looks in a pause: 1 s.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>How long a proxy or a daemon that gives no answer is asked again: 10 s, however many steps ask it on end.</summary>
    private static readonly TimeSpan ReachPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long a pause may go on because something can't be seen or is breaching: 15 min. Then the rollout has failed.</summary>
    private static readonly TimeSpan BlindPatience = TimeSpan.FromMinutes(15);

    /// <summary>When the silence began that lasts; null: the last one that was asked has answered.</summary>
    private long? _silentSince;

    private Run Run => session.Run;

    /// <summary>Whether a list of steps is the one that a rollout was started with, as far as it has come.</summary>
    public static bool IsOf(IReadOnlyList<RolloutStep> steps, RolloutProgress? progress) =>
        progress is null || (progress.At.Of == steps.Count && steps[progress.At.Index].Name == progress.At.Name);

    /// <param name="forward">Cancelled when the run turns back; a program that is under way is given its patience all the same.</param>
    /// <returns>Null: every step has passed. Otherwise how the first one ended that did not.</returns>
    public async Task<Verdict?> RunAsync(PlannedStep.Act act, IReadOnlyList<RolloutStep> steps, CancellationToken forward, CancellationToken stop)
    {
        _silentSince = null;
        var isBack = act.Call.Signature.Name != "deploy";
        var (failures, lostParts) = (new List<Verdict>(), new HashSet<string>());
        var progress = Run.Step(act.Id).Rollout;
        for (var i = progress is null ? 0 : progress.Ended ? progress.At.Index + 1 : progress.At.Index; i < steps.Count; i++)
        {
            var step = steps[i];
            if (lostParts.Contains(step.Part))
                continue;
            await WhileHeldAsync(act, forward);
            var began = world.Time.GetTimestamp();
            var verdict = await DoAsync(act, step, i, steps.Count, forward, stop);
            await AppendAsync(new Event.RolloutStepEnded(act.Id, i, step.Name, Masked(verdict), world.Time.GetElapsedTime(began).TotalSeconds));
            if (!verdict.Holds)
                continue;
            failures.Add(verdict is Verdict.Failed f ? new Verdict.Failed(f.Expected.Length > 0 ? f.Expected : step.Name, $"{step.Name}: {f.Actual}") : new Verdict.Failed(step.Name, verdict.Message));
            if (!isBack)
                break;
            // Backward the rest goes on, but for what would send requests to something that does not run.
            if (step.IsGuard)
                lostParts.Add(step.Part);
        }

        return failures.FirstOrDefault();
    }

    private async Task<Verdict> DoAsync(PlannedStep.Act act, RolloutStep step, int index, int count, CancellationToken forward, CancellationToken stop)
    {
        if (step is RolloutStep.Change change)
            return await ChangeAsync(act, change, index, count, forward, stop);
        await StartAsync(act, step, index, count, "");
        return step switch
        {
            RolloutStep.Do it => await ReachAsync(it, forward),
            RolloutStep.Observe pause => await ObserveAsync(act, pause, forward),
            _ => throw new InvalidOperationException($"no such step: {step.GetType().Name}"),
        };
    }

    /// <summary>A proxy that is being restarted is back in a moment; the step may be repeated.</summary>
    private async Task<Verdict> ReachAsync(RolloutStep.Do step, CancellationToken forward)
    {
        while (true)
            try
            {
                var verdict = await step.Doing(forward);
                _silentSince = null;
                return verdict;
            }
            catch (Unreachable e)
            {
                _silentSince ??= world.Time.GetTimestamp();
                if (world.Time.GetElapsedTime(_silentSince.Value) > ReachPatience)
                    return new Verdict.Failed(step.Name, e.Message);
                await Task.Delay(Look, world.Time, forward);
            }
    }

    private async Task<Verdict> ChangeAsync(PlannedStep.Act act, RolloutStep.Change change, int index, int count, CancellationToken forward, CancellationToken stop)
    {
        ActionOutcome? outcome = null;
        if (Run.Step(act.Id).Rollout is { Ended: false, At: { Job.Length: > 0 } at } && at.Index == index)
            outcome = await JobWait.UntilEndAsync(session, world, act, DetachedAction.Attach(Path.Combine(world.RunFolder, at.Job), world.Time), stop) ?? throw new OperationCanceledException(stop);
        if (outcome is null or ActionOutcome.NotStarted or ActionOutcome.Vanished)
        {
            forward.ThrowIfCancellationRequested();
            if (change.Unless is not null && await change.Unless(forward) is { } already)
            {
                await StartAsync(act, change, index, count, "");
                return new Verdict.Passed($"as wanted already: {already}");
            }

            var job = Path.Combine("actions", $"{Run.Sequence + 1:0000}");
            await StartAsync(act, change, index, count, job);
            var action = await DetachedAction.StartAsync(Path.Combine(world.RunFolder, job), change.Command, change.Timeout, world.Time, CancellationToken.None);
            outcome = await JobWait.UntilEndAsync(session, world, act, action, stop) ?? throw new OperationCanceledException(stop);
            if (outcome is ActionOutcome.NotStarted refused && Run.Rollback is not null)
                outcome = await WithoutJobAsync(change, refused);
        }

        return OutcomeVerdict.Of(outcome);
    }

    /// <summary>A full disk takes no job's files; going back must not fail for want of a log.</summary>
    private async Task<ActionOutcome> WithoutJobAsync(RolloutStep.Change change, ActionOutcome.NotStarted refused) =>
        await world.Commands.RunAsync(change.Command, change.Timeout, CancellationToken.None) switch
        {
            CommandResult.Exited e => new ActionOutcome.Ended(e.ExitCode, e.Output, e.Elapsed),
            CommandResult.TimedOut t => new ActionOutcome.TimedOut(t.Limit, t.Output, t.Elapsed),
            CommandResult.NotStarted n => new ActionOutcome.NotStarted($"{refused.Because}; {n.Because}"),
            var other => throw new InvalidOperationException($"no such result: {other.GetType().Name}"),
        };

    /// <summary>Lets a pause pass. It begins anew with a driver that takes over: nobody looked in between.</summary>
    private async Task<Verdict> ObserveAsync(PlannedStep.Act act, RolloutStep.Observe pause, CancellationToken forward)
    {
        var began = world.Time.GetTimestamp();
        while (true)
        {
            await WhileHeldAsync(act, forward);
            var seen = await pause.Ask(forward);
            if (seen is Verdict.Failed)
                return seen;
            var obstacle = seen is Verdict.Unknown blind ? blind.Because : Obstacle();
            var elapsed = world.Time.GetElapsedTime(began);
            if (Run.Step(act.Id).Rollout is { Promoted: true })
                return new Verdict.Passed($"promoted after {Units.Duration(elapsed)}; {seen.Message}");
            if (elapsed >= pause.For && obstacle is null)
                return seen is Verdict.Warned ? seen : new Verdict.Passed(seen.Message);
            if (elapsed >= pause.For + BlindPatience)
                return new Verdict.Failed($"an end of the pause within {Units.Duration(pause.For + BlindPatience)}", obstacle!);
            await Task.Delay(Look, world.Time, forward);
        }
    }

    /// <summary>The rule that can't see or is breaching now; a rollout does not advance past it.</summary>
    private string? Obstacle() => eyes()?.Rules.Where(r => r.Rule.Effect == RuleEffect.Rollback)
        .FirstOrDefault(r => Run.Rules.GetValueOrDefault(r.Id) is { State: "blind" or "breaching" or "fired" })?.Text;

    private async Task WhileHeldAsync(PlannedStep.Act act, CancellationToken forward)
    {
        // The way back is held by nobody.
        while (act.Call.Signature.Name == "deploy" && (Run.RuleHold is not null || Run.Hold is { } hold && hold.Until > world.Time.GetUtcNow()))
            await session.Changed.WaitAsync(Look, world.Time, forward).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).WaitAsync(forward);
        forward.ThrowIfCancellationRequested();
    }

    private Task StartAsync(PlannedStep.Act act, RolloutStep step, int index, int count, string job) =>
        AppendAsync(new Event.RolloutStepStarted(act.Id, index, count, step.Name, job));

    private VerdictRecord Masked(Verdict verdict)
    {
        var record = VerdictRecord.Of(verdict);
        return record with { Text = world.Secrets.Mask(record.Text), Expected = record.Expected is null ? null : world.Secrets.Mask(record.Expected) };
    }

    private Task AppendAsync(Event happened) => Run.Rollback is not null
        ? session.AppendSalvagingAsync("driver", _ => [happened], () => world.Reserve(false), CancellationToken.None)
        : session.AppendAsync(happened, CancellationToken.None);
}
