namespace Holdpoint.Expressions;

/// <summary>Where a condition's operands get their values. What is not given is unknown, never assumed.</summary>
public sealed record EvaluationContext
{
    /// <summary>What the probe measured in this attempt; null for a condition on metrics.</summary>
    public Facts? Facts { get; init; }

    /// <summary>A metric's value now, or the statistic of its window: a number of the metric's dimension, or <see cref="Value.Unknown"/> with the reason.</summary>
    public Func<Operand.Metric, Value> Metric { get; init; } = m => new Value.Unknown($"nothing has measured {m.Text}");

    /// <summary>The value of the same fact or metric at the baseline, or <see cref="Value.Unknown"/> with the reason.</summary>
    public Func<Operand, Value> Baseline { get; init; } = o => new Value.Unknown($"{o.Text} has no baseline");

    /// <summary>The value of <c>${name}</c> now; null where it has none.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;
}
