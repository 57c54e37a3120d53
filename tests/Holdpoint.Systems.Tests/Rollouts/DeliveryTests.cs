using System.Globalization;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Servers;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>
/// Versions that change under steady load: real containers behind a real HAProxy. The benchmark <c>bench/delivery</c> runs these tests with more requests
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
    [InlineData("strategy: rolling\nsettle: 1s", "api_1,api_2,api_3")]
    [InlineData("strategy: blue-green", "api_blue,api_green")]
    [InlineData("strategy: canary\nsteps: [5%, 50%, 100%]\npause: 3s", "api_blue,api_green")]
    public async Task No_request_is_lost_on_the_way_there_and_back(string rollout, string services)
    {
        await using var shop = await ShopAsync(services.Split(','), rollout);
        await using var load = new SteadyLoad(shop.Front, 500);
        await load.MoreAsync(Requests / 4);
        await using var run = await shop.DeployAsync("v2");
        Assert.Equal(Outcome.Passed, Assert.IsType<DriveEnd.Finished>(await shop.Run.DriveAsync(run, stop: TestContext.Current.CancellationToken)).Outcome);
        await load.MoreAsync(Requests);
        Assert.Empty(load.Failures);
        Assert.Equal("v2", await AnswerAsync(shop));
        await load.StopAsync();
    }

    private async Task<ShopBench> ShopAsync(IReadOnlyList<string> services, string rollout)
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

        return await ShopBench.StartAsync(engine, Image, services, rollout);
    }

    private static async Task<string> AnswerAsync(ShopBench shop)
    {
        using var http = new HttpClient();
        return (await http.GetStringAsync(shop.Front, TestContext.Current.CancellationToken)).Trim();
    }
}
