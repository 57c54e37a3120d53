using System.Text;

namespace Holdpoint.Metrics;

/// <summary>A series in one line of a terminal.</summary>
public static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>The newest values, as many columns as there are or <paramref name="width"/>. A column shows the greatest of its values, so no peak is lost; one without any is blank.</summary>
    /// <param name="values">Null: no number then.</param>
    public static string Of(IReadOnlyList<double?> values, int width)
    {
        var columns = Math.Min(width, values.Count);
        if (columns <= 0)
            return "";
        var peaks = new double?[columns];
        for (var i = 0; i < values.Count; i++)
        {
            var column = (int)((long)i * columns / values.Count);
            if (values[i] is { } value && double.IsFinite(value))
                peaks[column] = Math.Max(value, peaks[column] ?? value);
        }

        var low = peaks.Min() ?? 0;
        var high = peaks.Max() ?? 0;
        var line = new StringBuilder(columns);
        foreach (var peak in peaks)
            line.Append(peak is { } value ? Blocks[high > low ? (int)Math.Round((value - low) / (high - low) * (Blocks.Length - 1)) : 0] : ' ');
        return line.ToString();
    }
}
