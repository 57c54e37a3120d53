using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Watching;

/// <summary>What sampled series say about a rule's condition at a moment. Pure: a live watch and a backtest look through the same one.</summary>
public sealed class RuleLens(IReadOnlyDictionary<string, Series> series)
{
    /// <summary>A metric's value at the baseline; unknown with its reason where there is none.</summary>
    public Func<string, Value> Baseline { get; init; } = metric => new Value.Unknown($"{metric} has no baseline");

    /// <summary>The value of <c>${name}</c> now; null where it has none.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>Told each value that a condition is judged by.</summary>
    public Action<Operand.Metric, Value>? OnValue { get; init; }

    /// <summary>A condition that can't be judged is breaching where an instrument says that its target is gone, sparse where only events are wanting, else blind.</summary>
    public RuleReading ReadingOf(RuleDefinition rule, DateTimeOffset at)
    {
        var judgement = Evaluator.Judge(rule.Rule.When!, new EvaluationContext
        {
            Metric = metric => Seen(metric, ValueOf(metric, rule.Timing.Window, at)),
            Baseline = other => other is Operand.Metric metric ? Baseline(metric.Name) : new Value.Unknown($"{other.Text} is no metric and has no baseline"),
            Variable = Variable,
        });
        if (judgement.Truth != Truth.Unknown)
            return judgement.Truth == Truth.True ? new RuleReading.Breach(judgement.Shown) : new RuleReading.Quiet(judgement.Shown);
        var newest = rule.Metrics.Where(series.ContainsKey).Select(m => series[m].NewestAt(at)).ToArray();
        return newest.OfType<Sample.Missing>().FirstOrDefault(s => s.TargetFails) is { } failing ? new RuleReading.Breach(failing.Because)
            : newest.OfType<Sample.Missing>().FirstOrDefault() is { } missing ? new RuleReading.Blind(missing.Because)
            : newest.OfType<Sample.Sparse>().FirstOrDefault() is { } sparse ? new RuleReading.Sparse(sparse.Because)
            : new RuleReading.Blind(judgement.Because);
    }

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
