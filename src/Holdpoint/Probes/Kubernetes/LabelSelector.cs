using System.Text.Json;

namespace Holdpoint.Probes.Kubernetes;

/// <summary>Which pods are a workload's: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/.</summary>
internal sealed class LabelSelector
{
    private readonly List<Func<IReadOnlyDictionary<string, string>, bool>> _requirements = [];

    /// <param name="selector"><c>spec.selector</c>: <c>matchLabels</c> and <c>matchExpressions</c>, or labels themselves (ReplicationController).</param>
    public LabelSelector(JsonElement selector)
    {
        var isPlain = selector.At("matchLabels") is null && selector.At("matchExpressions") is null;
        foreach (var (key, value) in isPlain ? selector.Texts() : selector.Texts("matchLabels"))
            _requirements.Add(labels => labels.GetValueOrDefault(key) == value);
        foreach (var expression in selector.List("matchExpressions"))
        {
            var key = expression.Text("key") ?? "";
            var values = expression.List("values").Select(v => v.GetString() ?? "").ToHashSet();
            _requirements.Add(expression.Text("operator") switch
            {
                "In" => labels => labels.TryGetValue(key, out var value) && values.Contains(value),
                "NotIn" => labels => !labels.TryGetValue(key, out var value) || !values.Contains(value),
                "Exists" => labels => labels.ContainsKey(key),
                "DoesNotExist" => labels => !labels.ContainsKey(key),
                var other => throw new Unanswered($"a selector of the cluster has the operator {other}, which is not known here"),
            });
        }
    }

    /// <summary>An empty selector matches nothing here: no workload has one.</summary>
    public bool Matches(JsonElement pod) => _requirements.Count > 0 && pod.Texts("metadata", "labels") is var labels && _requirements.All(r => r(labels));
}
