using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Kubernetes;

/// <summary>
/// What nodes or pods use, from the metrics API (metrics.k8s.io/v1beta1), as a share of what a node can allocate or of the limits of a pod's
/// containers. One that is not measured, or has no limit, leaves the share of all unknown.
/// </summary>
internal sealed class KubernetesUsage
{
    private const string Api = "/apis/metrics.k8s.io/v1beta1";

    private readonly IReadOnlyList<JsonElement> _holders;
    private readonly bool _areNodes;
    private readonly Dictionary<string, JsonElement> _measured = [];
    private readonly string? _because;

    private KubernetesUsage(IReadOnlyList<JsonElement> holders, bool areNodes, IReadOnlyList<JsonElement?> answers)
    {
        (_holders, _areNodes) = (holders, areNodes);
        if (holders.Count == 0)
            _because = "no pod of it runs";
        else if (answers.Any(a => a is null))
            _because = "the cluster serves no metrics: it needs metrics-server";
        foreach (var item in answers.SelectMany(a => a?.List("items") ?? []))
            _measured[Key(item)] = item;
    }

    /// <param name="holders">Nodes, or pods.</param>
    public static async Task<KubernetesUsage> MeasureAsync(KubernetesCluster cluster, IReadOnlyList<JsonElement> holders, bool areNodes)
    {
        var answers = new List<JsonElement?>();
        foreach (var path in areNodes ? [$"{Api}/nodes"] : holders.Select(h => $"{Api}/namespaces/{h.Text("metadata", "namespace")}/pods").Distinct())
            answers.Add(await cluster.TryRawAsync(path));
        return new(holders, areNodes, answers);
    }

    /// <param name="resource"><c>cpu</c> or <c>memory</c>.</param>
    public Value Share(string resource)
    {
        if (_because is not null)
            return new Value.Unknown(_because);
        double used = 0, limit = 0;
        foreach (var holder in _holders)
        {
            if (!_measured.TryGetValue(Key(holder), out var measured) || Used(measured, resource) is not { } uses)
                return new Value.Unknown($"there are no metrics of {holder.Text("metadata", "name")} yet");
            if (Limit(holder, resource) is not { } mayUse)
                return new Value.Unknown($"a container of {holder.Text("metadata", "name")} has no limit of {resource}");
            used += uses;
            limit += mayUse;
        }

        return limit > 0 ? Value.Ratio(used / limit) : new Value.Unknown($"nothing of {resource} can be allocated");
    }

    private double? Used(JsonElement measured, string resource) =>
        _areNodes ? KubernetesQuantity.Parse(measured.Text("usage", resource)) : Sum(measured.List("containers").Select(c => KubernetesQuantity.Parse(c.Text("usage", resource))));

    private double? Limit(JsonElement holder, string resource) =>
        _areNodes ? KubernetesQuantity.Parse(holder.Text("status", "allocatable", resource)) : Sum(holder.List("spec", "containers").Select(c => KubernetesQuantity.Parse(c.Text("resources", "limits", resource))));

    private static double? Sum(IEnumerable<double?> amounts)
    {
        double? sum = null;
        foreach (var amount in amounts)
        {
            if (amount is null)
                return null;
            sum = (sum ?? 0) + amount;
        }

        return sum;
    }

    private static string Key(JsonElement it) => $"{it.Text("metadata", "namespace")}/{it.Text("metadata", "name")}";
}
