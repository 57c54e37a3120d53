using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>Runs a fence once.</summary>
public sealed class RunAction : ActionVerb
{
    public override Signature Signature { get; } = new("run", "Runs the item's fence once; it passes when it ends with exit code 0.")
    {
        Kind = "action",
        TakesBody = true,
        OnHosts = true,
        Options =
        [
            new("dir", "where it runs; the section's Dir by default"),
            new("as", "the user that it runs as, through sudo -n"),
            new("idempotent", "repeating it does no harm", Dimension.Boolean) { OneOf = ["true", "false"] },
        ],
        Example = "run idempotent=true",
        Needs = "the fence's interpreter; bash, coreutils and util-linux",
    };

    public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel) =>
        Task.FromResult(call.Step.Call.Body is { } body ? ScriptDeed.Of(Script.FromFence(body.Language, body.Content), call) : new Deed.Refused("the fence is missing"));
}
