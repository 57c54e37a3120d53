using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Configuration;

/// <summary>
/// Metrics that targets name under <c>compare</c>: each is asked of both sides of a canary, and says by <c>${colour}</c> which one is meant.
/// Beside a canary they have no value, so that no rule and no check may name them.
/// </summary>
internal static class ComparedMetrics
{
    public const string Colour = "colour";

    /// <summary>What commands see it as.</summary>
    public const string ScriptColour = "COLOUR";

    /// <returns>OfSides: the places of <c>${colour}</c> in them.</returns>
    public static (IReadOnlyDictionary<string, MetricDefinition> Watched, IReadOnlyDictionary<string, MetricDefinition> Compared, IReadOnlyList<Reference> OfSides) Split(
        IReadOnlyDictionary<string, MetricDefinition> metrics, YamlView root, ShapeCheck check)
    {
        var declared = root["metrics"].Entries.ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
        var (compared, ofSides) = (new Dictionary<string, MetricDefinition>(StringComparer.Ordinal), new List<Reference>());
        foreach (var named in root["targets"].Entries.SelectMany(t => t.Value["compare"].Texts))
        {
            var name = named.Content.Trim();
            if (!declared.TryGetValue(name, out var metric))
            {
                check.Add(named.At, $"no metric is named `{name}`", Nearest.To(name, declared.Keys) is { } near ? $"did you mean `{near}`?" : $"declare it: metrics: {{ {name}: … }}");
                continue;
            }

            // A metric that could not be read has been reported.
            if (!metrics.TryGetValue(name, out var definition))
                continue;
            List<Reference> sides = [.. TextsIn(metric).SelectMany(Reference.In).Select(r => r.Reference).Where(r => r.Name == Colour)];
            var saysWhich = definition.Source is MetricSourceDefinition.Command command ? command.Line.Contains(ScriptColour, StringComparison.Ordinal) : sides.Count > 0;
            if (!saysWhich)
                check.Add(named.At, $"`{name}` does not say which side of the canary it is of", HowToSay(definition.Source));
            ofSides.AddRange(sides);
            compared[name] = definition;
        }

        return (metrics.Where(m => !compared.ContainsKey(m.Key)).ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal), compared, ofSides);
    }

    private static string HowToSay(MetricSourceDefinition source) => source switch
    {
        MetricSourceDefinition.Prometheus => "put ${colour}, which is blue or green, into its query: {service=\"api_${colour}\"}",
        MetricSourceDefinition.Sql => "put ${colour}, which is blue or green, into its statement",
        MetricSourceDefinition.Command => $"use ${ScriptColour} in its command: it is blue or green",
        _ => "put ${colour}, which is blue or green, into its address: http://api-${colour}:8080/metrics",
    };

    private static IEnumerable<PlacedText> TextsIn(YamlView view) => view.Entries.SelectMany(e => TextsIn(e.Value)).Concat(view.Texts);
}
