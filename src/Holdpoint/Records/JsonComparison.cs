using System.Text.Json;
using Holdpoint.Metrics;

namespace Holdpoint.Records;

/// <summary>The comparison as JSON; its members are told at <see cref="JsonReport"/>.</summary>
public static class JsonComparison
{
    internal static void Write(Utf8JsonWriter json, ComparisonRecord comparison)
    {
        json.WriteStartObject("comparison");
        JsonReport.At(json, "from", comparison.From);
        JsonReport.At(json, "to", comparison.To);
        JsonReport.Text(json, "staging", comparison.Staging);
        Rows(json, comparison.Rows);
        json.WriteEndObject();
    }

    /// <summary><c>"rows": [{ … }]</c>, as in the record of a run.</summary>
    public static void Rows(Utf8JsonWriter json, IEnumerable<BaselineComparison> rows) => JsonReport.List(json, "rows", rows, Row);

    private static void Row(Utf8JsonWriter json, BaselineComparison row)
    {
        json.WriteString("metric", row.Metric);
        json.WriteString("dimension", row.Dimension.ToString().ToLowerInvariant());
        json.WriteString("better", row.HigherIsBetter ? "higher" : "lower");
        json.WriteNumber("limit", row.Limit);
        JsonReport.Number(json, "floor", row.Floor);
        JsonReport.Number(json, "staging", row.Staging);
        JsonReport.Number(json, "before", row.Before);
        json.WriteString("before_from", row.BeforeName);
        JsonReport.Number(json, "after", row.After);
        JsonReport.Number(json, "change", row.Change);
        JsonReport.Number(json, "staging_change", row.StagingChange);
        json.WriteString("verdict", row.Verdict.ToString().ToLowerInvariant());
        json.WriteString("because", row.Because);
    }
}
