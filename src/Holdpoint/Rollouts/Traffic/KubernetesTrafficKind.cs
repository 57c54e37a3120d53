using Holdpoint.Configuration;

namespace Holdpoint.Rollouts;

/// <summary>A service of a Kubernetes cluster: its selector says which colour gets all, or the number of replicas behind it says how much each gets.</summary>
public sealed class KubernetesTrafficKind : TrafficKind
{
    public override string Name => "kubernetes";

    internal override Shape.Mapping Shape { get; } = new("A service of a Kubernetes cluster, through kubectl.",
    [
        .. KubernetesAccess.Keys,
        new("service", new Shape.Scalar("The service that users come in by.", ScalarKind.Text)) { Required = true },
        new("by", new Shape.Scalar("selector: its selector names the colour that gets all. replicas: it selects every deployment, and each gets the share of its replicas.", ScalarKind.Choice("selector", "replicas"))) { Default = "selector" },
        new("labels", new Shape.Names("By selector: the labels of each deployment's pods that tell it from the others.", "a deployment", NameRule.Label,
            new Shape.Scalar("name=value, several with a comma between.", ScalarKind.Text) { Examples = ["color=blue"] })),
        new("replicas", new Shape.Scalar("By replicas: how many there are of all deployments together. What one deployment has alone, by default.", ScalarKind.Count)),
    ]);

    internal override void Check(YamlView settings, ShapeCheck check)
    {
        if (settings["cluster"].IsThere && settings["context"].IsThere)
            check.Add(settings["context"].At, "`cluster` and `context` both say where", "keep one; a cluster of servers: has its context there");
        if (settings["by"].Text == "replicas")
        {
            if (settings["labels"].IsThere)
                check.Add(settings["labels"].At, "`labels` have no meaning by replicas, where the service selects every deployment", "remove them, or write by: selector");
        }
        else if (settings.IsThere)
        {
            if (!settings["labels"].IsThere)
                check.Add(settings.At, "`kubernetes` lacks `labels`, by which the service's selector tells one colour from the other", "add labels: { api-blue: \"color=blue\", api-green: \"color=green\" }, or by: replicas");
            if (settings["replicas"].IsThere)
                check.Add(settings["replicas"].At, "`replicas` has no meaning by selector", "remove it, or write by: replicas");
        }
    }

    public override Traffic Create(TargetSettings settings, IReadOnlyList<string> units, RolloutContext context)
    {
        var service = KubernetesAccess.Named(settings["service"] ?? throw new ArgumentException("the traffic kubernetes lacks its service"), "a service");
        var access = new KubernetesAccess(settings, context);
        if (settings["by"] == "replicas")
            return new KubernetesReplicaTraffic(access, service, units, settings.Count("replicas"));
        var labels = settings.Map("labels");
        if (units.Where(u => !labels.ContainsKey(u)).ToList() is [_, ..] without)
            throw new ArgumentException($"the traffic kubernetes has no labels for {string.Join(", ", without)}");
        return new KubernetesSelectorTraffic(access, service, units.ToDictionary(u => u, u => Labels(u, labels[u]), StringComparer.Ordinal));
    }

    private static IReadOnlyDictionary<string, string> Labels(string unit, string text)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
            if (part.Split('=') is not [{ Length: > 0 } name, { Length: > 0 } value] || !labels.TryAdd(name, value))
                throw new ArgumentException($"the labels of {unit}, `{text}`, can't be read: write name=value, several with a comma between");
        return labels;
    }
}
