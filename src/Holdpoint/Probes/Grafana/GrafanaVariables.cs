using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Holdpoint.Probes.Grafana;

/// <summary>
/// A dashboard's variables with the values that it has saved, and how they are put into a query: <c>$name</c>, <c>${name}</c>, <c>${name:format}</c>, <c>[[name]]</c>
/// (https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/). Names that begin with <c>__</c> are the source's to fill in.
/// </summary>
internal sealed partial class GrafanaVariables
{
    private const string All = "$__all";

    private readonly Dictionary<string, Variable> _variables;

    private GrafanaVariables(Dictionary<string, Variable> variables) => _variables = variables;

    /// <param name="given"><c>name=value,name=value</c>.</param>
    /// <exception cref="Unanswered">What is given names no variable.</exception>
    public static GrafanaVariables Of(JsonElement dashboard, string? given)
    {
        var variables = new Dictionary<string, Variable>(StringComparer.Ordinal);
        if (dashboard.TryGetProperty("templating", out var templating) && templating.TryGetProperty("list", out var list) && list.ValueKind == JsonValueKind.Array)
            foreach (var variable in list.EnumerateArray())
                variables[GrafanaApi.Text(variable, "name")] = new(Values(variable));
        foreach (var pair in (given ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(p => p.Split('=', 2)))
        {
            if (pair.Length < 2 || !variables.ContainsKey(pair[0]))
                throw new Unanswered($"variables=: the dashboard has no variable {pair[0]}; it has {(variables.Count == 0 ? "none" : string.Join(", ", variables.Keys))}");
            variables[pair[0]] = new([pair[1]]);
        }

        return new(variables);
    }

    /// <param name="source">The source's type: it decides how several values are written.</param>
    /// <exception cref="Unanswered">A variable has no value.</exception>
    public string Fill(string text, string source) => !text.AsSpan().ContainsAny('$', '[') ? text : Place().Replace(text, place =>
    {
        var name = place.Groups["a"].Success ? place.Groups["a"].Value : place.Groups["b"].Success ? place.Groups["b"].Value : place.Groups["c"].Value;
        if (name.StartsWith("__", StringComparison.Ordinal) || !_variables.TryGetValue(name, out var variable))
            return place.Value;
        var values = variable.Values ?? throw new Unanswered($"the dashboard has saved no value of its variable {name}: say variables=\"{name}=VALUE\"");
        return Format(values, place.Groups["format"].Success ? place.Groups["format"].Value : "", source);
    });

    private static string Format(IReadOnlyList<string> values, string format, string source) => format switch
    {
        "" when values.Count == 1 => values[0],
        "" => Format(values, IsSql(source) ? "sqlstring" : source is "prometheus" or "loki" ? "regex" : "glob", source),
        "raw" or "csv" or "text" => string.Join(',', values),
        "pipe" => string.Join('|', values),
        "regex" when values.Count == 1 => Escaped(values[0]),
        "regex" => $"({string.Join('|', values.Select(Escaped))})",
        "glob" => values.Count == 1 ? values[0] : $"{{{string.Join(',', values)}}}",
        "json" => JsonSerializer.Serialize(values),
        "singlequote" => string.Join(',', values.Select(v => $"'{v.Replace("'", "\\'", StringComparison.Ordinal)}'")),
        "doublequote" => string.Join(',', values.Select(v => $"\"{v.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")),
        "sqlstring" => string.Join(',', values.Select(v => $"'{v.Replace("'", "''", StringComparison.Ordinal)}'")),
        "lucene" => values.Count == 1 ? values[0] : $"({string.Join(" OR ", values.Select(v => $"\"{v}\""))})",
        "percentencode" => Uri.EscapeDataString(string.Join(',', values)),
        _ => string.Join(',', values),
    };

    // All is a regular expression of the author's, or of ours: it is not to be taken by its letters.
    private static string Escaped(string value) => value == ".*" ? value : Regex.Escape(value).Replace("\\-", "-", StringComparison.Ordinal);

    private static bool IsSql(string source) => source.Contains("sql", StringComparison.OrdinalIgnoreCase) || source.Contains("postgres", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is saved, else the first option; null where neither is.</summary>
    private static List<string>? Values(JsonElement variable)
    {
        var saved = variable.TryGetProperty("current", out var current) && current.ValueKind == JsonValueKind.Object && current.TryGetProperty("value", out var value) ? Texts(value) : [];
        var options = variable.TryGetProperty("options", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().SelectMany(o => o.TryGetProperty("value", out var v) ? Texts(v) : []).Where(o => o != All).ToList()
            : [];
        if (saved.Contains(All))
            return GrafanaApi.Text(variable, "allValue") is { Length: > 0 } all ? [all] : options.Count > 0 ? options : [".*"];
        if (saved.Count > 0)
            return saved;
        var query = GrafanaApi.Text(variable, "query");
        return GrafanaApi.Text(variable, "type") switch
        {
            _ when options.Count > 0 => [options[0]],
            "textbox" or "constant" => [query],
            "custom" or "interval" when query.Length > 0 => [query.Split(',')[0].Trim()],
            _ => null,
        };
    }

    private static List<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Number => [value.GetDouble().ToString(CultureInfo.InvariantCulture)],
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(Texts)],
        _ => [],
    };

    [GeneratedRegex(@"\$(?<a>\w+)|\$\{(?<b>\w+)(?:\.[\w.]+)?(?::(?<format>\w+))?\}|\[\[(?<c>\w+)(?::(?<format>\w+))?\]\]")]
    private static partial Regex Place();

    private sealed record Variable(List<string>? Values);
}
