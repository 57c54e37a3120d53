using System.Globalization;
using System.Text;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A Prometheus that scrapes nothing and remembers last week: two hours of <c>usual</c> (0.2) and <c>incident</c> (0.01, and 0.9 for ten minutes), ten minutes of <c>brief</c>.</summary>
public sealed class PrometheusOfLastWeek : StoreServer
{
    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>A week after the middle of what it remembers.</summary>
    public DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    protected override async Task StartAsync()
    {
        await File.WriteAllTextAsync(At("prometheus.yml"), "global: {}\n");
        await File.WriteAllTextAsync(At("past.om"), Past(Now - TimeSpan.FromDays(7)));
        await AskAsync(new Command("promtool", ["tsdb", "create-blocks-from", "openmetrics", At("past.om"), At("data")]));
        Run("prometheus", $"--config.file={At("prometheus.yml")}", $"--storage.tsdb.path={At("data")}", "--storage.tsdb.retention.time=1y", $"--web.listen-address=127.0.0.1:{Port}");
        await UntilAsync(async () => await TryGetAsync(Url + "/-/ready") is not null);
    }

    private static string Past(DateTimeOffset middle)
    {
        var text = new StringBuilder();
        Series("usual", -60, 60, _ => 0.2);
        Series("incident", -60, 60, minute => minute is >= 0 and < 10 ? 0.9 : 0.01);
        Series("brief", -1, 0, _ => 0.2);
        return text.Append("# EOF\n").ToString();

        void Series(string name, int from, int to, Func<double, double> value)
        {
            text.Append($"# TYPE {name} gauge\n");
            for (var second = from * 60; second < to * 60; second += 15)
                text.Append(CultureInfo.InvariantCulture, $"{name} {value(second / 60.0)} {(middle.ToUnixTimeMilliseconds() / 1000.0) + second:0.000}\n");
        }
    }
}
