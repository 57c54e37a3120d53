using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Tests.Probes;

public sealed class RateLimitProbeTests
{
    [Fact]
    public async Task A_limit_that_holds_passes_and_the_burst_was_announced_before_it_was_sent()
    {
        await using var server = Limited(5);
        var announced = new List<string>();
        var result = await WebMarks.RunAsync($"ratelimit {server.Url}/login method=POST per=1m accepted <= 5", said =>
        {
            Assert.Empty(server.Requests);
            announced.Add(said);
        });
        Assert.IsType<Verdict.Passed>(result.Verdict);
        Assert.EndsWith($"sends up to 6 POST requests to {server.Url}/login", Assert.Single(announced));
        Assert.Equal(6, server.Requests.Count);
        Assert.Contains("5 accepted, 1 refused", result.EvidenceText());
        Assert.Contains("Retry-After: 60", result.EvidenceText());
    }

    [Fact]
    public async Task No_limit_fails_and_the_burst_is_bounded()
    {
        await using var server = Limited(1000);
        var result = await WebMarks.RunAsync($"ratelimit {server.Url} per=1h accepted <= 10");
        Assert.Contains("refused is 0", Assert.IsType<Verdict.Failed>(result.Verdict).Message);
        Assert.Equal(12, server.Requests.Count);
    }

    [Fact]
    public async Task A_limit_that_is_too_high_fails_with_its_value()
    {
        await using var server = Limited(20);
        Assert.Equal("accepted is 20, expected accepted <= 10", Assert.IsType<Verdict.Failed>((await WebMarks.RunAsync($"ratelimit {server.Url} requests=50 accepted <= 10")).Verdict).Message);
    }

    [Fact]
    public async Task A_burst_too_small_to_meet_the_limit_proves_nothing_good()
    {
        await using var server = Limited(5);
        Assert.IsType<Verdict.Failed>((await WebMarks.RunAsync($"ratelimit {server.Url} requests=3 accepted <= 5")).Verdict);
    }

    [Fact]
    public async Task The_limit_may_be_a_variable()
    {
        await using var server = Limited(3);
        var announced = "";
        await WebMarks.RunAsync("ratelimit ${api} accepted <= ${logins}", said => announced = said, name => name == "api" ? server.Url : "3");
        Assert.EndsWith($"sends up to 4 GET requests to {server.Url}", announced);
    }

    [Theory]
    [InlineData(200, "Accepted", 7, 0)]
    [InlineData(401, "Unauthorized", 7, 0)]
    [InlineData(503, "Retry-After: 1\r\n", 0, 7)]
    [InlineData(429, "", 0, 7)]
    public async Task What_is_no_refusal_counts_as_accepted(int status, string headers, int accepted, int refused)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(status, "", headers.Contains(':', StringComparison.Ordinal) ? headers : ""));
        var facts = (await NetworkQuestion.AskAsync("ratelimit", server.Url, "requests=7|all=true")).Facts();
        Assert.Equal(($"{accepted}", $"{refused}"), (facts.Show("accepted"), facts.Show("refused")));
    }

    [Fact]
    public async Task A_failing_server_is_unknown_unless_that_is_how_it_refuses()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(503));
        Assert.Contains("write refusal=503", (await NetworkQuestion.AskAsync("ratelimit", server.Url)).Because());
        Assert.Equal("2", (await NetworkQuestion.AskAsync("ratelimit", server.Url, "requests=2|all=true|refusal=503")).Facts().Show("refused"));
    }

    [Fact]
    public async Task A_burst_longer_than_the_window_proves_nothing()
    {
        var clock = new HandClock();
        await using var server = Loopback.Http(_ =>
        {
            clock.Pass(TimeSpan.FromSeconds(1));
            return Loopback.Reply(200);
        });
        var facts = (await NetworkQuestion.AskAsync("ratelimit", server.Url, "requests=3|per=2s", time: clock)).Facts();
        Assert.Equal("unknown: the burst took 3s, longer than the window of 2s: more than one window's requests were let through", facts.Show("accepted"));
    }

    [Theory]
    [InlineData("requests=1001"), InlineData("requests=0"), InlineData("requests=many")]
    public async Task A_burst_has_bounds(string options) =>
        Assert.Contains("a burst is of 1 to 1000 requests", (await NetworkQuestion.AskAsync("ratelimit", "http://127.0.0.1:1", options)).Because());

    [Fact]
    public async Task A_dead_server_is_unknown() =>
        Assert.Contains("refuses the connection", (await NetworkQuestion.AskAsync("ratelimit", $"http://127.0.0.1:{Loopback.ClosedPort()}")).Because());

    [Fact]
    public void A_dry_run_tells_what_would_be_sent() =>
        Assert.Equal(" (sends up to 120 GET requests to ${api}/search)", DryRun.Announced(WebMarks.Read("ratelimit ${api}/search per=1m accepted <= 100")));

    /// <summary>Lets so many requests through, and then refuses.</summary>
    private static Loopback Limited(int limit)
    {
        var seen = 0;
        return Loopback.Http(_ => Interlocked.Increment(ref seen) <= limit ? Loopback.Reply(401) : Loopback.Reply(429, "", "Retry-After: 60\r\n"));
    }
}
