using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>Round places along an axis and what is written beside them.</summary>
internal static class ChartAxis
{
    private static readonly double[] DurationSteps = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];

    private static readonly TimeSpan[] TimeSteps =
    [
        .. new double[] { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800 }.Select(s => TimeSpan.FromSeconds(s)),
    ];

    /// <summary>From the first at or below <paramref name="low"/> to the first at or above <paramref name="high"/>.</summary>
    public static double[] Values(double low, double high, Dimension dimension, int most)
    {
        var step = Step((high - low) / most, dimension);
        var first = Math.Floor(low / step + 1e-9);
        var last = Math.Ceiling(high / step - 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    /// <summary>One unit for the whole axis, as many decimals as its steps need.</summary>
    public static string Label(double value, double[] ticks, Dimension dimension)
    {
        var greatest = Math.Max(Math.Abs(ticks[0]), Math.Abs(ticks[^1]));
        var step = ticks.Length > 1 ? ticks[1] - ticks[0] : greatest;
        if (value == 0)
            return dimension == Dimension.Ratio ? "0%" : "0";
        var (unit, name) = dimension switch
        {
            Dimension.Duration when greatest < 1e-3 => (1e-6, "us"),
            Dimension.Duration when greatest < 1 => (1e-3, "ms"),
            Dimension.Duration when step < 60 => (1, "s"),
            Dimension.Duration => (0, ""),
            Dimension.Ratio => (0.01, "%"),
            Dimension.Bytes => Decimal(greatest, [" B", " kB", " MB", " GB", " TB", " PB"]),
            _ => greatest < 10_000 ? (1, "") : Decimal(greatest, ["", "k", "M", "G", "T", "P"]),
        };
        if (unit == 0)
            return Units.Duration(value);
        var decimals = 0;
        while (decimals < 6 && Math.Abs(step / unit * Math.Pow(10, decimals) - Math.Round(step / unit * Math.Pow(10, decimals))) > 1e-6)
            decimals++;
        return (value / unit).ToString("F" + decimals, CultureInfo.InvariantCulture) + name;
    }

    public static IReadOnlyList<(DateTimeOffset At, string Label)> Times(DateTimeOffset from, DateTimeOffset to, int most)
    {
        var step = TimeSteps.FirstOrDefault(s => (to - from) / s <= most, TimeSpan.FromDays(Math.Ceiling((to - from).TotalDays / most)));
        var ticks = new List<(DateTimeOffset, string)>();
        var first = from.UtcTicks + (step.Ticks - from.UtcTicks % step.Ticks) % step.Ticks;
        for (var at = new DateTimeOffset(first, TimeSpan.Zero); at <= to; at += step)
            ticks.Add((at, at.TimeOfDay == TimeSpan.Zero && (step >= TimeSpan.FromHours(1) || ticks.Count == 0)
                ? at.ToString("d MMM", CultureInfo.InvariantCulture)
                : at.ToString(step < TimeSpan.FromMinutes(1) ? "HH:mm:ss" : "HH:mm", CultureInfo.InvariantCulture)));
        return ticks;
    }

    private static double Step(double least, Dimension dimension)
    {
        if (dimension == Dimension.Duration && least > 30)
            return DurationSteps.FirstOrDefault(s => s >= least, Math.Ceiling(least / 604800) * 604800);
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 2.5, 5])
            if ((factor != 2.5 || dimension != Dimension.Count || power > 1) && factor * power >= least * (1 - 1e-9))
                return factor * power;
        return 10 * power;
    }

    private static (double Unit, string Name) Decimal(double greatest, string[] names)
    {
        var i = greatest < 1 ? 0 : Math.Min((int)Math.Floor(Math.Log10(greatest) / 3), names.Length - 1);
        return (Math.Pow(1000, i), names[i]);
    }
}
