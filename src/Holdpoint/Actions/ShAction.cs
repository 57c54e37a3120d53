using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>Runs the rest of the mark as a shell command, once.</summary>
public sealed class ShAction : ActionVerb
{
    public override Signature Signature { get; } = new("sh", "Runs the rest of the mark in bash once; it passes when it ends with exit code 0.")
    {
        Kind = "action",
        TakesRest = true,
        OnHosts = true,
        Arguments = [new("COMMAND…", "as bash reads it")],
        Example = "sh docker compose pull",
        Needs = "bash, coreutils and util-linux",
    };

    public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel) => Task.FromResult(ScriptDeed.Of(Script.FromLine(call.Arguments[0]), call));
}
