namespace Holdpoint.Rollouts;

/// <summary>Unit by unit, or a share of them at a time: drained, changed, well, taking requests again, settled; then the next.</summary>
public sealed class Rolling : Strategy
{
    public override string Name => "rolling";

    public override string Summary => "Unit by unit, each well before the next is touched.";

    public override IReadOnlyList<RolloutStep> Deploy(Moves moves, Release release, ServingState? before) =>
        [.. moves.Prepare(moves.Units, release), .. Batches(moves).SelectMany(b => (IEnumerable<RolloutStep>)[.. Step(moves, b, release, forward: before is not null, admitted: b), .. moves.Settle(b, release)])];

    /// <summary>Without a proxy there is nobody to be gentle with, and all go back at once. With one: the last first, and without settling; it ran before.</summary>
    public override IReadOnlyList<RolloutStep> Return(Moves moves, Release release, ServingState before)
    {
        if (!moves.HasTraffic)
            return Recreate.AtOnce(moves, release, before);
        var steps = new List<RolloutStep>();
        foreach (var batch in Batches(moves).Reverse())
        {
            var (ran, absent) = (batch.Where(before.Units.ContainsKey).ToList(), batch.Where(u => !before.Units.ContainsKey(u)).ToList());
            if (ran.Count > 0)
                steps.AddRange(Step(moves, ran, release, forward: false, admitted: [.. ran.Where(u => !before.Units[u].IsIdle)]));
            if (absent.Count > 0)
                steps.AddRange([.. moves.Withdraw(absent, null, Moves.Words(absent), forward: false), moves.Stop(absent, Moves.Words(absent))]);
        }

        return steps;
    }

    private static IEnumerable<RolloutStep> Step(Moves moves, IReadOnlyList<string> units, Release release, bool forward, IReadOnlyList<string> admitted) =>
    [
        .. moves.Withdraw(units, release, Moves.Words(units), forward),
        .. moves.Replace(units, release, Moves.Words(units)),
        .. admitted.Count == 0 ? [] : forward ? moves.Admit(admitted, Moves.Words(units)) : moves.AdmitWell(admitted, Moves.Words(units)),
    ];

    private static IEnumerable<IReadOnlyList<string>> Batches(Moves moves)
    {
        var size = moves.Settings.Batch < 1 ? (int)Math.Max(1, Math.Floor(moves.Settings.Batch * moves.Units.Count)) : (int)moves.Settings.Batch;
        return moves.Units.Chunk(size);
    }
}
