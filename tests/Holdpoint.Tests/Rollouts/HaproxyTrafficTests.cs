using Holdpoint.Expressions;
using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

public class HaproxyTrafficTests
{
    private static readonly Dictionary<string, string> Servers = new() { ["api_blue"] = "blue", ["api_green"] = "green" };

    private readonly PlayedHaproxy _haproxy = new PlayedHaproxy().Add("blue", "ready", 100).Add("green", "maint", 100);

    [Fact]
    public void Who_comes_out_of_maintenance_is_seen_well_first_and_let_in_in_one_line() => ManualTime.Run(async time =>
    {
        _haproxy.Ill.Add("green");
        var splitting = SplitAsync(time, 0.95, 0.05);

        await time.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(["green weight 1;green state drain"], _haproxy.Lines);
        _haproxy.Ill.Clear();
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.IsType<Verdict.Passed>(await splitting);
        Assert.Equal("blue weight 19;green weight 1;blue state ready;green state ready", _haproxy.Lines[^1]);
    });

    [Fact]
    public void A_unit_that_HAProxy_finds_ill_gets_nothing_and_the_other_keeps_all() => ManualTime.Run(async time =>
    {
        _haproxy.Ill.Add("green");
        var splitting = SplitAsync(time, 0, 1);

        await time.AdvanceAsync(TimeSpan.FromSeconds(31));

        var failed = Assert.IsType<Verdict.Failed>(await splitting);
        Assert.Equal("web/green is DOWN (Layer4 timeout), expected api_green takes requests within 30s", failed.Message);
        Assert.Equal((1, 0), await SharesAsync(time));
        Assert.Equal(("ready", "drain"), (_haproxy.StateOf("blue"), _haproxy.StateOf("green")));
    });

    [Fact]
    public void A_switch_lets_the_one_in_ahead_of_letting_the_other_go() => ManualTime.Run(async time =>
    {
        Assert.IsType<Verdict.Passed>(await SplitAsync(time, 0, 1));

        Assert.Equal("green weight 1;green state ready;blue state drain", _haproxy.Lines[^1]);
        Assert.Equal((0, 1), await SharesAsync(time));
    });

    [Fact]
    public void An_ill_unit_is_not_admitted() => ManualTime.Run(async time =>
    {
        _haproxy.Ill.Add("green");
        var admitting = Of(time).AdmitAsync(["api_green"], TestContext.Current.CancellationToken);

        await time.AdvanceAsync(TimeSpan.FromSeconds(31));

        Assert.IsType<Verdict.Failed>(await admitting);
        Assert.Equal("drain", _haproxy.StateOf("green"));
    });

    [Fact]
    public void A_unit_without_any_weight_of_its_own_is_admitted_with_the_others() => ManualTime.Run(async time =>
    {
        _haproxy.Add("green", "ready", 0);

        Assert.IsType<Verdict.Passed>(await Of(time).AdmitAsync(["api_green"], TestContext.Current.CancellationToken));

        Assert.Equal((0.5, 0.5), await SharesAsync(time));
    });

    [Fact]
    public void Withdrawing_waits_for_what_is_under_way_and_not_beyond_the_drain() => ManualTime.Run(async time =>
    {
        _haproxy.UnderWay["blue"] = 7;
        var withdrawing = Of(time).WithdrawAsync(["api_blue"], TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await time.AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.Equal("drain", _haproxy.StateOf("blue"));
        await time.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal("still under way after 30s: 7 on api_blue; no new ones come", Assert.IsType<Verdict.Warned>(await withdrawing).Shown);
        Assert.Equal("maint", _haproxy.StateOf("blue"));

        _haproxy.UnderWay.Clear();
        var again = Of(time).WithdrawAsync(["api_blue"], TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.IsType<Verdict.Passed>(await again);
        Assert.DoesNotContain("drain", _haproxy.Lines[^1], StringComparison.Ordinal);
    });

    private HaproxyTraffic Of(TimeProvider time) => new(_haproxy.TellAsync, "web", Servers, time);

    private Task<Verdict> SplitAsync(TimeProvider time, double blue, double green) =>
        Of(time).SplitAsync(new Dictionary<string, double> { ["api_blue"] = blue, ["api_green"] = green }, TestContext.Current.CancellationToken);

    private async Task<(double, double)> SharesAsync(TimeProvider time)
    {
        var now = await Of(time).LookAsync(TestContext.Current.CancellationToken);
        return (now["api_blue"].Share, now["api_green"].Share);
    }
}
