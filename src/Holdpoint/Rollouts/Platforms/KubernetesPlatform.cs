using System.Text.Json;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>
/// Deployments of a Kubernetes cluster. A unit's <see cref="UnitState.Pin"/> is the image and the hash of the pod template: a revision's number
/// changes when one goes back to it, the hash does not.
/// </summary>
/// <param name="container">Null: the only one of a pod, or the one that is called as its deployment.</param>
/// <param name="image">Without its tag, <c>{unit}</c> in it; null: the image of now.</param>
internal sealed class KubernetesPlatform(KubernetesAccess access, IReadOnlyList<string> units, string? container, string? image) : Platform
{
    /// <summary>Looks in which a new template may be without its replica set, and the time between two of them.</summary>
    private const int Looks = 6;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    public override IReadOnlyList<string> Units => units;

    public override async Task<IReadOnlyDictionary<string, UnitState>> LookAsync(CancellationToken cancel)
    {
        var found = await FindAsync(cancel);
        for (var look = 1; found.Values.FirstOrDefault(d => d.IsInTheMaking) is { } young; look++, found = await FindAsync(cancel))
        {
            // Recorded without its hash, it could not be told from another template with this image.
            if (look == Looks)
                throw new Unreachable($"the deployment {young.Name} has no replica set for its newest template: is the cluster's controller manager running?");
            await Task.Delay(Between, access.Time, cancel);
        }

        var pods = found.Values.Any(d => d.Replicas > 0 && !d.IsReady) ? await access.GetAsync(["pods"], cancel) : [];
        return units.ToDictionary(u => u, u => found.GetValueOrDefault(u)?.State(pods) ?? UnitState.Nothing(NoSuch(u)) with { Lost = NoSuch(u) }, StringComparer.Ordinal);
    }

    public override IReadOnlyList<RolloutStep> Prepare(IReadOnlyList<string> wanted, string version) =>
        [new RolloutStep.Do($"look whether {Moves.Words(wanted)} can be changed", cancel => CanChangeAsync(wanted, version, cancel))];

    public override Command Run(IReadOnlyList<string> wanted, Release release) => access.Script(KubernetesScripts.Run, [.. wanted.SelectMany(unit => Arguments(unit, release))]);

    public override Command Stop(IReadOnlyList<string> wanted) => access.Script(KubernetesScripts.Stop, wanted);

    private IEnumerable<string> Arguments(string unit, Release release)
    {
        var version = release.VersionOf(unit);
        return release.Pins.TryGetValue(unit, out var pin) && pin.Split(' ') is [var before, .. var hash]
            ? [unit, container ?? "", before, "", hash.FirstOrDefault() ?? "", $"holdpoint: back to {version}"]
            : [unit, container ?? "", image is null ? "" : ImageVersion.With(image.Replace("{unit}", unit, StringComparison.Ordinal), version), version, "", $"holdpoint: {version}"];
    }

    private async Task<Dictionary<string, KubernetesDeployment>> FindAsync(CancellationToken cancel) => Of(await access.GetAsync(["deployments,replicasets"], cancel));

    private Dictionary<string, KubernetesDeployment> Of(IReadOnlyList<JsonElement> objects) => objects
        .Where(o => o.Text("kind") == "Deployment" && units.Contains(o.Text("metadata", "name")))
        .Select(o => new KubernetesDeployment(o, container, objects))
        .ToDictionary(d => d.Name, StringComparer.Ordinal);

    private async Task<Verdict> CanChangeAsync(IReadOnlyList<string> wanted, string version, CancellationToken cancel)
    {
        if (!ImageVersion.CanBe(version))
            return new Verdict.Failed("a version that can be an image's tag: letters, digits, '_', '.' and '-', or sha256: and 64 digits", $"the version is {version}");
        var objects = await access.GetAsync(["deployments,replicasets,pods"], cancel);
        var found = Of(objects);
        var pods = objects.Where(o => o.Text("kind") == "Pod").ToList();
        var seen = new List<string>();
        foreach (var unit in wanted)
        {
            if (found.GetValueOrDefault(unit) is not { } deployment)
                return new Verdict.Failed($"the deployment {unit}", NoSuch(unit));
            if (deployment.IsPaused)
                return new Verdict.Failed($"{unit} rolls out what it gets", $"it is paused: kubectl rollout resume deployment/{unit}");
            // By its name, for a role may name the objects that it is about.
            var answer = await access.AskAsync(["auth", "can-i", "patch", $"deployments/{unit}"], cancel);
            if (answer.Output.StartsWith("no", StringComparison.Ordinal))
                return new Verdict.Failed($"the right to patch the deployment {unit}", $"kubectl auth can-i says no {access.Place}");
            if (answer.Exit != 0)
                throw new Unreachable(answer.Refusal.Message);
            seen.Add($"{unit} has {string.Join(", ", [deployment.Image, .. deployment.Digests(pods)])}");
        }

        return new Verdict.Passed(string.Join("; ", seen));
    }

    private string NoSuch(string unit) => $"there is no deployment {unit} {access.Place}";
}
