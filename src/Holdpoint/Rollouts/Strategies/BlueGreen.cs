namespace Holdpoint.Rollouts;

/// <summary>The idle colour is deployed and tried while it has no traffic; then the traffic is switched, and the old colour stays as the way back.</summary>
public sealed class BlueGreen : Strategy
{
    public override string Name => "blue-green";

    public override string Summary => "The idle colour is deployed and tried without traffic, then gets all of it; the old one stays as the way back.";

    public override bool NeedsColours => true;

    public override IReadOnlyList<RolloutStep> Deploy(Moves moves, Release release, ServingState? before)
    {
        var sides = Sides.Of(moves, before);
        return
        [
            .. sides.MakeReady(moves, release, before),
            moves.Send(1, sides.Fresh, sides.Colours),
            .. moves.Settle(sides.FreshUnits, release),
            .. before is null ? [] : moves.Withdraw(sides.StableUnits, null, "", forward: false),
        ];
    }

    public override IReadOnlyList<RolloutStep> Return(Moves moves, Release release, ServingState before) => Sides.Of(moves, before).GoBack(moves, release);
}
