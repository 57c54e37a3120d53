using System.Text.Json;

namespace Holdpoint.Probes.Grafana;

/// <param name="Content">The panel as the dashboard's document, or the library, has it.</param>
internal sealed record GrafanaPanel(string Title, JsonElement Content)
{
    /// <summary>They show something else than data: https://grafana.com/docs/grafana/latest/panels-visualizations/visualizations/.</summary>
    private static readonly HashSet<string> Dataless = ["row", "text", "dashlist", "news", "alertlist", "annolist", "welcome", "gettingstarted", "pluginlist", "clock-panel", "grafana-clock-panel", "live"];

    /// <summary>The uid of the panel of the library that stands here.</summary>
    public string? Library => Content.TryGetProperty("libraryPanel", out var library) && GrafanaApi.Text(library, "uid") is { Length: > 0 } uid ? uid : null;

    /// <summary>It asks a source for data, with at least one query that is not switched off.</summary>
    public bool Asks => !Dataless.Contains(GrafanaApi.Text(Content, "type")) && SourceOf(Content) is not ("-- Dashboard --" or "-- Grafana --" or "grafana") && Shown.Any();

    public IEnumerable<JsonElement> Targets => Content.TryGetProperty("targets", out var targets) && targets.ValueKind == JsonValueKind.Array ? targets.EnumerateArray() : [];

    public IEnumerable<JsonElement> Shown => Targets.Where(t => !IsHidden(t));

    public static bool IsHidden(JsonElement target) => target.TryGetProperty("hide", out var hide) && hide.ValueKind == JsonValueKind.True;

    /// <summary>Also those of collapsed rows, and of dashboards older than 2017, whose rows hold all.</summary>
    public static IEnumerable<GrafanaPanel> In(JsonElement dashboard)
    {
        foreach (var panel in Each(dashboard, "panels"))
        {
            yield return Of(panel);
            foreach (var folded in Each(panel, "panels"))
                yield return Of(folded);
        }

        foreach (var row in Each(dashboard, "rows"))
            foreach (var panel in Each(row, "panels"))
                yield return Of(panel);
    }

    /// <summary>A source's uid, or its name in older dashboards; empty: Grafana's default, or the panel's.</summary>
    public static string SourceOf(JsonElement of) => of.TryGetProperty("datasource", out var source)
        ? source.ValueKind switch
        {
            JsonValueKind.String => source.GetString()!,
            JsonValueKind.Object => GrafanaApi.Text(source, "uid"),
            _ => "",
        }
        : "";

    private static GrafanaPanel Of(JsonElement panel) => new(GrafanaApi.Text(panel, "title") is { Length: > 0 } title ? title : $"panel {(panel.TryGetProperty("id", out var id) ? id.ToString() : "?")}", panel);

    private static IEnumerable<JsonElement> Each(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.Object) : [];
}
