using Holdpoint.Expressions;
using Holdpoint.Rollouts;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

public class HaproxyTrafficTests : TrafficBench
{
    private readonly HaproxyServer _haproxy;

    public HaproxyTrafficTests() => _haproxy = Add(new HaproxyServer()).AddServer("blue", Blue.Address).AddServer("srv2", Green.Address);

    protected override string Url => _haproxy.Url;

    private Traffic Traffic => Of();

    public override ValueTask InitializeAsync() => _haproxy.InitializeAsync();

    [Fact]
    public async Task Shares_move_and_requests_follow_them()
    {
        Assert.Equal((0.5, 0.5), await SharesAsync(Traffic));

        Assert.Equal("95% to blue, 5% to green", Passed(await SplitAsync(Traffic, 0.95, 0.05)));

        Assert.InRange((await SendAsync(2000))["green"], 80, 120);
        Assert.Equal((0.95, 0.05), await SharesAsync(Traffic));
        Assert.Equal("95% to blue, 5% to green", Passed(await SplitAsync(Traffic, 0.95, 0.05)));
        Assert.Equal((0.95, 0.05), await SharesAsync(Traffic));

        Passed(await SplitAsync(Traffic, 0, 1));
        Assert.Equal(200, (await SendAsync(200))["green"]);
        Passed(await SplitAsync(Traffic, 1, 0));
        Assert.Equal(200, (await SendAsync(200))["blue"]);
    }

    [Fact]
    public async Task What_it_counts_is_answers_and_how_many_failed()
    {
        await SplitAsync(Traffic, 1, 0);
        var before = (await Traffic.LookAsync(Cancel))["blue"].Counted!.Value;
        await SendAsync(20);
        using var http = new HttpClient();
        for (var i = 0; i < 3; i++)
            (await http.GetAsync(new Uri(Url + "/broken"), Cancel)).Dispose();

        var now = (await Traffic.LookAsync(Cancel))["blue"].Counted!.Value;

        // A stranger on this machine who looks for a server on this port is counted too.
        Assert.InRange(now.Answers - before.Answers, 23, 40);
        Assert.InRange(now.Failures - before.Failures, 3, 6);
    }

    [Fact]
    public async Task A_unit_is_withdrawn_stopped_and_let_in_again_and_no_request_is_lost()
    {
        await using var load = new UnitLoad(Url);
        await UntilAsync(() => load.Of("blue") > 50 && load.Of("green") > 50);
        await SplitAsync(Traffic, 1, 0);
        var slow = await SlowRequestAsync(Blue);
        await SplitAsync(Traffic, 0.75, 0.25);

        var withdrawing = Traffic.WithdrawAsync(["blue"], TimeSpan.FromMinutes(2), Cancel);
        await UntilAsync(async () => (await SharesAsync(Traffic)) == (0, 1));
        await UntilAsync(async () => (await Traffic.LookAsync(Cancel))["blue"].UnderWay == 1);
        Assert.False(withdrawing.IsCompleted);
        Blue.LetGo();

        Assert.Equal("blue takes no requests, and none is under way", Passed(await withdrawing));
        Assert.Equal("blue", await slow);
        Assert.Equal("MAINT", (await _haproxy.StatAsync("blue"))["status"]);
        Passed(await Traffic.WithdrawAsync(["blue"], TimeSpan.FromSeconds(1), Cancel));

        await Blue.StopAsync();
        var (blues, greens) = (load.Of("blue"), load.Of("green"));
        await UntilAsync(() => load.Of("green") > greens + 100);
        Assert.Equal(blues, load.Of("blue"));

        Blue.Start();
        Assert.Equal("blue takes requests", Passed(await Traffic.AdmitAsync(["blue"], Cancel)));
        Assert.Equal((0.75, 0.25), await SharesAsync(Traffic));
        Passed(await Traffic.AdmitAsync(["blue"], Cancel));
        await UntilAsync(() => load.Of("blue") > blues + 100);
        await load.EndAsync();
        Assert.Empty(load.Failures);
    }

    [Fact]
    public async Task Requests_that_outlast_the_drain_are_a_warning_and_go_on()
    {
        await SplitAsync(Traffic, 1, 0);
        var slow = await SlowRequestAsync(Blue);
        await SplitAsync(Traffic, 0, 1);
        Assert.Equal(1, (await Traffic.LookAsync(Cancel))["blue"].UnderWay);

        var verdict = Assert.IsType<Verdict.Warned>(await Traffic.WithdrawAsync(["blue"], TimeSpan.FromMilliseconds(300), Cancel));

        Assert.Equal("still under way after 300ms: 1 on blue; no new ones come", verdict.Shown);
        Assert.Equal("MAINT", (await _haproxy.StatAsync("blue"))["status"]);
        Blue.LetGo();
        Assert.Equal("blue", await slow);
    }

    [Fact]
    public async Task A_unit_that_fails_its_health_checks_is_waited_for_and_gets_nothing_till_then()
    {
        await using var haproxy = new HaproxyServer { HealthPath = "/health" }.AddServer("blue", Blue.Address).AddServer("srv2", Green.Address);
        await haproxy.InitializeAsync();
        var traffic = Of(socket: haproxy.SocketPath);
        await traffic.WithdrawAsync(["green"], TimeSpan.Zero, Cancel);
        await Green.StopAsync();

        var admitting = traffic.AdmitAsync(["green"], Cancel);
        await haproxy.UntilAsync("srv2", "DOWN");
        Assert.Equal(0, (await traffic.LookAsync(Cancel))["green"].Share);
        Green.Start();

        Assert.Equal("green takes requests", Passed(await admitting));
    }

    [Fact]
    public async Task A_weight_of_zero_becomes_that_of_its_own_file_again()
    {
        await _haproxy.TellAsync("set server web/blue weight 0");
        Assert.Equal((0, 1), await SharesAsync(Traffic));

        Passed(await Traffic.AdmitAsync(["blue"], Cancel));

        Assert.Equal((0.5, 0.5), await SharesAsync(Traffic));
    }

    [Fact]
    public async Task A_server_that_is_no_unit_would_spoil_the_shares()
    {
        await using var other = new WebUnit("other");
        await using var haproxy = new HaproxyServer().AddServer("blue", Blue.Address).AddServer("srv2", Green.Address).AddServer("third", other.Address);
        await haproxy.InitializeAsync();

        var failed = Assert.IsType<Verdict.Failed>(await SplitAsync(Of(socket: haproxy.SocketPath), 0.5, 0.5));

        Assert.Equal("web/third, which is none of these units, takes requests too", failed.Actual);
        Assert.Equal((0.333, 0.333), await SharesAsync(Of(socket: haproxy.SocketPath)));
    }

    [Fact]
    public async Task Names_that_HAProxy_does_not_know_are_told_with_those_that_it_knows()
    {
        Assert.EndsWith("has no backend api; it has web", await RefusalAsync(Of(backend: "api")), StringComparison.Ordinal);
        Assert.Equal("backend web of HAProxy has no server green for green; it has blue, srv2: name it under servers, green: …", await RefusalAsync(Of(green: "green")));
    }

    [Fact]
    public async Task A_socket_of_a_lower_level_looks_and_moves_nothing()
    {
        await using var haproxy = new HaproxyOperator(Blue.Address, Green.Address);
        await haproxy.InitializeAsync();
        var traffic = Of(socket: haproxy.SocketPath);

        Assert.Equal((0.5, 0.5), await SharesAsync(traffic));
        var refused = await Assert.ThrowsAsync<Unreachable>(() => SplitAsync(traffic, 1, 0));

        Assert.Equal($"HAProxy at {haproxy.SocketPath} refuses 'set server web/blue weight 1': Permission denied; the socket needs the level admin (`stats socket {haproxy.SocketPath} level admin`)", refused.Message);
        Assert.Equal((0.5, 0.5), await SharesAsync(traffic));
    }

    [Fact]
    public async Task A_socket_that_is_gone_is_told_as_that()
    {
        var traffic = Traffic;
        await _haproxy.StopAsync();

        Assert.StartsWith($"there is no socket {_haproxy.SocketPath}: HAProxy does not run here", await RefusalAsync(traffic), StringComparison.Ordinal);
        await Assert.ThrowsAsync<Unreachable>(() => traffic.WithdrawAsync(["blue"], TimeSpan.FromSeconds(1), Cancel));
    }

    private static string Passed(Verdict verdict) => Assert.IsType<Verdict.Passed>(verdict).Shown;

    private static async Task<string> RefusalAsync(Traffic traffic) => (await Assert.ThrowsAsync<Unreachable>(() => traffic.LookAsync(Cancel))).Message;

    private Traffic Of(string? socket = null, string backend = "web", string green = "srv2") =>
        Create("haproxy", Path.GetTempPath(), ("socket", socket ?? _haproxy.SocketPath), ("backend", backend), ("servers.green", green));

    /// <summary>An HAProxy whose socket may look and not change.</summary>
    private sealed class HaproxyOperator(string blue, string green) : StoreServer
    {
        public string SocketPath => At("operator.sock");

        protected override async Task StartAsync()
        {
            await File.WriteAllTextAsync(At("haproxy.cfg"), $"""
                global
                  stats socket {SocketPath} mode 600 level operator
                defaults
                  mode http
                  timeout connect 60s
                  timeout client 60s
                  timeout server 60s
                backend web
                  server blue {blue}
                  server srv2 {green}

                """);
            Run("haproxy", "-db", "-f", At("haproxy.cfg"));
            await UntilAsync(() => Task.FromResult(File.Exists(SocketPath)));
        }
    }
}
