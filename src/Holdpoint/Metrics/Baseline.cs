using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>How a metric stood before the change.</summary>
/// <param name="Median">In the dimension's base unit.</param>
/// <param name="Spread">Median absolute deviation, same unit.</param>
/// <param name="Count">How many samples it was taken from.</param>
public sealed record Baseline(string Metric, Dimension Dimension, double Median, double Spread, int Count, DateTimeOffset From, DateTimeOffset To)
{
    public const int LeastSamples = 3;

    /// <summary>The least value that it counts as; null: none.</summary>
    public double? Floor { get; init; }

    /// <summary>"3x baseline" of 0 is 0: any value at all would break it. It needs a floor.</summary>
    public bool IsZero => Median == 0 && Floor is not > 0;

    /// <summary>What <c>baseline</c> stands for in a condition; unknown with the mend where it is 0.</summary>
    public Value Value => IsZero
        ? new Value.Unknown($"the baseline of {Metric} is 0, so nothing can be said relative to it; give the metric a floor")
        : new Value.Number(Floor is { } floor ? Math.Max(Median, floor) : Median, Dimension);

    /// <summary>Taken from the samples up to a moment, back to the last gap.</summary>
    public static BaselineTaking Take(Series series, DateTimeOffset until, double? floor = null)
    {
        return Take(series.Metric, series.Dimension, series.Window(until - DateTimeOffset.MinValue, until), floor);
    }

    /// <summary>Taken from all of these samples.</summary>
    public static BaselineTaking Take(string metric, Dimension dimension, IReadOnlyList<Sample> window, double? floor = null)
    {
        var measured = window.OfType<Sample.Measured>().ToArray();
        if (measured.Length < LeastSamples)
        {
            var why = window.LastOrDefault(s => s is not Sample.Measured)?.Reason;
            return new BaselineTaking.Refused($"{metric} has {measured.Length} of the {LeastSamples} samples that a baseline needs{(why is null ? "" : $": {why}")}");
        }

        double[] numbers = [.. measured.Select(m => m.Value)];
        return new BaselineTaking.Taken(new(metric, dimension, MedianOf(numbers), SpreadOf(numbers), numbers.Length, measured[0].At, measured[^1].At) { Floor = floor });
    }

    internal static double MedianOf(ReadOnlySpan<double> numbers)
    {
        var sorted = numbers.ToArray();
        Array.Sort(sorted);
        return WindowStatistics.Quantile(sorted, 0.5);
    }

    /// <summary>Half of the numbers lie within it of their median; not scaled to a standard deviation.</summary>
    internal static double SpreadOf(double[] numbers)
    {
        var median = MedianOf(numbers);
        return MedianOf([.. numbers.Select(n => Math.Abs(n - median))]);
    }

    public override string ToString() => $"{new Value.Number(Median, Dimension)} ± {new Value.Number(Spread, Dimension)} ({Count} samples)";
}

public abstract record BaselineTaking
{
    public sealed record Taken(Baseline Baseline) : BaselineTaking;

    public sealed record Refused(string Because) : BaselineTaking;

    private BaselineTaking() { }
}
