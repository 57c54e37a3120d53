using Holdpoint.Metrics;

namespace Holdpoint.Records;

/// <summary>What is drawn of a recorded metric.</summary>
public static class RecordCharts
{
    /// <param name="metric">With at least one sample.</param>
    public static ChartModel Of(MetricRecord metric)
    {
        var (from, to) = (metric.Samples[0].At, metric.Samples[^1].At);
        return new(CleanText.Line(metric.Name), metric.Dimension, from, to > from ? to : from.AddSeconds(1), [.. metric.Samples.Select(Clean)])
        {
            Limits = metric.Limits,
            Baseline = metric.Baseline is { } b ? new(metric.Name, metric.Dimension, b.Median, b.Spread, b.Count, from, to) : null,
            Markers = [.. metric.Markers.Where(m => m.At >= from && m.At <= to).Select(m => m with { Label = CleanText.Line(m.Label) })],
            Breaches = [.. metric.Breaches.Where(b => b.From <= to)],
        };
    }

    private static Sample Clean(Sample sample) => sample switch
    {
        Sample.Sparse s => s with { Because = CleanText.Line(s.Because) },
        Sample.Missing m => m with { Because = CleanText.Line(m.Because) },
        _ => sample,
    };
}
