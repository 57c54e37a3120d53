using Holdpoint.Expressions;
using Holdpoint.Rollouts;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>kubernetes as traffic: the real kubectl against a stand-in for a cluster.</summary>
public sealed class KubernetesTrafficTests : KubernetesShop
{
    private static readonly string[] Both = ["api-blue", "api-green"];

    [Fact]
    public async Task A_selector_sends_everything_to_one_colour_that_is_ready()
    {
        Colours(blue: 2, green: 0);
        Service("\"app\": \"api\", \"color\": \"blue\"");
        var traffic = BySelector();
        await ReadyAsync(Shop(Both), "api-blue", "v1");
        Assert.Equal(1, (await traffic.LookAsync(Cancel))["api-blue"].Share);

        var refused = Assert.IsType<Verdict.Failed>(await SplitAsync(traffic, green: 1));
        Assert.Equal("a ready pod with app=api,color=green", refused.Expected);
        Assert.Equal(1, (await traffic.LookAsync(Cancel))["api-blue"].Share);

        await KubectlAsync("scale", "deployment/api-green", "--replicas=1");
        await ReadyAsync(Shop(Both), "api-green", "v1");
        Assert.Equal("the service api selects color=green: 1 pod is ready", Assert.IsType<Verdict.Passed>(await SplitAsync(traffic, green: 1)).Shown);
        Assert.Equal((0, 1), ((await traffic.LookAsync(Cancel))["api-blue"].Share, (await traffic.LookAsync(Cancel))["api-green"].Share));
        Assert.Equal("""{"app":"api","color":"green"}""", Api.Get("Service", "api")!["spec"]!["selector"]!.ToJsonString());

        Assert.IsType<Verdict.Passed>(await traffic.WithdrawAsync(["api-blue"], TimeSpan.Zero, Cancel));
        Assert.IsType<Verdict.Warned>(await traffic.WithdrawAsync(["api-green"], TimeSpan.Zero, Cancel));
        Assert.IsType<Verdict.Passed>(await traffic.AdmitAsync(["api-green"], Cancel));
        Assert.IsType<Verdict.Failed>(await SplitAsync(traffic, green: 0.25));
        Assert.Contains("one colour", traffic.WhyNoShares, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_names_no_colour_is_not_guessed_about()
    {
        Colours(blue: 1, green: 1);
        var traffic = BySelector();
        Assert.Contains("services \"api\" not found", (await Assert.ThrowsAsync<Unreachable>(() => traffic.LookAsync(Cancel))).Message, StringComparison.Ordinal);

        Service("\"app\": \"api\"");
        Assert.Equal("the service api selects app=api, which names no colour: set its selector once to the one that serves, color=blue or color=green", (await Assert.ThrowsAsync<Unreachable>(() => traffic.LookAsync(Cancel))).Message);
    }

    [Fact]
    public async Task Replicas_are_shared_out_with_their_number_kept()
    {
        Colours(blue: 4, green: 0);
        Service("\"app\": \"api\"");
        var traffic = ByReplicas();
        var shop = Shop(Both);
        await ReadyAsync(shop, "api-blue", "v1");

        // The new colour begins with one; together they are four again.
        Assert.IsType<Verdict.Passed>(await SplitAsync(traffic, green: 0));
        await ChangedAsync(shop.Run(["api-green"], Release.New("v2")));
        await ReadyAsync(shop, "api-green", "v2");
        Assert.Equal("api-blue 3 of 4 replicas, 75% for 95%, api-green 1 of 4 replicas, 25% for 5%", Assert.IsType<Verdict.Passed>(await SplitAsync(traffic, green: 0.05)).Shown);
        Assert.IsType<Verdict.Passed>(await SplitAsync(traffic, green: 0.5));
        await ReadyAsync(shop, "api-green", "v2");
        Assert.Equal("2/2 replicas available", (await ReadyAsync(shop, "api-blue", "v1")).Condition);
        Assert.Equal(0.5, (await traffic.LookAsync(Cancel))["api-green"].Share);

        Assert.IsType<Verdict.Passed>(await SplitAsync(traffic, green: 1));
        Assert.Equal("4/4 replicas available", (await ReadyAsync(shop, "api-green", "v2")).Condition);
        await UntilAsync(shop, "api-blue", s => s.Condition == "scaled to 0");

        Assert.IsType<Verdict.Passed>(await traffic.WithdrawAsync(["api-green"], TimeSpan.FromMinutes(1), Cancel));
        Assert.IsType<Verdict.Passed>(await traffic.AdmitAsync(["api-green"], Cancel));
        Assert.Equal("4/4 replicas available", (await ReadyAsync(shop, "api-green", "v2")).Condition);
    }

    [Fact]
    public async Task A_service_that_leaves_a_deployment_out_has_no_shares_by_replicas()
    {
        Colours(blue: 1, green: 1);
        Service("\"app\": \"api\", \"color\": \"blue\"");

        Assert.Equal("the service api does not select the pods of api-green: by replicas it has to select those of every deployment",
            (await Assert.ThrowsAsync<Unreachable>(() => ByReplicas().LookAsync(Cancel))).Message);
    }

    [Theory]
    [InlineData("blue-green", "selector")]
    [InlineData("canary", "replicas")]
    public async Task A_strategy_goes_there_and_back_and_a_bad_version_gets_nothing(string strategy, string by)
    {
        Colours(blue: 3, green: 0);
        Service(by == "selector" ? "\"app\": \"api\", \"color\": \"blue\"" : "\"app\": \"api\"");
        var shop = Shop(Both);
        await ReadyAsync(shop, "api-blue", "v1");
        var settings = new RolloutSettings { Strategy = strategy, Colours = Holdpoint.Rollouts.Colours.ByName(Both), Drain = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromMilliseconds(1), Within = TimeSpan.FromMinutes(2) };
        var target = new RolloutTarget("shop", shop, by == "selector" ? BySelector() : ByReplicas(), settings, new Dictionary<string, Func<CancellationToken, Task<Verdict>>>(), null, TimeProvider.System);
        var before = Assert.IsType<RunsNow.Version>(await target.NowAsync(Cancel));
        Assert.Equal("v1", before.Text);

        Assert.Contains("ImagePullBackOff", (await GoAsync(target.Deploy("bad", before.State, new Dictionary<string, string>())))!.Message, StringComparison.Ordinal);
        Assert.Equal(before, Assert.IsType<RunsNow.Version>(await target.NowAsync(Cancel)));

        Assert.Null(await GoAsync(target.Deploy("v2", before.State, new Dictionary<string, string>())));
        Assert.Equal("v2", Assert.IsType<RunsNow.Version>(await target.NowAsync(Cancel)).Text);
        Assert.Null(await GoAsync(target.Return(before.State)));
        Assert.Equal(before, Assert.IsType<RunsNow.Version>(await target.NowAsync(Cancel)));
    }

    private void Colours(int blue, int green)
    {
        // One service, so their pods share a label; what is their own tells them apart.
        Colour("blue", blue);
        Colour("green", green);
        Api.StartControllers(Trouble);

        void Colour(string colour, int replicas) => Api.Put($$$"""
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "api-{{{colour}}}", "generation": 1},
             "spec": {"replicas": {{{replicas}}}, "selector": {"matchLabels": {"app": "api", "color": "{{{colour}}}"}},
              "template": {"metadata": {"labels": {"app": "api", "color": "{{{colour}}}"} }, "spec": {"containers": [{"name": "app", "image": "shop-api:v1"}]} } } }
            """);
    }

    private void Service(string selector) => Api.Put($$$"""{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api"}, "spec": {"selector": { {{{selector}}} } } }""");

    private Traffic BySelector() => new KubernetesTrafficKind().Create(Settings(("cluster", ["main"]), ("service", ["api"]), ("labels.api-blue", ["color=blue"]), ("labels.api-green", ["color=green"])), Both, Context);

    private Traffic ByReplicas() => new KubernetesTrafficKind().Create(Settings(("cluster", ["main"]), ("service", ["api"]), ("by", ["replicas"])), Both, Context);

    private static Task<Verdict> SplitAsync(Traffic traffic, double green) => traffic.SplitAsync(new Dictionary<string, double> { ["api-blue"] = 1 - green, ["api-green"] = green }, Cancel);
}
