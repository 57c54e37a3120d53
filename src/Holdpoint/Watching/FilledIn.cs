namespace Holdpoint.Watching;

/// <summary>Judges samples that came from a store's history after nobody had looked for a while. A breach that is over never acts: it holds and tells.</summary>
public static class FilledIn
{
    /// <param name="state">Before the gap, not reset by it: history closes the gap.</param>
    /// <param name="past">In the order of time.</param>
    /// <param name="now">The first look after the gap: it alone says whether a breach is still there.</param>
    public static (RuleState State, IReadOnlyList<RuleTransition> Transitions) Judge(
        string ruleId, RuleState state, IEnumerable<(DateTimeOffset At, RuleReading Reading)> past, RuleReading now, DateTimeOffset at, RuleTiming timing)
    {
        var transitions = new List<RuleTransition>();
        var seen = past.ToList();
        // A bad look now is another breach where it was quiet in between.
        var quietLast = seen.LastOrDefault(p => p.Reading is RuleReading.Quiet).At;
        foreach (var (sampleAt, reading) in seen)
        {
            (state, var transition) = RuleJudge.Step(ruleId, state, reading, sampleAt, timing);
            if (transition is null)
                continue;
            if (!transition.Fires)
            {
                transitions.Add(transition);
                continue;
            }

            var isOver = now is not RuleReading.Breach || quietLast > sampleAt;
            var message = isOver ? $"while nobody looked: {transition.Message}; now: {now.Message}" : transition.Message;
            transitions.Add(transition with { OnlyHolds = isOver, Message = message });
        }

        (state, var last) = RuleJudge.Step(ruleId, state, now, at, timing);
        if (last is not null)
            transitions.Add(last);
        return (state, transitions);
    }
}
