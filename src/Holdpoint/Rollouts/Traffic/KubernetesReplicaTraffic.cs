using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Kubernetes;

namespace Holdpoint.Rollouts;

/// <summary>
/// One service in front of several deployments: each gets the share of its ready replicas, because a service sends to every ready pod alike.
/// A deployment that runs has at least one, so nothing can be tried here without users, and an autoscaler must not work on these deployments.
/// </summary>
/// <param name="total">Replicas of all of them together; null: what one of them has where it runs alone.</param>
internal sealed class KubernetesReplicaTraffic(KubernetesAccess access, string service, IReadOnlyList<string> units, int? total) : Traffic
{
    /// <summary>Replicas of all deployments together, on each of them while several run.</summary>
    private const string TotalReplicas = "holdpoint/replicas-together";

    /// <summary>How long replicas that are to take over may need until they are ready: 5 min.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    public override async Task<IReadOnlyDictionary<string, UnitTraffic>> LookAsync(CancellationToken cancel)
    {
        var sides = await SidesAsync(cancel);
        var ready = sides.Values.Sum(s => s.Ready);
        return sides.ToDictionary(s => s.Key, s => new UnitTraffic(ready == 0 ? 0 : (double)s.Value.Ready / ready, null), StringComparer.Ordinal);
    }

    /// <summary>With the replicas that were there before they were withdrawn.</summary>
    public override async Task<Verdict> AdmitAsync(IReadOnlyList<string> admitted, CancellationToken cancel)
    {
        var sides = await SidesAsync(cancel);
        var wanted = admitted.ToDictionary(u => u, u => sides[u] is { Replicas: > 0 } side ? side.Replicas : Math.Max(1, sides[u].Kept ?? 1), StringComparer.Ordinal);
        foreach (var unit in admitted.Where(u => sides[u].Replicas == 0))
            await ScaleAsync(unit, wanted[unit], new() { [KubernetesAccess.KeptReplicas] = null }, cancel);
        return await UntilReadyAsync(wanted, cancel) ?? new Verdict.Passed(await WordsAsync(cancel));
    }

    public override async Task<Verdict> WithdrawAsync(IReadOnlyList<string> withdrawn, TimeSpan drain, CancellationToken cancel)
    {
        var sides = await SidesAsync(cancel);
        foreach (var unit in withdrawn.Where(u => sides[u].Replicas > 0))
            await ScaleAsync(unit, 0, new() { [KubernetesAccess.KeptReplicas] = Text(sides[unit].Replicas) }, cancel);
        var began = access.Time.GetTimestamp();
        while (true)
        {
            sides = await SidesAsync(cancel);
            var left = withdrawn.Sum(u => sides[u].Pods);
            if (left == 0)
                return new Verdict.Passed(Words(sides));
            if (access.Time.GetElapsedTime(began) >= drain)
                return new Verdict.Warned($"{left} {(left == 1 ? "pod" : "pods")} of {Moves.Words(withdrawn)} {(left == 1 ? "is" : "are")} still ending after {Units.Duration(drain)}");
            await Task.Delay(Between, access.Time, cancel);
        }
    }

    public override async Task<Verdict> SplitAsync(IReadOnlyDictionary<string, double> shares, CancellationToken cancel)
    {
        var sides = await SidesAsync(cancel);
        var together = Together(sides);
        var wanted = ReplicaShares.Of(shares, together);
        var staying = wanted.Where(w => w.Value > 0 && w.Value >= sides[w.Key].Replicas).ToDictionary(StringComparer.Ordinal);
        foreach (var (unit, replicas) in staying.Where(w => w.Value > sides[w.Key].Replicas || sides[w.Key].Together != together))
            await ScaleAsync(unit, replicas, new() { [TotalReplicas] = Text(together), [KubernetesAccess.KeptReplicas] = null }, cancel);

        var shrinking = wanted.Keys.Where(u => wanted[u] < sides[u].Replicas).ToList();
        // Somebody has to serve meanwhile: as many as a rolling update of a deployment keeps by default, which is all but a quarter.
        if (shrinking.Count > 0 && await UntilReadyAsync(staying.ToDictionary(w => w.Key, w => w.Value - w.Value / 4, StringComparer.Ordinal), cancel) is { } late)
            return late;
        foreach (var unit in shrinking)
            await ScaleAsync(unit, wanted[unit], wanted[unit] > 0
                ? new() { [TotalReplicas] = Text(together) }
                // When it is run again, one replica is the smallest share that it can begin with.
                : new() { [TotalReplicas] = null, [KubernetesAccess.KeptReplicas] = "1" }, cancel);
        return new Verdict.Passed(Told(wanted, shares));
    }

    /// <summary>A deployment that runs alone has all of them; while several run, they wrote down how many there were.</summary>
    private long Together(IReadOnlyDictionary<string, Side> sides)
    {
        var running = sides.Values.Where(s => s.Replicas > 0).ToList();
        return total ?? (running is [var alone] ? alone.Replicas : running.Select(s => s.Together).FirstOrDefault(t => t is > 0) ?? Math.Max(1, running.Sum(s => s.Replicas)));
    }

    private async Task<Verdict?> UntilReadyAsync(IReadOnlyDictionary<string, long> wanted, CancellationToken cancel)
    {
        var began = access.Time.GetTimestamp();
        while (true)
        {
            var sides = await SidesAsync(cancel);
            if (wanted.FirstOrDefault(w => sides[w.Key].Ready < w.Value) is not { Key: { } unit } late)
                return null;
            if (access.Time.GetElapsedTime(began) > Limit)
                return new Verdict.Failed($"{late.Value} ready replicas of {unit} within {Units.Duration(Limit)}", $"{sides[unit].Ready} are ready");
            await Task.Delay(Between, access.Time, cancel);
        }
    }

    private async Task ScaleAsync(string unit, long replicas, Dictionary<string, string?> annotations, CancellationToken cancel)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject(annotations.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))) },
            ["spec"] = new JsonObject { ["replicas"] = replicas },
        };
        await access.ReadAsync(["patch", $"deployment/{unit}", "--type=merge", $"--patch={patch.ToJsonString()}"], cancel);
    }

    private async Task<IReadOnlyDictionary<string, Side>> SidesAsync(CancellationToken cancel)
    {
        var objects = await access.GetAsync([$"service/{service}", .. units.Select(u => $"deployment/{u}")], cancel);
        var selector = objects.Where(o => o.Text("kind") == "Service").Select(o => o.Texts("spec", "selector")).FirstOrDefault() ?? throw new Unreachable($"kubectl answers without the service {service}");
        var deployments = objects.Where(o => o.Text("kind") == "Deployment").ToDictionary(o => o.Text("metadata", "name") ?? "", StringComparer.Ordinal);
        return units.ToDictionary(u => u, u => Side.Of(deployments.GetValueOrDefault(u), u, service, selector), StringComparer.Ordinal);
    }

    private async Task<string> WordsAsync(CancellationToken cancel) => Words(await SidesAsync(cancel));

    private static string Words(IReadOnlyDictionary<string, Side> sides) => string.Join(", ", sides.Select(s => $"{s.Key} {s.Value.Ready}")) + " ready";

    /// <summary>The real shares: what was wanted can be less than one replica.</summary>
    private static string Told(IReadOnlyDictionary<string, long> replicas, IReadOnlyDictionary<string, double> shares)
    {
        var all = replicas.Values.Sum();
        return string.Join(", ", replicas.Select(r =>
        {
            var real = (double)r.Value / all;
            return $"{r.Key} {r.Value} of {all} replicas, {Units.Ratio(real)}{(Math.Abs(real - shares[r.Key]) < 0.0005 ? "" : $" for {Units.Ratio(shares[r.Key])}")}";
        }));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <param name="Replicas">Wanted.</param>
    /// <param name="Pods">That are there, ready or not.</param>
    /// <param name="Kept">Before it was scaled to 0.</param>
    /// <param name="Together">Of all deployments.</param>
    private sealed record Side(long Replicas, long Ready, long Pods, long? Kept, long? Together)
    {
        public static Side Of(JsonElement deployment, string name, string service, IReadOnlyDictionary<string, string> selector)
        {
            if (deployment.ValueKind != JsonValueKind.Object)
                throw new Unreachable($"kubectl answers without the deployment {name}");
            var labels = deployment.Texts("spec", "template", "metadata", "labels");
            if (selector.Count == 0 || selector.Any(s => labels.GetValueOrDefault(s.Key) != s.Value))
                throw new Unreachable($"the service {service} does not select the pods of {name}: by replicas it has to select those of every deployment");
            var annotations = deployment.Texts("metadata", "annotations");
            return new(deployment.Whole("spec", "replicas") ?? 1, deployment.Whole("status", "readyReplicas") ?? 0, deployment.Whole("status", "replicas") ?? 0,
                Number(annotations.GetValueOrDefault(KubernetesAccess.KeptReplicas)), Number(annotations.GetValueOrDefault(TotalReplicas)));
        }

        private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
