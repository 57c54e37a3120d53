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

    public static Dictionary<string, MetricDefinition> Read(YamlView metrics, YamlView servers, ShapeCheck check)
    {
        var result = new Dictionary<string, MetricDefinition>(StringComparer.Ordinal);
        foreach (var (name, at, value) in metrics.Entries)
        {
            if (Vocabulary.Reserved.Contains(name) || Statistics.Contains(name) || Statistic.Parse(name) is not null)
                check.Add(at, $"`{name}` is a word of the language", "give the metric another name");
            if (SourceOf(value, servers, check) is not { } source || UnitOf(name, at, value, source, check) is not { } unit)
                continue;
            CheckUse(name, value, source, check);
            result[name] = new(name, unit.Dimension, unit.Factor, source)
            {
                Absence = AbsenceOf(name, value["absent"], unit, check),
                MinCount = value["min_count"].Count ?? 0,
                Floor = value["floor"].Text is { } text ? AmountOf(name, "floor", Units.ParseNumber(text), value["floor"].At, unit, check) : null,
                Better = value["better"].Text == "higher" ? Better.Higher : Better.Lower,
                Objective = ObjectiveOf(name, value["objective"], unit, check),
                Every = value["http"]["every"].Duration,
                Timeout = value["timeout"].Duration ?? DefaultTimeout,
            };
        }

        return result;
    }

    private static MetricSourceDefinition? SourceOf(YamlView metric, YamlView servers, ShapeCheck check)
    {
        if (metric["scrape"] is { IsThere: true } scrape)
            return scrape["url"].Text is { } url && MeasureOf(scrape, check) is { } measure
                ? new MetricSourceDefinition.Scrape(url, measure) { Over = scrape["over"].Duration ?? DefaultOver }
                : null;
        if (metric["http"] is { IsThere: true } http)
            return http["get"].Text is { } get ? new MetricSourceDefinition.Http(get) : null;
        if (metric["prometheus"] is { IsThere: true } prometheus)
            return PrometheusOf(prometheus, servers, check);
        if (metric["sql"] is { IsThere: true } sql)
            return (sql.Text ?? sql["query"].Text) is { } statement ? new MetricSourceDefinition.Sql(ServerOf("postgres", sql, servers, check), statement) : null;
        return metric["command"].Text is { } command ? new MetricSourceDefinition.Command(command) : null;
    }

    private static MetricSourceDefinition.Prometheus? PrometheusOf(YamlView prometheus, YamlView servers, ShapeCheck check)
    {
        if ((prometheus.Text ?? prometheus["query"].Text) is not { } query)
            return null;
        if (PromQl.IsBareCounter(query))
            check.Add(prometheus.At, "this is a counter, which grows until its service restarts", $"write rate({query.Trim()}[1m]), or increase(…)", Severity.Warning);
        return new(ServerOf("prometheus", prometheus, servers, check), query)
        {
            Count = prometheus["count"].Text,
            Fresh = prometheus["fresh"].Duration ?? MetricSourceDefinition.Prometheus.DefaultFresh,
            TakesParts = prometheus["partial"].IsTrue,
        };
    }

    /// <summary>The server that a source names; else the only one of its kind, or the one called main.</summary>
    private static string ServerOf(string kind, YamlView source, YamlView servers, ShapeCheck check)
    {
        var known = servers[kind].Entries.Select(s => s.Name).ToList();
        var name = source["server"].Text ?? (known.Count == 1 ? known[0] : "main");
        if (known.Contains(name))
            return name;
        var at = source["server"].IsThere ? source["server"].At : source.At;
        if (source["server"].IsThere || known.Count == 0)
            check.Add(at, $"there is no {kind} server `{name}`", Nearest.Hint(name, known, $"add servers: {kind}: {name}: {{ url: … }}"));
        else
            check.Add(at, $"there are several {kind} servers, and none is called main", $"say which: {{ server: {known[0]}, query: … }}");
        return name;
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
        var absent = metric["absent"];
        if (absent.IsThere && source is MetricSourceDefinition.Http or MetricSourceDefinition.Command)
            check.Add(absent.At, $"`{name}` is not scraped, so no series can be absent", "remove `absent`");
        if (source is MetricSourceDefinition.Sql && absent.Text is { } text && MetricTexts.ReadAbsence(text) is (_, not null))
            check.Add(absent.At, $"`{name}` is asked of a database, which has no series", "write the number alone: what it means that there is no row, or NULL");
        if (!metric["min_count"].IsThere)
            return;
        if (source is MetricSourceDefinition.Prometheus { Count: null } prometheus && PromQl.EventsOf(prometheus.Query) is null)
            check.Add(metric["min_count"].At, $"how many events stand behind `{name}` can't be seen in its query", "add count, a query for their number: prometheus: { query: …, count: sum(increase(http_requests_total[1m])) }");
        else if (source is not (MetricSourceDefinition.Scrape { Measure: ScrapeMeasure.Ratio or ScrapeMeasure.Quantile } or MetricSourceDefinition.Prometheus or MetricSourceDefinition.Sql))
            check.Add(metric["min_count"].At, $"`{name}` counts no events", "use `min_count` with a scraped ratio or quantile, with prometheus or with sql");
    }

    private static double? ObjectiveOf(string name, YamlView objective, MetricUnit unit, ShapeCheck check)
    {
        if (objective.Share is not { } share)
            return null;
        if (unit.Dimension != Dimension.Ratio)
            check.Add(objective.At, $"`{name}` counts {unit.Name}, and an objective is a share", "give it to the metric of the share of failures");
        else if (share is <= 0 or >= 1)
            check.Add(objective.At, $"an objective of {objective.Text} leaves no error budget, or nothing else", "write for example objective: 99.9%");
        else
            return share;
        return null;
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
