namespace Holdpoint.Metrics;

/// <summary>A GET request, timed to the last byte of its answer, in seconds. A quick error is no quick answer: it is failing.</summary>
public sealed class HttpSource : MetricSource
{
    private readonly HttpClient _http;
    private readonly Uri _url;

    /// <exception cref="FormatException">It is no address.</exception>
    public HttpSource(MetricDefinition definition, MetricSourceDefinition.Http source, MetricContext context) : base(definition, context.Time)
    {
        _http = context.Http;
        _url = MetricSources.Address(definition.Name, source.Url, context);
    }

    protected override string Instrument => _url.ToString();

    protected override bool SilenceIsFailure => true;

    protected override async Task<MetricReading> ReadAsync(CancellationToken cancel)
    {
        var started = Time.GetTimestamp();
        try
        {
            using var answer = await _http.GetAsync(_url, HttpCompletionOption.ResponseContentRead, cancel);
            var took = Time.GetElapsedTime(started);
            return answer.IsSuccessStatusCode
                ? new MetricReading.Number(took.TotalSeconds)
                : new MetricReading.NoAnswer($"{_url} answered {(int)answer.StatusCode}", TargetFails: (int)answer.StatusCode >= 500);
        }
        catch (HttpRequestException e)
        {
            return new MetricReading.NoAnswer($"{_url}: {e.InnerException?.Message ?? e.Message}", TargetFails: ScrapeSource.Refuses(e));
        }
    }
}
