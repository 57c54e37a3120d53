using Holdpoint.Actions;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Probes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Actions;

/// <summary>One Alertmanager for all: each test fires an alert of its own.</summary>
public sealed class AlertActionTests(AlertmanagerServer server) : IClassFixture<AlertmanagerServer>
{
    private StoreMarks Marks => new("alertmanager", ("url", server.Url));

    [Fact]
    public async Task A_test_alert_is_seen_where_it_is_routed_and_is_over_when_it_is_resolved()
    {
        const string Labels = "severity=critical,service=api,case=fired";
        Assert.Matches("^HoldpointTest fires at main until [0-9:]{8} UTC, for api-pager, sms$", Assert.IsType<Verdict.Passed>(await DoAsync(("labels", Labels))).Shown);
        // Doing it again is the same alert.
        Assert.IsType<Verdict.Passed>(await DoAsync(("labels", Labels), ("lasts", "10m")));
        await Marks.PassesAsync($"alertmanager main labels=\"{Labels}\" firing == 1 and receiver == \"api-pager, sms\"");
        Assert.Contains("HoldpointTest case=\"fired\" service=\"api\" severity=\"critical\": A test by Holdpoint: nothing is wrong", await Marks.EvidenceAsync($"alertmanager main labels=\"{Labels}\""));

        Assert.Equal("HoldpointTest no longer fires at main", Assert.IsType<Verdict.Passed>(await DoAsync(("labels", Labels), ("resolve", "true"))).Shown);
        await Marks.PassesAsync($"alertmanager main labels=\"{Labels}\" firing == 0");
        Assert.IsType<Verdict.Passed>(await DoAsync(("labels", Labels), ("resolve", "true")));
    }

    [Fact]
    public async Task It_ends_by_itself()
    {
        Assert.IsType<Verdict.Passed>(await DoAsync(("labels", "alertname=Brief,case=brief"), ("lasts", "10s")));
        await Marks.PassesAsync("alertmanager main labels=\"case=brief\" firing == 0 within 2m every 100ms");
    }

    [Fact]
    public async Task A_silenced_one_has_failed_since_nobody_is_told()
    {
        await server.SilenceAsync("case", "hushed");
        Verdict verdict;
        var began = TimeProvider.System.GetTimestamp();
        // Alertmanager takes note of a silence in its own time.
        do
            verdict = await DoAsync(("labels", "case=hushed"));
        while (verdict is Verdict.Passed && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2));
        Assert.Equal("a silence keeps it quiet", Assert.IsType<Verdict.Failed>(verdict).Actual);
    }

    [Fact]
    public async Task A_label_that_Alertmanager_refuses_is_told_in_its_own_words() =>
        Assert.Contains("answers 400", Assert.IsType<Verdict.Failed>(await DoAsync(("labels", "\"no name\"=x"))).Actual, StringComparison.Ordinal);

    private async Task<Verdict> DoAsync(params (string Name, string Value)[] options)
    {
        var verb = ActionCatalogue.Actions["alert"];
        var context = new ProbeContext
        {
            Commands = new CommandRunner(TimeProvider.System),
            Time = TimeProvider.System,
            Directory = "/",
            Server = (string _, string _, out string because) =>
            {
                because = "";
                return new Dictionary<string, string> { ["url"] = server.Url };
            },
        };
        var step = new PlannedStep.Act("a#1", "a", "s", "alert main", new(verb.Signature, [new Word("main", default)], new Dictionary<string, Word>(), null), null, []);
        var call = new ActionCall(step, ["main"], options.ToDictionary(o => o.Name, o => o.Value), context, Forced: false)
        {
            World = new()
            {
                Target = _ => null,
                Before = _ => null,
                DeployedWell = _ => false,
                Version = "2.0",
                Tell = (_, _, _) => Task.FromResult<string?>(null),
                Ask = (_, _) => throw new InvalidOperationException("nothing is asked here"),
                AskConfigured = (_, _) => throw new InvalidOperationException("nothing is asked here"),
                Project = Project.Empty("/"),
                ProjectFolder = "/",
                Definition = new([], null, new Dictionary<string, string>()),
                Environment = "production",
                By = "ana",
                Since = () => null,
                BackupMade = _ => null,
            },
        };
        return await Assert.IsType<Deed.Direct>(await verb.PrepareAsync(call, TestContext.Current.CancellationToken)).Do(TestContext.Current.CancellationToken);
    }
}
