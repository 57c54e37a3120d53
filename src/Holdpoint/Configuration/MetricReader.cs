using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Configuration;

/// <summary>Reads <c>metrics:</c>.</summary>
internal static class MetricReader
{
    private static readonly string[] Statistics = ["min", "max", "avg", "sum", "last", "all", "any", "count", "true", "false", "null"];

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultOver = TimeSpan.FromMinutes(1);

    public static Dictionary<string, MetricDefinition> Read(YamlView metrics, ShapeCheck check)
    {
        var result = new Dictionary<string, MetricDefinition>(StringComparer.Ordinal);
        foreach (var (name, at, value) in metrics.Entries)
        {
            if (Vocabulary.Reserved.Contains(name) || Statistics.Contains(name) || Statistic.Parse(name) is not null)
                check.Add(at, $"`{name}` is a word of the language", "give the metric another name");
            if (SourceOf(value, check) is not { } source || UnitOf(name, at, value, source, check) is not { } unit)
                continue;
            CheckUse(name, value, source, check);
            result[name] = new(name, unit.Dimension, unit.Factor, source)
            {
                Absence = AbsenceOf(name, value["absent"], unit, check),
                MinCount = value["min_count"].Count ?? 0,
                Floor = value["floor"].Text is { } text ? AmountOf(name, "floor", Units.ParseNumber(text), value["floor"].At, unit, check) : null,
                HigherIsBetter = value["better"].Text == "higher",
                WorseLimit = value["worse"].Share ?? BaselineComparison.UsualLimit,
                Every = value["http"]["every"].Duration,
                Timeout = value["timeout"].Duration ?? DefaultTimeout,
            };
        }

        return result;
    }

    private static MetricSourceDefinition? SourceOf(YamlView metric, ShapeCheck check)
    {
        if (metric["scrape"] is { IsThere: true } scrape)
            return scrape["url"].Text is { } url && MeasureOf(scrape, check) is { } measure
                ? new MetricSourceDefinition.Scrape(url, measure) { Over = scrape["over"].Duration ?? DefaultOver }
                : null;
        if (metric["http"] is { IsThere: true } http)
            return http["get"].Text is { } get ? new MetricSourceDefinition.Http(get) : null;
        return metric["command"].Text is { } command ? new MetricSourceDefinition.Command(command) : null;
    }

    private static ScrapeMeasure? MeasureOf(YamlView scrape, ShapeCheck check)
    {
        if (SelectorOf(scrape["of"]) is not { } of)
            return null;
        string[] given = [.. ((string[])["per", "quantile", "ratio"]).Where(key => scrape[key].IsThere)];
        if (given.Length > 1)
        {
            check.Add(scrape[given[1]].At, $"`{given[0]}` and `{given[1]}` are two ways to read a series", "keep one of them");
            return null;
        }

        return given switch
        {
            ["per"] => new ScrapeMeasure.Rate(of),
            ["quantile"] => scrape["quantile"].Share is { } q ? new ScrapeMeasure.Quantile(q, of) : null,
            ["ratio"] => SelectorOf(scrape["ratio"]) is { } part ? new ScrapeMeasure.Ratio(part, of) : null,
            _ => new ScrapeMeasure.Value(of),
        };
    }

    private static SeriesSelector? SelectorOf(YamlView view) => view.Text is { } text ? MetricTexts.ReadSeries(text).Selector : null;

    private static MetricUnit? UnitOf(string name, Position at, YamlView metric, MetricSourceDefinition source, ShapeCheck check)
    {
        var implied = source switch
        {
            MetricSourceDefinition.Http => MetricUnit.Seconds,
            MetricSourceDefinition.Scrape { Measure: ScrapeMeasure.Ratio } => MetricUnit.Ratio,
            _ => null,
        };
        if (!metric["unit"].IsThere)
        {
            if (implied is null)
                check.Add(at, $"`{name}` lacks `unit`", $"add unit: one of {string.Join(", ", MetricUnit.All.Select(u => u.Name))}");
            return implied;
        }

        var unit = MetricUnit.Find(metric["unit"].Text ?? "");
        if (unit is not null && implied is not null && unit != implied)
            check.Add(metric["unit"].At, $"`{name}` is measured in {implied.Name}", $"write unit: {implied.Name}, or remove the line");
        return unit;
    }

    private static void CheckUse(string name, YamlView metric, MetricSourceDefinition source, ShapeCheck check)
    {
        if (source is not MetricSourceDefinition.Scrape && metric["absent"].IsThere)
            check.Add(metric["absent"].At, $"`{name}` is not scraped, so no series can be absent", "remove `absent`");
        if (metric["min_count"].IsThere && source is not (MetricSourceDefinition.Scrape { Measure: ScrapeMeasure.Ratio or ScrapeMeasure.Quantile }))
            check.Add(metric["min_count"].At, $"`{name}` counts no events", "use `min_count` with scrape and ratio or quantile");
    }

    private static Absence? AbsenceOf(string name, YamlView absent, MetricUnit unit, ShapeCheck check)
    {
        if (absent.Text is not { } text || MetricTexts.ReadAbsence(text) is not var (number, series))
            return null;
        return AmountOf(name, "absent", number, absent.At, unit, check) is { } amount ? new(amount, series) : null;
    }

    /// <summary>A bare number is in the metric's unit; one with a unit has to be of the same dimension.</summary>
    private static double? AmountOf(string name, string key, Value.Number? number, Position at, MetricUnit unit, ShapeCheck check)
    {
        if (number is null)
            return null;
        if (number.Dimension == Dimension.Count)
            return number.Amount * unit.Factor;
        if (number.Dimension == unit.Dimension)
            return number.Amount;
        check.Add(at, $"`{key}` of `{name}` is {number}, and the metric counts {unit.Name}", Units.UnitsOf(unit.Dimension) is { Length: > 0 } units ? $"write {units}, or a bare number of {unit.Name}" : "write a bare number");
        return null;
    }
}
