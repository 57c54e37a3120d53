using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>The end of a rollback: the old version has to be seen serving; four times are shown.</summary>
public sealed class RollbackEnd(RunSession session, RunWorld world, CheckWork checks, Plan plan, Teller teller)
{
    public async Task ConcludeAsync(IReadOnlyList<PlannedStep.Ask> proofs, CancellationToken stop)
    {
        var run = session.Run;
        var back = run.Rollback!;
        var began = back.StartedAt ?? back.DecidedAt;
        var executed = world.Time.GetUtcNow();
        var failed = Actions(run).Where(a => run.Step(a.Id).Verdict is not { Verdict: "passed" or "skipped" or "warned" }).Select(a => $"{a.Text}: {run.Step(a.Id).Verdict?.Text ?? "not done"}").ToList();
        var (proven, because) = await ProveAsync(proofs, executed, stop);
        var recovered = proven && failed.Count == 0;
        var end = world.Time.GetUtcNow();
        var text = failed.Count > 0 ? string.Join("; ", failed) : because;
        await session.AppendSalvagingAsync("driver", _ =>
        [
            new Event.RollbackEnded(recovered, $"{back.Decided.Cause}; {text}",
                Math.Max(0, (back.DecidedAt - back.Decided.BreachBegan).TotalSeconds), Math.Max(0, (began - back.DecidedAt).TotalSeconds),
                Math.Max(0, (executed - began).TotalSeconds), proven ? Math.Max(0, (end - executed).TotalSeconds) : null),
        ], () => world.Reserve(false), CancellationToken.None);
        var budget = plan.Of(Stage.Rollback).Select(s => s.Budget).FirstOrDefault(b => b is not null) ?? world.Lifetimes.Budget;
        if (end - back.DecidedAt > budget)
            await teller.TransitionAsync("rollback-failed", $"the rollback took {Units.Duration(end - back.DecidedAt)}", $"its budget is {Units.Duration(budget)}");
    }

    private IEnumerable<PlannedStep.Act> Actions(Run run) =>
        plan.Of(Stage.Rollback).SelectMany(s => s.AllItems).Where(i => !i.Disabled && !i.Advisory).SelectMany(i => i.Steps).OfType<PlannedStep.Act>().Concat(run.Deployed.Select(RollbackSteps.Undo).Where(u => run.Step(u.Id).Attempts > 0));

    /// <summary>The section's checks, else the environment's availability, else that each target says it runs what it ran before.</summary>
    private async Task<(bool Proven, string Because)> ProveAsync(IReadOnlyList<PlannedStep.Ask> proofs, DateTimeOffset from, CancellationToken stop)
    {
        var advisory = plan.AllItems.Where(i => i.Advisory).Select(i => i.Id).ToHashSet();
        while (proofs.Count > 0)
        {
            await checks.RunAsync([.. proofs.Where(p => Of(p) is not { Holds: false })], 0, stop);
            var open = proofs.Where(p => Of(p) is not { Holds: false } && !advisory.Contains(p.ItemId)).ToList();
            if (open.Count == 0)
                break;
            if (world.Time.GetUtcNow() - from > world.Lifetimes.Recovery)
                return (false, string.Join("; ", open.Select(p => $"{p.Text}: {Of(p)!.Message}")));
            await Task.Delay(TimeSpan.FromSeconds(1), world.Time, stop);
        }

        // Checks that were all skipped have proven nothing.
        if (proofs.Where(p => Of(p) is Verdict.Passed or Verdict.Warned).Select(p => Of(p)!.Message).ToList() is { Count: > 0 } shown)
            return (true, string.Join("; ", shown));
        if (world.Environment(session.Run)?.Availability is { } availability && world.ReadCheck(availability) is { } check)
        {
            var verdict = await checks.AskAsync(check with { Timing = check.Timing with { Within = world.Lifetimes.Recovery } }, null, stop);
            return (!verdict.Holds, verdict.Message);
        }

        if (session.Run.Deployed.Count == 0)
            return (false, "no check proves that it works again: add one behind the last step of the rollback section, or availability to the environment");
        var undone = session.Run.Deployed.Where(session.Run.Rollback!.Concerns).All(t => session.Run.Targets[t].Undone);
        // A target that has a health was asked for it when it went back.
        var healthy = session.Run.Deployed.Where(session.Run.Rollback!.Concerns).All(t => world.Project.Targets.GetValueOrDefault(t) is { } d && (d.Healthy is not null || d is TargetDefinition.OfCommands { Health: not null }));
        return (undone, !undone ? "not every target runs what it ran before" : healthy ? "every target runs what it ran before, and is healthy" : "every target says that it runs what it ran before; no check proves it");

        Verdict? Of(PlannedStep.Ask proof) => session.Run.Step(proof.Id).Verdict?.ToVerdict();
    }
}
