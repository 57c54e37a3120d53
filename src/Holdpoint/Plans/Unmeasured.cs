using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Plans;

/// <summary>Finds metrics that nothing could measure as things stand: what depends on them would be unknown.</summary>
internal static class Unmeasured
{
    public static void Look(Condition? condition, PlannedFile file, Draft draft)
    {
        if (condition is null || draft.Project.Metrics.Count == 0)
            return;
        foreach (var metric in condition.Operands.OfType<Operand.Metric>())
            if (draft.Project.Metrics.GetValueOrDefault(metric.Name) is { } definition && WhyNot(definition.Source, draft) is { } because)
                file.Warning(condition.At, $"{metric.Name} can't be measured: {because}", "mend it under metrics: in holdpoint.yaml");
    }

    private static string? WhyNot(MetricSourceDefinition source, Draft draft) => source switch
    {
        MetricSourceDefinition.Prometheus p => WithoutServer("prometheus", p.Server, draft) ?? WithoutValue(p.Query, draft),
        MetricSourceDefinition.Scrape s => WithoutValue(s.Url, draft),
        MetricSourceDefinition.Http h => WithoutValue(h.Url, draft),
        MetricSourceDefinition.Sql s => WithoutServer("postgres", s.Server, draft),
        // A script gets variables from its environment, and those without a value are simply not there.
        MetricSourceDefinition.Command => null,
        _ => throw new InvalidOperationException($"no such source: {source.GetType().Name}"),
    };

    private static string? WithoutServer(string kind, string name, Draft draft) =>
        draft.Project.Servers.GetValueOrDefault(kind)?.ContainsKey(name) == true ? null : $"there is no {kind} server `{name}`";

    /// <summary>Built-in names come with the run; secrets and the environment are looked at when it starts.</summary>
    private static string? WithoutValue(string text, Draft draft) => Word.VariablesIn(text)
        .Where(n => !n.Contains(':', StringComparison.Ordinal) && !Configuration.BuiltInNames.All.Contains(n) && draft.Scope.KnownNames.Contains(n))
        .Where(n => draft.Scope.Written(n) is null && !draft.Scope.ToAsk().Any(q => q.Name == n))
        .Select(n => $"`${{{n}}}` has no value{(draft.Request.Environment is { } e ? $" in {e}" : "")}")
        .FirstOrDefault();
}
