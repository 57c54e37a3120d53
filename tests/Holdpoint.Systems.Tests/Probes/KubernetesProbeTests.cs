using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>kubernetes: the real kubectl against a stand-in for an API server.</summary>
public sealed class KubernetesProbeTests : ProbeScratch, IAsyncLifetime
{
    private readonly KubernetesApi _api = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        Dispose();
    }

    private RuntimeMark Marks => new(_api.Commands, Root);

    [Fact]
    public async Task A_deployment_is_ready_when_its_rollout_is_finished()
    {
        Deployment("api", replicas: 3, updated: 3, available: 3);
        await Marks.PassesAsync("kubernetes deployment/api");

        Deployment("api", replicas: 3, updated: 1, available: 3);
        Assert.Contains("1 of 3 replicas are updated", await Marks.FailsAsync("kubernetes deployment/api", "ready is 1"), StringComparison.Ordinal);

        Deployment("api", replicas: 3, updated: 3, available: 3, generation: 8);
        Assert.Contains("has not seen the newest", await Marks.FailsAsync("kubernetes deployment/api unready == 0", "unready is 3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_deployments_of_a_namespace_are_counted_together()
    {
        Deployment("api", replicas: 3, updated: 3, available: 3);
        Deployment("web", replicas: 2, updated: 2, available: 1);
        Deployment("other", replicas: 1, updated: 1, available: 1, space: "blog");

        await Marks.FailsAsync("kubernetes deployments", "ready is 4");
        await Marks.PassesAsync("kubernetes deployments namespace=blog total == 1 and unready == 0");
        await Marks.UnknownAsync("kubernetes deployments namespace=empty", "0");
    }

    [Fact]
    public async Task Restarts_and_usage_are_those_of_a_workload_s_own_pods()
    {
        Deployment("api", replicas: 2, updated: 2, available: 2);
        Pod("api-1", "api", restarts: 2, cpu: "500m", memory: "256Mi");
        Pod("api-2", "api", restarts: 1, cpu: "500m", memory: "256Mi");
        Pod("web-1", "web", restarts: 50, cpu: null, memory: null);
        PodMetrics("api-1", "100m", "128Mi");
        PodMetrics("api-2", "150000000n", "128Mi");

        await Marks.PassesAsync("kubernetes deployment/api restarts == 3 and cpu_used == 25% and memory_used == 50%");
        await Marks.FailsAsync("kubernetes deployment/api memory_used < 50%", "memory_used is 50%");
        await Marks.UnknownAsync("kubernetes pod/web-1 cpu_used < 50%", "there are no metrics of web-1 yet");
        PodMetrics("web-1", "1", "1Gi");
        await Marks.UnknownAsync("kubernetes pods cpu_used < 50%", "a container of web-1 has no limit of cpu");
    }

    [Fact]
    public async Task Nodes_are_ready_when_they_say_so_and_are_not_cordoned()
    {
        Node("n1", ready: true);
        Node("n2", ready: true);
        NodeMetrics("n1", "1", "2Gi");
        NodeMetrics("n2", "2", "4Gi");
        await Marks.PassesAsync("kubernetes nodes ready >= 2 and cpu_used < 50% and memory_used <= 75%");
        await Marks.UnknownAsync("kubernetes nodes restarts == 0", "nodes don't count restarts");

        Node("n2", ready: true, cordoned: true);
        Assert.Contains("cordoned", await Marks.FailsAsync("kubernetes nodes", "ready is 1"), StringComparison.Ordinal);
        Node("n2", ready: false);
        Assert.Contains("KubeletNotReady", await Marks.FailsAsync("kubernetes node/n2", "ready is 0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_metrics_api_usage_is_unknown_and_the_rest_is_not()
    {
        Node("n1", ready: true);
        _api.Before = (_, path) => path.StartsWith("/apis/metrics", StringComparison.Ordinal) ? KubernetesApi.Failure(404, "NotFound", "the server could not find the requested resource") : null;

        await Marks.UnknownAsync("kubernetes nodes cpu_used < 80%", "the cluster serves no metrics: it needs metrics-server");
        await Marks.PassesAsync("kubernetes nodes");
    }

    [Fact]
    public async Task What_is_not_there_is_unknown_in_kubectl_s_words()
    {
        await Marks.UnknownAsync("kubernetes deployment/nope", "deployments.apps \"nope\" not found");
        await Marks.UnknownAsync("kubernetes gadget/nope", "doesn't have a resource type \"gadget\"");
        _api.Put("""{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}}""");
        await Marks.UnknownAsync("kubernetes configmap/settings", "an object of kind ConfigMap does not say whether it is ready");
    }

    [Fact]
    public async Task A_cluster_is_found_by_the_configuration_or_named_as_missing()
    {
        Deployment("api", replicas: 1, updated: 1, available: 1, space: "blog");
        File.Copy(_api.Kubeconfig, At("cluster.yaml"));
        var marks = new RuntimeMark(new CommandsWithEnvironment(_api.Commands, new Dictionary<string, string?> { ["KUBECONFIG"] = At("nowhere") }), Root)
        {
            Clusters = { ["main"] = new() { ["kubeconfig"] = "cluster.yaml", ["context"] = "test", ["namespace"] = "blog" }, ["lost"] = new() { ["kubeconfig"] = "cluster.yaml", ["context"] = "typo" } },
        };

        await marks.PassesAsync("kubernetes deployment/api cluster=main");
        await marks.UnknownAsync("kubernetes deployment/api cluster=main namespace=shop", "not found");
        await marks.UnknownAsync("kubernetes deployment/api cluster=lost", "typo");
        await marks.UnknownAsync("kubernetes deployment/api cluster=other", "there is no kubernetes server `other`");
    }

    [Fact]
    public async Task A_server_that_refuses_forbids_hangs_or_talks_garbage_is_unknown()
    {
        await Marks.PassesAsync("kubernetes pods total == 0");

        _api.Before = (_, path) => path.Contains("/pods", StringComparison.Ordinal) ? KubernetesApi.Failure(403, "Forbidden", "pods is forbidden: User \"ana\" cannot list resource \"pods\"") : null;
        await Marks.UnknownAsync("kubernetes pods", "User \"ana\" cannot list resource \"pods\"");

        _api.Before = (_, path) => path.Contains("/pods", StringComparison.Ordinal) ? new(200, "{\"kind\": \"PodList\", \"items\": [") : null;
        await Marks.UnknownAsync("kubernetes pods", "kubectl get ended with 1");

        _api.Before = (_, path) => path.Contains("/pods", StringComparison.Ordinal) ? new(200, "", Hangs: true) : null;
        await Marks.UnknownAsync("kubernetes pods timeout 3s", "");

        var nobody = new CommandsWithEnvironment(_api.Commands, new Dictionary<string, string?> { ["KUBECONFIG"] = At("gone") });
        await File.WriteAllTextAsync(At("gone"), (await File.ReadAllTextAsync(_api.Kubeconfig, Cancel)).Replace(_api.Url, "http://127.0.0.1:1", StringComparison.Ordinal), Cancel);
        await new RuntimeMark(nobody, Root).UnknownAsync("kubernetes pods", "refused");
    }

    [Fact]
    public async Task Without_kubectl_the_mend_is_told()
    {
        var without = new CommandsWithEnvironment(new CommandRunner(TimeProvider.System), new Dictionary<string, string?> { ["PATH"] = Root });

        await new RuntimeMark(without, Root).UnknownAsync("kubernetes pods", "install it (https://kubernetes.io/docs/tasks/tools/)");
    }

    private void Deployment(string name, int replicas, int updated, int available, int generation = 7, string space = "shop") => _api.Put($$$"""
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "{{{name}}}", "namespace": "{{{space}}}", "generation": {{{generation}}}},
         "spec": {"replicas": {{{replicas}}}, "selector": {"matchLabels": {"app": "{{{name}}}"}, "matchExpressions": [{"key": "role", "operator": "NotIn", "values": ["debug"]}]}},
         "status": {"observedGeneration": 7, "replicas": {{{replicas}}}, "updatedReplicas": {{{updated}}}, "availableReplicas": {{{available}}}, "readyReplicas": {{{available}}} } }
        """);

    private void Pod(string name, string app, int restarts, string? cpu, string? memory)
    {
        var limits = cpu is null ? "{}" : $$"""{"limits": {"cpu": "{{cpu}}", "memory": "{{memory}}"} }""";
        _api.Put($$$"""
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "{{{name}}}", "labels": {"app": "{{{app}}}"}},
             "spec": {"containers": [{"name": "c", "resources": {{{limits}}} }]},
             "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}], "containerStatuses": [{"name": "c", "restartCount": {{{restarts}}}, "state": {"running": {} }}]} }
            """);
    }

    private void PodMetrics(string name, string cpu, string memory) => _api.Put($$$"""
        {"apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics", "metadata": {"name": "{{{name}}}"}, "containers": [{"name": "c", "usage": {"cpu": "{{{cpu}}}", "memory": "{{{memory}}}"}}]}
        """);

    private void Node(string name, bool ready, bool cordoned = false) => _api.Put($$$"""
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "{{{name}}}"}, "spec": {"unschedulable": {{{(cordoned ? "true" : "false")}}} },
         "status": {"allocatable": {"cpu": "4", "memory": "4Gi"}, "conditions": [{"type": "Ready", "status": "{{{(ready ? "True" : "False")}}}", "reason": "{{{(ready ? "KubeletReady" : "KubeletNotReady")}}}"}]}}
        """);

    private void NodeMetrics(string name, string cpu, string memory) => _api.Put($$$"""
        {"apiVersion": "metrics.k8s.io/v1beta1", "kind": "NodeMetrics", "metadata": {"name": "{{{name}}}"}, "usage": {"cpu": "{{{cpu}}}", "memory": "{{{memory}}}"}}
        """);
}
