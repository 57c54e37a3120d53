using System.Text.Json;
using Holdpoint.Probes;

namespace Holdpoint.Metrics;

/// <summary>
/// What a Prometheus answered to a query, or why that is no answer. Format: https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
/// </summary>
internal abstract record PrometheusAnswer
{
    /// <param name="Kind">vector, matrix, scalar or string.</param>
    /// <param name="Result">The series, or the pair of a scalar.</param>
    /// <param name="Date">The server's clock as its HTTP header tells it, to the second; null where it does not.</param>
    public sealed record Data(string Kind, JsonElement Result, DateTimeOffset? Date) : PrometheusAnswer;

    /// <summary>The query itself is at fault.</summary>
    public sealed record Refused(string Because) : PrometheusAnswer;

    /// <summary>It asks for more than the server gives at once.</summary>
    public sealed record TooMuch(string Because) : PrometheusAnswer;

    public sealed record None(string Because) : PrometheusAnswer;

    private PrometheusAnswer() { }
}

/// <summary>Asks queries of one Prometheus, or of a store that speaks its API (Thanos, Mimir, VictoriaMetrics).</summary>
/// <param name="api">The server.</param>
/// <param name="name">As the configuration calls it.</param>
/// <param name="takesParts">Whether an answer that warns of being incomplete counts.</param>
internal sealed class PrometheusClient(WebApi api, string name, bool takesParts)
{
    /// <summary>What is asked, as a person names it.</summary>
    public string Server { get; } = $"Prometheus {name} ({new Uri(api.Url).Authority})";

    /// <param name="path"><c>query</c> or <c>query_range</c>.</param>
    public async Task<PrometheusAnswer> AskAsync(string path, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancel)
    {
        try
        {
            var body = string.Join('&', form.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
            var answer = await api.AskAsync("POST", $"/api/v1/{path}", body, cancel, redirects: 0);
            if (answer.Status is >= 300 and < 400)
                return new PrometheusAnswer.None($"{Server} sends elsewhere ({answer.Status}{(Destination(answer) is { } to ? $" to {to}" : "")}): write the address that answers as its url in holdpoint.yaml, or give the token it asks for");
            return Read(answer);
        }
        catch (Unanswered e)
        {
            return new PrometheusAnswer.None(e.Message.Contains(new Uri(api.Url).Authority, StringComparison.Ordinal) ? $"Prometheus {name}: {e.Message}" : $"{Server}: {e.Message}");
        }
    }

    private PrometheusAnswer Read(HttpAnswer answer)
    {
        if (!answer.IsWhole)
            return new PrometheusAnswer.TooMuch($"{Server} answers with more than {Expressions.Units.Bytes(answer.Content.Length)}: ask for fewer series");
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(answer.Content);
            root = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return new PrometheusAnswer.None(NoJson(answer));
        }

        var said = Text(root, "status");
        if (said == "error")
            return Error(answer, Text(root, "errorType") ?? "", Text(root, "error") ?? $"status {answer.Status}");
        if (answer.Status is < 200 or > 299)
            return new PrometheusAnswer.None($"{Server} answers {answer.Status}{WebApi.Reason(answer)}");
        if (said != "success" || !root.TryGetProperty("data", out var data) || Text(data, "resultType") is not { } kind || !data.TryGetProperty("result", out var result) || result.ValueKind != JsonValueKind.Array)
            return new PrometheusAnswer.None($"{Server} answers, but not as Prometheus does: is this its address? The url in holdpoint.yaml is what stands before /api/v1");
        if (!takesParts && Warning(root) is { } warning)
            return new PrometheusAnswer.None($"{Server} answers only in part: {warning}; mend that, or take such answers with partial: true");
        return new PrometheusAnswer.Data(kind, result, DateTimeOffset.TryParse(answer.Header("Date"), System.Globalization.CultureInfo.InvariantCulture, out var date) ? date : null);
    }

    private PrometheusAnswer Error(HttpAnswer answer, string type, string error) => type switch
    {
        "bad_data" => new PrometheusAnswer.Refused($"{Server} can't read the query: {error}"),
        "execution" when error.Contains("too many samples", StringComparison.Ordinal) => new PrometheusAnswer.TooMuch($"{Server}: {error}; choose fewer series or a shorter window, or raise its --query.max-samples"),
        "execution" => new PrometheusAnswer.Refused($"{Server} can't compute the query: {error}"),
        "timeout" or "canceled" => new PrometheusAnswer.TooMuch($"{Server} gave the query up: {error}; choose fewer series or a shorter window, or raise the metric's timeout"),
        _ => new PrometheusAnswer.None($"{Server} answers {answer.Status}: {error}"),
    };

    private string NoJson(HttpAnswer answer)
    {
        var text = answer.Text.TrimStart();
        return answer.Status switch
        {
            503 => $"{Server} is not ready (503): it starts, reads its log, or ends",
            401 or 403 or 404 or 429 => $"{Server} answers {answer.Status}{WebApi.Reason(answer)}",
            < 200 or > 299 => $"{Server} answers {answer.Status}{(text.Length is > 0 and < 200 && text[0] != '<' ? $": {text.TrimEnd().ReplaceLineEndings(" ")}" : "")}",
            _ when text.StartsWith('<') => $"{Server} answers with a page for people (HTML): its url leads elsewhere, or something before it asks for a login; set url and token in holdpoint.yaml",
            _ when text.StartsWith('{') => $"{Server} broke off its answer before the end",
            _ => $"{Server} answers no JSON: is this its address?",
        };
    }

    /// <summary>The store says that not all of it has answered (Thanos, Mimir), or that it computed with what can't be right; VictoriaMetrics has a member of its own for the former.</summary>
    private static string? Warning(JsonElement root)
    {
        if (root.TryGetProperty("warnings", out var warnings) && warnings.ValueKind == JsonValueKind.Array && warnings.GetArrayLength() > 0)
            return warnings[0].ToString().ReplaceLineEndings(" ");
        return root.TryGetProperty("isPartial", out var partial) && partial.ValueKind == JsonValueKind.True ? "some of its storage did not answer" : null;
    }

    /// <summary>Without its query, which may hold a ticket of a login.</summary>
    private static string? Destination(HttpAnswer answer) =>
        Uri.TryCreate(answer.Address, answer.Header("Location"), out var to) ? new UriBuilder(to) { UserName = "", Password = "", Query = "", Fragment = "" }.Uri.ToString() : null;

    private static string? Text(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
}
