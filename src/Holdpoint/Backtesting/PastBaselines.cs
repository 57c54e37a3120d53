using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Backtesting;

/// <summary>
/// What <c>baseline</c> stood for at moments of the past: the median of the half hour before a watch began, as a run would have taken it on entering <c>deploy</c>,
/// or of the same hour a week before it, or what is stored. A time in which a rule was breached is no measure of what is usual.
/// Where there are no deployments, one watch follows the other, and each takes its baseline anew.
/// </summary>
public sealed class PastBaselines(IReadOnlyDictionary<string, MetricPast> pasts, DateTimeOffset from, TimeSpan? renewed)
{
    /// <summary>How far back from the start of a watch its baseline looks.</summary>
    public static TimeSpan Reach { get; } = TimeSpan.FromMinutes(30);

    /// <summary>Where it comes from; null: from before the watch.</summary>
    public BaselineOrigin? Origin { get; init; }

    /// <summary>What is stored of other origins; null where nothing is.</summary>
    public Func<BaselineOrigin, string, BaselineTaking?> Stored { get; init; } = (_, _) => null;

    /// <summary>Null: no rule is asked.</summary>
    internal PastBreaches? Breaches { get; init; }

    /// <summary>How far back from the start of a watch numbers are needed.</summary>
    public static TimeSpan ReachOf(BaselineOrigin? origin) => origin is BaselineOrigin.LastWeek ? BaselineOrigin.Week + BaselineOrigin.HalfHour : Reach;

    private readonly Dictionary<(string Metric, int Watch), BaselineTaking> _taken = [];

    public Value ValueOf(string metric, DateTimeOffset at) => TakenOf(metric, at) switch
    {
        BaselineTaking.Taken taken => taken.Baseline.Value,
        BaselineTaking.Refused refused => new Value.Unknown(refused.Because),
        var other => throw new InvalidOperationException($"no such taking: {other}"),
    };

    public Baseline? Of(string metric, DateTimeOffset at) => (TakenOf(metric, at) as BaselineTaking.Taken)?.Baseline;

    private BaselineTaking TakenOf(string metric, DateTimeOffset at)
    {
        var watch = renewed is { } length ? Math.Max(0, (int)((at - from) / length)) : 0;
        if (_taken.TryGetValue((metric, watch), out var taken))
            return taken;
        if (Origin is not (null or BaselineOrigin.Before or BaselineOrigin.LastWeek))
            return _taken[(metric, watch)] = Stored(Origin, metric) ?? new BaselineTaking.Refused($"{metric} has no baseline from {Origin}");
        if (!pasts.TryGetValue(metric, out var past))
            return _taken[(metric, watch)] = new BaselineTaking.Refused($"{metric} is not among the numbers of the past");
        taken = Taken(past, from + watch * (renewed ?? TimeSpan.Zero));
        // Nobody would have deployed in a gap: the baseline from before it goes on.
        for (var before = watch - 1; taken is BaselineTaking.Refused && before >= 0; before--)
            if (Taken(past, from + before * renewed!.Value) is BaselineTaking.Taken earlier)
                taken = earlier;
        return _taken[(metric, watch)] = taken;
    }

    private BaselineTaking Taken(MetricPast past, DateTimeOffset start)
    {
        var (begin, end) = Origin is BaselineOrigin.LastWeek
            ? (start - BaselineOrigin.Week - BaselineOrigin.HalfHour, start - BaselineOrigin.Week + BaselineOrigin.HalfHour)
            : (start - Reach, start);
        if (Breaches?.Of(past.Definition.Name, begin, end) is { } breach)
            return new BaselineTaking.Refused($"{past.Definition.Name} has no baseline: a rule was breached in it ({breach}), so that what it shows is no measure of what is usual");
        var series = new Series(past.Definition.Name, past.Definition.Dimension);
        foreach (var sample in past.Between(begin, end))
            series.Add(sample);
        return Baseline.Take(series, end, past.Definition.Floor);
    }
}
