using Holdpoint.Probes.Containers;
using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

public sealed class ContainerStatesTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_unit_without_a_container_runs_nothing() => Assert.Equal(UnitState.Nothing("no container"), Of());

    [Fact]
    public void A_scaled_unit_is_ready_only_when_all_of_it_is()
    {
        Assert.Equal(new UnitState("v1", "shop:v1 sha256:1", true, "running, healthy"), Of(Api("api_1", health: "healthy"), Api("api_2", health: "healthy")));
        Assert.Equal(new UnitState("v1", "shop:v1 sha256:1", false, "running, starting in api_2"), Of(Api("api_1", health: "healthy"), Api("api_2", health: "starting")));
        Assert.Equal(new UnitState("v1", "shop:v1 sha256:1", false, "exited with 1 in api_2"), Of(Api("api_1"), Api("api_2", state: "exited", exit: 1)));
    }

    [Fact]
    public void Mixed_versions_are_told_as_such() =>
        Assert.Equal(new UnitState("v1+v2", "shop:v1 sha256:1 shop:v2 sha256:2", true, "running"), Of(Api("api_1"), Api("api_2", tag: "v2", id: "sha256:2")));

    [Fact]
    public void One_that_ended_is_lost_with_its_last_words() =>
        Assert.Equal("it exited with 137 (no database)", Of(Api("api_1", state: "exited", exit: 137, said: "trying\nno database\n")).Lost);

    [Fact]
    public void One_that_was_never_started_may_still_come() => Assert.Equal(UnitState.Nothing("created"), Of(Api("api_1", state: "created")));

    [Fact]
    public void One_that_is_restarted_again_and_again_is_lost_also_while_it_runs_for_a_moment()
    {
        Assert.Equal("it ended with 1 and was restarted 3 times", Of(Api("api_1", state: "restarting", exit: 1, restarts: 3)).Lost);
        Assert.Equal((false, "running, restarted 4 times"), (Of(Api("api_1", restarts: 4)).IsReady, Of(Api("api_1", restarts: 4)).Condition));
        Assert.NotNull(Of(Api("api_1", restarts: 4)).Lost);
        // It ended once, and has been well since.
        Assert.Equal(new UnitState("v1", "shop:v1 sha256:1", true, "running"), Of(Api("api_1", restarts: 4, age: TimeSpan.FromMinutes(1))));
        Assert.True(Of(Api("api_1", health: "healthy", restarts: 1)).IsReady);
    }

    [Fact]
    public void What_compose_left_half_way_counts_only_where_there_is_nothing_else()
    {
        var half = Api("0123456789ab_shop_api_1", state: "exited");
        Assert.Equal(new UnitState("v2", "shop:v2 sha256:2", false, "running, and 0123456789ab_shop_api_1 of a change that broke off is still there"), Of(half, Api("shop_api_1", tag: "v2", id: "sha256:2")));
        Assert.Equal("exited with 0", Of(half).Condition);
        Assert.Equal("created", Of(half, Api("shop_api_1", state: "created")).Condition);
    }

    private static UnitState Of(params (DockerContainer, string)[] containers) => ContainerStates.Of(containers, s_now).State with { Restarts = null, Since = null };

    private static (DockerContainer, string) Api(string name, string tag = "v1", string id = "sha256:1", string state = "running", string health = "", int restarts = 0, int exit = 0, TimeSpan? age = null, string said = "") =>
        (new(name, name, $"shop:{tag}", state, health, restarts, exit, s_now - (age ?? TimeSpan.FromSeconds(2)), said) { Labels = new Dictionary<string, string>() }, id);
}
