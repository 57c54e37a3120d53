using System.Text.Json;

namespace Holdpoint.Probes.Kubernetes;

/// <summary>How much of an object is ready, by what its controller says of it. The rules for a rollout are those of <c>kubectl rollout status</c>.</summary>
/// <param name="Why">One word or line on what is still to come; empty where all is ready.</param>
internal sealed record KubernetesReadiness(string Kind, string Name, long Ready, long Total, string Why)
{
    /// <exception cref="Unanswered">A kind of which nobody says whether it is ready.</exception>
    public static KubernetesReadiness Of(JsonElement it)
    {
        var kind = it.Text("kind") ?? throw new Unanswered("kubectl answers with an object that has no kind");
        var name = it.Text("metadata", "name") ?? "";
        var (ready, total, why) = kind switch
        {
            "Deployment" => Rollout(it, Deployment(it)),
            "StatefulSet" => Rollout(it, StatefulSet(it)),
            "DaemonSet" => Rollout(it, DaemonSet(it)),
            "ReplicaSet" or "ReplicationController" => Rollout(it, (it.Whole("status", "availableReplicas") ?? 0, it.Whole("spec", "replicas") ?? 1, "replicas are not available yet")),
            "Job" => Job(it),
            "Pod" => Pod(it),
            "Node" => Node(it),
            _ => Other(it, kind),
        };
        return new(kind, name, ready, total, ready < total ? why : "");
    }

    /// <summary>What the controller says holds for an older specification as long as it has not seen this one.</summary>
    private static (long, long, string) Rollout(JsonElement it, (long Ready, long Total, string Why) seen) =>
        (it.Whole("status", "observedGeneration") ?? long.MaxValue) < (it.Whole("metadata", "generation") ?? 0)
            ? (0, seen.Total, "the controller has not seen the newest specification yet")
            : (Math.Clamp(seen.Ready, 0, seen.Total), seen.Total, seen.Why);

    private static (long, long, string) Deployment(JsonElement it)
    {
        var wanted = it.Whole("spec", "replicas") ?? 1;
        var (all, updated, available) = (it.Whole("status", "replicas") ?? 0, it.Whole("status", "updatedReplicas") ?? 0, it.Whole("status", "availableReplicas") ?? 0);
        var why = Condition(it, "Progressing") is { } progress && progress.Text("reason") == "ProgressDeadlineExceeded" ? "the rollout exceeded its progress deadline"
            : updated < wanted ? $"{updated} of {wanted} replicas are updated"
            : all > updated ? $"{all - updated} old replicas are still to end"
            : $"{available} of {updated} updated replicas are available";
        return (Math.Min(updated, available), Math.Max(wanted, all), why);
    }

    private static (long, long, string) StatefulSet(JsonElement it)
    {
        var wanted = it.Whole("spec", "replicas") ?? 1;
        var ready = it.Whole("status", "readyReplicas") ?? 0;
        // A partition holds the lower ordinals at the former revision, on purpose; OnDelete leaves them to people.
        var isRolled = it.Text("spec", "updateStrategy", "type") == "OnDelete" || it.Text("status", "updateRevision") is not { } revision || it.Text("status", "currentRevision") == revision;
        var updated = isRolled ? wanted : (it.Whole("status", "updatedReplicas") ?? 0) + (it.Whole("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0);
        return (Math.Min(ready, updated), wanted, updated < wanted ? $"{updated} of {wanted} replicas are updated" : $"{ready} of {wanted} replicas are ready");
    }

    private static (long, long, string) DaemonSet(JsonElement it)
    {
        var wanted = it.Whole("status", "desiredNumberScheduled") ?? 0;
        var available = it.Whole("status", "numberAvailable") ?? 0;
        var updated = it.Text("spec", "updateStrategy", "type") == "OnDelete" ? wanted : it.Whole("status", "updatedNumberScheduled") ?? 0;
        return (Math.Min(updated, available), wanted, updated < wanted ? $"{updated} of {wanted} pods are updated" : $"{available} of {wanted} pods are available");
    }

    /// <summary>A job is ready when it is done.</summary>
    private static (long, long, string) Job(JsonElement it) =>
        Holds(it, "Complete") ? (1, 1, "") : (0, 1, Condition(it, "Failed") is { } failed && failed.Text("status") == "True" ? $"failed: {failed.Text("reason")}" : "not complete yet");

    private static (long, long, string) Pod(JsonElement it)
    {
        var phase = it.Text("status", "phase") ?? "Unknown";
        if (it.At("metadata", "deletionTimestamp") is not null)
            return (0, 1, "terminating");
        if (phase == "Succeeded")
            return (1, 1, "");
        // What keeps a container from running is the reason that a person looks for first.
        var waiting = it.List("status", "containerStatuses").Select(c => c.Text("state", "waiting", "reason") ?? c.Text("state", "terminated", "reason")).FirstOrDefault(r => r is not null);
        return (phase == "Running" && Holds(it, "Ready") ? 1 : 0, 1, waiting ?? it.Text("status", "reason") ?? (phase == "Running" ? "not ready" : phase));
    }

    private static (long, long, string) Node(JsonElement it) =>
        !Holds(it, "Ready") ? (0, 1, $"not ready: {Condition(it, "Ready")?.Text("reason") ?? "it says nothing"}")
        : it.Truth("spec", "unschedulable") == true ? (0, 1, "cordoned: nothing is scheduled on it")
        : (1, 1, "");

    /// <summary>Other kinds say it by the usual conditions: Ready, or Available.</summary>
    private static (long, long, string) Other(JsonElement it, string kind) =>
        (Condition(it, "Ready") ?? Condition(it, "Available")) is { } condition
            ? Rollout(it, (condition.Text("status") == "True" ? 1 : 0, 1, condition.Text("message") ?? condition.Text("reason") ?? "not ready"))
            : throw new Unanswered($"an object of kind {kind} does not say whether it is ready: it has no condition Ready or Available");

    private static JsonElement? Condition(JsonElement it, string type)
    {
        foreach (var condition in it.List("status", "conditions"))
            if (condition.Text("type") == type)
                return condition;
        return null;
    }

    private static bool Holds(JsonElement it, string type) => Condition(it, type)?.Text("status") == "True";
}
