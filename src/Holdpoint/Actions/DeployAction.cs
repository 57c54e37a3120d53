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
        Options = RolloutOptions.Options,
        Example = "deploy web strategy=canary steps=5%,25%,100% pause=5m",
        Needs = "the target; bash, coreutils and util-linux",
    };

    public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        var (name, version) = (call.Arguments[0], call.World.Version);
        if (call.World.Target(name) is not { } target)
            return Task.FromResult<Deed>(new Deed.Refused($"there is no target {name}: add it under targets: in holdpoint.yaml"));
        return Task.FromResult<Deed>(target.Deploy(version, call.World.Before(name) ?? "", call.Options) switch
        {
            Way.Once once => new Deed.Detached(once.Command, async (outcome, token) => outcome is ActionOutcome.Ended { ExitCode: 0 } ? await JudgeAsync(target, version, token) : OutcomeVerdict.Of(outcome)),
            Way.Steps steps => new Deed.Rollout(steps.List, token => JudgeAsync(target, version, token)) { Keep = steps.Keep },
            Way.Impossible no => new Deed.Refused(no.Because),
            var other => throw new InvalidOperationException($"no such way: {other.GetType().Name}"),
        });
    }

    private static async Task<Verdict> JudgeAsync(Target target, string version, CancellationToken cancel)
    {
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
