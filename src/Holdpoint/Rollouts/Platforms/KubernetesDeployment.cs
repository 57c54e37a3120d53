using System.Text.Json;
using System.Text.Json.Nodes;
using Holdpoint.Probes;
using Holdpoint.Probes.Kubernetes;

namespace Holdpoint.Rollouts;

/// <summary>A deployment and its replica sets, as the API tells of them (apps/v1).</summary>
internal sealed class KubernetesDeployment
{
    private const string Revision = "deployment.kubernetes.io/revision";
    private const string HashLabel = "pod-template-hash";

    /// <summary>Why a container waits for something that waiting does not bring. A single crash may be a start in the wrong order, so a loop counts from its second.</summary>
    private static readonly HashSet<string> Hopeless = ["ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError", "CrashLoopBackOff"];

    private readonly JsonElement _it;
    private readonly KubernetesReadiness _readiness;

    /// <param name="container">Null: the only one, or the one that is called as the deployment.</param>
    /// <exception cref="Unreachable">Which container is meant can't be told, or what is told has another form.</exception>
    public KubernetesDeployment(JsonElement it, string? container, IReadOnlyList<JsonElement> objects)
    {
        _it = it;
        Name = it.Text("metadata", "name") ?? throw new Unreachable("kubectl answers with a deployment that has no name");
        _readiness = KubernetesReadiness.Of(it);
        Container = ContainerOf(container);
        Image = Containers.First(c => c.Text("name") == Container).Text("image") ?? throw new Unreachable($"the container {Container} of the deployment {Name} has no image");
        Hash = HashOf([.. objects.Where(o => o.Text("kind") == "ReplicaSet" && o.List("metadata", "ownerReferences").Any(r => r.Text("kind") == "Deployment" && r.Text("name") == Name))]);
    }

    public string Name { get; }

    public string Container { get; }

    public string Image { get; }

    /// <summary>Of the pod template, which is the label of its replica set and pods; null: the controller has not made that replica set yet.</summary>
    public string? Hash { get; }

    public bool IsPaused => _it.Truth("spec", "paused") == true;

    /// <summary>How many are wanted.</summary>
    public long Replicas => _it.Whole("spec", "replicas") ?? 1;

    public bool IsReady => _readiness.Ready == _readiness.Total;

    /// <summary>A new template was written and is not yet known by its hash: for a moment only.</summary>
    public bool IsInTheMaking => Hash is null && Replicas > 0 && !IsPaused;

    private IEnumerable<JsonElement> Containers => _it.List("spec", "template", "spec", "containers");

    private bool IsObserved => (_it.Whole("status", "observedGeneration") ?? 0) >= (_it.Whole("metadata", "generation") ?? 0);

    /// <param name="pods">Of the namespace; looked at for reasons.</param>
    public UnitState State(IReadOnlyList<JsonElement> pods)
    {
        if (Replicas == 0)
            return UnitState.Nothing(_it.Whole("status", "replicas") is > 0 and var left ? $"scaled to 0, {left} pods are still ending" : "scaled to 0");
        var pin = Hash is null ? Image : $"{Image} {Hash}";
        if (IsReady)
            return new(ImageVersion.Of(Image), pin, true, $"{_readiness.Ready}/{_readiness.Total} replicas available");
        var mine = pods.Where(p => Hash is not null && p.Text("metadata", "labels", HashLabel) == Hash).ToList();
        var reasons = mine.SelectMany(Reasons).ToList();
        var failure = Condition("ReplicaFailure") is { } failed && failed.Text("status") == "True" ? failed.Text("message") : null;
        var why = reasons.Select(r => r.Words).FirstOrDefault() ?? failure;
        return new(ImageVersion.Of(Image), pin, false, why is null ? _readiness.Why : $"{_readiness.Why}: {why}") { Lost = Lost(reasons.FirstOrDefault(r => r.IsHopeless).Words, why) };
    }

    /// <summary>Digests of the container's image as its pods tell them.</summary>
    public IEnumerable<string> Digests(IReadOnlyList<JsonElement> pods) => pods
        .Where(p => Hash is not null && p.Text("metadata", "labels", HashLabel) == Hash)
        .SelectMany(p => p.List("status", "containerStatuses")).Where(c => c.Text("name") == Container)
        .Select(c => c.Text("imageID") ?? "").Where(id => id.Contains("sha256:", StringComparison.Ordinal)).Select(id => id[id.IndexOf("sha256:", StringComparison.Ordinal)..]).Distinct();

    private string? Lost(string? hopeless, string? why)
    {
        if (IsPaused)
            return $"the deployment {Name} is paused, so nothing rolls out: kubectl rollout resume deployment/{Name}";
        if (hopeless is not null)
            return $"{Name}: {hopeless}";
        // What the controller says of progress holds for an older specification as long as it has not seen this one.
        return IsObserved && Condition("Progressing")?.Text("reason") == "ProgressDeadlineExceeded" ? $"the deployment {Name} exceeded its progress deadline{(why is null ? "" : $": {why}")}" : null;
    }

    private static IEnumerable<(string Words, bool IsHopeless)> Reasons(JsonElement pod)
    {
        var name = pod.Text("metadata", "name");
        foreach (var container in pod.List("status", "initContainerStatuses").Concat(pod.List("status", "containerStatuses")))
            if (container.Text("state", "waiting", "reason") is { } reason and not ("ContainerCreating" or "PodInitializing"))
                yield return ($"pod {name}: {reason}{(container.Text("state", "waiting", "message") is { } message ? $": {message}" : "")}",
                    Hopeless.Contains(reason) && (reason != "CrashLoopBackOff" || container.Whole("restartCount") is > 0));
        if (pod.List("status", "conditions").FirstOrDefault(c => c.Text("type") == "PodScheduled" && c.Text("status") == "False") is { ValueKind: JsonValueKind.Object } unscheduled)
            yield return ($"pod {name}: {unscheduled.Text("reason")}: {unscheduled.Text("message")}", false);
    }

    private string ContainerOf(string? wanted)
    {
        var names = Containers.Select(c => c.Text("name") ?? "").ToList();
        return wanted is not null ? names.Contains(wanted) ? wanted : throw new Unreachable($"the deployment {Name} has no container {wanted}, but {string.Join(", ", names)}")
            : names is [var only] ? only
            : names.Contains(Name) ? Name
            : throw new Unreachable($"the deployment {Name} has the containers {string.Join(", ", names)}: say which, container: NAME");
    }

    private string? HashOf(IReadOnlyList<JsonElement> sets)
    {
        var template = Bare(_it);
        var of = sets.FirstOrDefault(s => JsonNode.DeepEquals(Bare(s), template));
        // A template that an older server has written may be told otherwise today; then the controller's own word counts, if it is of this specification.
        if (of.ValueKind == JsonValueKind.Undefined && IsObserved && !IsPaused && _it.Texts("metadata", "annotations").GetValueOrDefault(Revision) is { } revision)
            of = sets.FirstOrDefault(s => s.Texts("metadata", "annotations").GetValueOrDefault(Revision) == revision && s.List("spec", "template", "spec", "containers").Any(c => c.Text("image") == Image));
        return of.ValueKind == JsonValueKind.Undefined ? null : of.Text("metadata", "labels", HashLabel);
    }

    /// <summary>The pod template without the hash of itself.</summary>
    private static JsonNode? Bare(JsonElement owner)
    {
        var template = owner.At("spec", "template") is { } told ? JsonObject.Create(told) : null;
        (template?["metadata"]?["labels"] as JsonObject)?.Remove(HashLabel);
        return template;
    }

    private JsonElement? Condition(string type) => _it.List("status", "conditions").Where(c => c.Text("type") == type).Select(c => (JsonElement?)c).FirstOrDefault();
}
