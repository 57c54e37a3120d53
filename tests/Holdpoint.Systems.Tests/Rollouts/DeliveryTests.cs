using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Servers;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>Versions that change under steady load behind a real HAProxy.</summary>
public sealed class DeliveryTests(DockerEngine engine) : DeliveryBench(engine)
{
    [Theory]
    [InlineData("rolling", "settle: 1s", "api_1,api_2,api_3")]
    [InlineData("blue-green", "settle: 1s\nkeep: 2s", "api_blue,api_green")]
    [InlineData("canary", "steps: [5%, 25%, 50%, 100%]\npause: 3s", "api_blue,api_green")]
    public Task No_request_is_lost_on_the_way_there_and_back(string strategy, string rollout, string services) => ThereAndBackAsync(strategy, rollout, services, nginx: false);

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
        await using var docker = new SocketRelay(Engine.Socket);
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
        await using var docker = new SocketRelay(Engine.Socket);
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
}
