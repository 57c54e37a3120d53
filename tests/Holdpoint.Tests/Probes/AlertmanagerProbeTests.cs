using System.Text.Json;
using Holdpoint.Probes;
using Holdpoint.Probes.Alertmanager;

namespace Holdpoint.Tests.Probes;

public sealed class AlertmanagerProbeTests
{
    private const string Alerts = """
        [
          {"labels":{"alertname":"HighErrors","severity":"critical","service":"api"},"annotations":{"summary":"half of all requests fail"},"startsAt":"2020-01-01T00:00:00.000Z","status":{"state":"active","silencedBy":[],"inhibitedBy":[]}},
          {"labels":{"alertname":"DiskFull","severity":"warning"},"annotations":{},"startsAt":"2020-01-01T00:00:00.000Z","status":{"state":"suppressed","silencedBy":["a-b"],"inhibitedBy":[]}},
          {"labels":{"alertname":"Slow","severity":"warning"},"annotations":{},"startsAt":"2020-01-01T00:00:00.000Z","status":{"state":"suppressed","silencedBy":[],"inhibitedBy":["f"]}},
          {"labels":{"alertname":"New","severity":"info"},"annotations":{},"startsAt":"2020-01-01T00:00:00.000Z","status":{"state":"unprocessed","silencedBy":[],"inhibitedBy":[]}}
        ]
        """;

    private const string Routing = """
        route:
          receiver: everybody
          routes:
          - receiver: audit
            matchers: [severity=~"critical|warning"]
            continue: true
          - receiver: pager
            match: {severity: critical}
            routes:
            - matchers: [service="api", team!="blue"]
              receiver: api-pager
              mute_time_intervals: [weekends]
            - match_re: {service: "db.*"}
          - receiver: night
            matchers: ['{severity="warning",service!~"api|web"}']
        receivers:
        - name: everybody
        - {name: audit, webhook_configs: [{url: http://localhost/}]}
        - {name: pager, webhook_configs: [{url: http://localhost/}]}
        - {name: api-pager, webhook_configs: [{url: http://localhost/}]}
        - {name: night, webhook_configs: [{url: http://localhost/}]}
        """;

    [Fact]
    public async Task Quiet_passes_and_what_fires_fails_with_its_number()
    {
        await using var quiet = Server("[]");
        await Marks(quiet).PassedAsync("alertmanager main");
        await using var loud = Server(Alerts);
        Assert.Equal("firing is 2, expected firing == 0", await Marks(loud).FailedAsync("alertmanager main"));
        Assert.Contains("silenced is 1", await Marks(loud).FailedAsync("alertmanager main firing <= 2 and silenced == 0"));
        await Marks(loud).PassedAsync("alertmanager main severity=warning");
    }

    [Fact]
    public async Task The_evidence_lists_the_alerts_with_state_age_and_summary()
    {
        await using var server = Server(Alerts);
        var evidence = await Marks(server).EvidenceAsync("alertmanager main");
        Assert.Matches("^firing [0-9]+d.*  HighErrors service=\"api\" severity=\"critical\": half of all requests fail\n", evidence);
        Assert.Contains("  DiskFull severity=\"warning\"\ninhibited ", evidence);
        Assert.Equal("no such alert; 4 others\nreaches everybody; it has no integration, so nobody is told\n", await Marks(server).EvidenceAsync("alertmanager main labels=service=shop"));
    }

    [Theory]
    [InlineData("severity=critical", "audit, pager")]
    [InlineData("severity=critical,service=api", "audit, api-pager")]
    [InlineData("severity=critical,service=api,team=blue", "audit, pager")]
    [InlineData("severity=critical,service=\"db1\"", "audit, pager")]
    [InlineData("severity=warning", "audit, night")]
    [InlineData("severity=warning,service=web", "audit")]
    [InlineData("severity=note", "everybody")]
    [InlineData("severity=xcritical", "everybody")]
    public void Labels_are_routed_as_Alertmanager_does(string labels, string receivers)
    {
        Assert.True(AlertMatcher.TryParseList(labels, out var wanted));
        var reached = Tree(Routing).Root.Reached(wanted.ToDictionary(m => m.Name, m => m.Value));
        Assert.Equal(receivers, string.Join(", ", reached.Select(r => r.Receiver)));
    }

    [Theory]
    [InlineData("a=b", "a=\"b\"")]
    [InlineData(" a != \"b, c\" ,d=~e.*,", "a!=\"b, c\" d=~\"e.*\"")]
    [InlineData("{a=\"b\\\"c\\\\d\\n\"}", "a=\"b\"c\\d\n\"")]
    [InlineData("a=~\"\\d+\"", "a=~\"\\d+\"")]
    [InlineData("\"a b\"!~\"c\"", "a b!~\"c\"")]
    [InlineData("a=", "a=\"\"")]
    [InlineData("a", null)]
    [InlineData("a=\"b", null)]
    [InlineData("a=b\"c", null)]
    [InlineData("=b", null)]
    [InlineData("a!b", null)]
    public void Matchers_are_read_in_each_of_their_forms(string text, string? read) =>
        Assert.Equal(read, AlertMatcher.TryParseList(text, out var matchers) ? string.Join(' ', matchers) : null);

    [Fact]
    public void A_label_that_is_missing_has_the_empty_value()
    {
        Assert.True(AlertMatcher.TryParseList("a=\"\", b!=x, c=~\".*\", d!~\".+\"", out var matchers));
        Assert.All(matchers, m => Assert.True(m.Matches(new Dictionary<string, string>())));
    }

    [Fact]
    public void An_expression_that_would_be_read_otherwise_is_refused() =>
        Assert.Contains("only RE2 understands", Assert.Throws<Unanswered>(() => AlertMatcher.Of("a", "=~", "[[:alpha:]]+")).Message);

    [Fact]
    public async Task The_receiver_is_judged_and_told_with_its_route()
    {
        await using var server = Server("[]", Routing);
        await Marks(server).PassedAsync("alertmanager main labels=\"severity=critical,service=api\" receiver == \"audit, api-pager\"");
        Assert.Contains("receiver is \"audit, pager\"", await Marks(server).FailedAsync("alertmanager main severity=critical receiver contains \"sms\""));
        Assert.Contains("reaches api-pager by service=\"api\", team!=\"blue\" (mute during weekends)", await Marks(server).EvidenceAsync("alertmanager main labels=\"severity=critical,service=api\""));
        Assert.StartsWith("say whose alert", await Marks(server).UnknownAsync("alertmanager main receiver == \"pager\""));
    }

    [Fact]
    public async Task A_label_or_severity_that_looks_mistyped_is_not_quiet()
    {
        await using var server = Server(Alerts, Routing);
        Assert.Contains("did you mean `severity`?", await Marks(server).UnknownAsync("alertmanager main labels=sevrity=critical"));
        Assert.Contains("did you mean `critical`?", await Marks(server).UnknownAsync("alertmanager main severity=critcal"));
        Assert.Contains("did you mean `warning`?", await Marks(server).UnknownAsync("alertmanager main severity=warn"));
        await using var quiet = Server("[]", Routing);
        await Marks(quiet).PassedAsync("alertmanager main severity=critical");
        Assert.Contains("did you mean `critical`?", await Marks(quiet).UnknownAsync("alertmanager main severity=critcal"));
    }

    [Theory]
    [InlineData("labels=critical", "write name=value")]
    [InlineData("labels=\"severity=~crit.*\"", "write name=value")]
    [InlineData("labels=\"a=1,a=2\"", "names a twice")]
    [InlineData("severity=info labels=\"severity=critical\"", "contradict each other")]
    public async Task Labels_that_can_t_be_meant_are_refused(string options, string because)
    {
        await using var server = Server("[]");
        Assert.Contains(because, await Marks(server).UnknownAsync($"alertmanager main {options}"));
    }

    [Fact]
    public async Task Without_a_configuration_the_alerts_are_known_and_the_receiver_is_not()
    {
        await using var server = Loopback.Http(r => r.Contains("/alerts", StringComparison.Ordinal) ? Loopback.Reply(200, "[]") : Loopback.Reply(403));
        await Marks(server).PassedAsync("alertmanager main severity=critical");
        Assert.Contains("answers 403", await Marks(server).UnknownAsync("alertmanager main severity=critical receiver == \"pager\""));
        await using var other = Server("[]", "receivers: []");
        Assert.Contains("has no route", await Marks(other).UnknownAsync("alertmanager main severity=critical receiver == \"pager\""));
    }

    [Theory]
    [InlineData("{}", "not as Alertmanager does")]
    [InlineData("[1]", "not as Alertmanager does")]
    [InlineData("[", "no JSON")]
    public async Task Another_answer_is_not_quiet(string body, string because)
    {
        await using var server = Server(body);
        Assert.Contains(because, await Marks(server).UnknownAsync("alertmanager main"));
    }

    [Fact]
    public async Task An_Alertmanager_that_refuses_is_not_quiet() =>
        Assert.Contains("refuses the connection", await new StoreMarks("alertmanager", ("url", $"http://127.0.0.1:{Loopback.ClosedPort()}")).UnknownAsync("alertmanager main"));

    private static AlertRouting Tree(string yaml) => AlertRouting.Of(JsonSerializer.SerializeToElement(new { config = new { original = yaml } }));

    private static Loopback Server(string alerts, string routing = "route: {receiver: everybody}\nreceivers: [{name: everybody}]\n") => Loopback.Http(r =>
        Loopback.Reply(200, r.Contains("/api/v2/alerts", StringComparison.Ordinal) ? alerts : JsonSerializer.Serialize(new { config = new { original = routing } })));

    private static StoreMarks Marks(Loopback server) => new("alertmanager", ("url", server.Url));
}
