using System.Globalization;
using Holdpoint.Processes;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>Drivers that are killed under steady load, and a version that is only slower.</summary>
public sealed class TroubledDeliveryTests(DockerEngine engine) : DeliveryBench(engine)
{
    /// <summary>At how many points a run is killed: 4, in the benchmark 10.</summary>
    private static int Points => int.TryParse(Environment.GetEnvironmentVariable("HOLDPOINT_DELIVERY_POINTS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 4;

    [Theory]
    [InlineData("strategy: rolling", "api_1,api_2,api_3")]
    [InlineData("strategy: canary\nsteps: [5%, 50%, 100%]\npause: 1s", "api_blue,api_green")]
    public async Task Killed_at_any_point_a_run_is_resumed_or_goes_back_and_no_request_is_lost(string rollout, string services)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var shop = await ShopAsync(services.Split(','), rollout);
        await using var load = new SteadyLoad(shop.Front, Figures.Folder is null ? 200 : 500);
        long events;
        await using (var clean = await shop.DeployAsync("v2"))
        {
            Assert.Equal(Outcome.Passed, await OutcomeAsync(shop, clean));
            events = clean.Session.Run.Sequence;
        }

        var now = "v2";
        for (var point = 0; point < Points; point++)
        {
            var next = now == "v2" ? "v1" : "v2";
            await (await shop.DeployAsync(next)).DisposeAsync();
            var at = 3 + point * (events - 6) / Points;
            // At the event itself, and later, when what it began is under way; towards the end there is no later.
            var later = (point * 2 > Points ? 0 : point % 3 * 400).ToString(CultureInfo.InvariantCulture);
            var killed = Assert.IsType<CommandResult.Exited>(await new CommandRunner(TimeProvider.System).RunAsync(Driver.Call("drive", shop.Run.Folder, at.ToString(CultureInfo.InvariantCulture), later), TimeSpan.FromMinutes(3), cancel));
            Assert.Equal((point, 128 + 9), (point, killed.ExitCode));
            await using var run = await shop.Run.NewOffice().OpenAsync(null, cancel);
            // Before anything has changed there is nothing to go back from.
            var back = point % 2 == 1 && await RunOffice.SayAsync(run, new PersonCommand.RollBack("ana", "killed"), cancel) is null;
            Assert.Equal((point, back ? Outcome.RolledBack : Outcome.Passed), (point, await OutcomeAsync(shop, run)));
            now = back ? now : next;
            Assert.Equal((point, now), (point, await AnswerAsync(shop)));
        }

        await load.StopAsync();
        Assert.Empty(load.Failures);
        Figures.Line($"killed at {Points} points ({rollout.Split('\n')[0]}): {load.Total} requests, 0 failed");
    }

    [Theory]
    [InlineData("v2", Outcome.Passed)]
    [InlineData("slow", Outcome.RolledBack)]
    public async Task A_canary_is_compared_with_the_stable_side_by_what_Prometheus_says_of_each(string version, Outcome expected)
    {
        // Requests under way, not HAProxy's mean latency: that begins at zero and moves by a thousandth a request, which on a busy machine shows a slow side late.
        await using var seen = new PrometheusOf(HaproxyServer.MetricsPath);
        await using var shop = await ShopAsync(["api_blue", "api_green"], "strategy: canary\nsteps: [25%, 100%]\npause: 45s\ncompare: [in_flight]", around: async proxy =>
        {
            await seen.WatchAsync(proxy.Port);
            return $$"""
                servers:
                  prometheus: { main: { url: "{{seen.Url}}" } }
                metrics:
                  in_flight: { unit: count, prometheus: 'haproxy_server_current_sessions{server="api_${colour}"}', worse: 20%, floor: 3 }
                """;
        });
        await using var load = new SteadyLoad(shop.Front, 100);
        await load.MoreAsync(200);
        await using var run = await shop.DeployAsync(version);
        var outcome = await OutcomeAsync(shop, run);
        Assert.True(expected == outcome, $"{outcome}: {string.Join('\n', run.Session.Entries.Where(e => e.Type == "rollout-step-ended").Select(e => e.Data))}");
        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.Equal(expected == Outcome.Passed ? version : "v1", await AnswerAsync(shop));
        if (expected == Outcome.RolledBack)
            Assert.Matches("in_flight at the median .* on the new side .* on the stable side .*: more than 20% worse", run.Session.Run.Step("out").Verdict!.Text);
        else
            Assert.Contains(run.Session.Entries, e => e.Type == "rollout-step-ended" && e.Data.ToString().Contains("in_flight at the median", StringComparison.Ordinal));
    }
}
