using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>The health of an OpenSearch or Elasticsearch cluster (https://docs.opensearch.org/latest/api-reference/cluster-api/cluster-health/).</summary>
public sealed class OpenSearchProbe : AskingProbe
{
    public override Signature Signature { get; } = new("opensearch", "An OpenSearch or Elasticsearch cluster is healthy")
    {
        Arguments = [new("SERVER", "a name under servers: opensearch: in holdpoint.yaml: url; user and password, or token; insecure: true")],
        Facts =
        [
            new("up", Dimension.Boolean, "a node answers for its cluster; false where it refuses, or has no cluster manager (503)"),
            new("health", Dimension.Text, "green, yellow (a replica is missing) or red (data is missing)"),
            new("nodes", Dimension.Count, "nodes in the cluster"),
            new("unassigned", Dimension.Count, "shards that are on no node"),
        ],
        DefaultCondition = "health == \"green\"",
        AlsoCalled = ["elasticsearch", "elastic"],
        Example = "opensearch main nodes >= 3 within 2m",
        StandIn = "a server on the loopback that answers with the documented JSON",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        const string Health = "/_cluster/health";
        var name = call.Arguments[0];
        try
        {
            var api = WebApi.Of(call, "opensearch", name);
            var answer = await api.AskAsync("GET", Health, null, cancel);
            if (answer.Status == 503)
                return Down($"opensearch `{name}` answers 503: {ReasonIn(answer.Text)}");
            var health = api.Document(Health, answer);
            if (health.ValueKind != JsonValueKind.Object || Text(health, "status") is not { } status)
                throw new Unanswered($"opensearch `{name}` answers, but not as OpenSearch does: is this its address?");
            if (health.TryGetProperty("timed_out", out var late) && late.ValueKind == JsonValueKind.True)
                throw new Unanswered($"opensearch `{name}` answers before its cluster manager has (timed_out): its figures may be old");
            var facts = Facts.Of(("up", Value.Of(true)), ("health", Value.Of(status)), ("nodes", Count(health, "number_of_nodes")), ("unassigned", Count(health, "unassigned_shards")));
            return new Reading.Measured(facts) { Evidence = [Evidence.OfText("health.txt", Told(health) + (status == "green" ? "" : await SickIndicesAsync(api, cancel)))] };
        }
        catch (TargetRefused e)
        {
            return Down(e.Message);
        }
    }

    private static Value Count(JsonElement health, string name) =>
        health.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? Value.Count(value.GetDouble()) : new Value.Unknown($"the answer tells no {name}");

    private static string Told(JsonElement health) => string.Concat(health.EnumerateObject().Select(p => $"{p.Name}: {p.Value}\n"));

    private static async Task<string> SickIndicesAsync(WebApi api, CancellationToken cancel)
    {
        try
        {
            var indices = (await api.GetAsync("/_cluster/health?level=indices&filter_path=indices.*.status,indices.*.unassigned_shards", cancel)).GetProperty("indices");
            var told = new StringBuilder("\n");
            foreach (var index in indices.EnumerateObject().Where(i => Text(i.Value, "status") is not "green"))
                told.Append(CultureInfo.InvariantCulture, $"{Text(index.Value, "status")}: {index.Name}, unassigned shards: {index.Value.GetProperty("unassigned_shards")}\n");
            return told.ToString();
        }
        catch (Exception e) when (e is Unanswered or KeyNotFoundException or InvalidOperationException)
        {
            return $"\nwhich indices: {e.Message}\n";
        }
    }

    /// <summary><c>{"error": {"type": "master_not_discovered_exception", …}}</c>, or a line of text from what stands before it.</summary>
    private static string ReasonIn(string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error))
                return error.ValueKind == JsonValueKind.Object && Text(error, "type") is { } type
                    ? type is "master_not_discovered_exception" or "cluster_manager_not_discovered_exception" ? "the node knows no cluster manager" : type
                    : Line(error.ToString());
        }
        catch (JsonException)
        {
            return Line(answer);
        }

        return Line(answer);
    }

    private static string Line(string text) => text.Trim() is { Length: > 0 and < 200 } line ? line.ReplaceLineEndings(" ") : "it can't serve";

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
