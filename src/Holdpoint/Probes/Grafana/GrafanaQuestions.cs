using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Grafana;

/// <summary>What a panel shows.</summary>
internal abstract record PanelAnswer
{
    public sealed record Data(long Values) : PanelAnswer;

    public sealed record Empty : PanelAnswer;

    public sealed record Error(string Because) : PanelAnswer;

    private PanelAnswer() { }
}

/// <summary>Asks what panels ask, as their dashboard would, through <c>/api/ds/query</c>.</summary>
internal sealed class GrafanaQuestions(GrafanaApi grafana, GrafanaVariables variables, DateTimeOffset now, TimeSpan window)
{
    private const int Points = 500;

    public async Task<PanelAnswer> AskAsync(GrafanaPanel panel)
    {
        var length = PanelWindow(panel.Content) ?? window;
        var queries = new JsonArray();
        // Switched off queries are asked for where an expression may count on them, and not looked at.
        var all = panel.Targets.Any(t => GrafanaPanel.SourceOf(t) == "__expr__");
        foreach (var target in panel.Targets.Where(t => all || !GrafanaPanel.IsHidden(t)))
            queries.Add(await QueryAsync(panel, target, length));
        var body = new JsonObject { ["queries"] = queries, ["from"] = Milliseconds(now - length), ["to"] = Milliseconds(now) };
        var (status, document) = await grafana.QueryAsync(body.ToJsonString());
        return Read(panel, status, document);
    }

    private async Task<JsonNode> QueryAsync(GrafanaPanel panel, JsonElement target, TimeSpan length)
    {
        var query = JsonNode.Parse(target.GetRawText())!.AsObject();
        var source = GrafanaPanel.SourceOf(target) is { Length: > 0 } own ? own : GrafanaPanel.SourceOf(panel.Content);
        var type = Type(target) is { Length: > 0 } told ? told : Type(panel.Content);
        if (source != "__expr__")
        {
            (source, type) = await ResolveAsync(variables.Fill(source, ""), variables.Fill(type, ""));
            query["datasource"] = new JsonObject { ["uid"] = source, ["type"] = type };
        }

        Fill(query, type);
        var interval = Math.Max(15_000, (long)(length.TotalMilliseconds / Points));
        query["intervalMs"] ??= interval;
        query["maxDataPoints"] ??= Points;
        query["refId"] ??= "A";
        return query;
    }

    /// <summary>By uid where that is told with a type; else as Grafana lists its sources: by uid, by name, or the default.</summary>
    private async Task<(string Uid, string Type)> ResolveAsync(string source, string type)
    {
        if (source.Length > 0 && type.Length > 0 && source != "default")
            return (source, type);
        var sources = await grafana.SourcesAsync();
        var found = source is "" or "default" ? sources.FirstOrDefault(s => s.IsDefault) : sources.FirstOrDefault(s => s.Uid == source) ?? sources.FirstOrDefault(s => s.Name == source);
        return found is null ? throw new Unanswered(source.Length == 0 ? "a panel uses Grafana's default source, and it has none" : $"Grafana has no data source {source}, which a panel uses") : (found.Uid, found.Type);
    }

    /// <summary>Every text of the query, however deep.</summary>
    private void Fill(JsonNode node, string type)
    {
        if (node is JsonObject members)
            foreach (var (name, member) in members.ToList())
            {
                if (name == "datasource")
                    continue;
                if (member is JsonValue value && value.GetValueKind() == JsonValueKind.String)
                    members[name] = Filled(value.GetValue<string>(), type);
                else if (member is not null)
                    Fill(member, type);
            }
        else if (node is JsonArray items)
            for (var i = 0; i < items.Count; i++)
                if (items[i] is JsonValue value && value.GetValueKind() == JsonValueKind.String)
                    items[i] = Filled(value.GetValue<string>(), type);
                else if (items[i] is { } item)
                    Fill(item, type);
    }

    private string Filled(string text, string type) => variables.Fill(text, type);

    /// <summary>Shown queries without a result, or with one that holds no value, show nothing; one that fails is shown as such.</summary>
    private static PanelAnswer Read(GrafanaPanel panel, int status, JsonElement document)
    {
        if (!document.TryGetProperty("results", out var results) || results.ValueKind != JsonValueKind.Object)
            return status is >= 200 and <= 299 ? throw new Unanswered("Grafana answers a query without results: is this its address?") : new PanelAnswer.Error(Message(document, status));
        long values = 0;
        foreach (var name in panel.Shown.Select(t => GrafanaApi.Text(t, "refId") is { Length: > 0 } id ? id : "A"))
        {
            if (!results.TryGetProperty(name, out var result))
                continue;
            if (GrafanaApi.Text(result, "error") is { Length: > 0 } error)
                return new PanelAnswer.Error(error);
            if (result.TryGetProperty("status", out var own) && own.ValueKind == JsonValueKind.Number && own.GetInt32() >= 400)
                return new PanelAnswer.Error($"the query {name} ends with {own}");
            values += Values(result);
        }

        return values > 0 ? new PanelAnswer.Data(values) : status > 299 ? new PanelAnswer.Error(Message(document, status)) : new PanelAnswer.Empty();
    }

    /// <summary>Values of all fields but the times: https://grafana.com/developers/dataplane/. A null is none.</summary>
    private static long Values(JsonElement result)
    {
        long count = 0;
        foreach (var frame in result.TryGetProperty("frames", out var frames) && frames.ValueKind == JsonValueKind.Array ? frames.EnumerateArray() : [])
        {
            var types = frame.TryGetProperty("schema", out var schema) && schema.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Array ? fields.EnumerateArray().Select(f => GrafanaApi.Text(f, "type")).ToList() : [];
            if (!frame.TryGetProperty("data", out var data) || !data.TryGetProperty("values", out var columns) || columns.ValueKind != JsonValueKind.Array)
                continue;
            var onlyTimes = types.Count > 0 && types.All(t => t == "time");
            count += columns.EnumerateArray().Where((_, i) => onlyTimes || i >= types.Count || types[i] != "time").Where(c => c.ValueKind == JsonValueKind.Array).Sum(c => c.EnumerateArray().LongCount(v => v.ValueKind != JsonValueKind.Null));
        }

        return count;
    }

    private static string Message(JsonElement document, int status) =>
        (GrafanaApi.Text(document, "error"), GrafanaApi.Text(document, "message")) switch
        {
            ({ Length: > 0 } error, _) => error,
            (_, { Length: > 0 } message) => message,
            _ => $"Grafana answers {status}",
        };

    private static string Type(JsonElement of) => of.TryGetProperty("datasource", out var source) && source.ValueKind == JsonValueKind.Object ? GrafanaApi.Text(source, "type") : "";

    /// <summary>A panel may look at a time of its own: <c>timeFrom: 24h</c>.</summary>
    private static TimeSpan? PanelWindow(JsonElement panel) => GrafanaApi.Text(panel, "timeFrom") is { Length: > 0 } text ? Units.ParseDuration(text.Replace("now-", "", StringComparison.Ordinal)) : null;

    private static string Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
