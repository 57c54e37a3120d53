using System.Text.Json;

namespace Holdpoint.Probes.Grafana;

/// <summary>What is asked of Grafana: dashboards, panels of the library, data sources, queries.</summary>
internal sealed class GrafanaApi(WebApi api, CancellationToken cancel)
{
    private readonly Lock _lock = new();
    private Task<IReadOnlyList<GrafanaSource>>? _sources;

    /// <summary>The document <c>dashboard</c> of one whose uid or whole title this is.</summary>
    public async Task<JsonElement> DashboardAsync(string uidOrTitle)
    {
        if (uidOrTitle.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && await FindAsync(uidOrTitle) is { } found)
            return found;
        var hits = (await ListAsync($"/api/search?type=dash-db&limit=5000&query={Uri.EscapeDataString(uidOrTitle)}")).Where(h => Text(h, "title").Equals(uidOrTitle, StringComparison.OrdinalIgnoreCase)).ToList();
        return hits.Count switch
        {
            0 => throw new Unanswered($"Grafana has no dashboard with the uid or the title {uidOrTitle}, or the token may not see it"),
            1 => await FindAsync(Text(hits[0], "uid")) ?? throw new Unanswered($"Grafana lists the dashboard {uidOrTitle} and does not have it"),
            var several => throw new Unanswered($"Grafana has {several} dashboards called {uidOrTitle}: name one by its uid ({string.Join(", ", hits.Select(h => Text(h, "uid")))})"),
        };
    }

    public async Task<JsonElement> LibraryPanelAsync(string uid)
    {
        var answer = await api.GetAsync($"/api/library-elements/{Uri.EscapeDataString(uid)}", cancel);
        return answer.TryGetProperty("result", out var result) && result.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.Object ? model : throw new Unanswered($"Grafana answers without the library's panel {uid}");
    }

    /// <summary>Asked for once, and only where a dashboard does not name its sources by their uid.</summary>
    public Task<IReadOnlyList<GrafanaSource>> SourcesAsync()
    {
        lock (_lock)
            return _sources ??= ReadSourcesAsync();
    }

    /// <summary>The answer's status and document: where a query fails, both tell of it.</summary>
    public async Task<(int Status, JsonElement Document)> QueryAsync(string body)
    {
        const string path = "/api/ds/query";
        var answer = await api.AskAsync("POST", path, body, cancel);
        if (answer.Status is 401 or 403 or 429)
            return (answer.Status, api.Document(path, answer));
        try
        {
            using var document = JsonDocument.Parse(answer.Content);
            return (answer.Status, document.RootElement.Clone());
        }
        catch (JsonException)
        {
            throw new Unanswered($"{answer.Address} answers {answer.Status} with no JSON{(answer.IsWhole ? ": is this Grafana?" : $": more than {answer.Content.Length} bytes")}");
        }
    }

    public static string Text(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";

    private async Task<JsonElement?> FindAsync(string uid)
    {
        var path = $"/api/dashboards/uid/{Uri.EscapeDataString(uid)}";
        var answer = await api.AskAsync("GET", path, null, cancel);
        if (answer.Status == 404)
            return null;
        var document = api.Document(path, answer);
        return document.ValueKind == JsonValueKind.Object && document.TryGetProperty("dashboard", out var dashboard) && dashboard.ValueKind == JsonValueKind.Object
            ? dashboard
            : throw new Unanswered("Grafana answers without a dashboard: is this its address?");
    }

    private async Task<IReadOnlyList<GrafanaSource>> ReadSourcesAsync() =>
        [.. (await ListAsync("/api/datasources")).Select(s => new GrafanaSource(Text(s, "uid"), Text(s, "name"), Text(s, "type"), s.TryGetProperty("isDefault", out var isDefault) && isDefault.ValueKind == JsonValueKind.True))];

    private async Task<IEnumerable<JsonElement>> ListAsync(string path) =>
        await api.GetAsync(path, cancel) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : throw new Unanswered($"Grafana answers {path.Split('?')[0]} with no list: is this its address?");
}

internal sealed record GrafanaSource(string Uid, string Name, string Type, bool IsDefault);
