using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>What a driver is to do next.</summary>
public abstract record Work
{
    /// <summary>Checks that stand beside each other: at the same time.</summary>
    public sealed record Ask(IReadOnlyList<PlannedStep.Ask> Steps, bool Refresh = false) : Work;

    public sealed record Act(PlannedStep.Act Step) : Work;

    /// <summary>It was started by a driver that is gone, or its end is in doubt: wait for it, read its result, or let its postcondition decide.</summary>
    public sealed record Settle(PlannedStep.Act Step) : Work;

    /// <summary>The section's <c>Only if</c>, or a sign-off's <c>if</c>.</summary>
    public sealed record Decide(PlannedSection Section) : Work;

    public sealed record DecideSign(PlannedStep.Sign Step) : Work;

    /// <summary>Skipped steps, with the reason.</summary>
    public sealed record Skip(PlannedStep Step, string Reason) : Work;

    /// <summary>Enter a stage: for <c>deploy</c> that means lock, freeze, baseline and rules first.</summary>
    public sealed record Enter(Stage Stage) : Work;

    public sealed record PassGate(string Gate, decimal? Score) : Work;

    /// <summary>Nothing to do until somebody says something or time comes.</summary>
    /// <param name="Gate">The gate that holds, or before which an action does; null where a hold does.</param>
    /// <param name="Blocked">An action failed or can't start: behind it lies what was not tried, so that releasing the gate is no way past it.</param>
    public sealed record Wait(string? Gate, IReadOnlyList<GateHold> Holds, DateTimeOffset? Until = null, bool Blocked = false) : Work;

    /// <summary>The watched sections' rounds and the rules' eyes, until the last is over.</summary>
    public sealed record Watch(IReadOnlyList<PlannedSection> Sections) : Work;

    /// <summary>A critical failure or a failed rollout: go back.</summary>
    public sealed record GoBack(string Cause, DateTimeOffset Since) : Work;

    /// <summary>It should go back and may not do so by itself.</summary>
    public sealed record HoldBack(string Cause, string Because) : Work;

    /// <summary>Steps of the rollback are through: prove that the old version serves, and say so.</summary>
    public sealed record ConcludeRollback(IReadOnlyList<PlannedStep.Ask> Checks) : Work;

    public sealed record Finish(Outcome Outcome, string Because) : Work;

    /// <summary>The run has ended and nothing is left to do.</summary>
    public sealed record Nothing : Work;

    private Work() { }
}
