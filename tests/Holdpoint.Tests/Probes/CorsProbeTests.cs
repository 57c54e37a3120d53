using Holdpoint.Expressions;

namespace Holdpoint.Tests.Probes;

public sealed class CorsProbeTests
{
    private const string Shop = "https://shop.example.org";

    [Theory]
    [InlineData("", "Access-Control-Allow-Origin: https://shop.example.org\r\n", true, "")]
    [InlineData("", "Access-Control-Allow-Origin: *\r\n", true, "")]
    [InlineData("", "", false, "has no Access-Control-Allow-Origin")]
    [InlineData("", "Access-Control-Allow-Origin: https://other.example.org\r\n", false, "Access-Control-Allow-Origin is https://other.example.org")]
    [InlineData("credentials=true", "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Credentials: true\r\n", false, "browsers do not take where cookies are sent")]
    [InlineData("credentials=true", "Access-Control-Allow-Origin: https://shop.example.org\r\n", false, "no Access-Control-Allow-Credentials")]
    [InlineData("credentials=true", "Access-Control-Allow-Origin: https://shop.example.org\r\nAccess-Control-Allow-Credentials: true\r\n", true, "")]
    [InlineData("method=PUT", "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: GET, PUT\r\n", true, "")]
    [InlineData("method=PUT", "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: GET\r\n", false, "Access-Control-Allow-Methods does not name PUT")]
    [InlineData("method=POST|headers=content-type", "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: Content-Type\r\n", true, "")]
    [InlineData("method=POST|headers=Authorization", "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *\r\n", false, "does not name authorization")]
    public async Task A_browser_s_rules_decide(string options, string headers, bool allowed, string because)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(204, "", headers));
        var reading = await NetworkQuestion.AskAsync("cors", server.Url, $"origin={Shop}|{options}");
        Assert.Equal(allowed ? "true" : "false", reading.Facts().Show("allowed"));
        Assert.Contains(because, reading.EvidenceText());
    }

    [Fact]
    public async Task Nothing_is_changed_by_asking_about_a_method_that_changes()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(204, "", "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: *\r\n"));
        await NetworkQuestion.AskAsync("cors", server.Url, $"origin={Shop}|method=DELETE");
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("OPTIONS ", request);
        Assert.Contains("Access-Control-Request-Method: DELETE", request);
        Assert.Contains($"Origin: {Shop}", request);
    }

    [Fact]
    public async Task A_preflight_that_is_refused_is_an_answer()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(405));
        var result = await WebMarks.RunAsync($"cors {server.Url} origin={Shop} method=PUT allowed");
        Assert.Equal("allowed is false, expected allowed", Assert.IsType<Verdict.Failed>(result.Verdict).Message);
        Assert.Contains("the preflight is answered with 405", result.EvidenceText());
    }

    [Theory]
    [InlineData(404), InlineData(502)]
    public async Task A_wrong_address_and_a_failing_server_do_not_prove_that_others_are_shut_out(int status)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(status));
        Assert.Contains($"answers {status}", Assert.IsType<Verdict.Unknown>((await WebMarks.RunAsync($"cors {server.Url} origin=https://evil.example.org not allowed")).Verdict).Because);
    }

    [Theory]
    [InlineData("shop.example.org")]
    [InlineData("https://shop.example.org/cart")]
    public async Task What_is_no_origin_is_told_with_the_remedy(string origin) =>
        Assert.Contains("write https://HOST", (await NetworkQuestion.AskAsync("cors", "http://127.0.0.1:1", $"origin={origin}")).Because());

    [Fact]
    public async Task A_redirect_and_a_dead_server_are_unknown()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(308, "", "Location: /v2\r\n"));
        Assert.Contains("Location: /v2: ask that address", (await NetworkQuestion.AskAsync("cors", server.Url, $"origin={Shop}")).Because());
        Assert.Contains("refuses the connection", (await NetworkQuestion.AskAsync("cors", $"http://127.0.0.1:{Loopback.ClosedPort()}", $"origin={Shop}")).Because());
    }
}
