using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>One number for many. Quantiles are Hyndman and Fan's type 7 (R's and NumPy's default).</summary>
public static class Summary
{
    /// <summary>NaN of nothing.</summary>
    public static double Of(IReadOnlyList<double> numbers, Statistic statistic) => numbers.Count == 0 ? double.NaN : statistic.Kind switch
    {
        "min" => numbers.Min(),
        "max" => numbers.Max(),
        "avg" => numbers.Average(),
        "sum" => numbers.Sum(),
        "last" => numbers[^1],
        "p" => Quantile(numbers, statistic.Quantile),
        _ => throw new InvalidOperationException($"no such statistic: {statistic.Kind}"),
    };

    public static double Quantile(IReadOnlyList<double> numbers, double rank)
    {
        if (numbers.Count == 0)
            return double.NaN;
        var sorted = numbers.Order().ToArray();
        var at = rank * (sorted.Length - 1);
        var low = (int)Math.Floor(at);
        return low + 1 < sorted.Length ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
    }

    public static double Median(IReadOnlyList<double> numbers) => Quantile(numbers, 0.5);

    /// <summary>Median absolute deviation from the median, not scaled: half of the numbers lie within it.</summary>
    public static double Spread(IReadOnlyList<double> numbers)
    {
        var median = Median(numbers);
        return Median([.. numbers.Select(n => Math.Abs(n - median))]);
    }
}
