using System.Globalization;
using System.Text.Json;

namespace Holdpoint.Metrics;

/// <summary>A PromQL query by Prometheus's HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api/), which many other stores speak too.</summary>
public sealed class PrometheusSource : MetricSource
{
    private readonly string _query;
    private readonly string? _count;
    private readonly HttpClient _http;
    private readonly Uri _server;
    private readonly IReadOnlyList<(string Name, string Value)> _headers;

    /// <exception cref="FormatException">The server is not configured, or its address is none.</exception>
    public PrometheusSource(MetricDefinition definition, MetricSourceDefinition.Prometheus source, MetricContext context) : base(definition, context.Time)
    {
        var settings = context.Server("prometheus", source.Server)
            ?? throw new FormatException($"{definition.Name}: there is no Prometheus called {source.Server}; name it in holdpoint.yaml under servers: prometheus: {source.Server}: {{ url: … }}");
        if (!settings.TryGetValue("url", out var url))
            throw new FormatException($"{definition.Name}: the Prometheus {source.Server} has no url in holdpoint.yaml");
        var address = MetricSources.Address(definition.Name, url, context);
        // Messages tell it, and a request takes nobody from it.
        _server = new Uri(new UriBuilder(address) { UserName = "", Password = "" }.Uri.ToString().TrimEnd('/') + "/");
        _headers = [.. Probes.WebApi.HeadersOf(settings, address)];
        _query = Expressions.Word.Resolve(source.Query, context.Variable);
        _count = source.Count is null ? null : Expressions.Word.Resolve(source.Count, context.Variable);
        _http = context.Http;
    }

    protected override string Instrument => $"Prometheus ({_server.Host}:{_server.Port})";

    protected override async Task<MetricReading> ReadAsync(CancellationToken cancel)
    {
        switch (await AskAsync("api/v1/query", [new("query", _query)], cancel))
        {
            case ({ } data, _):
                if (ResultsOf(data) is not [] and var results)
                    return results.Count == 1 ? await CountedAsync(NumberIn(results[0]), cancel) : Several(results.Count);
                return new MetricReading.Absent(_query, await ExistsAsync(cancel));
            case (_, var because):
                return new MetricReading.NoAnswer(because);
        }
    }

    protected override async Task<IReadOnlyList<(DateTimeOffset At, MetricReading Reading)>?> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancel)
    {
        var (data, because) = await AskAsync("api/v1/query_range", [new("query", _query), new("start", Time(from)), new("end", Time(to)), new("step", Math.Max(1, step.TotalSeconds).ToString("0.###", CultureInfo.InvariantCulture))], cancel);
        if (data is null)
            return [(to, new MetricReading.NoAnswer(because))];
        var results = ResultsOf(data.Value);
        if (results.Count != 1)
            return results.Count == 0 ? [] : [(to, Several(results.Count))];
        return [.. results[0].GetProperty("values").EnumerateArray().Select(pair => (DateTimeOffset.FromUnixTimeMilliseconds((long)(pair[0].GetDouble() * 1000)), Pair(pair)))];

        static string Time(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1000d).ToString("0.000", CultureInfo.InvariantCulture);
    }

    private async Task<MetricReading> CountedAsync(MetricReading reading, CancellationToken cancel)
    {
        if (reading is not MetricReading.Number number || _count is null)
            return reading;
        var (data, because) = await AskAsync("api/v1/query", [new("query", _count)], cancel);
        return data is null ? new MetricReading.NoAnswer(because) : ResultsOf(data.Value) switch
        {
            [var one] when NumberIn(one) is MetricReading.Number events => number with { Events = double.IsNaN(events.Value) ? 0 : events.Value },
            [] => number with { Events = 0 },
            var several => Several(several.Count),
        };
    }

    private async Task<bool> ExistsAsync(CancellationToken cancel) =>
        Definition.Absence?.While is { } series && (await AskAsync("api/v1/query", [new("query", $"count({series})")], cancel)).Data is { } data && ResultsOf(data).Count > 0;

    /// <summary>The answer's data, or why there is none.</summary>
    private async Task<(JsonElement? Data, string Because)> AskAsync(string path, KeyValuePair<string, string>[] form, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server, path)) { Content = new FormUrlEncodedContent(form) };
            foreach (var (name, value) in _headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await _http.SendAsync(request, cancel);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
            var root = json.RootElement;
            if (root.GetProperty("status").GetString() == "success")
                return (root.GetProperty("data").Clone(), "");
            return (null, $"{Instrument}: {(root.TryGetProperty("error", out var error) ? error.GetString() : $"status {(int)answer.StatusCode}")}");
        }
        catch (HttpRequestException e)
        {
            return (null, $"{Instrument}: {e.InnerException?.Message ?? e.Message}");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return (null, $"{_server} did not answer as Prometheus does");
        }
    }

    private static IReadOnlyList<JsonElement> ResultsOf(JsonElement data) => data.GetProperty("resultType").GetString() switch
    {
        "vector" or "matrix" => [.. data.GetProperty("result").EnumerateArray()],
        // A scalar is its pair alone.
        "scalar" => [data.GetProperty("result")],
        _ => [],
    };

    private static MetricReading NumberIn(JsonElement result) => Pair(result.ValueKind == JsonValueKind.Array ? result : result.GetProperty("value"));

    private static MetricReading Pair(JsonElement pair) => ScrapePage.ReadNumber(pair[1].GetString()) is { } value
        ? new MetricReading.Number(value)
        : new MetricReading.NoAnswer($"Prometheus answered {pair[1]}, which is no number");

    private static MetricReading.NoAnswer Several(int count) => new($"the query answers with {count} series where one number is meant; put sum(…) or max(…) around it");
}
