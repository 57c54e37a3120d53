using System.Text.Json.Nodes;
using Holdpoint.Rollouts;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Rollouts;

/// <summary>Objects of a cluster as kubectl prints them, and platforms and traffic that ask for them.</summary>
internal sealed class KubectlAnswers
{
    public SteppingTime Time { get; } = new();

    public ScriptedCommands Commands { get; } = new();

    private RolloutContext Context => new()
    {
        Target = "shop", Directory = "/srv/shop", RunFolder = "/tmp/run", Variables = new Dictionary<string, string?> { ["REGION"] = "eu" }, Commands = Commands, Time = Time,
        Server = (string kind, string name, out string because) =>
        {
            because = $"there is no {kind} server `{name}`";
            return name == "main" ? new Dictionary<string, string> { ["context"] = "prod", ["kubeconfig"] = "kube/config", ["namespace"] = "shop" } : null;
        },
    };

    public Platform Platform(params (string Key, string[] Texts)[] settings) => new KubernetesPlatformKind().Create(Settings(settings), Context);

    public Traffic Traffic(IReadOnlyList<string> units, params (string Key, string[] Texts)[] settings) => new KubernetesTrafficKind().Create(Settings(settings), units, Context);

    public async Task<UnitState> LookAsync(Platform platform, string unit) => (await platform.LookAsync(TestContext.Current.CancellationToken))[unit];

    public async Task<string> UnreachableAsync(Platform platform) => (await Assert.ThrowsAsync<Unreachable>(() => platform.LookAsync(TestContext.Current.CancellationToken))).Message;

    public KubectlAnswers Lists(params string[] objects)
    {
        Commands.Exits(0, $$"""{"apiVersion": "v1", "kind": "List", "items": [{{string.Join(",\n", objects)}}]}""");
        return this;
    }

    /// <param name="spec">More of the specification: <c>"paused": true,</c>.</param>
    public static string Deployment(string name, string image, int replicas = 2, int? updated = null, int? available = null, int generation = 3, string spec = "", string conditions = "", string containers = "", string annotations = "") => $$$"""
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "{{{name}}}", "generation": {{{generation}}}, "annotations": {"deployment.kubernetes.io/revision": "4"{{{annotations}}} } },
         "spec": {"replicas": {{{replicas}}}, {{{spec}}} "template": {{{Template(name, image, containers, "")}}} },
         "status": {"observedGeneration": 3, "replicas": {{{replicas}}}, "updatedReplicas": {{{updated ?? replicas}}}, "availableReplicas": {{{available ?? replicas}}}, "readyReplicas": {{{available ?? replicas}}}, "conditions": [{{{conditions}}}]} }
        """;

    public static string ReplicaSet(string owner, string image, string hash, int revision = 4, string containers = "") => $$$"""
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "{{{owner}}}-{{{hash}}}", "labels": {"app": "{{{owner}}}", "pod-template-hash": "{{{hash}}}"}, "annotations": {"deployment.kubernetes.io/revision": "{{{revision}}}"},
          "ownerReferences": [{"kind": "Deployment", "name": "{{{owner}}}"}]},
         "spec": {"template": {{{Template(owner, image, containers, $", \"pod-template-hash\": \"{hash}\"")}}} } }
        """;

    /// <param name="status">Of its container: <c>"state": {"waiting": {"reason": "CrashLoopBackOff"}}</c>.</param>
    public static string Pod(string name, string hash, string status, string conditions = "") => $$$"""
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "{{{name}}}", "labels": {"pod-template-hash": "{{{hash}}}"} }, "status": {"phase": "Pending", "conditions": [{{{conditions}}}], "containerStatuses": [{"name": "app", {{{status}}} }]} }
        """;

    private static string Template(string name, string image, string containers, string label) =>
        JsonNode.Parse($$$"""{"metadata": {"labels": {"app": "{{{name}}}"{{{label}}} } }, "spec": {"containers": [{"name": "app", "image": "{{{image}}}"}{{{containers}}}]} }""")!.ToJsonString();

    private static TargetSettings Settings((string Key, string[] Texts)[] settings) => new(settings.ToDictionary(s => s.Key, s => (IReadOnlyList<string>)s.Texts));
}
