using System.Text.Json;
using Holdpoint.Probes;
using Holdpoint.Probes.Kubernetes;

namespace Holdpoint.Tests.Probes;

/// <summary>Objects as an API server writes them, and how much of them is ready.</summary>
public sealed class KubernetesReadinessTests
{
    [Theory]
    [InlineData("""{"kind": "Deployment", "spec": {"replicas": 3}, "status": {"replicas": 4, "updatedReplicas": 3, "availableReplicas": 3}}""", 3, 4, "1 old replicas are still to end")]
    [InlineData("""{"kind": "Deployment", "spec": {"replicas": 3}, "status": {}}""", 0, 3, "0 of 3 replicas are updated")]
    [InlineData("""{"kind": "Deployment", "spec": {}, "status": {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}}""", 1, 1, "")]
    [InlineData("""{"kind": "Deployment", "spec": {"replicas": 1}, "status": {"replicas": 2, "updatedReplicas": 1, "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]}}""", 0, 2, "the rollout exceeded its progress deadline")]
    [InlineData("""{"kind": "StatefulSet", "spec": {"replicas": 3}, "status": {"readyReplicas": 3, "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b"}}""", 1, 3, "1 of 3 replicas are updated")]
    [InlineData("""{"kind": "StatefulSet", "spec": {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 2}}}, "status": {"readyReplicas": 3, "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b"}}""", 3, 3, "")]
    [InlineData("""{"kind": "StatefulSet", "spec": {"replicas": 3}, "status": {"readyReplicas": 2, "currentRevision": "b", "updateRevision": "b"}}""", 2, 3, "2 of 3 replicas are ready")]
    [InlineData("""{"kind": "DaemonSet", "status": {"desiredNumberScheduled": 4, "updatedNumberScheduled": 4, "numberAvailable": 3}}""", 3, 4, "3 of 4 pods are available")]
    [InlineData("""{"kind": "DaemonSet", "spec": {"updateStrategy": {"type": "OnDelete"}}, "status": {"desiredNumberScheduled": 4, "updatedNumberScheduled": 1, "numberAvailable": 4}}""", 4, 4, "")]
    [InlineData("""{"kind": "DaemonSet", "metadata": {"generation": 3}, "status": {"observedGeneration": 2, "desiredNumberScheduled": 4, "updatedNumberScheduled": 4, "numberAvailable": 4}}""", 0, 4, "the controller has not seen the newest specification yet")]
    [InlineData("""{"kind": "ReplicaSet", "spec": {"replicas": 0}, "status": {}}""", 0, 0, "")]
    [InlineData("""{"kind": "Job", "status": {"active": 1}}""", 0, 1, "not complete yet")]
    [InlineData("""{"kind": "Job", "status": {"conditions": [{"type": "Complete", "status": "True"}]}}""", 1, 1, "")]
    [InlineData("""{"kind": "Job", "status": {"conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}}""", 0, 1, "failed: BackoffLimitExceeded")]
    [InlineData("""{"kind": "Pod", "status": {"phase": "Succeeded"}}""", 1, 1, "")]
    [InlineData("""{"kind": "Pod", "status": {"phase": "Pending"}}""", 0, 1, "Pending")]
    [InlineData("""{"kind": "Pod", "status": {"phase": "Failed", "reason": "Evicted"}}""", 0, 1, "Evicted")]
    [InlineData("""{"kind": "Pod", "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}], "containerStatuses": [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}}""", 0, 1, "CrashLoopBackOff")]
    [InlineData("""{"kind": "Pod", "metadata": {"deletionTimestamp": "2026-03-01T12:00:00Z"}, "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}""", 0, 1, "terminating")]
    [InlineData("""{"kind": "Node", "status": {}}""", 0, 1, "not ready: it says nothing")]
    [InlineData("""{"kind": "Certificate", "status": {"conditions": [{"type": "Ready", "status": "False", "message": "the order has expired"}]}}""", 0, 1, "the order has expired")]
    public void An_object_is_as_ready_as_its_controller_says(string json, long ready, long total, string why)
    {
        var row = KubernetesReadiness.Of(Parse(json));

        Assert.Equal((ready, total, why), (row.Ready, row.Total, row.Why));
    }

    [Fact]
    public void A_kind_that_says_nothing_of_itself_has_no_readiness() =>
        Assert.Contains("kind Secret does not say", Assert.Throws<Unanswered>(() => KubernetesReadiness.Of(Parse("""{"kind": "Secret"}"""))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("250m", 0.25), InlineData("1500000n", 0.0015), InlineData("12u", 0.000012), InlineData("2", 2), InlineData("1.5", 1.5), InlineData("1e3", 1000), InlineData("2E", 2e18)]
    [InlineData("512Ki", 524288), InlineData("1.5Gi", 1610612736), InlineData("100k", 100000), InlineData("3M", 3000000)]
    public void An_amount_is_read_with_its_suffix(string text, double amount) => Assert.Equal(amount, KubernetesQuantity.Parse(text)!.Value, amount * 1e-12);

    [Theory]
    [InlineData(null), InlineData(""), InlineData("much"), InlineData("12Q"), InlineData("Ki")]
    public void What_is_no_amount_is_none(string? text) => Assert.Null(KubernetesQuantity.Parse(text));

    [Theory]
    [InlineData("""{"matchLabels": {"app": "api"}}""", true)]
    [InlineData("""{"matchLabels": {"app": "api", "tier": "front"}}""", false)]
    [InlineData("""{"app": "api"}""", true)]
    [InlineData("""{"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "api"]}, {"key": "debug", "operator": "DoesNotExist"}]}""", true)]
    [InlineData("""{"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["api"]}]}""", false)]
    [InlineData("""{"matchExpressions": [{"key": "tier", "operator": "Exists"}]}""", false)]
    [InlineData("{}", false)]
    public void A_pod_is_a_workload_s_by_its_labels(string selector, bool matches) =>
        Assert.Equal(matches, new LabelSelector(Parse(selector)).Matches(Parse("""{"metadata": {"labels": {"app": "api"}}}""")));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
