using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>What a chart shows, in words: for its head, and for those who hear it.</summary>
internal static class ChartWords
{
    public static string Subtitle(ChartModel model, IReadOnlyList<Sample> seen)
    {
        var numbers = Numbers(seen);
        if (numbers.Length == 0)
            return "no numbers";
        var baseline = model.Baseline is { } b ? $" · baseline {Shown(b.Median, model)}" : "";
        return $"last {Shown(numbers[^1], model)} · median {Shown(Baseline.MedianOf(numbers), model)} · max {Shown(numbers.Max(), model)}{baseline}";
    }

    public static string Describe(ChartModel model, IReadOnlyList<Sample> seen, IReadOnlyList<ChartRange> gaps)
    {
        var numbers = Numbers(seen);
        var sentences = new List<string> { $"{model.Title} from {Time(model.From)} to {Time(model.To)} UTC" };
        sentences.Add(numbers.Length == 0
            ? "No sample has a number"
            : $"{numbers.Length} samples, lowest {Shown(numbers.Min(), model)}, median {Shown(Baseline.MedianOf(numbers), model)}, highest {Shown(numbers.Max(), model)}, last {Shown(numbers[^1], model)}");
        if (model.Baseline is { } baseline)
            sentences.Add($"Baseline {baseline}");
        sentences.AddRange(model.Limits.Select(l => $"Limit {Shown(l.Value, model)}: {l.Label}"));
        sentences.AddRange(Few(model.Markers.OrderBy(m => m.At).Select(m => $"{m.Label} at {Time(m.At)}"), "markers"));
        sentences.AddRange(Few(model.Breaches.Select(b => $"Breach from {Time(b.From)} {(b.To is { } to ? $"to {Time(to)}" : "on")}: {b.Label}"), "breaches"));
        if (gaps.Count > 0)
            sentences.Add($"{gaps.Count} {(gaps.Count == 1 ? "stretch" : "stretches")} without numbers: {string.Join("; ", gaps.Take(3).Select(g => $"from {Time(g.From)} to {Time(g.To ?? model.To)}, {g.Label}"))}");
        return string.Join(". ", sentences) + ".";
    }

    /// <summary>Nobody listens to hundreds.</summary>
    private static IEnumerable<string> Few(IEnumerable<string> sentences, string what)
    {
        const int most = 12;
        var all = sentences.ToList();
        return all.Count <= most ? all : [.. all.Take(most), $"And {all.Count - most} more {what}"];
    }

    private static double[] Numbers(IReadOnlyList<Sample> seen) => [.. seen.OfType<Sample.Measured>().Select(s => s.Value)];

    private static string Shown(double value, ChartModel model) => new Value.Number(value, model.Dimension).ToString();

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
