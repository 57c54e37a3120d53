using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Holdpoint.Processes;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Runs;

namespace Holdpoint.Systems.Tests.Watching;

/// <summary>A project whose service a real Prometheus scrapes every 2 s, and whose rules are judged by that Prometheus alone.</summary>
internal sealed class WatchBench : IAsyncDisposable
{
    /// <summary>The machine may be many times slower than it was.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly HttpClient Http = new();

    private readonly CommandRunner _runner = new(TimeProvider.System);
    private readonly int _port = FreePort();
    private CancellationTokenSource _stop = new();
    private Task<CommandResult> _prometheus = Task.FromResult<CommandResult>(new CommandResult.NotStarted("not yet"));

    private WatchBench(string watch, string rule, string window)
    {
        Run = new RunBench(Checklist(watch, rule), Configuration(_port, window));
        File.WriteAllText(Run.Path("web.version"), "1.0\n");
        Service = new(() => File.Exists(Run.Path("web.version")) ? ReadVersion() : "");
        File.WriteAllText(Run.Path("prometheus.yml"), $$"""
            global: { scrape_interval: 2s, scrape_timeout: 2s }
            scrape_configs: [{ job_name: shop, static_configs: [{ targets: ['{{Service.Address}}'] }] }]
            """);
    }

    public const string ErrorRate = "sum(rate(shop_requests_total{code=~\"5..\"}[WINDOW])) / sum(rate(shop_requests_total[WINDOW]))";

    public RunBench Run { get; }

    public ShopService Service { get; }

    /// <param name="window">How far back rates look.</param>
    public static async Task<WatchBench> StartAsync(string watch, string rule, string window = "30s")
    {
        for (var attempt = 1; ; attempt++)
        {
            var bench = new WatchBench(watch, rule, window);
            try
            {
                bench.StartPrometheus();
                await bench.UntilAsync($"histogram_quantile(0.95, sum by (le) (rate(shop_duration_seconds_bucket[{window}])))", p95 => p95 < 1);
                return bench;
            }
            catch (PrometheusEnded) when (attempt < 4)
            {
                // Somebody else has taken its port meanwhile.
                await bench.DisposeAsync();
            }
            catch
            {
                await bench.DisposeAsync();
                throw;
            }
        }
    }

    public void StartPrometheus() => _prometheus = _runner.RunAsync(
        new Command("prometheus", [$"--config.file={Run.Path("prometheus.yml")}", $"--storage.tsdb.path={Run.Path("data")}", $"--web.listen-address=127.0.0.1:{_port}"]) { WorkingDirectory = Run.Folder, OutputLimit = 64 * 1024 },
        Timeout.InfiniteTimeSpan, _stop.Token);

    public async Task StopPrometheusAsync()
    {
        await _stop.CancelAsync();
        await _prometheus.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _stop.Dispose();
        _stop = new();
    }

    /// <summary>Waits until the query has one value and it is as wanted.</summary>
    public async Task UntilAsync(string query, Func<double, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!(await TryAskAsync("query", ("query", query)) is [var only] && holds(Number(only.GetProperty("value")))))
        {
            if (_prometheus.IsCompleted)
                throw new PrometheusEnded($"prometheus ended: {await _prometheus}");
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"{query} is not as wanted after {Patience}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The first moment at which the store itself answers with a value above a limit; null: never.</summary>
    public async Task<DateTimeOffset?> FirstAboveAsync(string query, double limit, DateTimeOffset from, DateTimeOffset to)
    {
        static string Stamp(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
        var found = await TryAskAsync("query_range", ("query", $"({query}) > {limit.ToString(CultureInfo.InvariantCulture)}"), ("start", Stamp(from)), ("end", Stamp(to)), ("step", "0.1"));
        return found is [var only] ? DateTimeOffset.FromUnixTimeMilliseconds((long)(only.GetProperty("values")[0][0].GetDouble() * 1000)) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopPrometheusAsync();
        await Service.DisposeAsync();
        _stop.Dispose();
        Run.Dispose();
    }

    private async Task<IReadOnlyList<JsonElement>> TryAskAsync(string path, params (string Key, string Value)[] form)
    {
        try
        {
            using var answer = await Http.PostAsync(new Uri($"http://127.0.0.1:{_port}/api/v1/{path}"), new FormUrlEncodedContent(form.Select(f => new KeyValuePair<string, string>(f.Key, f.Value))));
            if (!answer.IsSuccessStatusCode)
                return [];
            using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return [.. document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(r => r.Clone())];
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return [];
        }
    }

    private static double Number(JsonElement pair) => double.Parse(pair[1].GetString()!, CultureInfo.InvariantCulture);

    /// <summary>The deploy may be writing it.</summary>
    private string ReadVersion()
    {
        try
        {
            return File.ReadAllText(Run.Path("web.version"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Configuration(int port, string window) => RunBench.FileTarget + $$"""
        servers:
          prometheus: { main: { url: "http://127.0.0.1:{{port}}" } }
        metrics:
          error_rate:
            unit: ratio
            prometheus: '{{ErrorRate.Replace("WINDOW", window, StringComparison.Ordinal)}}'
            absent: 0 while shop_requests_total
            timeout: 30s
          latency:
            unit: seconds
            prometheus: histogram_quantile(0.95, sum by (le) (rate(shop_duration_seconds_bucket[{{window}}])))
            timeout: 30s
          memory: { unit: bytes, prometheus: shop_memory_bytes, timeout: 30s }
        """;

    private static string Checklist(string watch, string rule) => $"""
        # Shop

        ## Before

        - [ ] There is room `? disk / free > 1MB`

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web`

        ## Afterwards

        **Stage:** watch

        **Watch:** {watch}

        - [ ] It is still there `? file web.version files == 1`
        - [ ] Back on errors `! rollback when error_rate > 5% {rule}`
        - [ ] Back when slow `! rollback when latency > 300ms {rule}`
        - [ ] Back when it grows `! rollback when memory > 500MB {rule}`

        ## Going back

        **Stage:** rollback

        - [ ] Previous version back `! rollback web`
        - [ ] It is there `? file web.version files == 1`
        """;

    private sealed class PrometheusEnded(string because) : Exception(because);
}
