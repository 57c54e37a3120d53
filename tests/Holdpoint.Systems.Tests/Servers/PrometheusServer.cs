namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A Prometheus that scrapes a node exporter (job <c>node</c>) and a port on which nothing listens (job <c>dead</c>); a third target is dropped by relabelling.</summary>
public sealed class PrometheusServer : StoreServer
{
    public string Url => $"http://127.0.0.1:{Port}";

    protected override async Task StartAsync()
    {
        var exporter = FreePort();
        await File.WriteAllTextAsync(At("prometheus.yml"), $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs:
            - { job_name: node, scrape_interval: 10s, scrape_timeout: 10s, static_configs: [{ targets: ['127.0.0.1:{{exporter}}'] }] }
            - { job_name: dead, static_configs: [{ targets: ['127.0.0.1:1'] }] }
            - { job_name: gone, static_configs: [{ targets: ['127.0.0.1:2'] }], relabel_configs: [{ action: drop }] }
            """);
        Run("prometheus-node-exporter", $"--web.listen-address=127.0.0.1:{exporter}", "--collector.disable-defaults", "--collector.time");
        await UntilAsync(async () => await TryGetAsync($"http://127.0.0.1:{exporter}/metrics") is not null);
        Run("prometheus", $"--config.file={At("prometheus.yml")}", $"--storage.tsdb.path={At("data")}", $"--web.listen-address=127.0.0.1:{Port}");
        // The first scrapes come seconds after it is ready.
        await UntilAsync(async () => await TryGetAsync(Url + "/-/ready") is not null
            && await TryGetAsync(Url + "/api/v1/targets?state=active") is { } targets
            && targets.Contains("\"health\":\"up\"", StringComparison.Ordinal) && targets.Contains("\"health\":\"down\"", StringComparison.Ordinal));
    }
}
