using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Watching;

/// <summary>A rule of the checklist, and how it is known in the journal.</summary>
/// <param name="Id">The id of its item, made unique within it.</param>
/// <param name="Text">As a person reads it.</param>
public sealed record RuleDefinition(string Id, Instruction.Rule Rule, string Text)
{
    public RuleTiming Timing { get; init; } = RuleTiming.Of([Rule.For, .. Rule.Over]) with { For = Rule.For };

    /// <summary>Names of the metrics that it is judged by, each once.</summary>
    public IReadOnlyList<string> Metrics { get; } = [.. (Rule.When?.Operands ?? []).OfType<Operand.Metric>().Select(m => m.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>The built-in rule: the environment's availability check has been failing for half a minute.</summary>
    public static RuleDefinition ForAvailability(Check check, RuleEffect effect = RuleEffect.Rollback)
    {
        var text = $"{effect.ToString().ToLowerInvariant()} unless {check.Text} for {Units.Duration(Availability.Rule.For)}";
        var mark = new Mark(Sign.Act, text, 0, check.At, null);
        return new(RuleWatch.AvailabilityId, new Instruction.Rule(mark, effect, null, check, Availability.Rule.For, TimeSpan.Zero), text) { Timing = Availability.Rule };
    }

    /// <summary>After this moment it is not judged any more; null: to the end of the watch.</summary>
    /// <param name="deployed">The latest deploy.</param>
    public DateTimeOffset? EndsAt(DateTimeOffset deployed) => Rule.Until is { } until ? deployed + until : null;

    /// <summary>Whether there is anything to sample: <c>rollback when asked</c> waits for a person.</summary>
    public bool IsMeasured => !Rule.WhenAsked;
}

/// <summary>How long a rule must have held, and how often it is looked at.</summary>
/// <param name="For">Zero: as soon as there are enough samples.</param>
public sealed record RuleTiming(TimeSpan For, TimeSpan Period)
{
    /// <summary>No rule fires on fewer samples.</summary>
    public const int LeastSamples = 3;

    /// <summary>As many samples in a row without a judgement are borne in silence.</summary>
    public const int BorneSamples = 3;

    public static TimeSpan LongestPeriod { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Below this, the measuring itself would be the load.</summary>
    public static TimeSpan ShortestPeriod { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>What statistics of a rule without <c>for</c> look back over.</summary>
    public static TimeSpan DefaultWindow { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Over what a statistic in the rule's condition is taken.</summary>
    public TimeSpan Window => For > TimeSpan.Zero ? For : DefaultWindow;

    /// <summary>By the shortest time that the rule speaks of: what it must have held for, and its windows.</summary>
    public static RuleTiming Of(IEnumerable<TimeSpan> times) => Of(times.Where(t => t > TimeSpan.Zero).DefaultIfEmpty().Min());

    /// <summary>Every min(15 s, for/4).</summary>
    public static RuleTiming Of(TimeSpan @for) => new(@for, @for <= TimeSpan.Zero ? LongestPeriod : Clamp(@for / 4));

    /// <summary>The period that serves all of these rules.</summary>
    public static TimeSpan PeriodOf(IEnumerable<RuleDefinition> rules) => rules.Select(r => r.Timing.Period).DefaultIfEmpty(LongestPeriod).Min();

    private static TimeSpan Clamp(TimeSpan period) => period > LongestPeriod ? LongestPeriod : period < ShortestPeriod ? ShortestPeriod : period;
}
