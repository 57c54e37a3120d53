using Holdpoint.Expressions;
using Holdpoint.Rollouts;

namespace Holdpoint.Actions;

/// <summary>Has the colour that gets no requests run no more.</summary>
public sealed class RetireAction : ActionVerb
{
    public override Signature Signature { get; } = new("retire", "Stops the colour of a target that gets no requests. A target with keep: is retired by itself at the end of a run that passed.")
    {
        Kind = "action",
        Arguments = [new("TARGET", "a name under targets: in holdpoint.yaml, of two colours")],
        Example = "retire api",
        Needs = "the target; bash, coreutils and util-linux",
    };

    public override bool Repeatable => true;

    public override async Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        if (call.World.Target(name) is not { } target)
            return new Deed.Refused($"there is no target {name}: add it under targets: in holdpoint.yaml");
        return await target.RetireAsync(cancel) switch
        {
            null => new Deed.AlreadyDone($"the idle colour of {name} does not run"),
            Way.Once once => new Deed.Detached(once.Command),
            Way.Impossible no => new Deed.Refused(no.Because),
            var other => throw new InvalidOperationException($"no such way: {other.GetType().Name}"),
        };
    }
}
