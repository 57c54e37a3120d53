using System.Globalization;
using System.Text;
using Holdpoint.Backtesting;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// A Prometheus that holds six hours of some days ago and scrapes nothing: 12 requests a second, of which every sixth failed for five minutes after two hours;
/// after four hours nothing was stored for half an hour.
/// </summary>
public sealed class PrometheusPast : StoreServer
{
    /// <summary>The beginning of what is stored: on a whole hour, and all of it in one of the pieces in which a store is asked, whatever the time is now.</summary>
    public DateTimeOffset Start { get; } = MetricPast.OnGrid(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(5), TimeSpan.FromSeconds(15) * StorePast.PieceLength).AddHours(6);

    public DateTimeOffset Trouble => Start.AddHours(2);

    public DateTimeOffset End => Start.AddHours(6);

    public string Url => $"http://127.0.0.1:{Port}";

    protected override async Task StartAsync()
    {
        var text = new StringBuilder("# TYPE http_requests counter\n");
        Write(text, "http_requests_total{code=\"200\"}", at => (at - Start).TotalSeconds * 12);
        Write(text, "http_requests_total{code=\"500\"}", at => Math.Clamp((at - Trouble).TotalSeconds, 0, 300) * 2);
        text.Append("# TYPE up gauge\n");
        Write(text, "up{job=\"shop\"}", _ => 1);
        await File.WriteAllTextAsync(At("past.txt"), text.Append("# EOF\n").ToString());
        await AskAsync(new Command("promtool", ["tsdb", "create-blocks-from", "openmetrics", At("past.txt"), At("data")]));
        await File.WriteAllTextAsync(At("prometheus.yml"), "scrape_configs: []\n");
        Run("prometheus", $"--config.file={At("prometheus.yml")}", $"--storage.tsdb.path={At("data")}", "--storage.tsdb.retention.time=1y", $"--web.listen-address=127.0.0.1:{Port}");
        await UntilAsync(async () => await TryGetAsync(Url + "/-/ready") is not null);
    }

    private void Write(StringBuilder text, string series, Func<DateTimeOffset, double> value)
    {
        for (var at = Start; at < End; at += TimeSpan.FromSeconds(15))
            if (at < Start.AddHours(4) || at >= Start.AddHours(4.5))
                text.Append(CultureInfo.InvariantCulture, $"{series} {value(at)} {at.ToUnixTimeSeconds()}\n");
    }
}
