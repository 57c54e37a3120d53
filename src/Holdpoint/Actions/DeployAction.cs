using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;

namespace Holdpoint.Actions;

/// <summary>Makes the run's version run on a target, and waits until it is well.</summary>
public sealed class DeployAction : ActionVerb
{
    public override Signature Signature { get; } = new("deploy", "Makes ${version} run on a target and waits for its health; what ran before is recorded first.")
    {
        Kind = "action",
        Arguments = [new("TARGET", "a name under targets: in holdpoint.yaml")],
        Example = "deploy web",
        Needs = "the target; bash, coreutils and util-linux",
    };

    public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        return Task.FromResult<Deed>(call.World.Target(name) is { } target
            ? new Deed.Detached(target.Deploy(call.World.Version), (outcome, token) => JudgeAsync(target, call.World.Version, outcome, token))
            : new Deed.Refused($"there is no target {name}: add it under targets: in holdpoint.yaml"));
    }

    private static async Task<Verdict> JudgeAsync(Target target, string version, ActionOutcome outcome, CancellationToken cancel)
    {
        if (outcome is not ActionOutcome.Ended { ExitCode: 0 })
            return OutcomeVerdict.Of(outcome);
        if (await target.HealthAsync(cancel) is { Holds: true } ill)
            return ill is Verdict.Failed f ? f : new Verdict.Failed($"{target.Name} healthy", ill.Message);
        return await target.NowAsync(cancel) switch
        {
            RunsNow.Unreadable u => new Verdict.Unknown($"deployed and well, but what runs now can't be read: {u.Because}"),
            var now when now.Is(version) => new Verdict.Passed($"{target.Name} runs {version}"),
            RunsNow.Version other => new Verdict.Failed($"{target.Name} runs {version}", $"it runs {other.Text}"),
            _ => new Verdict.Failed($"{target.Name} runs {version}", "nothing runs"),
        };
    }
}
