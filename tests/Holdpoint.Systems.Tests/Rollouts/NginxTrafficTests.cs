using Holdpoint.Expressions;
using Holdpoint.Rollouts;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

public class NginxTrafficTests : TrafficBench
{
    private readonly NginxBalancer _nginx;

    public NginxTrafficTests() => _nginx = Add(new NginxBalancer(Blue.Address, Green.Address));

    protected override string Url => _nginx.Url;

    private Traffic Traffic => Of();

    public override ValueTask InitializeAsync() => _nginx.InitializeAsync();

    [Fact]
    public async Task Shares_move_and_requests_follow_them()
    {
        Assert.Equal((1, 0), await SharesAsync(Traffic));

        Assert.Equal("95% to blue, 5% to green", Passed(await SplitAsync(Traffic, 0.95, 0.05)));

        Assert.InRange((await SendAsync(2000))["green"], 80, 120);
        Assert.Equal((0.95, 0.05), await SharesAsync(Traffic));
        Assert.Equal($$"""
            # Moved by rollouts.
            upstream web {
              zone web 64k;
              server {{Blue.Address}} weight=19;
              server {{Green.Address}} weight=1 max_fails=0; # the idle one
              keepalive 8;
            }

            """, await File.ReadAllTextAsync(_nginx.Upstream, Cancel));
        Passed(await SplitAsync(Traffic, 0.95, 0.05));

        Passed(await SplitAsync(Traffic, 0, 1));
        Assert.Equal(200, (await SendAsync(200))["green"]);
        Assert.Equal((0, 1), await SharesAsync(Traffic));
        Assert.Empty(Directory.EnumerateFiles(_nginx.Place, "*holdpoint*"));
    }

    [Fact]
    public async Task A_unit_is_withdrawn_stopped_and_let_in_again_and_no_request_is_lost()
    {
        await SplitAsync(Traffic, 1, 0);
        var slow = await SlowRequestAsync(Blue);
        await SplitAsync(Traffic, 0.75, 0.25);
        // On a reload nginx closes connections that stand idle, and a request that is sent on one of them at this very moment is lost to whoever does not repeat it.
        await using var load = new UnitLoad(Url, keepsConnections: false);
        await UntilAsync(() => load.Of("blue") > 50 && load.Of("green") > 50);

        var withdrawing = Traffic.WithdrawAsync(["blue"], TimeSpan.FromMinutes(2), Cancel);
        await UntilAsync(async () => await SharesAsync(Traffic) == (0, 1));
        Assert.False(withdrawing.IsCompleted);
        Blue.LetGo();

        Assert.Equal("blue takes no requests, and none is under way", Passed(await withdrawing));
        Assert.Equal("blue", await slow);
        Passed(await Traffic.WithdrawAsync(["blue"], TimeSpan.FromMinutes(2), Cancel));

        await Blue.StopAsync();
        var (blues, greens) = (load.Of("blue"), load.Of("green"));
        await UntilAsync(() => load.Of("green") > greens + 100);
        Assert.Equal(blues, load.Of("blue"));

        Blue.Start();
        Assert.Equal("blue takes requests", Passed(await Traffic.AdmitAsync(["blue"], Cancel)));
        Assert.Equal((0.75, 0.25), await SharesAsync(Traffic));
        await UntilAsync(() => load.Of("blue") > blues + 100);
        await load.EndAsync();
        Assert.Empty(load.Failures);
    }

    [Fact]
    public async Task Requests_that_outlast_the_drain_are_a_warning_and_go_on()
    {
        var slow = await SlowRequestAsync(Blue);
        await SplitAsync(Traffic, 0, 1);

        var verdict = Assert.IsType<Verdict.Warned>(await Traffic.WithdrawAsync(["blue"], TimeSpan.Zero, Cancel));

        Assert.StartsWith("still under way after 0s: requests in ", verdict.Shown, StringComparison.Ordinal);
        Blue.LetGo();
        Assert.Equal("blue", await slow);
    }

    [Fact]
    public async Task Without_the_pid_of_nginx_the_drain_is_waited_out()
    {
        var began = TimeProvider.System.GetTimestamp();

        var shown = Passed(await Of(pid: false).WithdrawAsync(["blue"], TimeSpan.FromMilliseconds(300), Cancel));

        Assert.Equal("blue takes no requests; those under way had 300ms (without `pid` nginx does not show when they end)", shown);
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task What_nginx_can_not_read_is_never_left_behind()
    {
        var before = await File.ReadAllTextAsync(_nginx.Upstream, Cancel);
        await File.AppendAllTextAsync(_nginx.ConfigFile, "nonsense;\n", Cancel);

        var failed = Assert.IsType<Verdict.Failed>(await SplitAsync(Traffic, 0, 1));

        Assert.Equal("nginx reads its files", failed.Expected);
        Assert.StartsWith("exit 1: ", failed.Actual, StringComparison.Ordinal);
        Assert.Contains("unknown directive \"nonsense\" in ", failed.Actual, StringComparison.Ordinal);
        Assert.EndsWith($"; {_nginx.Upstream} is back as it was before", failed.Actual, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(_nginx.Upstream, Cancel));
        Assert.Equal(100, (await SendAsync(100))["blue"]);
    }

    [Fact]
    public async Task A_reload_that_fails_leaves_the_file_as_it_was()
    {
        var before = await File.ReadAllTextAsync(_nginx.Upstream, Cancel);

        var failed = Assert.IsType<Verdict.Failed>(await SplitAsync(Of(reload: "echo 'no such container: proxy' >&2; exit 7"), 0, 1));

        Assert.Equal($"exit 7: no such container: proxy; {_nginx.Upstream} is back as it was before", failed.Actual);
        Assert.Equal(before, await File.ReadAllTextAsync(_nginx.Upstream, Cancel));
    }

    [Fact]
    public async Task A_file_that_somebody_else_has_shaped_is_left_alone()
    {
        await File.WriteAllTextAsync(_nginx.Upstream, $"upstream web {{\n  server {Blue.Address};\n  server {Green.Address} weight=$share;\n}}\n", Cancel);

        var refused = await Assert.ThrowsAsync<Unreachable>(() => SplitAsync(Traffic, 0, 1));

        Assert.Equal($"{_nginx.Upstream}, line 3: 'weight=$share' is no weight: a whole number from 1; it has to hold `upstream web {{ server …; }}` and comments alone", refused.Message);
    }

    [Fact]
    public async Task A_server_that_is_no_unit_would_spoil_the_shares()
    {
        await File.WriteAllTextAsync(_nginx.Upstream, $"upstream web {{ server {Blue.Address}; server {Green.Address}; server 127.0.0.1:9; }}", Cancel);

        var failed = Assert.IsType<Verdict.Failed>(await SplitAsync(Traffic, 0.5, 0.5));

        Assert.Equal($"127.0.0.1:9 ({_nginx.Upstream}, line 1), which is none of these units, takes requests too", failed.Actual);
    }

    [Fact]
    public async Task A_link_stays_a_link_and_a_missing_server_is_told()
    {
        var real = Path.Combine(_nginx.Place, "real.txt");
        File.Move(_nginx.Upstream, real);
        File.CreateSymbolicLink(_nginx.Upstream, real);

        Passed(await SplitAsync(Traffic, 0.5, 0.5));

        Assert.Equal(real, new FileInfo(_nginx.Upstream).LinkTarget);
        Assert.Contains($"server {Green.Address} weight=1 max_fails=0;", await File.ReadAllTextAsync(real, Cancel), StringComparison.Ordinal);
        await File.WriteAllTextAsync(real, $"upstream web {{ server {Blue.Address}; }}", Cancel);
        Assert.Equal($"{_nginx.Upstream} has no server {Green.Address} for green; it has {Blue.Address}: add it, or mend servers: green", await RefusalAsync());
        File.Delete(_nginx.Upstream);
        Assert.StartsWith($"there is no file {_nginx.Upstream}: write `upstream web", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_nginx_that_does_not_run_is_told_as_that()
    {
        await File.WriteAllTextAsync(_nginx.PidFile, $"{Environment.ProcessId}\n", Cancel);

        Assert.StartsWith($"nginx does not run: {_nginx.PidFile} names process '{Environment.ProcessId}'", await RefusalAsync(), StringComparison.Ordinal);
        File.Delete(_nginx.PidFile);
        Assert.StartsWith($"nginx's pid is not in {_nginx.PidFile}: there is no such file", await RefusalAsync(), StringComparison.Ordinal);
    }

    private static string Passed(Verdict verdict) => Assert.IsType<Verdict.Passed>(verdict).Shown;

    private async Task<string> RefusalAsync() => (await Assert.ThrowsAsync<Unreachable>(() => Traffic.LookAsync(Cancel))).Message;

    private Traffic Of(string? reload = null, bool pid = true) => Create("nginx", _nginx.Place,
    [
        ("file", "web-upstream.conf"), ("upstream", "web"), ("servers.blue", Blue.Address), ("servers.green", Green.Address),
        ("test", _nginx.TestCommand), ("reload", reload ?? _nginx.ReloadCommand), .. pid ? (ReadOnlySpan<(string, string)>)[("pid", "nginx.pid")] : [],
    ]);
}
