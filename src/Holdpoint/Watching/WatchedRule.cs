namespace Holdpoint.Watching;

/// <summary>A rule under watch: where it stands, what it saw last, what it has still to judge.</summary>
internal sealed class WatchedRule(RuleDefinition definition, RuleState state)
{
    private readonly HashSet<string> _fresh = new(StringComparer.Ordinal);

    public RuleDefinition Definition => definition;

    public RuleState State { get; set; } = state;

    public RuleReading? Newest { get; set; }

    public Sight Sight { get; set; } = new(definition.Timing.Period);

    /// <summary>Filled in, and waiting for the first look after the gap.</summary>
    public List<(DateTimeOffset At, RuleReading Reading)> Past { get; } = [];

    /// <summary>Whether, with this sample, each of the rule's metrics has one that was not judged yet.</summary>
    public bool HasAllAfter(string metric)
    {
        if (!definition.Metrics.Contains(metric))
            return false;
        _fresh.Add(metric);
        if (_fresh.Count < definition.Metrics.Count)
            return false;
        _fresh.Clear();
        return true;
    }
}
