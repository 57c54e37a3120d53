using System.Globalization;
using System.Text.Json;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Cli;

/// <summary>Rules tried on the past of a real Prometheus.</summary>
public sealed class BacktestTests(PrometheusPast prometheus) : IClassFixture<PrometheusPast>, IDisposable
{
    private readonly CliBench _bench = new(
        """
        # Shop

        - [ ] Go back on errors `! rollback when error_rate > 5% for 1m`
        - [ ] Hold when most fail `! hold when error_rate > 50% for 1m`
        """,
        $$"""
        holdpoint: 1
        environments: { production: {} }
        servers: { prometheus: { main: { url: "{{prometheus.Url}}" } } }
        metrics:
          error_rate: { unit: ratio, prometheus: 'sum(rate(http_requests_total{code=~"5.."}[1m])) / sum(rate(http_requests_total[1m]))' }
        """);

    public void Dispose() => _bench.Dispose();

    private Task<Said> CallAsync(params string[] more)
    {
        _bench.Variables["XDG_CACHE_HOME"] = _bench.PathOf("cache");
        return _bench.CallAsync(["backtest", "--from", Iso(prometheus.Start.AddMinutes(5)), "--to", Iso(prometheus.End), .. more]);
    }

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_rule_fires_where_the_store_remembers_trouble_and_is_blind_where_it_remembers_nothing()
    {
        var said = await CallAsync("--json");

        Assert.True(said.ExitCode == 0, said.All);
        var rules = said.Json.GetProperty("rules");
        var firing = Assert.Single(rules[0].GetProperty("watches")[0].GetProperty("firings").EnumerateArray());
        // The rate looks back over a minute, so it rises at once and the rule's own minute begins then.
        Assert.InRange(firing.GetProperty("at").GetDateTimeOffset() - prometheus.Trouble, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2.5));
        Assert.InRange(firing.GetProperty("held_seconds").GetDouble(), 240, 400);
        Assert.Equal(0, rules[1].GetProperty("fired").GetInt32());
        Assert.InRange(rules[0].GetProperty("worst").GetProperty("value").GetDouble(), 0.13, 0.15);
        // Half an hour of six.
        Assert.InRange(rules[0].GetProperty("blind_share").GetDouble(), 0.07, 0.1);
    }

    [Fact]
    public async Task The_store_is_asked_once_and_deployments_are_judged_from_the_cache()
    {
        _bench.Write("deployments.json", JsonSerializer.Serialize(new[]
        {
            new { start = Iso(prometheus.Start.AddMinutes(30)), end = Iso(prometheus.Start.AddMinutes(90)), outcome = "good", name = "v1" },
            new { start = Iso(prometheus.Trouble.AddMinutes(-10)), end = Iso(prometheus.Trouble.AddMinutes(50)), outcome = "bad", name = "v2" },
            new { start = Iso(prometheus.Start.AddHours(4)), end = Iso(prometheus.Start.AddHours(5)), outcome = "good", name = "v3" },
        }));
        var first = await CallAsync("--json", "--deployments", "deployments.json");
        var second = await CallAsync("--json", "--deployments", "deployments.json");
        var without = await CallAsync("--json", "--deployments", "deployments.json", "--no-cache");

        Assert.True(first.ExitCode == 0, first.All);
        Assert.Equal(["quiet", "hit", "blind"], first.Json.GetProperty("rules")[0].GetProperty("watches").EnumerateArray().Select(w => w.GetProperty("judged").GetString()!));
        Assert.StartsWith("prometheus main, 0 queries, ", second.Json.GetProperty("source").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("cache", without.Json.GetProperty("source").GetString(), StringComparison.Ordinal);
        foreach (var other in new[] { second, without })
            Assert.Equal(first.Json.GetProperty("rules").GetRawText(), other.Json.GetProperty("rules").GetRawText());
    }
}
