using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;

namespace Holdpoint.Actions;

/// <summary>Returns a target to what was recorded before this run changed it.</summary>
public sealed class RollbackAction : ActionVerb
{
    public override Signature Signature { get; } = new("rollback", "Returns a target to what the journal says ran before this run's deploy.")
    {
        Kind = "action",
        Arguments = [new("TARGET", "a name under targets: in holdpoint.yaml")],
        Example = "rollback web",
        Needs = "the target; bash, coreutils and util-linux",
    };

    public override bool Repeatable => true;

    public override async Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        if (call.World.Target(name) is not { } target)
            return new Deed.Refused($"there is no target {name}: add it under targets: in holdpoint.yaml");
        if (call.World.Before(name) is not { } before)
            return new Deed.Refused($"what ran on {name} before was not recorded: this run has not deployed it");
        var (now, version) = (await target.NowAsync(cancel), target.VersionOf(before));
        if (before.Length == 0 && now is RunsNow.Nothing)
            return new Deed.AlreadyDone($"nothing runs on {name}, as before");
        // The version alone is no way back: one that does not serve is returned to once more.
        if (before.Length > 0 && now.Is(before) && await target.HealthAsync(cancel) is not { Holds: true })
            return new Deed.AlreadyDone($"{name} runs {version}, as before");
        if (!call.Forced && !now.Is(before))
        {
            if (before.Length == 0)
                return new Deed.Asks($"nothing ran on {name} before, so going back means that nothing runs: a person decides");
            if (!now.Is(call.World.Version) && now is RunsNow.Version other && !(target.IsMixture(other, call.World.Version, before) ?? !call.World.DeployedWell(name)))
                return new Deed.Asks($"{name} runs {other.Text}, which this run did not put there ({call.World.Version} was): somebody else changed it");
        }

        return target.Return(before) switch
        {
            Way.Once once => new Deed.Detached(once.Command, async (outcome, token) => outcome is ActionOutcome.Ended { ExitCode: 0 } ? await JudgeAsync(target, before, token) : OutcomeVerdict.Of(outcome)),
            Way.Steps steps => new Deed.Rollout(steps.List, token => JudgeAsync(target, before, token)),
            Way.Impossible no => new Deed.Refused(no.Because),
            var way => throw new InvalidOperationException($"no such way: {way.GetType().Name}"),
        };
    }

    private static async Task<Verdict> JudgeAsync(Target target, string before, CancellationToken cancel)
    {
        var (now, version) = (await target.NowAsync(cancel), target.VersionOf(before));
        if (before.Length == 0)
            return now is RunsNow.Nothing ? new Verdict.Passed($"nothing runs on {target.Name}, as before") : new Verdict.Failed($"nothing on {target.Name}", $"it is {now}");
        if (!now.Is(before))
            return new Verdict.Failed($"{target.Name} runs {version}", now switch { RunsNow.Version v => $"it runs {v.Text}", RunsNow.Unreadable u => u.Because, _ => "nothing runs" });
        return await target.HealthAsync(cancel) is { Holds: true } ill ? new Verdict.Failed($"{target.Name} healthy on {version}", ill.Message) : new Verdict.Passed($"{target.Name} runs {version} again");
    }
}
