using Holdpoint.Metrics;
using Holdpoint.Runs;

namespace Holdpoint.Records;

/// <summary>Puts the comparison together from the run's own journal: baselines as they were taken, "after" from the samples of the end of the watch.</summary>
internal sealed class ComparisonReading(Run run, History history, IReadOnlyList<MetricRecord> metrics, IReadOnlyDictionary<string, MetricDefinition> definitions, DateTimeOffset now)
{
    /// <summary>Null where nothing was deployed, or nothing measured.</summary>
    public ComparisonRecord? Read()
    {
        if (Aftermath.WindowOf(history.Events.Select(e => (e.Happened, e.Entry.At)), now) is not var (from, to))
            return null;
        // Every other origin has two words.
        var staging = run.Baselines.Values.Where(b => b.Origin is { } origin && !origin.Contains(' ', StringComparison.Ordinal)).MinBy(b => b.Origin, StringComparer.Ordinal);
        var names = metrics.Select(m => m.Name).Concat(run.Baselines.Values.Append(run.Baseline).OfType<Event.BaselineTaken>().SelectMany(b => b.Metrics.Keys).Where(IsMetric)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        List<BaselineComparison> rows = [.. names.Select(n => Row(n, staging, from, to))];
        return rows.Count == 0 ? null : new(from, to, rows) { Staging = staging?.Origin };
    }

    private BaselineComparison Row(string name, Event.BaselineTaken? staging, DateTimeOffset from, DateTimeOffset to)
    {
        var definition = definitions.GetValueOrDefault(name);
        var sampled = metrics.FirstOrDefault(m => m.Name == name);
        var dimension = definition?.Dimension ?? sampled?.Dimension ?? Expressions.Dimension.Any;
        var after = Baseline.Take(name, dimension, [.. sampled?.Samples.Where(s => s.At > from && s.At <= to) ?? []]);
        var before = run.Baseline?.Metrics.ContainsKey(name) == true ? run.Baseline
            : run.Baselines.Values.Where(b => b != staging && b.Metrics.ContainsKey(name)).MinBy(b => b.Origin, StringComparer.Ordinal);
        return new(name, dimension)
        {
            Staging = staging?.Metrics.GetValueOrDefault(name)?.Median,
            Before = before?.Metrics[name].Median,
            BeforeName = before?.Origin ?? BaselineOrigin.BeforeWord,
            After = (after as BaselineTaking.Taken)?.Baseline.Median,
            WhyNoBefore = CleanText.Line(run.Baseline?.Refused.FirstOrDefault(r => r.StartsWith($"{name}: ", StringComparison.Ordinal) || r.StartsWith($"{name} ", StringComparison.Ordinal)) ?? "it has no baseline"),
            WhyNoAfter = CleanText.Line((after as BaselineTaking.Refused)?.Because.Replace("that a baseline needs", "that a comparison needs", StringComparison.Ordinal) ?? ""),
            HigherIsBetter = definition is { Better: Better.Higher },
            Limit = definition?.WorseLimit ?? BaselineComparison.UsualLimit,
            Floor = definition?.Floor,
        };
    }

    /// <summary>Facts of checks are kept beside the metrics, under the check's id and the fact.</summary>
    private static bool IsMetric(string name) => !name.Contains(' ', StringComparison.Ordinal);
}
