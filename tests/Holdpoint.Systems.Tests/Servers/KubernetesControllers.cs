using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// What a cluster does with deployments, in short: revisions and replica sets, a rolling update with a surge, pods that run after a moment, and the status
/// of all of them, as https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ has it. One step does a little of everything.
/// </summary>
/// <param name="trouble">By image: why a container of it never runs; null: it does.</param>
/// <param name="patience">Steps without progress until the deadline is said to be exceeded.</param>
internal sealed class KubernetesControllers(KubernetesStore store, Func<string, string?> trouble, int patience)
{
    private const string Revision = "deployment.kubernetes.io/revision";
    private const string Hash = "pod-template-hash";
    private const int StepsToReady = 4;

    private readonly Dictionary<string, int> _ages = [];
    private readonly Dictionary<string, (string Progress, int Steps)> _progress = [];
    private int _pods;

    public void Step()
    {
        foreach (var deployment in store.All("Deployment"))
            Deploy(deployment);
        foreach (var set in store.All("ReplicaSet"))
            Fill(set);
        foreach (var pod in store.All("Pod").Where(p => OwnerOf(p) is not null))
            Live(pod);
    }

    private void Deploy(JsonObject deployment)
    {
        var wanted = (int?)deployment["spec"]!["replicas"] ?? 1;
        var sets = store.All("ReplicaSet").Where(s => OwnerOf(s) == Uid(deployment)).ToList();
        var current = sets.FirstOrDefault(s => JsonNode.DeepEquals(Bare(s["spec"]!["template"]!), deployment["spec"]!["template"]));
        if ((bool?)deployment["spec"]!["paused"] != true)
            current = Revise(deployment, current, sets);
        if (store.All("Deployment").FirstOrDefault(d => Uid(d) == Uid(deployment)) is not { } now)
            return;
        var old = sets.Where(s => Name(s) != (current is null ? "" : Name(current))).ToList();
        Scale(wanted, current, old);
        Tell(now, wanted, current, old, (long?)deployment["metadata"]!["generation"] ?? 1);
    }

    /// <summary>The replica set of the template of now has the greatest revision, whether it is new or comes again, and the annotations of its deployment.</summary>
    private JsonObject Revise(JsonObject deployment, JsonObject? current, List<JsonObject> sets)
    {
        var newest = sets.Where(s => s != current).Select(RevisionOf).DefaultIfEmpty(0).Max();
        var revision = current is not null && RevisionOf(current) > newest ? RevisionOf(current) : newest + 1;
        var next = current is null ? SetOf(deployment) : (JsonObject)current.DeepClone();
        var annotations = (JsonObject?)deployment["metadata"]!["annotations"]?.DeepClone() ?? [];
        annotations[Revision] = $"{revision}";
        next["metadata"]!["annotations"] = annotations;
        if (current is null)
            current = store.Keep(next);
        else
            store.Replace(current, next);
        var told = (JsonObject)deployment.DeepClone();
        told["metadata"]!["annotations"] = annotations.DeepClone();
        told["metadata"]!["generation"] ??= 1;
        store.Replace(deployment, told);
        return store.All("ReplicaSet").First(s => Uid(s) == Uid(current));
    }

    private static JsonObject SetOf(JsonObject deployment)
    {
        var template = deployment["spec"]!["template"]!.DeepClone();
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(template.ToJsonString())))[..10];
        template["metadata"]!["labels"]![Hash] = hash;
        return new()
        {
            ["apiVersion"] = "apps/v1", ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{Name(deployment)}-{hash}", ["namespace"] = (string)deployment["metadata"]!["namespace"]!, ["uid"] = Guid.NewGuid().ToString(), ["labels"] = template["metadata"]!["labels"]!.DeepClone(),
                ["ownerReferences"] = Owner(deployment),
            },
            ["spec"] = new JsonObject { ["replicas"] = 0, ["selector"] = new JsonObject { ["matchLabels"] = template["metadata"]!["labels"]!.DeepClone() }, ["template"] = template },
        };
    }

    /// <summary>A rolling update: at most a quarter more pods than wanted, rounded up, and a quarter fewer ready ones, rounded down.</summary>
    private void Scale(int wanted, JsonObject? current, List<JsonObject> old)
    {
        if (current is null)
        {
            // Paused: the replica sets of before stay, and take part in what is scaled.
            if (old.MaxBy(RevisionOf) is { } last)
                Resize(last, wanted);
            return;
        }

        var (surge, fewer) = ((wanted + 3) / 4, wanted / 4);
        var sum = old.Sum(ReplicasOf);
        Resize(current, wanted == 0 || ReplicasOf(current) > wanted ? wanted : Math.Max(ReplicasOf(current), Math.Min(wanted, wanted + surge - sum)));
        var spare = PodsOf(current).Count(IsReady) + old.Sum(s => PodsOf(s).Count(IsReady)) - (wanted - fewer);
        foreach (var set in old)
        {
            var ready = PodsOf(set).Count(IsReady);
            var drop = wanted == 0 ? ready : Math.Clamp(spare, 0, ready);
            spare -= drop;
            Resize(set, Math.Min(ReplicasOf(set), ready - drop));
        }
    }

    private void Tell(JsonObject deployment, int wanted, JsonObject? current, List<JsonObject> old, long generation)
    {
        var fresh = current is null ? [] : PodsOf(current);
        var all = fresh.Concat(old.SelectMany(PodsOf)).ToList();
        var (updated, ready) = (fresh.Count, all.Count(IsReady));
        var isDone = updated == wanted && all.Count == wanted && ready == wanted;
        var progress = $"{generation} {updated} {all.Count} {ready}";
        var steps = _progress.TryGetValue(Uid(deployment), out var last) && last.Progress == progress ? last.Steps + 1 : 0;
        _progress[Uid(deployment)] = (progress, steps);
        var isLate = !isDone && steps > patience;
        var it = (JsonObject)deployment.DeepClone();
        it["status"] = new JsonObject
        {
            ["observedGeneration"] = generation, ["replicas"] = all.Count, ["updatedReplicas"] = updated, ["readyReplicas"] = ready, ["availableReplicas"] = ready,
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "Available", ["status"] = ready >= wanted - wanted / 4 ? "True" : "False", ["reason"] = ready >= wanted - wanted / 4 ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable" },
                new JsonObject { ["type"] = "Progressing", ["status"] = isLate ? "False" : "True", ["reason"] = isLate ? "ProgressDeadlineExceeded" : isDone ? "NewReplicaSetAvailable" : "ReplicaSetUpdated" }),
        };
        store.Replace(deployment, it);
    }

    private void Fill(JsonObject set)
    {
        var pods = PodsOf(set);
        foreach (var pod in pods.OrderBy(IsReady).Take(pods.Count - ReplicasOf(set)))
            store.Remove(pod);
        for (var missing = ReplicasOf(set) - pods.Count; missing > 0; missing--)
        {
            var template = set["spec"]!["template"]!;
            store.Keep(new JsonObject
            {
                ["apiVersion"] = "v1", ["kind"] = "Pod",
                ["metadata"] = new JsonObject { ["name"] = $"{Name(set)}-{++_pods:d5}", ["namespace"] = (string)set["metadata"]!["namespace"]!, ["uid"] = Guid.NewGuid().ToString(), ["labels"] = template["metadata"]!["labels"]!.DeepClone(), ["ownerReferences"] = Owner(set) },
                ["spec"] = template["spec"]!.DeepClone(),
                ["status"] = new JsonObject { ["phase"] = "Pending", ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "False" }) },
            });
        }
    }

    private void Live(JsonObject pod)
    {
        var age = _ages[Uid(pod)] = _ages.GetValueOrDefault(Uid(pod)) + 1;
        var statuses = pod["spec"]!["containers"]!.AsArray().Select(c => Container(c!.AsObject(), age)).ToList();
        var isReady = statuses.All(s => (bool)s["ready"]!);
        var it = (JsonObject)pod.DeepClone();
        it["status"] = new JsonObject
        {
            ["phase"] = isReady ? "Running" : "Pending",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = isReady ? "True" : "False" }),
            ["containerStatuses"] = new JsonArray([.. statuses]),
        };
        store.Replace(pod, it);
    }

    private JsonObject Container(JsonObject container, int age)
    {
        var image = (string)container["image"]!;
        var why = age < StepsToReady ? "ContainerCreating" : trouble(image);
        var status = new JsonObject { ["name"] = (string)container["name"]!, ["image"] = image, ["ready"] = why is null, ["restartCount"] = why == "CrashLoopBackOff" ? 2 : 0 };
        if (why is not null)
        {
            status["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = why } };
            if (why == "ImagePullBackOff")
                status["state"]!["waiting"]!["message"] = $"Back-off pulling image \"{image}\"";
            return status;
        }

        status["state"] = new JsonObject { ["running"] = new JsonObject() };
        status["imageID"] = $"{image.Split(':')[0]}@sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(image)))}";
        return status;
    }

    private void Resize(JsonObject set, int replicas)
    {
        if (ReplicasOf(set) == replicas)
            return;
        var it = (JsonObject)set.DeepClone();
        it["spec"]!["replicas"] = replicas;
        store.Replace(set, it);
    }

    private List<JsonObject> PodsOf(JsonObject set) => [.. store.All("Pod").Where(p => OwnerOf(p) == Uid(set))];

    private static bool IsReady(JsonObject pod) => pod["status"]!["conditions"]!.AsArray().Any(c => (string)c!["type"]! == "Ready" && (string)c["status"]! == "True");

    private static int ReplicasOf(JsonObject set) => (int)set["spec"]!["replicas"]!;

    private static int RevisionOf(JsonObject set) => int.Parse((string)set["metadata"]!["annotations"]![Revision]!);

    private static JsonNode Bare(JsonNode template)
    {
        var copy = template.DeepClone();
        copy["metadata"]!["labels"]!.AsObject().Remove(Hash);
        return copy;
    }

    private static JsonArray Owner(JsonObject it) =>
        new(new JsonObject { ["apiVersion"] = (string)it["apiVersion"]!, ["kind"] = (string)it["kind"]!, ["name"] = Name(it), ["uid"] = Uid(it), ["controller"] = true });

    private static string? OwnerOf(JsonObject it) => (string?)it["metadata"]!["ownerReferences"]?[0]?["uid"];

    private static string Name(JsonObject it) => (string)it["metadata"]!["name"]!;

    private static string Uid(JsonObject it) => (string)it["metadata"]!["uid"]!;
}
