using System.Text.Json;
using Holdpoint.Configuration;

namespace Holdpoint.Probes.Alertmanager;

/// <summary>The configuration that an Alertmanager runs with, as far as it says who is told.</summary>
/// <param name="Silent">Receivers without an integration: what they get reaches nobody.</param>
internal sealed record AlertRouting(AlertRoute Root, IReadOnlySet<string> Silent)
{
    /// <param name="status">The answer of <c>/api/v2/status</c>; its <c>config.original</c> is YAML.</param>
    /// <exception cref="Unanswered">It holds no configuration that can be read.</exception>
    public static AlertRouting Of(JsonElement status)
    {
        if (status.ValueKind != JsonValueKind.Object || !status.TryGetProperty("config", out var config) || config.ValueKind != JsonValueKind.Object
            || !config.TryGetProperty("original", out var original) || original.ValueKind != JsonValueKind.String)
            throw new Unanswered("Alertmanager does not tell its configuration (/api/v2/status)");
        if (YamlTree.Read("alertmanager.yml", original.GetString()!).Root is not YamlMapping root || root.Value("route") is not YamlMapping route)
            throw new Unanswered("the configuration that Alertmanager tells (/api/v2/status) has no route, or can't be read");
        var receivers = ((root.Value("receivers") as YamlList)?.Items ?? []).OfType<YamlMapping>();
        return new(
            AlertRoute.Of(route, ""),
            receivers.Where(r => !r.Entries.Any(e => e.Key.EndsWith("_configs", StringComparison.Ordinal))).Select(r => AlertRoute.Text(r, "name") ?? "").ToHashSet(StringComparer.Ordinal));
    }
}
