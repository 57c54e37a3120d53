using System.Text;
using System.Text.Json;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>An Alertmanager whose receivers tell nobody.</summary>
public sealed class AlertmanagerServer : StoreServer
{
    public string Url => $"http://127.0.0.1:{Port}";

    public Task FireAsync(string summary, params (string Name, string Value)[] labels) => PostAsync("/api/v2/alerts", new[]
    {
        new { labels = labels.ToDictionary(l => l.Name, l => l.Value), annotations = new { summary }, startsAt = TimeProvider.System.GetUtcNow().AddHours(-2), endsAt = TimeProvider.System.GetUtcNow().AddHours(2) },
    });

    public Task SilenceAsync(string label, string value) => PostAsync("/api/v2/silences", new
    {
        matchers = new[] { new { name = label, value, isRegex = false, isEqual = true } },
        startsAt = TimeProvider.System.GetUtcNow().AddMinutes(-1),
        endsAt = TimeProvider.System.GetUtcNow().AddHours(1),
        createdBy = "ana",
        comment = "known",
    });

    /// <summary>By Alertmanager itself: the receivers that the alert of this name reaches, in its order; null while it has not seen it.</summary>
    public async Task<string?> ReceiversOfAsync(string alert)
    {
        using var alerts = JsonDocument.Parse(await TryGetAsync(Url + "/api/v2/alerts") ?? "[]");
        foreach (var found in alerts.RootElement.EnumerateArray().Where(a => a.GetProperty("labels").GetProperty("alertname").GetString() == alert))
            return string.Join(", ", found.GetProperty("receivers").EnumerateArray().Select(r => r.GetProperty("name").GetString()));
        return null;
    }

    protected override async Task StartAsync()
    {
        await File.WriteAllTextAsync(At("alertmanager.yml"), """
            route:
              receiver: everybody
              group_by: [alertname]
              routes:
              - matchers: [severity="critical"]
                receiver: pager
                continue: true
                routes:
                - matchers: [service=~"api|web", team!="blue"]
                  receiver: api-pager
              - match: { severity: critical }
                receiver: sms
                routes:
                - match_re: { service: "db.*" }
              - match_re: { severity: warn.* }
                receiver: chat
                mute_time_intervals: [weekends]
              - matchers:
                - path=~"C:\\\\.*"
                - quote="say \"hi\", please"
                receiver: odd
            receivers: [{ name: everybody }, { name: pager }, { name: api-pager }, { name: sms }, { name: chat, webhook_configs: [{ url: "http://127.0.0.1:1/" }] }, { name: odd }]
            time_intervals: [{ name: weekends, time_intervals: [{ weekdays: [saturday, sunday] }] }]
            inhibit_rules:
            - { source_matchers: [alertname="Outage"], target_matchers: [alertname="Symptom"] }
            """);
        Run("prometheus-alertmanager", $"--config.file={At("alertmanager.yml")}", $"--storage.path={At("data")}", $"--web.listen-address=127.0.0.1:{Port}", "--cluster.listen-address=");
        await UntilAsync(async () => await TryGetAsync(Url + "/-/ready") is not null);
    }

    private async Task PostAsync(string path, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri(Url + path), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
