using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Backtesting;

/// <summary>A time in which a rule's condition held at every look.</summary>
public sealed record BreachPast(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;
}

/// <summary>The value that came closest to a limit, or went furthest past it.</summary>
public sealed record WorstPast(string Operand, Value.Number Value, DateTimeOffset At);

/// <summary>One watch of a rule over the past.</summary>
/// <param name="Deployment">Null: a time without deployments.</param>
public sealed record WatchPast(DateTimeOffset From, DateTimeOffset To, Deployment? Deployment)
{
    public required IReadOnlyList<Firing> Firings { get; init; }

    public required IReadOnlyList<BreachPast> Breaches { get; init; }

    public required Sight Sight { get; init; }

    public required int Looks { get; init; }

    /// <summary>Of the looks, those at which the condition could be judged.</summary>
    public required int JudgedLooks { get; init; }

    public WorstPast? Worst { get; init; }

    /// <summary>Its condition held when the watch began: a run would have held before the deploy, and armed the rule after it was quiet once.</summary>
    public bool BreachedBefore { get; init; }

    /// <summary>Why it could not be judged, the newest reason; null where it always could.</summary>
    public string? BlindBecause { get; init; }

    /// <summary>What the condition's <c>baseline</c> stood for at the start, by metric.</summary>
    public IReadOnlyList<Baseline> Baselines { get; init; } = [];

    public Judged Judged => (Deployment?.Good, Firings.Count > 0) switch
    {
        (false, true) => Judged.Hit,
        (true, true) => Judged.FalseAlarm,
        (null, _) => Judged.Uncounted,
        _ when Sight.ProvesNothing => Judged.Blind,
        (false, false) => Judged.Miss,
        (true, false) => Judged.Quiet,
    };

    public TimeSpan? Detection => Firings.Count > 0 ? Firings[0].At - From : null;
}

/// <summary>What a rule would have done.</summary>
/// <param name="Every">How often it was looked at.</param>
public sealed record RulePast(RuleDefinition Rule, TimeSpan Every, IReadOnlyList<WatchPast> Watches)
{
    public IEnumerable<Firing> Firings => Watches.SelectMany(w => w.Firings);

    public int Fired => Watches.Sum(w => w.Firings.Count);

    public TimeSpan Watched => Sum(w => w.Sight.Watched);

    public TimeSpan Blind => Sum(w => w.Sight.Blind);

    public TimeSpan Sparse => Sum(w => w.Sight.Sparse);

    public double BlindShare => Watched > TimeSpan.Zero ? Blind / Watched : 1;

    /// <summary>Whether there was anything to judge it by.</summary>
    public bool WasJudged => Watches.Any(w => w.JudgedLooks > 0);

    public double PerDay => Watched > TimeSpan.Zero ? Fired / Watched.TotalDays : 0;

    public TimeSpan LongestHeld => Firings.Select(f => f.Held).DefaultIfEmpty(TimeSpan.Zero).Max();

    public TimeSpan Held => TimeSpan.FromTicks(Firings.Sum(f => f.Held.Ticks));

    public WorstPast? Worst
    {
        get
        {
            var all = Watches.Select(w => w.Worst).OfType<WorstPast>().ToList();
            return all.Count == 0 ? null : RuleLimit.WorstIsLeast(Rule.Rule.When!) ? all.MinBy(w => w.Value.Amount) : all.MaxBy(w => w.Value.Amount);
        }
    }

    public string? BlindBecause => Watches.Select(w => w.BlindBecause).LastOrDefault(b => b is not null);

    public RuleScore Score => RuleScore.Of(Watches.Where(w => w.Deployment is not null).Select(w => (w.Judged, w.Detection)));

    private TimeSpan Sum(Func<WatchPast, TimeSpan> of) => TimeSpan.FromTicks(Watches.Sum(w => of(w).Ticks));
}
