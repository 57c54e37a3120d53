using System.Globalization;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Alertmanager;

internal enum AlertState
{
    /// <summary>Somebody is told, or will be as soon as its group's time has come.</summary>
    Firing,
    Silenced,

    /// <summary>Another alert speaks for it.</summary>
    Inhibited,
}

/// <summary>An alert that Alertmanager holds: what is resolved it leaves out by itself.</summary>
internal sealed record Alert(IReadOnlyDictionary<string, string> Labels, AlertState State, DateTimeOffset? Since, string Summary)
{
    /// <summary>Whom it is routed to, by name.</summary>
    public IReadOnlyList<string> Receivers { get; init; } = [];

    /// <summary>A line for a person: <c>firing 2h 5m  HighErrors service="api": half of all requests fail</c>.</summary>
    public string Told(DateTimeOffset now) =>
        $"{State.ToString().ToLowerInvariant()} {(Since is { } since ? Units.Duration(now > since ? now - since : TimeSpan.Zero) : "since ?")}  {Labels.GetValueOrDefault("alertname") ?? "(no name)"}"
        + string.Concat(Labels.Where(l => l.Key != "alertname").OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $" {l.Key}=\"{l.Value}\""))
        + (Summary.Length > 0 ? ": " + Summary.ReplaceLineEndings(" ") : "");

    /// <summary>https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, gettableAlerts; null where the answer is something else.</summary>
    public static IReadOnlyList<Alert>? ListIn(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Array)
            return null;
        var all = new List<Alert>();
        foreach (var alert in answer.EnumerateArray())
        {
            if (Texts(alert, "labels") is not { } labels || !alert.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object)
                return null;
            var since = alert.TryGetProperty("startsAt", out var at) && DateTimeOffset.TryParse(at.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed : (DateTimeOffset?)null;
            var annotations = Texts(alert, "annotations");
            all.Add(new(labels, StateIn(status), since, annotations?.GetValueOrDefault("summary") ?? annotations?.GetValueOrDefault("description") ?? "") { Receivers = ReceiversIn(alert) });
        }

        return all;
    }

    private static IReadOnlyList<string> ReceiversIn(JsonElement alert) =>
        alert.TryGetProperty("receivers", out var receivers) && receivers.ValueKind == JsonValueKind.Array
            ? [.. receivers.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object).Select(r => r.TryGetProperty("name", out var name) ? name.ToString() : "").Where(n => n.Length > 0)] : [];

    /// <summary>What is not surely suppressed fires: "unprocessed" is an alert that has only just come.</summary>
    private static AlertState StateIn(JsonElement status) =>
        !status.TryGetProperty("state", out var state) || state.ToString() != "suppressed" ? AlertState.Firing
        : status.TryGetProperty("silencedBy", out var by) && by.ValueKind == JsonValueKind.Array && by.GetArrayLength() > 0 ? AlertState.Silenced
        : AlertState.Inhibited;

    private static Dictionary<string, string>? Texts(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var map) && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString(), StringComparer.Ordinal) : null;
}
