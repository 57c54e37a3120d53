using System.Diagnostics;
using System.Globalization;
using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Processes;
using Holdpoint.Watching;

namespace Holdpoint.Bench;

/// <summary>
/// 10,000 watches of 10 rules in one process, each sampled every 15 s, against services whose pages of metrics a second process serves on the loopback: promised below one core
/// and 1 GB, and no sample later than 2 s. The watches begin spread over one period, as deployments do, and are measured from then on.
/// </summary>
internal static class Watches
{
    private const int Count = 10_000;
    private const double PromisedCores = 1;
    private const double PromisedMegabytes = 1_000;
    private const double PromisedSeconds = 2;

    /// <summary>What is not looked back over by rules is in the evidence, and need not be in memory.</summary>
    private static readonly TimeSpan Keeps = TimeSpan.FromMinutes(5);

    /// <summary>As far as the longest of the rules looks back.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromHours(1);

    private static readonly TimeSpan Period = RuleTiming.LongestPeriod;

    private static readonly string[] Rules =
    [
        "rollback when error_rate > 10% for 1m",
        "rollback when error_rate avg > 5% over 2m for 1m",
        "hold when error_rate burn > 14.4 over 1h and 5m",
        "rollback when latency_p95 > 3x baseline for 2m",
        "rollback when latency_p99 > 10s for 2m",
        "hold when memory > 2x baseline for 5m",
        "hold when connections > 90% for 2m",
        "hold when waiting min > 0 and done max == 0 over 4m",
        "tell ops when requests == 0 for 2m",
        "tell ops when latency_p95 p50 > 1.5x baseline over 4m for 1m",
    ];

    private static readonly MetricDefinition[] Metrics =
    [
        Metric("error_rate", Dimension.Ratio, new ScrapeMeasure.Ratio(Series("http_requests_total{code=~\"5..\"}"), Series("http_requests_total"))) with { Objective = 0.999 },
        Metric("latency_p95", Dimension.Duration, new ScrapeMeasure.Quantile(0.95, Series("http_request_duration_seconds"))),
        Metric("latency_p99", Dimension.Duration, new ScrapeMeasure.Quantile(0.99, Series("http_request_duration_seconds"))),
        Metric("memory", Dimension.Bytes, new ScrapeMeasure.Value(Series("process_resident_memory_bytes"))),
        Metric("connections", Dimension.Ratio, new ScrapeMeasure.Value(Series("pool_used"))),
        Metric("waiting", Dimension.Count, new ScrapeMeasure.Value(Series("jobs_waiting"))),
        Metric("done", Dimension.Count, new ScrapeMeasure.Rate(Series("jobs_done_total"))),
        Metric("requests", Dimension.Count, new ScrapeMeasure.Rate(Series("http_requests_total"))),
    ];

    public static async Task<int> RunAsync(TimeSpan length)
    {
#pragma warning disable RS0030 // What is measured is this process, so the services are another one.
        using var services = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["services"]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
#pragma warning restore RS0030
        try
        {
            var port = int.Parse((await services.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            return await MeasureAsync(port, length);
        }
        finally
        {
            services.Kill();
            await services.WaitForExitAsync();
        }
    }

    private static async Task<int> MeasureAsync(int port, TimeSpan length)
    {
        var rules = Rules.Select((text, i) => new RuleDefinition($"rule-{i}", Read(text), text)).ToList();
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) });
        using var stop = new CancellationTokenSource();
        var seen = new Seen();
        var watches = new List<Task>(Count);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Count; i++)
        {
            var due = Period * ((double)i / Count);
            if (Stopwatch.GetElapsedTime(began) is var now && now < due)
                await Task.Delay(due - now, TimeProvider.System);
            watches.Add(WatchAsync(rules, http, port, i, seen, stop.Token));
        }

        // The first round is the start: everything is read, bound and compiled for the first time.
        await Task.Delay(Period, TimeProvider.System);
        seen.Reset();
        var cpu = Environment.CpuUsage.TotalTime;
        var from = Stopwatch.GetTimestamp();
        await Task.Delay(length, TimeProvider.System);
        var took = Stopwatch.GetElapsedTime(from);
        var cores = (Environment.CpuUsage.TotalTime - cpu) / took;
        var (samples, latest, missing) = seen.Read();
        var megabytes = HighestMark();
        await stop.CancelAsync();
        await Task.WhenAll(watches);

        var expected = Count * (double)Metrics.Length * (took / Period);
        Console.WriteLine($"{Count:N0} watches of {Rules.Length} rules, {Metrics.Length} metrics each, for {Units.Duration(took)}: {samples:N0} samples ({samples / expected:0.0%} of those due), {missing} without a number");
        Console.WriteLine($"  {cores:0.00} cores; promised: below {PromisedCores}");
        Console.WriteLine($"  {megabytes:0} MB at the peak; promised: below {PromisedMegabytes}");
        Console.WriteLine($"  latest sample {latest.TotalSeconds:0.00} s after it was due; promised: at most {PromisedSeconds} s");
        return cores < PromisedCores && megabytes < PromisedMegabytes && latest.TotalSeconds <= PromisedSeconds && missing == 0 && samples > expected * 0.99 ? 0 : 1;
    }

    private static async Task WatchAsync(IReadOnlyList<RuleDefinition> rules, HttpClient http, int port, int number, Seen seen, CancellationToken stop)
    {
        var context = new MetricContext { Http = http, Commands = new CommandRunner(TimeProvider.System), Time = TimeProvider.System, Directory = "/", Variable = name => name == "service" ? $"http://127.0.0.1:{port}/{number}" : null };
        var now = TimeProvider.System.GetUtcNow();
        var watch = new RuleWatch(new RuleWatchSetup
        {
            Rules = rules,
            Sources = Metrics.ToDictionary(m => m.Name, m => MetricSources.Create(m, context)),
            Baseline = metric => new Value.Number(metric == "memory" ? 1e9 : 0.2, metric == "memory" ? Dimension.Bytes : Dimension.Duration),
            Armed = true,
            BatchSize = 1,
            Keeps = Keeps,
            // As when a driver takes watches up: what rules look back over is in memory from the first moment, not after an hour.
            LookedLast = now,
            DeployedAt = now - Behind,
            Earlier = (_, _) => Task.FromResult(Past(now)),
        }, TimeProvider.System);
        var began = Stopwatch.GetTimestamp();
        await foreach (var told in watch.RunAsync(stop))
            if (told is WatchEvent.Sampled sampled)
                // Judged by now, and due at the last whole period since the watch began.
                seen.Add(TimeSpan.FromTicks(Stopwatch.GetElapsedTime(began).Ticks % Period.Ticks), sampled.Samples[0] is not Sample.Measured);
    }

    /// <summary>Of every metric as much as is kept of it.</summary>
    private static IReadOnlyDictionary<string, IReadOnlyList<Sample>> Past(DateTimeOffset now) =>
        Metrics.ToDictionary(m => m.Name, m => (IReadOnlyList<Sample>)[.. Enumerable.Range(1, (int)((m.Name == "error_rate" ? Behind : Keeps) / Period)).Reverse().Select(i => new Sample.Measured(now - i * Period, 0, 100))]);

    private static MetricDefinition Metric(string name, Dimension dimension, ScrapeMeasure measure) => new(name, dimension, 1, new MetricSourceDefinition.Scrape("${service}/metrics", measure));

    private static SeriesSelector Series(string text) => SeriesSelector.Parse(text);

    private static Instruction.Rule Read(string text)
    {
        var problems = new List<Problem>();
        var words = new Vocabulary { Probes = new Dictionary<string, Signature>(), Actions = new Dictionary<string, Signature>(), Metrics = Metrics.ToDictionary(m => m.Name, m => m.Dimension) };
        return MarkParser.Parse(new Mark(Sign.Act, text, 0, new(1, 1), null), new SourceText("rules.md", text), words, problems) as Instruction.Rule
            ?? throw new InvalidOperationException(string.Join('\n', problems));
    }

    /// <summary>In megabytes, by the kernel's own mark (VmHWM in proc(5)).</summary>
    private static double HighestMark()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    private sealed class Seen
    {
        private readonly Lock _lock = new();
        private long _samples;
        private long _missing;
        private TimeSpan _latest;

        public void Add(TimeSpan late, bool isMissing)
        {
            lock (_lock)
            {
                _samples++;
                _missing += isMissing ? 1 : 0;
                // Timers may fire a moment early.
                if (late > _latest && late < Period - TimeSpan.FromMilliseconds(50))
                    _latest = late;
            }
        }

        public void Reset()
        {
            lock (_lock)
                (_samples, _missing, _latest) = (0, 0, TimeSpan.Zero);
        }

        public (long Samples, TimeSpan Latest, long Missing) Read()
        {
            lock (_lock)
                return (_samples, _latest, _missing);
        }
    }
}
