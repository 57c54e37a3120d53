using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Whether a Prometheus, or a store that speaks its API, is ready and answers queries. Its numbers over time are metrics, not facts.</summary>
public sealed class PrometheusProbe : AskingProbe
{
    public override Signature Signature { get; } = new("prometheus", "A Prometheus is ready and answers queries")
    {
        Arguments = [new("SERVER", "a name under servers: prometheus: in holdpoint.yaml: url; token, or user and password; tenant (X-Scope-OrgID); root_certificate, client_certificate, client_key; insecure: true")],
        Facts =
        [
            new("up", Dimension.Boolean, "it says it is ready, where it says so at all, and answers a query; false where it refuses the connection or is not ready (503)"),
            new("time", Dimension.Duration, "of the answer to a query that touches no data"),
        ],
        DefaultCondition = "up",
        Example = "prometheus main time < 1s",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        // https://prometheus.io/docs/prometheus/latest/management_api/ and …/querying/api/.
        const string Ready = "/-/ready";
        const string Query = "/api/v1/query?query=1";
        var name = call.Arguments[0];
        try
        {
            var api = WebApi.Of(call, "prometheus", name);
            var ready = await api.AskAsync("GET", Ready, null, cancel);
            if (ready.Status == 503)
                return Down($"prometheus `{name}` is not ready: it starts, or ends");
            var answer = await api.AskAsync("GET", Query, null, cancel);
            if (answer.Status == 503)
                return Down($"prometheus `{name}` answers no query: 503");
            if (PrometheusApi.Data(api.Document(Query, answer)) is null)
                throw new Unanswered($"prometheus `{name}` answers, but not as Prometheus does: is this its address?");
            return new Reading.Measured(Facts.Of(("up", Value.Of(true)), ("time", Value.Duration(answer.Time))))
            {
                // Stores behind a path of their own (Mimir, VictoriaMetrics) have it elsewhere or not at all: the query is what counts.
                Evidence = [Evidence.OfText("answers.txt", $"{Ready}: {ready.Status}{(ready.Status == 200 && ready.Text.Trim() is { Length: < 80 } said ? " " + said : "")}\n{Query}: {answer.Text.Trim()}\n")],
            };
        }
        catch (TargetRefused e)
        {
            return Down(e.Message);
        }
    }
}

/// <summary>The envelope of every answer: <c>{"status": "success", "data": …}</c>.</summary>
internal static class PrometheusApi
{
    public static JsonElement? Data(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String && status.GetString() == "success"
        && answer.TryGetProperty("data", out var data) ? data : null;
}
