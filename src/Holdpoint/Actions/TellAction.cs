using Holdpoint.Expressions;

namespace Holdpoint.Actions;

/// <summary>Says the item's fence on a channel.</summary>
public sealed class TellAction : ActionVerb
{
    public override Signature Signature { get; } = new("tell", "Says the item's fence, its variables put in, on a channel of the configuration.")
    {
        Kind = "action",
        TakesBody = true,
        Arguments = [new("CHANNEL", "a name under channels: in holdpoint.yaml")],
        Example = "tell ops",
        Needs = "the channel",
    };

    /// <summary>A message that arrives twice harms less than one that never came.</summary>
    public override bool Repeatable => true;

    public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        if (call.Step.Call.Body is not { } body)
            return Task.FromResult<Deed>(new Deed.Refused("the fence is missing"));
        var text = Word.Resolve(body.Content, call.Context.Variable);
        return Task.FromResult<Deed>(new Deed.Direct(async token => await call.World.Tell(call.Arguments[0], text, token) is { } because
            ? new Verdict.Failed($"{call.Arguments[0]} told", because)
            : new Verdict.Passed($"told {call.Arguments[0]}")));
    }
}
