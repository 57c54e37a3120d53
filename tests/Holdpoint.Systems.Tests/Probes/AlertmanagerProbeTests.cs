using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>One Alertmanager for all: each test asks for labels of its own.</summary>
public sealed class AlertmanagerProbeTests(AlertmanagerServer server) : IClassFixture<AlertmanagerServer>
{
    private StoreMarks Marks => new("alertmanager", ("url", server.Url));

    [Fact]
    public async Task Labels_without_an_alert_pass_and_a_firing_alert_fails_with_its_line_in_the_evidence()
    {
        await Marks.PassesAsync("alertmanager main labels=\"case=quiet\"");
        await server.FireAsync("half of all requests fail", ("alertname", "HighErrors"), ("case", "loud"), ("severity", "critical"));
        Assert.Equal("firing is 1, expected firing == 0", await Marks.FailedAsync("alertmanager main labels=\"case=loud\""));
        Assert.Equal("firing is 1, expected firing == 0", await Marks.FailedAsync("alertmanager main severity=critical labels=\"case=loud\""));
        Assert.StartsWith("firing 2h", await Marks.EvidenceAsync("alertmanager main labels=\"case=loud\""));
        Assert.Contains("  HighErrors case=\"loud\" severity=\"critical\": half of all requests fail\n", await Marks.EvidenceAsync("alertmanager main labels=\"case=loud\""));
        Assert.DoesNotContain("HighErrors", await Marks.EvidenceAsync("alertmanager main severity=warning labels=\"case=loud\""));
    }

    [Fact]
    public async Task A_silenced_and_an_inhibited_alert_don_t_fire()
    {
        await server.SilenceAsync("case", "silent");
        await server.FireAsync("", ("alertname", "Known"), ("case", "silent"));
        await server.FireAsync("", ("alertname", "Outage"), ("case", "source"));
        await server.FireAsync("", ("alertname", "Symptom"), ("case", "inhibited"));
        // Alertmanager takes note of silences and of what inhibits in its own time.
        await Marks.PassesAsync("alertmanager main labels=\"case=silent\" silenced == 1 within 2m every 100ms");
        await Marks.PassesAsync("alertmanager main labels=\"case=inhibited\" silenced == 0 within 2m every 100ms");
        Assert.Contains("inhibited 2h", await Marks.EvidenceAsync("alertmanager main labels=\"case=inhibited\""));
    }

    [Theory]
    [InlineData("R1", "pager, sms", "severity", "critical")]
    [InlineData("R2", "api-pager, sms", "severity", "critical", "service", "api")]
    [InlineData("R3", "pager, sms", "severity", "critical", "service", "apis")]
    [InlineData("R4", "pager, sms", "severity", "critical", "service", "web", "team", "blue")]
    [InlineData("R5", "pager, sms", "severity", "critical", "service", "db1")]
    [InlineData("R6", "chat", "severity", "warning")]
    [InlineData("R7", "everybody", "severity", "info")]
    [InlineData("R8", "odd", "path", "C:\\temp", "quote", "say \"hi\", please")]
    public async Task Labels_reach_the_receivers_that_Alertmanager_itself_chooses(string alert, string receivers, params string[] labels)
    {
        var options = string.Join(',', labels.Chunk(2).Select(l => $"{l[0]}=\"{l[1].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
        await server.FireAsync("", [("alertname", alert), .. labels.Chunk(2).Select(l => (l[0], l[1]))]);
        Assert.Equal(receivers, await server.ReceiversOfAsync(alert));

        var reading = await ProbeCatalogue.Probes["alertmanager"].MeasureAsync(
            new(["main"], new Dictionary<string, string> { ["labels"] = $"alertname={alert},{options}" }, [])
            {
                Timeout = TimeSpan.FromMinutes(2),
                Context = new() { Commands = new CommandRunner(TimeProvider.System), Time = TimeProvider.System, Directory = "/", Server = At(server.Url) },
            },
            TestContext.Current.CancellationToken);
        Assert.Equal($"\"{receivers}\"", Assert.IsType<Reading.Measured>(reading).Facts["receiver"].ToString());
    }

    [Fact]
    public async Task A_receiver_is_judged_with_its_route_in_the_evidence()
    {
        const string Mark = "alertmanager main labels=\"severity=warning,case=receiver\" receiver == ";
        await Marks.PassesAsync(Mark + "\"chat\"");
        Assert.Contains("receiver is \"chat\"", await Marks.FailedAsync(Mark + "\"pager\""));
        Assert.Contains("reaches chat by severity=~\"warn.*\" (mute during weekends)\n", await Marks.EvidenceAsync(Mark + "\"chat\""));
        Assert.Contains("did you mean `severity`?", await Marks.UnknownAsync("alertmanager main labels=\"severty=warning\" receiver == \"chat\""));
        Assert.StartsWith("say whose alert", await Marks.UnknownAsync("alertmanager main firing < 1000 and receiver == \"chat\""));
    }

    private static ServerLookup At(string url) => (string _, string _, out string because) =>
    {
        because = "";
        return new Dictionary<string, string> { ["url"] = url };
    };
}
