using System.Globalization;
using Holdpoint.Checklists;
using Holdpoint.Metrics;

namespace Holdpoint.Backtesting;

/// <summary>
/// OpenMetrics text (https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md) with a time stamp on each line, as
/// <c>promtool tsdb dump-openmetrics</c> writes it. A metric's numbers are the series of its own name, else those that its source names without any function around them.
/// </summary>
internal static class OpenMetricsDump
{
    public static (Dump Dump, IReadOnlyList<Problem> Problems) Read(string file, string first, int firstLine, TextReader text, IReadOnlyList<MetricDefinition> wanted)
    {
        var problems = new List<Problem>();
        var selectors = wanted.SelectMany(w => SelectorsOf(w).Select((s, rank) => (Metric: w, Selector: s, Rank: rank))).ToLookup(s => s.Selector.Name, StringComparer.Ordinal);
        var numbers = new Dictionary<(string Metric, int Rank), List<DumpedNumber>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var (line, bad) = (firstLine, 0);
        for (var row = first; row is not null; row = text.ReadLine(), line++)
        {
            var span = row.AsSpan().Trim();
            if (span.IsEmpty || span[0] == '#')
                continue;
            var end = span.IndexOfAny('{', ' ', '\t');
            var name = (end < 0 ? span : span[..end]).ToString();
            if (!selectors.Contains(name) && names.Contains(name))
                continue;
            if (ReadLine(span, out var sample, out var at) is { } wrong)
            {
                if (bad++ < Dump.MostProblems)
                    problems.Add(new(file, new(line, 1), wrong, CsvDump.Form));
                continue;
            }

            names.Add(name);
            foreach (var (metric, selector, rank) in selectors[name])
                if (selector.MatchesLabels(sample!))
                    (numbers.TryGetValue((metric.Name, rank), out var list) ? list : numbers[(metric.Name, rank)] = []).Add(new(at, sample!.Value));
        }

        if (bad > Dump.MostProblems)
            problems.Add(new(file, new(line, 1), $"{bad - Dump.MostProblems} more lines can't be read", "mend them like the others"));
        var series = new Dictionary<string, IReadOnlyList<DumpedNumber>>(StringComparer.Ordinal);
        foreach (var ((metric, _), list) in numbers.OrderBy(n => n.Key.Rank))
            series.TryAdd(metric, [.. list.OrderBy(n => n.At).GroupBy(n => n.At).Select(g => g.Count() == 1 ? g.First() : new(g.Key, double.NaN, Several: true))]);
        if (problems.Count == 0 && series.Count == 0)
            problems.Add(new(file, new(1, 1), $"no series is one of the rules' metrics; its series are {string.Join(", ", names.Take(12))}",
                $"call one {string.Join(" or ", wanted.Select(w => w.Name).Take(6))}; what needs PromQL is read from a Prometheus that the file was loaded into (promtool tsdb create-blocks-from openmetrics)"));
        return (new(file, series, [.. names.Order(StringComparer.Ordinal)]), problems);
    }

    private static string? ReadLine(ReadOnlySpan<char> line, out ScrapedSample? sample, out DateTimeOffset at)
    {
        (sample, at) = (null, default);
        ReadOnlySpan<char> rest;
        try
        {
            sample = ScrapePage.ReadSample(line, out rest);
        }
        catch (FormatException e)
        {
            return $"this is no sample ({e.Message}): {(line.Length > 60 ? $"{line[..60]}…" : line)}";
        }

        var end = rest.IndexOfAny(' ', '\t', '#');
        var stamp = end < 0 ? rest : rest[..end];
        if (stamp.IsEmpty)
            return $"{sample.Name} has no time stamp: without one it is a page of now, and not of the past";
        if (!double.TryParse(stamp, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || Moment.OfNumber(number) is not { } moment)
            return $"{stamp} is no time stamp in seconds";
        at = moment;
        return null;
    }

    private static IEnumerable<SeriesSelector> SelectorsOf(MetricDefinition metric)
    {
        yield return new(metric.Name, []);
        if (metric.Source is MetricSourceDefinition.Scrape { Measure: ScrapeMeasure.Value value })
            yield return value.Of;
        if (metric.Source is MetricSourceDefinition.Prometheus prometheus && Plain(prometheus.Query) is { } plain)
            yield return plain;
    }

    /// <summary>Null where it is more than a selector.</summary>
    private static SeriesSelector? Plain(string query)
    {
        try
        {
            return SeriesSelector.Parse(query);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
