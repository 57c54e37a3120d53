namespace Holdpoint.Expressions;

/// <summary>One number for the samples of a window.</summary>
public static class WindowStatistics
{
    /// <summary>Null where there is no sample, or where a sample or the result is not a finite number: what can't be computed is unknown, never zero.</summary>
    /// <param name="samples">In the order of time; <c>last</c> takes the newest.</param>
    public static double? Compute(Statistic statistic, ReadOnlySpan<double> samples)
    {
        if (samples.IsEmpty)
            return null;
        foreach (var sample in samples)
            if (!double.IsFinite(sample))
                return null;
        var result = statistic.Kind switch
        {
            "min" => Extreme(samples, greatest: false),
            "max" => Extreme(samples, greatest: true),
            "sum" => Sum(samples),
            "avg" => Sum(samples) / samples.Length,
            "last" => samples[^1],
            "p" => Quantile(Sorted(samples), statistic.Quantile),
            _ => throw new InvalidOperationException($"no such statistic: {statistic.Kind}"),
        };
        return double.IsFinite(result) ? result : null;
    }

    /// <summary>
    /// Type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages" (The American Statistician 50, 1996), the default of R and NumPy:
    /// linear between the neighbours of (n − 1)·p.
    /// </summary>
    /// <param name="sorted">Ascending, at least one.</param>
    /// <param name="p">0…1.</param>
    public static double Quantile(ReadOnlySpan<double> sorted, double p)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length);
        var h = (sorted.Length - 1) * Math.Clamp(p, 0, 1);
        var below = (int)Math.Floor(h);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((h - below) * (sorted[above] - sorted[below]));
    }

    private static double[] Sorted(ReadOnlySpan<double> samples)
    {
        var sorted = samples.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private static double Extreme(ReadOnlySpan<double> samples, bool greatest)
    {
        var extreme = samples[0];
        foreach (var sample in samples)
            extreme = greatest ? Math.Max(extreme, sample) : Math.Min(extreme, sample);
        return extreme;
    }

    private static double Sum(ReadOnlySpan<double> samples)
    {
        double sum = 0;
        foreach (var sample in samples)
            sum += sample;
        return sum;
    }
}
