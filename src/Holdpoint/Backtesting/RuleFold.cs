using Holdpoint.Watching;

namespace Holdpoint.Backtesting;

/// <summary>A rule fired.</summary>
/// <param name="Since">Since when its condition had held.</param>
/// <param name="Shown">The condition with the values in place.</param>
public sealed record Firing(DateTimeOffset At, DateTimeOffset Since, string Shown)
{
    /// <summary>The last look at which its condition still held.</summary>
    public DateTimeOffset Until { get; init; } = At;

    public TimeSpan Held => Until - Since;
}

/// <summary>
/// A rule's readings in the order of time, judged as in a live watch (<see cref="RuleJudge"/>). With <paramref name="latched"/> it fires once, as in a run;
/// else it arms again after it was quiet once, as after somebody has dealt with it.
/// </summary>
public sealed class RuleFold(RuleDefinition rule, bool latched)
{
    private readonly List<Firing> _firings = [];
    private bool _open;

    public RuleState State { get; private set; } = RuleState.Start;

    public IReadOnlyList<Firing> Firings => _firings;

    /// <summary>Its condition held before the change: it arms after it was quiet once.</summary>
    public void Disarm() => State = new RuleState.Unarmed();

    public void Step(RuleReading reading, DateTimeOffset at)
    {
        (State, var transition) = RuleJudge.Step(rule.Id, State, reading, at, rule.Timing);
        if (transition is { Fires: true, To: RuleState.Fired fired })
        {
            _firings.Add(new(fired.At, fired.Since, fired.Shown));
            _open = true;
            if (!latched)
                State = new RuleState.Unarmed { Seen = at };
        }
        else if (_open && reading is RuleReading.Breach)
            _firings[^1] = _firings[^1] with { Until = at };
        else if (reading is RuleReading.Quiet)
            _open = false;
    }
}
