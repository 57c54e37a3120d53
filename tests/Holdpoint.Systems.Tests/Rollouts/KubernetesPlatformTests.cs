using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>kubernetes as a platform: the real kubectl and bash against a stand-in for a cluster.</summary>
public sealed class KubernetesPlatformTests : KubernetesShop
{
    [Fact]
    public async Task A_new_version_rolls_and_the_recorded_one_comes_back()
    {
        Deployment("api", "registry:5000/shop-api:v1", 3);
        Deployment("worker", "registry:5000/shop-worker:v1", 1);
        Api.StartControllers(Trouble);
        var shop = Shop("api", "worker");
        var before = await ReadyAsync(shop, "api", "v1");
        Assert.Equal("3/3 replicas available", before.Condition);
        Assert.Matches("^registry:5000/shop-api:v1 [0-9a-f]{10}$", before.Pin);

        await ChangedAsync(shop.Run(["api"], Release.New("v2")));
        var after = await ReadyAsync(shop, "api", "v2");
        Assert.Equal("v1", (await shop.LookAsync(Cancel))["worker"].Version);
        Assert.Contains("successfully rolled out", await KubectlAsync("rollout", "status", "deployment/api", "--timeout=60s"), StringComparison.Ordinal);
        Assert.Equal("holdpoint: v2", (string?)Api.Get("Deployment", "api")!["metadata"]!["annotations"]!["kubernetes.io/change-cause"]);

        var back = new Release("v1", new Dictionary<string, string> { ["api"] = before.Pin });
        await ChangedAsync(shop.Run(["api"], back));
        await ChangedAsync(shop.Run(["api"], back));
        Assert.True((await UntilAsync(shop, "api", s => s.IsReady && s.IsOf("api", back))).Pin == before.Pin);
        Assert.NotEqual(before.Pin, after.Pin);
    }

    [Fact]
    public async Task What_was_changed_beside_the_image_comes_back_with_it()
    {
        Deployment("api", "shop-api:v1", 1);
        Api.StartControllers(Trouble);
        var shop = Shop("api");
        var before = await ReadyAsync(shop, "api", "v1");

        await KubectlAsync("set", "env", "deployment/api", "MODE=two");
        await ChangedAsync(shop.Run(["api"], Release.New("v2")));
        await ReadyAsync(shop, "api", "v2");

        await ChangedAsync(shop.Run(["api"], new Release("v1", new Dictionary<string, string> { ["api"] = before.Pin })));
        await UntilAsync(shop, "api", s => s.IsReady && s.Pin == before.Pin);
        Assert.Equal("one", (string?)Api.Get("Deployment", "api")!["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]![0]!["value"]);
    }

    [Fact]
    public async Task Where_the_replica_set_of_before_is_gone_its_image_is_set_back()
    {
        Deployment("api", "shop-api:v2", 1);
        Api.StartControllers(Trouble);
        var shop = Shop("api");
        await ReadyAsync(shop, "api", "v2");

        await ChangedAsync(shop.Run(["api"], new Release("v1", new Dictionary<string, string> { ["api"] = "shop-api:v1 0123456789" })));
        await ReadyAsync(shop, "api", "v1");
        Assert.Equal("holdpoint: back to v1", (string?)Api.Get("Deployment", "api")!["metadata"]!["annotations"]!["kubernetes.io/change-cause"]);
    }

    [Fact]
    public async Task An_image_that_can_t_be_pulled_is_named_never_ready_and_taken_back()
    {
        Deployment("api", "shop-api:v1", 2);
        Api.StartControllers(Trouble);
        var shop = Shop("api");
        var before = await ReadyAsync(shop, "api", "v1");

        await ChangedAsync(shop.Run(["api"], Release.New("bad")));
        var lost = await UntilAsync(shop, "api", s => s.Lost is not null);
        Assert.False(lost.IsReady);
        Assert.Matches("api: pod api-[0-9a-f]{10}-[0-9]+: ImagePullBackOff: Back-off pulling image \"shop-api:bad\"", lost.Lost);

        await ChangedAsync(shop.Run(["api"], new Release("v1", new Dictionary<string, string> { ["api"] = before.Pin })));
        Assert.Null((await UntilAsync(shop, "api", s => s.IsReady && s.Pin == before.Pin)).Lost);

        await ChangedAsync(shop.Run(["api"], Release.New("broken")));
        Assert.Contains("CrashLoopBackOff", (await UntilAsync(shop, "api", s => s.Lost is not null)).Lost, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollout_that_gets_nowhere_is_lost_at_its_deadline()
    {
        Deployment("api", "shop-api:v1", 1);
        Api.StartControllers(image => image.EndsWith(":slow", StringComparison.Ordinal) ? "ContainerCreating" : null, isStuckSoon: true);
        var shop = Shop("api");
        await ReadyAsync(shop, "api", "v1");

        await ChangedAsync(shop.Run(["api"], Release.New("slow")));
        Assert.Equal("the deployment api exceeded its progress deadline", (await UntilAsync(shop, "api", s => s.Lost is not null)).Lost);
    }

    [Fact]
    public async Task What_is_stopped_runs_nothing_and_comes_back_with_its_replicas()
    {
        Deployment("api", "shop-api:v1", 3);
        Api.StartControllers(Trouble);
        var shop = Shop("api", "gone");
        await ReadyAsync(shop, "api", "v1");

        await ChangedAsync(shop.Stop(["api", "gone"]));
        await ChangedAsync(shop.Stop(["api", "gone"]));
        Assert.Equal("", (await UntilAsync(shop, "api", s => s.Condition == "scaled to 0")).Version);
        Assert.Equal("there is no deployment gone in the namespace shop", (await shop.LookAsync(Cancel))["gone"].Condition);

        await ChangedAsync(shop.Run(["api"], Release.New("v2")));
        Assert.Equal("3/3 replicas available", (await ReadyAsync(shop, "api", "v2")).Condition);
    }

    [Fact]
    public async Task Before_the_first_change_rights_and_images_are_looked_at()
    {
        Deployment("api", "shop-api:v1", 1);
        Deployment("worker", "shop-worker:v1", 1, more: "\"paused\": true,");
        Api.StartControllers(Trouble);
        var shop = Shop("api", "worker", "gone");
        await KubectlAsync("rollout", "status", "deployment/api", "--timeout=60s");

        Assert.Matches("^api has shop-api:v1, sha256:[0-9a-f]{64}$", Assert.IsType<Verdict.Passed>(await PrepareAsync(shop, "api", "v2")).Shown);
        Assert.Contains("kubectl rollout resume deployment/worker", (await PrepareAsync(shop, "worker", "v2")).Message, StringComparison.Ordinal);
        Assert.Contains("there is no deployment gone", (await PrepareAsync(shop, "gone", "v2")).Message, StringComparison.Ordinal);
        Assert.Contains("1.2+build", (await PrepareAsync(shop, "api", "1.2+build")).Message, StringComparison.Ordinal);
        Assert.Contains("is paused", (await ChangeAsync(shop.Run(["worker"], Release.New("v2")))).Error.Text, StringComparison.Ordinal);

        Api.May = (verb, resource) => (verb, resource) != ("patch", "deployments");
        Assert.Equal("kubectl auth can-i says no in the namespace shop, expected the right to patch the deployment api", (await PrepareAsync(shop, "api", "v2")).Message);
    }

    [Fact]
    public async Task A_server_that_forbids_or_goes_in_the_middle_is_told_and_the_change_can_be_repeated()
    {
        Deployment("api", "shop-api:v1", 1);
        Api.StartControllers(Trouble);
        var shop = Shop("api");
        await ReadyAsync(shop, "api", "v1");

        Api.Before = (method, _) => method == "PATCH" ? KubernetesApi.Failure(403, "Forbidden", "deployments.apps \"api\" is forbidden: User \"ana\" cannot patch resource \"deployments\"") : null;
        Assert.Contains("User \"ana\" cannot patch", await RefusalAsync(shop), StringComparison.Ordinal);

        // It goes while it is asked for the change, and comes back.
        var isGone = false;
        Api.Before = (method, _) =>
        {
            var dropped = method == "PATCH" && !isGone;
            isGone |= dropped;
            return dropped ? new(0, "", Drops: true) : isGone ? KubernetesApi.Failure(503, "ServiceUnavailable", "the server is gone") : null;
        };
        Assert.NotEqual("", await RefusalAsync(shop));
        Assert.Contains("the server is gone", (await Assert.ThrowsAsync<Unreachable>(() => shop.LookAsync(Cancel))).Message, StringComparison.Ordinal);

        Api.Before = (_, _) => null;
        Assert.Equal("v1", (await shop.LookAsync(Cancel))["api"].Version);
        await ChangedAsync(shop.Run(["api"], Release.New("v2")));
        await ReadyAsync(shop, "api", "v2");
    }

    private async Task<string> RefusalAsync(Platform shop)
    {
        var ended = await ChangeAsync(shop.Run(["api"], Release.New("v2")));
        Assert.NotEqual(0, ended.ExitCode);
        return ended.Error.Text.Trim().Split('\n')[^1];
    }

    private static async Task<Verdict> PrepareAsync(Platform shop, string unit, string version) => await Assert.IsType<RolloutStep.Do>(Assert.Single(shop.Prepare([unit], version))).Doing(Cancel);
}
