namespace Holdpoint.Rollouts;

/// <summary>Everything at once: short, and with a gap in which nothing serves.</summary>
public sealed class Recreate : Strategy
{
    public override string Name => "recreate";

    public override string Summary => "Everything at once; for a moment nothing serves.";

    public override IReadOnlyList<RolloutStep> Deploy(Moves moves, Release release, ServingState? before) =>
        [.. moves.Prepare(moves.Units, release), .. moves.Replace(moves.Units, release, ""), .. moves.Admit(moves.Units, ""), .. moves.Settle(moves.Units, release)];

    public override IReadOnlyList<RolloutStep> Return(Moves moves, Release release, ServingState before) => AtOnce(moves, release, before);

    /// <summary>What ran before runs again, and what did not run is stopped.</summary>
    internal static List<RolloutStep> AtOnce(Moves moves, Release release, ServingState before)
    {
        var (ran, absent) = (moves.Units.Where(before.Units.ContainsKey).ToList(), moves.Units.Where(u => !before.Units.ContainsKey(u)).ToList());
        List<RolloutStep> steps = [.. moves.Replace(ran, release, ""), .. moves.Admit(ran, "")];
        if (absent.Count > 0)
            steps.Add(moves.Stop(absent, "absent before"));
        return steps;
    }
}
