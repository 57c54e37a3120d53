using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>The door to <c>deploy</c>: the lock, freeze windows, every rule tried, the baseline. Behind it the world changes.</summary>
public sealed class DeployEntry(RunSession session, RunWorld world, CheckWork checks, Eyes eyes, DriverLock? driver, Func<Plan> plan)
{
    /// <summary>The gate that a person releases to enter in a freeze.</summary>
    public const string FreezeGate = "freeze";

    /// <summary>The least number of samples that a rule needs before it has been tried: as many as it needs to fire.</summary>
    public static TimeSpan LongestTrial { get; } = TimeSpan.FromSeconds(60);

    /// <summary>What keeps a run out of deploy: protection, a freeze, a run that goes back, the lock.</summary>
    /// <returns>Null: it has the lock. Otherwise why not.</returns>
    private async Task<Refusal?> PassDoorAsync(CancellationToken stop)
    {
        var run = session.Run;
        var environment = world.Environment(run);
        if (environment is { Protected: true } && run.Glass is null && run.Gates.GetValueOrDefault(Gates.Of(Stage.Prepare)) is not { IsOpen: true })
            return new($"{run.Environment} is protected: no deploy without a passed gate, and this checklist has no section before deploy", "add checks in a section of the stage prepare");
        if (environment?.FrozenAt(world.Time.GetUtcNow()) is { } freeze && run.Glass is null && !run.Gates.ContainsKey(FreezeGate))
            return new($"{run.Environment} is frozen until {freeze.Until:yyyy-MM-dd HH:mm zzz}{(freeze.Window.Reason is { Length: > 0 } reason ? $" ({reason})" : "")}",
                $"wait, or override it with a role and a reason: holdpoint release {FreezeGate} --reason …");
        // Ahead of the lock: who waits at the door must not keep it from a run that goes back.
        if (await world.Supersede(run, false, stop) is { } goesBack)
            return goesBack;
        if (world.Lock is { } locks && !run.LockHeld)
        {
            var request = new LockRequest(run.Environment, run.Start.By, run.Id, $"deploying {run.Start.Version}", world.Lifetimes.Lease, run.Epoch);
            var answer = await locks.TryAcquireAsync(request, stop);
            if (answer is LockAnswer.Refused { Holder: { RunId: { } other } holder } && (holder.HasExpired(world.Time.GetUtcNow()) || other == run.Id))
            {
                if (other != run.Id && world.Fence is { } fence && await fence.EndAsync(other, stop) is { } alive)
                    return alive with { Because = $"{holder.Explain(world.Time)}; but {alive.Because}" };
                answer = await locks.TakeOverAsync(request, driver, stop);
            }

            switch (answer)
            {
                case LockAnswer.Refused refused:
                    return new(refused.Text, "wait for it, or see holdpoint lock");
                case LockAnswer.Acquired acquired:
                    Held = acquired.Holder;
                    await session.AppendAsync(new Event.LockTaken(run.Environment, "this machine only"), stop);
                    break;
            }
        }

        return null;
    }

    /// <returns>Null: deploy is entered, or something holds it that the run says. Otherwise why not.</returns>
    public async Task<Refusal?> EnterAsync(CancellationToken stop)
    {
        if (await PassDoorAsync(stop) is { } refusal)
            return refusal;

        // Rules that compare with the baseline can only be tried once there is one.
        var began = world.Time.GetTimestamp();
        while (!eyes.BaselineIsReady && world.Time.GetElapsedTime(began) < LongestTrial)
            await Task.Delay(TimeSpan.FromMilliseconds(100), world.Time, stop);
        eyes.TakeBaseline();
        var elsewhere = await eyes.TakeElsewhereAsync(stop);
        if (!await TryRulesAsync(stop))
            return null;
        var facts = await checks.TakeBaselineAsync(stop);
        Event[] baselines = [.. elsewhere.Prepend(eyes.TakeBaseline()).Select(b => facts.With(b))];
        // Only now, since until now it might not have come to it; and ahead of the first change.
        world.Reserve(true);
        if (await world.Supersede(session.Run, true, stop) is { } goesBack)
            return goesBack;
        // People may have spoken while the rules were tried.
        if (await session.AppendAsync("driver", now => Next.For(new Standing(plan(), now, world.Time.GetUtcNow(), world.Project.Roles)) is Work.Enter { Stage: Stage.Deploy }
                ? [.. baselines, new Event.StageEntered(Stage.Deploy)] : [], stop))
            await eyes.ArmAsync();
        return null;
    }

    /// <summary>The lock as this driver holds it; null while it doesn't.</summary>
    public LockHolder? Held { get; private set; }

    /// <summary>Takes up a lock that this run holds already: a driver that goes on. One that left in deploy gave it back, and passes the door once more.</summary>
    /// <exception cref="NotNow">It may not go on.</exception>
    public async Task ResumeAsync(CancellationToken stop)
    {
        var run = session.Run;
        if (world.Lock is not { } locks || run.HasEnded || run.SupersededBy is not null)
            return;
        if (!run.LockHeld)
        {
            if (run.Rollback is null && run.Entered.ContainsKey(Stage.Deploy) && !run.Entered.Keys.Any(s => s > Stage.Verify) && run.Gates.GetValueOrDefault(Gates.Of(Stage.Verify)) is not { IsOpen: true }
                && (await PassDoorAsync(stop) ?? await world.Supersede(session.Run, true, stop)) is { } refusal)
                throw new NotNow(refusal);
            return;
        }

        var request = new LockRequest(run.Environment, run.Start.By, run.Id, $"deploying {run.Start.Version}", world.Lifetimes.Lease, run.Epoch);
        Held = await locks.TakeOverAsync(request, driver, stop) switch
        {
            LockAnswer.Acquired acquired => acquired.Holder,
            LockAnswer.Refused refused => throw new NotNow(new(refused.Text, "wait for it, or see holdpoint lock")),
            var other => throw new InvalidOperationException($"no such answer: {other.GetType().Name}"),
        };
    }

    /// <summary>Waits until every rule has been looked at, then says which are breaching or blind; those hold the entry until they are quiet or accepted.</summary>
    public async Task<bool> TryRulesAsync(CancellationToken stop)
    {
        var rules = eyes.Rules.Where(r => r.IsMeasured && r.Rule.Effect == RuleEffect.Rollback).ToList();
        if (rules.Count == 0)
            return true;
        var began = world.Time.GetTimestamp();
        while (world.Time.GetElapsedTime(began) < LongestTrial && !rules.All(r => eyes.Readings.TryGetValue(r.Id, out var reading) && reading is not RuleReading.Blind))
            await Task.Delay(TimeSpan.FromMilliseconds(100), world.Time, stop);
        var bad = false;
        foreach (var rule in rules)
        {
            var (state, message) = eyes.Readings.GetValueOrDefault(rule.Id) switch
            {
                RuleReading.Breach b => ("breaching", b.Shown),
                RuleReading.Quiet q => ("quiet", q.Shown),
                RuleReading.Sparse s => ("sparse", s.Because),
                RuleReading.Blind b => ("blind", b.Because),
                _ => ("blind", "it has not been looked at yet"),
            };
            var known = session.Run.Rules.GetValueOrDefault(rule.Id);
            if (known is { Accepted: true })
                continue;
            bad |= state is "breaching" or "blind";
            if (known?.State != state || known.Shown != message)
                await session.AppendAsync(new Event.RuleChanged(rule.Id, state, message, world.Time.GetUtcNow(), FilledIn: false), stop);
        }

        return !bad || session.Run.Glass is not null;
    }
}

/// <summary>Why a run may not go on now; its exit code is 8.</summary>
public sealed record Refusal(string Because, string Remedy);

/// <summary>A driver that would go on may not, now.</summary>
public sealed class NotNow(Refusal refusal) : Exception(refusal.Because)
{
    public Refusal Refusal { get; } = refusal;
}

/// <summary>Another run has taken the environment's lock over.</summary>
public sealed class LockLost(string text) : Exception(text);
