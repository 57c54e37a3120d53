namespace Holdpoint.Watching;

/// <summary>
/// What a sample makes of a rule: pure, without a clock.
/// <c>for</c> D: every judged sample of D breached, and there were three at least. A sample without a judgement neither counts nor clears;
/// more than three of them in a row make the rule sparse or blind, and what held before is forgotten.
/// </summary>
public static class RuleJudge
{
    public static (RuleState State, RuleTransition? Transition) Step(string ruleId, RuleState state, RuleReading reading, DateTimeOffset sampleAt, RuleTiming timing)
    {
        if (state.Seen >= sampleAt)
            return (state, null);
        var next = Next(state, reading, sampleAt, timing) with { Seen = sampleAt };
        return (next, IsTransition(state, next) ? new RuleTransition(ruleId, state, next, sampleAt, reading.Message) : null);
    }

    /// <summary>Nobody looked for a while: what held before the gap says nothing about it.</summary>
    public static RuleState AfterGap(RuleState state) => state switch
    {
        RuleState.Breaching => new RuleState.Quiet { Seen = state.Seen },
        _ => state with { Unjudged = 0, UnjudgedSince = null },
    };

    private static RuleState Next(RuleState state, RuleReading reading, DateTimeOffset at, RuleTiming timing) => (state, reading) switch
    {
        (RuleState.Fired, _) => state,

        (RuleState.Unarmed, RuleReading.Quiet) => new RuleState.Quiet(),
        (RuleState.Unarmed, RuleReading.Breach) => new RuleState.Unarmed(),
        (RuleState.Blind { WasUnarmed: true } or RuleState.Sparse { WasUnarmed: true }, RuleReading.Breach) => new RuleState.Unarmed(),

        (RuleState.Breaching s, RuleReading.Breach r) => Held(new(s.Since, s.Samples + 1, r.Shown), at, timing),
        (RuleState.Quiet or RuleState.Blind or RuleState.Sparse, RuleReading.Breach r) => Held(new(at, 1, r.Shown), at, timing),

        (RuleState.Quiet or RuleState.Breaching or RuleState.Blind or RuleState.Sparse, RuleReading.Quiet) => new RuleState.Quiet(),

        (RuleState.Blind s, RuleReading.Blind r) => s with { Because = r.Because, Unjudged = 0, UnjudgedSince = null },
        (RuleState.Sparse s, RuleReading.Sparse r) => s with { Because = r.Because, Unjudged = 0, UnjudgedSince = null },
        (_, RuleReading.Blind or RuleReading.Sparse) => Unjudged(state, reading, at),

        _ => throw new InvalidOperationException($"no step from {state} by {reading}"),
    };

    private static RuleState Held(RuleState.Breaching breaching, DateTimeOffset at, RuleTiming timing) =>
        breaching.Samples >= RuleTiming.LeastSamples && at - breaching.Since >= timing.For
            ? new RuleState.Fired(at, breaching.Since, breaching.Shown)
            : breaching;

    private static RuleState Unjudged(RuleState state, RuleReading reading, DateTimeOffset at)
    {
        var since = state.UnjudgedSince ?? at;
        if (state.Unjudged < RuleTiming.BorneSamples)
            return state with { Unjudged = state.Unjudged + 1, UnjudgedSince = since };
        var unarmed = state is RuleState.Unarmed or RuleState.Blind { WasUnarmed: true } or RuleState.Sparse { WasUnarmed: true };
        return reading is RuleReading.Sparse s
            ? new RuleState.Sparse(since, s.Because) { WasUnarmed = unarmed }
            : new RuleState.Blind(since, reading.Message) { WasUnarmed = unarmed };
    }

    private static bool IsTransition(RuleState from, RuleState to) => from.Name != to.Name;
}
