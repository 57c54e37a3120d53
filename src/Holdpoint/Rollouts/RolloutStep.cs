using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>
/// One step of a rollout, journaled before its effect. Doing a step again does no harm, so a driver that takes over repeats the one that was under way;
/// the list of steps follows from the configuration, the version and what ran before alone, so that it finds the same list.
/// </summary>
/// <param name="Name">For people, in the imperative and once in a rollout: <c>drain api_1</c>, <c>send 25% to green</c>.</param>
public abstract record RolloutStep(string Name)
{
    /// <summary>On the way back what follows of the same part depends on it; the other parts go on without it. On the way there every step is one.</summary>
    public bool IsGuard { get; init; }

    /// <summary>Steps that belong together: one batch of units. Empty: all of it.</summary>
    public string Part { get; init; } = "";

    /// <summary>A program that outlives its driver; exit 0 is success.</summary>
    public sealed record Change(string Name, Command Command) : RolloutStep(Name)
    {
        /// <summary>Then it is ended and the step has failed. 15 min by default.</summary>
        public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);

        /// <summary>Looks whether there is anything to do; an answer, "as wanted already", is the step's proof. Null: it is done in any case.</summary>
        public Func<CancellationToken, Task<string?>>? Unless { get; init; }
    }

    /// <summary>Done by the driver itself: traffic is moved, health is waited for, a state is looked at.</summary>
    /// <param name="Doing">Ends by a limit of its own. <see cref="Unreachable"/> fails the step.</param>
    public sealed record Do(string Name, Func<CancellationToken, Task<Verdict>> Doing) : RolloutStep(Name);

    /// <summary>A pause in which nothing may get worse: the rules are judged, a check is asked again and again, and while something is blind it does not end.</summary>
    /// <param name="Ask">Failed ends the step; unknown is blind.</param>
    public sealed record Observe(string Name, TimeSpan For, Func<CancellationToken, Task<Verdict>> Ask) : RolloutStep(Name);
}
