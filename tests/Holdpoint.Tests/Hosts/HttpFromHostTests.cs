using System.Text.RegularExpressions;
using Holdpoint.Hosts;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Hosts;

/// <summary>What curl on another machine says, and what is made of it.</summary>
public sealed partial class HttpFromHostTests
{
    private readonly List<Command> _asked = [];

    [Fact]
    public async Task Status_headers_and_body_are_read_and_what_came_before_is_not()
    {
        var facts = (await AskAsync(_ => Curl("HTTP/1.1 100 Continue\r\n\r\nHTTP/2 200\r\nX-A: one\r\nx-a: two\r\nEmpty:\r\n\r\nHTTP/1.1 500 no\r\n\r\n{}", 21), "x-a", "empty", "gone")).Facts();

        Assert.Equal(("200", "1.5s", "21B", "\"HTTP/1.1 500 no    {}\""), (facts.Show("status"), facts.Show("time"), facts.Show("size").Replace(" ", "", StringComparison.Ordinal), facts.Show("body")));
        Assert.Equal(("\"one, two\"", "\"\"", "absent"), (facts.Show("header\"x-a\""), facts.Show("header\"empty\""), facts.Show("header\"gone\"")));
    }

    [Fact]
    public async Task A_redirect_is_followed_without_the_proof_of_who_asks()
    {
        var reading = await AskAsync(c => c.Input!.Contains("/old", StringComparison.Ordinal) ? Curl("HTTP/1.1 302 Found\r\nLocation: http://other.example/new\r\n\r\n", 0) : Curl("HTTP/1.1 200 OK\r\n\r\nhi", 2));

        Assert.Equal(("200", "3s"), (reading.Facts().Show("status"), reading.Facts().Show("time")));
        Assert.Contains("Authorization: Bearer s3cr3t", _asked[0].Input, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", _asked[1].Input, StringComparison.Ordinal);
        Assert.All(_asked, c => Assert.Equal(["-q", "--config", "-"], c.Arguments));
    }

    [Fact]
    public async Task A_missing_curl_is_unknown_with_the_remedy() =>
        Assert.Equal("curl: not found on PATH of web1: install curl there, or ask from here with host=localhost", (await AskAsync(_ => new CommandResult.NotStarted("curl: not found on PATH of web1"))).Because());

    [Theory]
    [InlineData("", "curl on web1 does not tell what it measured: is it a curl?")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhalf", "curl on web1 does not tell what it measured: is it a curl?")]
    public async Task Half_an_answer_is_unknown(string output, string because) => Assert.Equal(because, (await AskAsync(_ => FakeHosts.Exits(0, output))).Because());

    [Fact]
    public async Task Garbage_is_unknown() => Assert.Equal("http://shop.example/old, asked from web1, answers, but not in HTTP", (await AskAsync(_ => Curl("SSH-2.0\r\n\r\n", 0))).Because());

    [Theory]
    [InlineData(60, "curl: (60) SSL certificate problem: certificate has expired\nMore details here", "shop.example:80 is not trusted from web1: SSL certificate problem: certificate has expired")]
    [InlineData(18, "curl: (18) transfer closed with 10 bytes remaining to read", "the answer of http://shop.example/old, asked from web1, broke off before its end: transfer closed with 10 bytes remaining to read")]
    [InlineData(97, "", "http://shop.example/old could not be asked from web1: curl ended with 97")]
    public async Task Why_curl_got_no_answer_is_told(int exit, string said, string because) => Assert.Equal(because, (await AskAsync(_ => FakeHosts.Exits(exit, "", said))).Because());

    [Theory]
    [InlineData("bash: connect: Connection refused", "shop.example:80 refuses the connection from web1")]
    [InlineData("bash: shop.example: Name or service not known", "there is no host called shop.example, says web1")]
    public async Task A_target_that_refuses_is_down(string said, string because)
    {
        var facts = (await AskAsync(c => c.Program == "curl" ? FakeHosts.Exits(7, "", "curl: (7) Failed to connect") : FakeHosts.Exits(1, "", said))).Facts();

        Assert.Equal(("false", $"unknown: {because}"), (facts.Show("up"), facts.Show("status")));
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_no_target_that_does() =>
        Assert.Equal("shop.example:80 could not be asked from web1: Failed to connect to proxy", (await AskAsync(c => c.Program == "curl" ? FakeHosts.Exits(7, "", "curl: (7) Failed to connect to proxy") : FakeHosts.Exits(0, "12\n"))).Because());

    /// <summary>As curl ends its output: with the mark that it was given.</summary>
    private CommandResult Curl(string output, int size) => FakeHosts.Exits(0, $"{output}\n{Mark().Match(_asked[^1].Input!).Groups[1]} 1.500000 {size}");

    private Task<Reading> AskAsync(Func<Command, CommandResult> answer, params string[] headers)
    {
        var hosts = new FakeHosts((_, command) =>
        {
            _asked.Add(command);
            return answer(command);
        });
        return new HttpProbe().MeasureAsync(
            new ProbeCall(["http://shop.example/old"], new Dictionary<string, string> { ["header"] = "Authorization: Bearer s3cr3t", ["redirects"] = "1" }, [.. headers.Select(h => new Holdpoint.Expressions.Operand.Fact("header", h, Holdpoint.Expressions.Dimension.Text, h))])
            {
                Context = new() { Commands = hosts.On(new HostAddress("web1", "web1")), Time = new SteppingTime(), Directory = Place.Home, Host = "web1" },
                Timeout = TimeSpan.FromMinutes(1),
            },
            TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("write-out = \"\\\\n([0-9a-f]{32}) ")]
    private static partial Regex Mark();
}
