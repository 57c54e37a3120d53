using System.Text.Json;
using System.Text.Json.Nodes;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Kubernetes;

namespace Holdpoint.Rollouts;

/// <summary>A service whose selector names the colour that gets all of its requests. Deployments with the same labels are of one colour.</summary>
/// <param name="labels">By unit.</param>
internal sealed class KubernetesSelectorTraffic(KubernetesAccess access, string service, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> labels) : Traffic
{
    public override string? WhyNoShares => $"the selector of the service {service} sends everything to one colour; by: replicas can send shares";

    public override async Task<IReadOnlyDictionary<string, UnitTraffic>> LookAsync(CancellationToken cancel)
    {
        var selected = Selected(await SelectorAsync(cancel));
        return labels.Keys.ToDictionary(u => u, u => new UnitTraffic(selected.Contains(u) ? 1.0 / selected.Count : 0, null), StringComparer.Ordinal);
    }

    /// <summary>Units that the service sends to already keep what they get; another colour is switched to.</summary>
    public override async Task<Verdict> AdmitAsync(IReadOnlyList<string> units, CancellationToken cancel)
    {
        var selector = await SelectorAsync(cancel);
        return units.Intersect(Selected(selector)).Any() ? new Verdict.Passed($"the service {service} selects {Words(Colour(selector))}") : await SwitchAsync(units, selector, cancel);
    }

    /// <remarks>Connections can't be counted here. They end with their pods, which are given their grace period when they are stopped.</remarks>
    public override async Task<Verdict> WithdrawAsync(IReadOnlyList<string> units, TimeSpan drain, CancellationToken cancel)
    {
        var selector = await SelectorAsync(cancel);
        var colour = Words(Colour(selector));
        return units.Intersect(Selected(selector)).Any()
            ? new Verdict.Warned($"the service {service} goes on selecting {colour}: its selector can't name nobody")
            : new Verdict.Passed($"the service {service} selects {colour}, so {Moves.Words(units)} {(units.Count == 1 ? "gets" : "get")} no new requests");
    }

    public override async Task<Verdict> SplitAsync(IReadOnlyDictionary<string, double> shares, CancellationToken cancel)
    {
        var wanted = shares.Where(s => s.Value > 0).Select(s => s.Key).ToList();
        if (Colours(wanted) is not [_])
            return new Verdict.Failed("all requests to one colour", WhyNoShares!);
        return await SwitchAsync(wanted, await SelectorAsync(cancel), cancel);
    }

    private async Task<Verdict> SwitchAsync(IReadOnlyList<string> units, IReadOnlyDictionary<string, string> selector, CancellationToken cancel)
    {
        if (Colours(units) is not [var colour])
            return new Verdict.Failed("all requests to one colour", WhyNoShares!);
        if (Selected(selector) is var selected && units.All(selected.Contains))
            return new Verdict.Passed($"the service {service} selects {Words(colour)} already");

        var others = labels.Values.SelectMany(l => l.Keys).ToHashSet(StringComparer.Ordinal);
        var next = selector.Where(s => !others.Contains(s.Key)).Concat(colour).ToDictionary(StringComparer.Ordinal);
        // Users would meet an empty service.
        var pods = await access.GetAsync(["pods", $"--selector={Words(next)}"], cancel);
        var ready = pods.Count(p => p.Text("status", "phase") == "Running" && KubernetesReadiness.Of(p).Ready == 1);
        if (ready == 0)
            return new Verdict.Failed($"a ready pod with {Words(next)}", pods.Count == 0 ? "there is none" : $"none of {pods.Count} is ready");

        var patch = new JsonObject(others.Where(o => !colour.ContainsKey(o)).Select(o => KeyValuePair.Create(o, (JsonNode?)null)).Concat(colour.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value))));
        var answer = await access.ReadAsync(["patch", $"service/{service}", "--type=merge", $"--patch={new JsonObject { ["spec"] = new JsonObject { ["selector"] = patch } }.ToJsonString()}"], cancel);
        var told = answer.Texts("spec", "selector");
        return units.All(Selected(told).Contains)
            ? new Verdict.Passed($"the service {service} selects {Words(colour)}: {ready} {(ready == 1 ? "pod is" : "pods are")} ready")
            : new Verdict.Failed($"the service {service} selects {Words(colour)}", $"it selects {Words(told)}");
    }

    private async Task<IReadOnlyDictionary<string, string>> SelectorAsync(CancellationToken cancel)
    {
        var selector = (await access.ReadAsync(["get", $"service/{service}"], cancel)).Texts("spec", "selector");
        if (Selected(selector).Count > 0)
            return selector;
        var told = selector.Count == 0 ? "has no selector" : $"selects {Words(selector)}";
        throw new Unreachable($"the service {service} {told}, which names no colour: set its selector once to the one that serves, {string.Join(" or ", Colours([.. labels.Keys]).Select(Words))}");
    }

    private List<string> Selected(IReadOnlyDictionary<string, string> selector) => [.. labels.Where(l => l.Value.All(v => selector.GetValueOrDefault(v.Key) == v.Value)).Select(l => l.Key)];

    private IReadOnlyDictionary<string, string> Colour(IReadOnlyDictionary<string, string> selector) => labels[Selected(selector)[0]];

    private List<IReadOnlyDictionary<string, string>> Colours(IReadOnlyList<string> units) => [.. units.Select(u => labels[u]).DistinctBy(Words)];

    private static string Words(IReadOnlyDictionary<string, string> labels) => string.Join(',', labels.Select(l => $"{l.Key}={l.Value}"));
}
