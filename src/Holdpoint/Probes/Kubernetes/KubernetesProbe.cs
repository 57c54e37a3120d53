using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Kubernetes;

/// <summary>Objects of a Kubernetes cluster: how many of their replicas are ready, and what they use.</summary>
public sealed class KubernetesProbe : AskingProbe
{
    public override Signature Signature { get; } = new("kubernetes", "Workloads, pods, jobs or nodes of a Kubernetes cluster.")
    {
        Arguments = [new("RESOURCE", "deployment/api, statefulset/db, daemonset/agent, job/migrate, pod/api-0, node/n1; or all of a kind: deployments, pods, nodes. Other kinds by their condition Ready or Available.")],
        Options = KubernetesCluster.Options,
        Facts =
        [
            new("ready", Dimension.Count, "Replicas of the newest specification that are available; pods that are ready or have succeeded; jobs that are complete; nodes that are ready and not cordoned."),
            new("unready", Dimension.Count, "The others, also replicas that a rollout has not updated or not ended yet."),
            new("total", Dimension.Count, "Both together."),
            new("restarts", Dimension.Count, "Restarts of the containers of their pods; unknown for nodes."),
            new("cpu_used", Dimension.Ratio, "Processor time of them all, of the limits of their containers; of nodes: of what can be allocated. Unknown without metrics or limits."),
            new("memory_used", Dimension.Ratio, "Memory of them all, likewise."),
        ],
        DefaultCondition = "ready == total",
        AlsoCalled = ["k8s", "kubectl"],
        Example = "kubernetes deployment/api cluster=main namespace=shop restarts == 0 within 2m",
        Needs = "kubectl; for cpu_used and memory_used the cluster's metrics API (metrics-server)",
        OnHosts = true,
        StandIn = "an API server in the tests, asked by the real kubectl",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var cluster = new KubernetesCluster(call, cancel);
        var objects = await cluster.GetAsync(call.Arguments[0]);
        var rows = objects.Select(KubernetesReadiness.Of).ToList();
        var (ready, total) = (rows.Sum(r => r.Ready), rows.Sum(r => r.Total));
        List<(string, Value)> facts = [("ready", Value.Count(ready)), ("unready", Value.Count(total - ready)), ("total", Value.Count(total))];
        string[] dear = ["restarts", "cpu_used", "memory_used"];
        if (dear.Any(call.Wants))
            facts.AddRange(objects.Count > 0 ? await UsageAsync(cluster, call, objects) : dear.Select(d => (d, (Value)new Value.Unknown($"there are no {call.Arguments[0]} in this namespace"))));
        return Reading.Of([.. facts]) with { Evidence = [Evidence.OfText("objects.txt", Describe(rows))] };
    }

    private static async Task<IEnumerable<(string, Value)>> UsageAsync(KubernetesCluster cluster, ProbeCall call, IReadOnlyList<JsonElement> objects)
    {
        var areNodes = objects.All(o => o.Text("kind") == "Node");
        var holders = areNodes ? objects : await PodsOfAsync(cluster, objects);
        var facts = new List<(string, Value)> { ("restarts", areNodes ? new Value.Unknown("nodes don't count restarts: ask their pods") : Value.Count(holders.Sum(Restarts))) };
        if (!call.Wants("cpu_used") && !call.Wants("memory_used"))
            return facts;
        // What has ended uses nothing and is measured by nobody.
        var usage = await KubernetesUsage.MeasureAsync(cluster, [.. holders.Where(h => h.Text("status", "phase") is null or "Running")], areNodes);
        return [.. facts, ("cpu_used", usage.Share("cpu")), ("memory_used", usage.Share("memory"))];
    }

    private static async Task<IReadOnlyList<JsonElement>> PodsOfAsync(KubernetesCluster cluster, IReadOnlyList<JsonElement> objects)
    {
        if (objects.All(o => o.Text("kind") == "Pod"))
            return objects;
        var selectors = objects.Select(o => o.At("spec", "selector") is { } selector ? new LabelSelector(selector) : throw new Unanswered($"an object of kind {o.Text("kind")} does not say which pods are its own")).ToList();
        return [.. (await cluster.GetAsync("pods")).Where(p => selectors.Any(s => s.Matches(p)))];
    }

    private static long Restarts(JsonElement pod) => pod.List("status", "containerStatuses").Sum(c => c.Whole("restartCount") ?? 0);

    private static string Describe(IReadOnlyList<KubernetesReadiness> rows) => rows.Count == 0
        ? "There is no such object in this namespace.\n"
        : EvidenceTable.Of(["KIND", "NAME", "READY", "WHY NOT"], rows.Select(r => new[] { r.Kind, r.Name, $"{r.Ready}/{r.Total}", r.Why }));
}
