using Holdpoint.Expressions;
using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

/// <summary>What each strategy does to units and traffic, and in which order.</summary>
public class StrategyTests
{
    private static readonly Colours s_colours = new(["blue"], ["green"]);

    private static readonly Dictionary<string, string> s_noOptions = [];

    [Fact]
    public void Rolling_drains_changes_and_admits_one_unit_before_it_touches_the_next() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a", "b");
        Assert.Null(await DeployAsync(fleet, time, new()));
        Assert.Equal(["fetch v2", "drain a", "run a v2", "admit a", "drain b", "run b v2", "admit b"], fleet.Done);
    });

    [Fact]
    public void Rolling_goes_on_where_it_was_left_and_touches_nothing_twice() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a", "b");
        fleet.Do(fleet.Run(["a"], Release.New("v2")));
        fleet.Done.Clear();
        Assert.Null(await DeployAsync(fleet, time, new()));
        Assert.Equal(["fetch v2", "admit a", "drain b", "run b v2", "admit b"], fleet.Done);
    });

    [Fact]
    public void A_share_of_the_units_at_a_time_is_at_least_one() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a", "b", "c", "d");
        Assert.Null(await DeployAsync(fleet, time, new() { Batch = 0.5 }));
        Assert.Equal(["run a,b v2", "run c,d v2"], fleet.Done.Where(d => d.StartsWith("run", StringComparison.Ordinal)));
    });

    [Fact]
    public void The_only_unit_that_takes_requests_is_not_drained() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a", "b");
        fleet.Shares["b"] = 0;
        var failed = Assert.IsType<Verdict.Failed>(await DeployAsync(fleet, time, new()));
        Assert.Equal("only a takes requests", failed.Actual);
        Assert.Equal(["fetch v2"], fleet.Done);
    });

    [Fact]
    public void A_unit_that_is_lost_is_not_waited_for_and_gets_no_requests() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a", "b") { Coming = (_, version) => new(version, "pin", false, "exited with 1") { Lost = "it ended with 1: no such table" } };
        var failed = Assert.IsType<Verdict.Failed>(await DeployAsync(fleet, time, new()));
        Assert.Equal(("a is well", "it ended with 1: no such table"), (failed.Expected, failed.Actual));
        Assert.Equal(["fetch v2", "drain a", "run a v2"], fleet.Done);
    });

    [Fact]
    public void A_unit_that_does_not_become_well_is_waited_for_as_long_as_it_may_take() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a", "b") { Coming = (_, version) => new(version, "pin", false, "running, unhealthy") };
        var failed = DeployAsync(fleet, time, new() { Within = TimeSpan.FromSeconds(20) });
        await time.AdvanceAsync(TimeSpan.FromSeconds(19));
        Assert.False(failed.IsCompleted);
        await time.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("a is running, unhealthy, expected a is well within 20s", (await failed)!.Message);
    });

    [Fact]
    public void Blue_green_tries_the_idle_colour_without_traffic_and_then_switches() => ManualTime.Run(async time =>
    {
        var fleet = Coloured();
        Assert.Null(await DeployAsync(fleet, time, new() { Strategy = "blue-green", Colours = s_colours }, trying: "green"));
        Assert.Equal(["fetch v2", "split blue=1 green=0", "drain green", "run green v2", "try green", "split green=1 blue=0", "drain blue"], fleet.Done);
        Assert.Equal("v1", fleet.States["blue"].Version);
    });

    [Fact]
    public void A_colour_that_fails_its_smoke_checks_never_gets_traffic() => ManualTime.Run(async time =>
    {
        var fleet = Coloured();
        var deploying = DeployAsync(fleet, time, new() { Strategy = "blue-green", Colours = s_colours, Within = TimeSpan.FromSeconds(5) }, trying: "green", tried: new Verdict.Failed("status == 200", "500"));
        await time.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.IsType<Verdict.Failed>(await deploying);
        Assert.Equal((1, 0), (fleet.Shares["blue"], fleet.Shares["green"]));
    });

    [Fact]
    public void Going_back_from_the_other_colour_is_a_switch() => ManualTime.Run(async time =>
    {
        var fleet = Coloured();
        var settings = new RolloutSettings { Strategy = "blue-green", Colours = s_colours };
        var before = await BeforeAsync(fleet, time, settings);
        Assert.Null(await DeployAsync(fleet, time, settings));
        fleet.Done.Clear();
        Assert.Null(await ReturnAsync(fleet, time, settings, before));
        Assert.Equal(["split blue=1 green=0", "drain green"], fleet.Done);
        Assert.Equal(before, await BeforeAsync(fleet, time, settings));
    });

    [Fact]
    public void A_canary_rises_by_its_steps() => ManualTime.Run(async time =>
    {
        var fleet = Coloured();
        Assert.Null(await DeployAsync(fleet, time, new() { Strategy = "canary", Colours = s_colours, Steps = [0.05, 0.5, 1] }));
        Assert.Equal(["split green=0.05 blue=0.95", "split green=0.5 blue=0.5", "split green=1 blue=0", "drain blue"], fleet.Done.SkipWhile(d => d != "split green=0.05 blue=0.95"));
    });

    [Fact]
    public void Without_a_proxy_all_units_go_back_at_once_to_what_each_ran() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a", "b");
        fleet.States["b"] = UnitState.Nothing("absent");
        var before = await BeforeAsync(fleet, time, new(), traffic: false);
        fleet.Do(fleet.Run(["a", "b"], Release.New("v2")));
        fleet.Done.Clear();
        Assert.Null(await ReturnAsync(fleet, time, new(), before, traffic: false));
        Assert.Equal(["run a v1", "stop b"], fleet.Done);
    });

    [Fact]
    public void On_the_way_back_a_unit_that_is_well_gets_its_requests_again_whatever_it_runs() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a", "b");
        var before = await BeforeAsync(fleet, time, new());
        var back = Assert.IsType<Way.Steps>(Target(fleet, time, new()).Return(before)).List;
        var (change, admit) = (back.First(s => s.Name == "run v1 on b"), Assert.IsType<RolloutStep.Do>(back.First(s => s.Name == "send requests to b")));
        Assert.True(change.IsGuard && change.Part != admit.Part);

        (fleet.States["b"], fleet.Shares["b"]) = (new("v2", "pin-v2", true, "running"), 0);
        Assert.IsType<Verdict.Passed>(await admit.Doing(default));
        Assert.Equal(["admit b"], fleet.Done);

        (fleet.States["b"], fleet.Shares["b"]) = (UnitState.Nothing("exited with 1"), 0);
        Assert.Equal("b is exited with 1, and gets no requests", Assert.IsType<Verdict.Failed>(await admit.Doing(default)).Actual);
        Assert.Equal(0, fleet.Shares["b"]);
    });

    [Fact]
    public void Nothing_is_drained_while_nobody_sees_what_runs() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a", "b");
        var before = await BeforeAsync(fleet, time, new());
        fleet.Silent = "the daemon gives no answer";
        var drain = Assert.IsType<RolloutStep.Do>(Assert.IsType<Way.Steps>(Target(fleet, time, new()).Return(before)).List[0]);
        Assert.Equal("drain b", drain.Name);
        Assert.Equal("the requests to b stay as they are, since what runs there can't be seen: the daemon gives no answer", (await Assert.ThrowsAsync<Unreachable>(() => drain.Doing(TestContext.Current.CancellationToken))).Message);
        Assert.Empty(fleet.Done);
    });

    [Fact]
    public void The_same_version_in_another_build_is_another_state() => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a");
        var before = await BeforeAsync(fleet, time, new());
        fleet.States["a"] = fleet.States["a"] with { Pin = "rebuilt" };
        Assert.NotEqual(before, await BeforeAsync(fleet, time, new()));
        Assert.Null(await ReturnAsync(fleet, time, new(), before, traffic: false));
        Assert.Equal(["run a v1"], fleet.Done);
    });

    [Theory]
    [InlineData("v2", true)]
    [InlineData("v1", true)]
    [InlineData("v3", false)]
    public void What_a_broken_change_leaves_is_told_from_what_somebody_else_did(string other, bool isMixture) => ManualTime.Run(async time =>
    {
        var fleet = new FakeFleet("a", "b");
        var target = Target(fleet, time, new(), traffic: false);
        var before = await BeforeAsync(fleet, time, new(), traffic: false);
        fleet.States["b"] = fleet.States["b"] with { Version = other };
        Assert.Equal(isMixture, target.IsMixture(Assert.IsType<RunsNow.Version>(await target.NowAsync(default)), "v2", before));
    });

    [Fact]
    public void Options_of_the_line_win_over_the_configuration_and_mistakes_in_them_deploy_nothing() => ManualTime.Run(time =>
    {
        var target = Target(Coloured(), time, new() { Colours = s_colours });
        var steps = Assert.IsType<Way.Steps>(target.Deploy("v2", "", new Dictionary<string, string> { ["strategy"] = "blue-green", ["settle"] = "1m" })).List;
        Assert.Contains(steps, s => s is RolloutStep.Observe { For.TotalMinutes: 1 });
        Assert.Contains("there is no strategy", Impossible("strategy", "canaries"), StringComparison.Ordinal);
        Assert.Contains("no rising shares", Impossible("steps", "50%,5%"), StringComparison.Ordinal);
        Assert.Contains("no duration", Impossible("pause", "soon"), StringComparison.Ordinal);
        return Task.CompletedTask;

        string Impossible(string name, string value) => Assert.IsType<Way.Impossible>(target.Deploy("v2", "", new Dictionary<string, string> { [name] = value })).Because;
    });

    private static FakeFleet Coloured()
    {
        var fleet = new FakeFleet("blue", "green");
        (fleet.Shares["blue"], fleet.Shares["green"]) = (1, 0);
        return fleet;
    }

    private static RolloutTarget Target(FakeFleet fleet, TimeProvider time, RolloutSettings settings, bool traffic = true, string? trying = null, Verdict? tried = null) =>
        new("shop", fleet, traffic ? fleet.Traffic : null, settings, trying is null ? new Dictionary<string, Func<CancellationToken, Task<Verdict>>>() : new()
        {
            [trying] = _ =>
            {
                fleet.Done.Add($"try {trying}");
                return Task.FromResult(tried ?? new Verdict.Passed(""));
            },
        }, null, time);

    private static async Task<string> BeforeAsync(FakeFleet fleet, TimeProvider time, RolloutSettings settings, bool traffic = true) =>
        Assert.IsType<RunsNow.Version>(await Target(fleet, time, settings, traffic).NowAsync(default)).State;

    private static async Task<Verdict?> DeployAsync(FakeFleet fleet, ManualTime time, RolloutSettings settings, string? trying = null, Verdict? tried = null)
    {
        var way = Target(fleet, time, settings, true, trying, tried).Deploy("v2", await BeforeAsync(fleet, time, settings), s_noOptions);
        return await Moving(time, fleet.GoAsync(Assert.IsType<Way.Steps>(way).List));
    }

    private static Task<Verdict?> ReturnAsync(FakeFleet fleet, ManualTime time, RolloutSettings settings, string before, bool traffic = true) =>
        Moving(time, fleet.GoAsync(Assert.IsType<Way.Steps>(Target(fleet, time, settings, traffic).Return(before)).List));

    /// <summary>Lets the two looks pass that every wait takes.</summary>
    private static async Task<Verdict?> Moving(ManualTime time, Task<Verdict?> going)
    {
        for (var i = 0; i < 8 && !going.IsCompleted; i++)
            await time.AdvanceAsync(TimeSpan.FromMilliseconds(500));
        return await going;
    }
}
