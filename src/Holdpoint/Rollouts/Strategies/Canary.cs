namespace Holdpoint.Rollouts;

/// <summary>The idle colour is deployed and tried, then gets a rising share of the traffic; at each it is watched, and where it does worse than the stable side the run goes back.</summary>
public sealed class Canary : Strategy
{
    public override string Name => "canary";

    public override string Summary => "The idle colour gets a rising share of the traffic and is watched at each step against the stable one.";

    public override bool NeedsColours => true;

    public override IReadOnlyList<RolloutStep> Deploy(Moves moves, Release release, ServingState? before)
    {
        var sides = Sides.Of(moves, before);
        // The last share is all of it: what comes then is the whole traffic, and the run's own watch.
        var rising = before is null ? [] : moves.Settings.Steps.Where(s => s < 1).ToList();
        return
        [
            .. sides.MakeReady(moves, release, before),
            .. rising.SelectMany(s => (RolloutStep[])[moves.Send(s, sides.Fresh, sides.Colours), moves.Watch(s, sides.Fresh, sides.Colours, release, moves.Settings.Pause)]),
            moves.Send(1, sides.Fresh, sides.Colours),
            .. moves.Settle(sides.FreshUnits, release),
            .. before is null ? [] : moves.Withdraw(sides.StableUnits, null, "", forward: false),
        ];
    }

    public override IReadOnlyList<RolloutStep> Return(Moves moves, Release release, ServingState before) => Sides.Of(moves, before).GoBack(moves, release);
}
