namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A Prometheus that scrapes one page on the loopback every second.</summary>
/// <param name="path">Of the page.</param>
public sealed class PrometheusOf(string path) : StoreServer
{
    private int _watched;

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Starts it; returns when it has the first scrape.</summary>
    public async Task WatchAsync(int port)
    {
        _watched = port;
        await InitializeAsync();
    }

    protected override async Task StartAsync()
    {
        await File.WriteAllTextAsync(At("prometheus.yml"), $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs: [{ job_name: page, metrics_path: {{path}}, static_configs: [{ targets: ['127.0.0.1:{{_watched}}'] }] }]
            """);
        Run("prometheus", $"--config.file={At("prometheus.yml")}", $"--storage.tsdb.path={At("data")}", $"--web.listen-address=127.0.0.1:{Port}");
        await UntilAsync(async () => await TryGetAsync(Url + "/api/v1/query?query=up") is { } up && up.Contains(",\"1\"]", StringComparison.Ordinal));
    }
}
