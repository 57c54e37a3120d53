using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Backtesting;

/// <summary>The one number that a rule holds one metric against: what can be moved.</summary>
/// <param name="Comparator">With the metric on its left.</param>
/// <param name="Amount">In the base unit, or the factor of the baseline.</param>
/// <param name="OfBaseline"><c>3x baseline</c>: the amount is a factor.</param>
public sealed record RuleLimit(Operand.Metric Metric, Comparator Comparator, double Amount, bool OfBaseline)
{
    /// <summary>Whether a higher limit fires less often.</summary>
    public bool IsUpper => Comparator is Comparator.Greater or Comparator.GreaterOrEqual;

    /// <summary>Null where the condition has more than one limit, or one that is no number.</summary>
    public static RuleLimit? Of(Condition condition) => condition switch
    {
        Condition.Compare { Left: Operand.Metric metric } c => Of(metric, c.Comparator, c.Right),
        Condition.Compare { Right: Operand.Metric metric } c => Of(metric, Turned(c.Comparator), c.Left),
        Condition.Not { Inner: Condition.Compare c } => Of(c with { Comparator = Negated(c.Comparator) }),
        _ => null,
    };

    /// <summary>Which way is worse for the first comparison in a condition: below, or above.</summary>
    public static bool WorstIsLeast(Condition condition) => condition switch
    {
        Condition.And c => WorstIsLeast(c.Left),
        Condition.Or c => WorstIsLeast(c.Left),
        Condition.Not c => !WorstIsLeast(c.Inner),
        Condition.Compare { Left: Operand.Metric } c => c.Comparator is Comparator.Less or Comparator.LessOrEqual,
        Condition.Compare c => c.Comparator is Comparator.Greater or Comparator.GreaterOrEqual,
        _ => false,
    };

    public bool Breaches(double value) => Comparator switch
    {
        Comparator.Greater => value > Amount,
        Comparator.GreaterOrEqual => value >= Amount,
        Comparator.Less => value < Amount,
        _ => value <= Amount,
    };

    /// <summary>To three digits, away from what is measured, so that a proposal does not fire on the very value it was taken from.</summary>
    public RuleLimit At(double amount)
    {
        if (amount == 0 || !double.IsFinite(amount))
            return this with { Amount = amount };
        var places = 2 - (int)Math.Floor(Math.Log10(Math.Abs(amount)));
        var digits = Scaled(amount, places);
        // A number that is round already stays: 0.05 may be 49999.99999 of its places.
        var rounded = Math.Abs(digits - Math.Round(digits)) < 1e-6 ? Math.Round(digits) : IsUpper ? Math.Ceiling(digits) : Math.Floor(digits);
        if ((this with { Amount = Scaled(rounded, -places) }).Breaches(amount))
            rounded += IsUpper ? 1 : -1;
        return this with { Amount = Scaled(rounded, -places) };

        // Powers of ten are exact where they are no fractions.
        static double Scaled(double value, int places) => places >= 0 ? value * Math.Pow(10, places) : value / Math.Pow(10, -places);
    }

    /// <summary>As it is written in a checklist.</summary>
    public override string ToString() => $"{Metric.Text} {Evaluator.Symbol(Comparator)} {Written}";

    private string Written => OfBaseline ? $"{Number(Amount)}x baseline" : Metric.Dimension switch
    {
        _ when Metric.Statistic is { IsBurn: true } => Number(Amount),
        Dimension.Ratio => $"{Number(Amount * 100)}%",
        Dimension.Duration when Math.Abs(Amount) is > 0 and < 1 => $"{Number(Amount * 1000)}ms",
        Dimension.Duration => $"{Number(Amount)}s",
        Dimension.Bytes => Math.Abs(Amount) switch
        {
            >= 1e12 => $"{Number(Amount / 1e12)}TB",
            >= 1e9 => $"{Number(Amount / 1e9)}GB",
            >= 1e6 => $"{Number(Amount / 1e6)}MB",
            >= 1e3 => $"{Number(Amount / 1e3)}kB",
            _ => $"{Number(Amount)}B",
        },
        _ => Number(Amount),
    };

    private static RuleLimit? Of(Operand.Metric metric, Comparator comparator, Operand other) => (comparator, other) switch
    {
        (Comparator.Equal or Comparator.NotEqual, _) => null,
        (_, Operand.Literal { Value: Value.Number n }) => new(metric, comparator, n.Amount, false),
        (_, Operand.Baseline b) => new(metric, comparator, b.Factor, true),
        _ => null,
    };

    private static Comparator Turned(Comparator comparator) => comparator switch
    {
        Comparator.Less => Comparator.Greater,
        Comparator.LessOrEqual => Comparator.GreaterOrEqual,
        Comparator.Greater => Comparator.Less,
        Comparator.GreaterOrEqual => Comparator.LessOrEqual,
        var same => same,
    };

    private static Comparator Negated(Comparator comparator) => comparator switch
    {
        Comparator.Less => Comparator.GreaterOrEqual,
        Comparator.LessOrEqual => Comparator.Greater,
        Comparator.Greater => Comparator.LessOrEqual,
        Comparator.GreaterOrEqual => Comparator.Less,
        Comparator.Equal => Comparator.NotEqual,
        _ => Comparator.Equal,
    };

    private static string Number(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture);
}
