using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Watching;

/// <summary>What sampled series say about a rule's condition at a moment. Pure: a live watch and a backtest look through the same one.</summary>
public sealed class RuleLens(IReadOnlyDictionary<string, Series> series)
{
    /// <summary>A metric's value at the baseline; unknown with its reason where there is none.</summary>
    public Func<string, Value> Baseline { get; init; } = metric => new Value.Unknown($"{metric} has no baseline");

    /// <summary>The same for a rule whose section takes it from elsewhere; null: for all rules it is <see cref="Baseline"/>.</summary>
    public Func<RuleDefinition, string, Value>? BaselineFor { get; init; }

    /// <summary>The value of <c>${name}</c> now; null where it has none.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>Told each value that a condition is judged by.</summary>
    public Action<Operand.Metric, Value>? OnValue { get; init; }

    /// <summary>A condition that can't be judged is breaching where an instrument says that its target is gone, sparse where only events are wanting, else blind.</summary>
    public RuleReading ReadingOf(RuleDefinition rule, DateTimeOffset at)
    {
        var judgement = rule.Rule.Over.Count == 0 ? Judge(rule, rule.Timing.Window, at) : OverAll(rule, at);
        if (judgement.Truth != Truth.Unknown)
            return judgement.Truth == Truth.True ? new RuleReading.Breach(judgement.Shown) : new RuleReading.Quiet(rule.Rule.When is Condition.And or Condition.Or ? $"not ({judgement.Shown})" : $"not {judgement.Shown}");
        var newest = rule.Metrics.Where(series.ContainsKey).Select(m => series[m].NewestAt(at)).ToArray();
        return newest.OfType<Sample.Missing>().FirstOrDefault(s => s.TargetFails) is { } failing ? new RuleReading.Breach(failing.Because)
            : newest.OfType<Sample.Missing>().FirstOrDefault() is { } missing ? new RuleReading.Blind(missing.Because)
            : newest.OfType<Sample.Sparse>().FirstOrDefault() is { } sparse ? new RuleReading.Sparse(sparse.Because)
            : new RuleReading.Blind(judgement.Because);
    }

    /// <summary>Over each of the rule's windows: the long one proves that it matters, the short one that it still goes on.</summary>
    private Judgement OverAll(RuleDefinition rule, DateTimeOffset at)
    {
        Judgement? all = null;
        foreach (var window in rule.Rule.Over)
        {
            var one = Judge(rule, window, at);
            one = one with { Shown = $"{one.Shown} over {Units.Duration(window)}" };
            var decides = all is null || one.Truth < all.Truth ? one : all;
            all = decides with { Shown = all is null ? one.Shown : $"{all.Shown}, {one.Shown}" };
        }

        return all!;
    }

    private Judgement Judge(RuleDefinition rule, TimeSpan window, DateTimeOffset at) => Evaluator.Judge(rule.Rule.When!, new EvaluationContext
    {
        Metric = metric => Seen(metric, ValueOf(metric, window, at)),
        Baseline = other => other is Operand.Metric metric ? BaselineFor?.Invoke(rule, metric.Name) ?? Baseline(metric.Name) : new Value.Unknown($"{other.Text} is no metric and has no baseline"),
        Variable = Variable,
    });

    public Value ValueOf(Operand.Metric metric, TimeSpan window, DateTimeOffset at) =>
        !series.TryGetValue(metric.Name, out var sampled) ? new Value.Unknown($"{metric.Name} is not sampled in this run")
        : metric.Statistic is { } statistic ? sampled.Summarise(statistic, window, at)
        : sampled.ValueAt(at);

    private Value Seen(Operand.Metric metric, Value value)
    {
        OnValue?.Invoke(metric, value);
        return value;
    }
}
