using Holdpoint.Expressions;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>Headers, origins and limits as nginx has them.</summary>
public sealed class WebProbesTests(NginxServer nginx) : IClassFixture<NginxServer>
{
    [Fact]
    public async Task A_protected_site_passes_and_its_redirect_is_seen()
    {
        var result = await WebMark.RunAsync($"headers {nginx.TlsUrl}/safe insecure=true plain={nginx.Url}/old grade == \"A+\"");
        Assert.IsType<Verdict.Passed>(result.Verdict);
        Assert.Contains($"answers 301, Location: {nginx.TlsUrl}/safe", result.Text("headers.txt"));
    }

    [Fact]
    public async Task A_site_as_it_is_installed_fails_with_all_that_is_missing()
    {
        var result = await WebMark.RunAsync($"headers {nginx.TlsUrl}/plain insecure=true plain={nginx.Url}/plain");
        Assert.Equal("missing is 6, unsafe_cookies is 1, expected missing == 0 and unsafe_cookies == 0", Assert.IsType<Verdict.Failed>(result.Verdict).Message);
        Assert.Contains("session lacks HttpOnly, SameSite", result.Text("headers.txt"));
        Assert.DoesNotContain("abc", result.Text("headers.txt"));
    }

    [Fact]
    public async Task A_site_whose_certificate_is_not_trusted_is_unknown() =>
        Assert.Contains("is not trusted", Assert.IsType<Verdict.Unknown>((await WebMark.RunAsync($"headers {nginx.TlsUrl}/safe")).Verdict).Because);

    [Theory]
    [InlineData("origin=https://shop.example.org method=PUT headers=content-type allowed", "passed")]
    [InlineData("origin=https://shop.example.org allowed", "passed")]
    [InlineData("origin=https://evil.example.org not allowed", "passed")]
    [InlineData("origin=https://shop.example.org method=DELETE allowed", "failed")]
    public async Task Another_origin_is_let_in_or_not(string question, string verdict) =>
        Assert.Equal(verdict, (await WebMark.RunAsync($"cors {nginx.Url}/orders {question}")).Verdict.Name);

    [Fact]
    public async Task A_wrong_address_says_nothing_of_origins() =>
        Assert.IsType<Verdict.Unknown>((await WebMark.RunAsync($"cors {nginx.Url}/nothing origin=https://evil.example.org not allowed")).Verdict);

    [Fact]
    public async Task A_limit_that_nginx_keeps_passes_and_then_its_window_is_used_up()
    {
        Assert.IsType<Verdict.Passed>((await WebMark.RunAsync($"ratelimit {nginx.Url}/login per=1m accepted == 5")).Verdict);
        var again = await WebMark.RunAsync($"ratelimit {nginx.Url}/login per=1m accepted <= 5");
        Assert.IsType<Verdict.Passed>(again.Verdict);
        Assert.Contains("429", again.Text("burst.txt"));
    }

    [Fact]
    public async Task An_address_without_a_limit_fails_with_the_number_that_it_took() =>
        Assert.Contains("accepted is 12", Assert.IsType<Verdict.Failed>((await WebMark.RunAsync($"ratelimit {nginx.Url}/calm accepted <= 10 and refused >= 1")).Verdict).Message);

    [Fact]
    public async Task A_bare_503_is_a_refusal_only_where_the_mark_says_so()
    {
        Assert.Contains("refusal=503", Assert.IsType<Verdict.Unknown>((await WebMark.RunAsync($"ratelimit {nginx.Url}/hooks accepted <= 3")).Verdict).Because);
        Assert.IsType<Verdict.Passed>((await WebMark.RunAsync($"ratelimit {nginx.Url}/hooks refusal=503 accepted <= 3")).Verdict);
    }

    [Fact]
    public async Task A_WebSocket_where_there_is_none_is_down_with_the_status()
    {
        var result = await WebMark.RunAsync($"websocket ws://127.0.0.1:{nginx.Port}/calm time < 1h");
        Assert.IsType<Verdict.Failed>(result.Verdict);
        Assert.Contains("answers 200 in place of 101", result.Text("connection.txt"));
    }
}
