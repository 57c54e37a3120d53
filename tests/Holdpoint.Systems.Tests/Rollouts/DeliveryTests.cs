using System.Globalization;
using Holdpoint.Processes;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>
/// Versions that change under steady load: real containers behind a real HAProxy, or nginx. The benchmark <c>bench/delivery</c> runs these tests with more requests
/// (HOLDPOINT_DELIVERY_REQUESTS) and reads the figures that they write.
/// </summary>
public sealed class DeliveryTests(DockerEngine engine)
{
    private const string Image = "holdpoint-test/shop";

    private static readonly Lazy<SemaphoreSlim> OneAtATime = new(() => new(1));

    private static bool s_built;

    /// <summary>The least number of requests that a change is tried under, there and back each.</summary>
    private static int Requests => int.TryParse(Environment.GetEnvironmentVariable("HOLDPOINT_DELIVERY_REQUESTS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 2000;

    [Theory]
    [InlineData("rolling", "settle: 1s", "api_1,api_2,api_3")]
    [InlineData("blue-green", "settle: 1s\nkeep: 2s", "api_blue,api_green")]
    [InlineData("canary", "steps: [5%, 25%, 50%, 100%]\npause: 3s", "api_blue,api_green")]
    public Task No_request_is_lost_on_the_way_there_and_back(string strategy, string rollout, string services) => ThereAndBackAsync(strategy, rollout, services, nginx: false);

    /// <summary>nginx keeps no connection of a client here: it would close it at a reload, and what is sent in that moment is lost.</summary>
    [Theory]
    [InlineData("rolling", "settle: 1s", "api_1,api_2,api_3")]
    [InlineData("blue-green", "settle: 1s\nkeep: 2s", "api_blue,api_green")]
    [InlineData("canary", "steps: [5%, 25%, 50%, 100%]\npause: 3s", "api_blue,api_green")]
    public Task Nor_is_one_through_nginx(string strategy, string rollout, string services) => ThereAndBackAsync(strategy, rollout, services, nginx: true);

    private async Task ThereAndBackAsync(string strategy, string rollout, string services, bool nginx)
    {
        var name = nginx ? $"nginx-{strategy}" : strategy;
        await using var shop = await ShopAsync(services.Split(','), $"strategy: {strategy}\n{rollout}", nginx);
        await using var load = new SteadyLoad(shop.Front, 500);
        await load.MoreAsync(Requests / 2);
        await using (var there = await shop.DeployAsync("v2"))
        {
            Assert.Equal(Outcome.Passed, await OutcomeAsync(shop, there));
            await load.MoreAsync(Requests / 2);
            Assert.Empty(load.Failures);
            Assert.Equal("v2", await AnswerAsync(shop));
            Assert.Equal(strategy switch { "rolling" => 3, "blue-green" => 1, _ => 2 }, (await shop.VersionsAsync()).Count);
            Figures.Draw(name, load, there);
        }

        var before = load.Total;
        await load.MoreAsync(Requests / 2);
        await using var back = await shop.DeployAsync("v3");
        GoBackOnceDeployed(back);
        Assert.Equal(Outcome.RolledBack, await OutcomeAsync(shop, back));
        await load.MoreAsync(Requests / 2);
        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.Equal("v2", await AnswerAsync(shop));
        Figures.Draw($"{name}-rollback", load, back);
        var ended = back.Session.Run.Rollback!.Ended!;
        Figures.Line($"{name}: there {before} requests, 0 failed; there and back {load.Total - before} requests, 0 failed; rollback {Figures.Seconds(ended.Execution)} + {Figures.Seconds(ended.Recovery ?? 0)} until proven");
    }

    [Fact]
    public async Task A_version_that_does_not_become_healthy_never_gets_a_request()
    {
        await using var shop = await ShopAsync(["api_1", "api_2"], "strategy: rolling\nwithin: 8s");
        await using var load = new SteadyLoad(shop.Front, 200);
        await load.MoreAsync(200);
        await using var run = await shop.DeployAsync("ill");
        Assert.Equal(Outcome.RolledBack, await OutcomeAsync(shop, run));
        await load.MoreAsync(200);
        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.Equal(["v1"], load.PerSecond.Keys);
        Assert.Equal(["v1", "v1"], (await shop.VersionsAsync()).Values);
        Assert.Contains("unhealthy", run.Session.Run.Step("out").Verdict!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_that_fails_every_fifth_request_is_taken_back_while_its_share_is_small()
    {
        await using var shop = await ShopAsync(["api_blue", "api_green"], "strategy: canary\nsteps: [5%, 50%, 100%]\npause: 1m");
        await using var load = new SteadyLoad(shop.Front, 500);
        await load.MoreAsync(1000);
        await using var run = await shop.DeployAsync("broken");
        Assert.Equal(Outcome.RolledBack, await OutcomeAsync(shop, run));
        await load.MoreAsync(1000);
        await load.StopAsync();
        Assert.InRange(load.Failures.Count, 1, load.Total / 50);
        Assert.All(load.Failures, f => Assert.Equal("500", f.Failure));
        Assert.Contains("failed on the new side", run.Session.Run.Step("out").Verdict!.Text, StringComparison.Ordinal);
        Assert.Equal("v1", await AnswerAsync(shop));
        Figures.Draw("broken-canary", load, run);
        var lasted = (load.Failures.Max(f => f.At) - load.Failures.Min(f => f.At)).TotalSeconds;
        Figures.Promise($"broken canary: {load.Failures.Count} of {load.Total} requests failed; from the first to the last failure {Figures.Seconds(lasted)} (10 s are promised)", lasted, 10);
    }

    [Fact]
    public async Task Six_services_go_back_when_somebody_asks()
    {
        string[] services = ["api", "web", "worker", "mail", "search", "admin"];
        await using var shop = await ShopAsync(services, "strategy: recreate");
        await using var load = new SteadyLoad(shop.Front, Figures.Folder is null ? 200 : 500);
        await load.MoreAsync(500);
        await using var run = await shop.DeployAsync("v2");
        GoBackOnceDeployed(run);
        Assert.Equal(Outcome.RolledBack, await OutcomeAsync(shop, run));
        await load.MoreAsync(500);
        await load.StopAsync();
        Assert.Equal("v1", await AnswerAsync(shop));
        Figures.Draw("recreate", load, run);
        Assert.Equal(Enumerable.Repeat("v1", 6), (await shop.VersionsAsync()).Values);
        var ended = run.Session.Run.Rollback!.Ended!;
        Figures.Promise($"six services: rollback {Figures.Seconds(ended.Decision)} + {Figures.Seconds(ended.Execution)} + {Figures.Seconds(ended.Recovery ?? 0)} until proven (below 20 s is promised)",
            ended.Decision + ended.Execution + ended.Recovery!.Value, 20);
    }

    [Fact]
    public async Task What_somebody_else_has_changed_since_is_not_overwritten()
    {
        await using var shop = await ShopAsync(["api_1", "api_2"], "strategy: rolling");
        await using var run = await shop.DeployAsync("v2");
        var changed = false;
        using var held = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        run.Session.Happened += (_, happened, _) =>
        {
            if (happened is Event.ActionInDoubt)
                held.Cancel();
            if (happened is not Event.ActionEnded { Step: "out" } || changed)
                return;
            changed = true;
            shop.ComposeAsync("v3", "up", "-d", "--no-deps", "api_1").GetAwaiter().GetResult();
            _ = Task.Run(() => RunOffice.SayAsync(run, new PersonCommand.RollBack("ana", "not what we wanted"), TestContext.Current.CancellationToken));
        };
        Assert.IsType<DriveEnd.Stopped>(await shop.Run.DriveAsync(run, stop: held.Token));
        Assert.Contains("somebody else changed it", run.Session.Run.Step("back").InDoubt, StringComparison.Ordinal);
        Assert.Equal("v3", (await shop.VersionsAsync())["api_1"]);
    }

    [Fact]
    public async Task A_proxy_that_is_gone_during_the_rollback_is_told_and_the_rest_goes_back()
    {
        await using var shop = await ShopAsync(["api_1", "api_2"], "strategy: rolling");
        await using var run = await shop.DeployAsync("v2");
        var gone = false;
        run.Session.Happened += (_, happened, _) =>
        {
            if (happened is not Event.ActionEnded { Step: "out" } || gone)
                return;
            gone = true;
            File.Move(shop.Haproxy.SocketPath, shop.Haproxy.SocketPath + ".gone");
            _ = Task.Run(() => RunOffice.SayAsync(run, new PersonCommand.RollBack("ana", "not what we wanted"), TestContext.Current.CancellationToken));
        };
        Assert.Equal(Outcome.RollbackFailed, await OutcomeAsync(shop, run));
        Assert.Equal(["v1", "v1"], (await shop.VersionsAsync()).Values);
        Assert.Contains("socket", run.Session.Run.Rollback!.Ended!.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_docker_that_is_gone_during_the_rollback_is_told_and_users_are_still_served()
    {
        await using var docker = new SocketRelay(engine.Socket);
        await using var shop = await ShopAsync(["api_1", "api_2"], "strategy: rolling", dockerHost: docker.Address);
        await using var load = new SteadyLoad(shop.Front, 100);
        await using var run = await shop.DeployAsync("v2");
        GoBackOnceDeployed(run);
        AtFirstChangeBack(run, docker.Cut);
        Assert.Equal(Outcome.RollbackFailed, await OutcomeAsync(shop, run));
        await load.MoreAsync(100);
        await load.StopAsync();
        // One was drained when the daemon went away; the other one keeps its requests, since nobody could change it.
        Assert.Empty(load.Failures);
        Assert.Equal(["v2", "v2"], (await shop.VersionsAsync()).Values);
        Assert.Contains("the requests to api_2 stay as they are, since what runs there can't be seen: ", run.Session.Run.Rollback!.Ended!.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_docker_that_is_back_in_a_moment_is_waited_for_on_the_way_back()
    {
        await using var docker = new SocketRelay(engine.Socket);
        await using var shop = await ShopAsync(["api_1", "api_2"], "strategy: rolling", dockerHost: docker.Address);
        await using var load = new SteadyLoad(shop.Front, 100);
        await using var run = await shop.DeployAsync("v2");
        GoBackOnceDeployed(run);
        AtFirstChangeBack(run, docker.Cut);
        run.Session.Happened += (_, happened, _) =>
        {
            // What was under way has failed by then.
            if (happened is Event.RolloutStepEnded { Step: "back" })
                docker.Open();
        };
        Assert.Equal(Outcome.RolledBack, await OutcomeAsync(shop, run));
        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.Equal(["v1", "v1"], (await shop.VersionsAsync()).Values);
    }

    [Fact]
    public async Task Where_nothing_ran_before_a_person_is_asked_before_nothing_runs_again()
    {
        await using var shop = await ShopAsync(["api_1", "api_2"], "strategy: rolling");
        await shop.ComposeAsync("v1", "rm", "-sf");
        await using var run = await shop.DeployAsync("ill");
        using var held = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        run.Session.Happened += (_, happened, _) =>
        {
            if (happened is Event.HeldByRule or Event.ActionInDoubt)
                held.Cancel();
        };
        Assert.IsType<DriveEnd.Stopped>(await shop.Run.DriveAsync(run, stop: held.Token));
        Assert.True(run.Session.Run.Targets["shop"].Before!.Nothing);
    }

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
        await using var seen = new PrometheusOf(HaproxyServer.MetricsPath);
        await using var shop = await ShopAsync(["api_blue", "api_green"], "strategy: canary\nsteps: [25%, 100%]\npause: 20s\ncompare: [latency]", around: async proxy =>
        {
            await seen.WatchAsync(proxy.Port);
            return $$"""
                servers:
                  prometheus: { main: { url: "{{seen.Url}}" } }
                metrics:
                  latency: { unit: seconds, prometheus: 'haproxy_server_total_time_average_seconds{server="api_${colour}"}', worse: 20%, floor: 20ms }
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
            Assert.Matches("latency at the median .* on the new side .* on the stable side .*: more than 20% worse", run.Session.Run.Step("out").Verdict!.Text);
        else
            Assert.Contains(run.Session.Entries, e => e.Type == "rollout-step-ended" && e.Data.ToString().Contains("latency at the median", StringComparison.Ordinal));
    }

    private static void GoBackOnceDeployed(OpenRun run) => run.Session.Happened += (_, happened, _) =>
    {
        if (happened is Event.ActionEnded { Step: "out" })
            _ = Task.Run(() => RunOffice.SayAsync(run, new PersonCommand.RollBack("ana", "not what we wanted"), TestContext.Current.CancellationToken));
    };

    private static void AtFirstChangeBack(OpenRun run, Action fail)
    {
        var over = false;
        run.Session.Happened += (_, happened, _) =>
        {
            if (over || happened is not Event.RolloutStepStarted { Step: "back", Job.Length: > 0 })
                return;
            over = true;
            fail();
        };
    }

    /// <summary>At how many points a run is killed: 4, in the benchmark 10.</summary>
    private static int Points => int.TryParse(Environment.GetEnvironmentVariable("HOLDPOINT_DELIVERY_POINTS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 4;

    private static async Task<Outcome> OutcomeAsync(ShopBench shop, OpenRun run)
    {
        var end = await shop.Run.DriveAsync(run, stop: TestContext.Current.CancellationToken);
        return end is DriveEnd.Finished finished ? finished.Outcome : throw new InvalidOperationException($"{end}: {string.Join("; ", run.Session.Entries.TakeLast(12).Select(e => $"{e.Sequence} {e.Type} {e.Data}"))}");
    }

    private async Task<ShopBench> ShopAsync(IReadOnlyList<string> services, string rollout, bool nginx = false, string? dockerHost = null, Func<StoreServer, Task<string>>? around = null)
    {
        await engine.StartedAsync();
        await OneAtATime.Value.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!s_built)
                await DemoImage.BuildAsync(engine, Image);
            s_built = true;
        }
        finally
        {
            OneAtATime.Value.Release();
        }

        return await ShopBench.StartAsync(engine, Image, services, rollout, nginx, dockerHost, around);
    }

    private static async Task<string> AnswerAsync(ShopBench shop)
    {
        using var http = new HttpClient();
        return (await http.GetStringAsync(shop.Front, TestContext.Current.CancellationToken)).Trim();
    }
}
