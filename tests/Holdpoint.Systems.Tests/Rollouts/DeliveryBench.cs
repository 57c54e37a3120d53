using System.Globalization;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Servers;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>
/// Versions that change under steady load: real containers behind a real HAProxy, or nginx. The benchmark <c>bench/delivery</c> runs the tests that are made of it with
/// more requests (HOLDPOINT_DELIVERY_REQUESTS) and reads the figures that they write.
/// </summary>
public abstract class DeliveryBench(DockerEngine engine)
{
    private const string Image = "holdpoint-test/shop";

    private static readonly Lazy<SemaphoreSlim> OneAtATime = new(() => new(1));

    private static bool s_built;

    protected DockerEngine Engine => engine;

    /// <summary>The least number of requests that a change is tried under, there and back each.</summary>
    private static int Requests => int.TryParse(Environment.GetEnvironmentVariable("HOLDPOINT_DELIVERY_REQUESTS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 2000;

    protected async Task ThereAndBackAsync(string strategy, string rollout, string services, bool nginx)
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

    protected static void GoBackOnceDeployed(OpenRun run) => run.Session.Happened += (_, happened, _) =>
    {
        if (happened is Event.ActionEnded { Step: "out" })
            _ = Task.Run(() => RunOffice.SayAsync(run, new PersonCommand.RollBack("ana", "not what we wanted"), TestContext.Current.CancellationToken));
    };

    protected static async Task<Outcome> OutcomeAsync(ShopBench shop, OpenRun run)
    {
        var end = await shop.Run.DriveAsync(run, stop: TestContext.Current.CancellationToken);
        return end is DriveEnd.Finished finished ? finished.Outcome : throw new InvalidOperationException($"{end}: {string.Join("; ", run.Session.Entries.TakeLast(12).Select(e => $"{e.Sequence} {e.Type} {e.Data}"))}");
    }

    protected async Task<ShopBench> ShopAsync(IReadOnlyList<string> services, string rollout, bool nginx = false, string? dockerHost = null, Func<StoreServer, Task<string>>? around = null)
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

    protected static async Task<string> AnswerAsync(ShopBench shop)
    {
        using var http = new HttpClient();
        return (await http.GetStringAsync(shop.Front, TestContext.Current.CancellationToken)).Trim();
    }
}
