using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class HttpProbeTests
{
    [Fact]
    public async Task An_answer_gives_status_size_body_headers_and_JSON()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, """{"status": "healthy"}""", "Content-Type: application/json\r\nX-Two: a\r\nX-Two: b\r\n"));
        var reading = await NetworkQuestion.AskAsync("http", server.Url + "/health", wants: ["header\"x-two\"", "header\"Absent\""]);
        var facts = reading.Facts();
        Assert.Equal("true", facts.Show("up"));
        Assert.Equal("200", facts.Show("status"));
        Assert.Equal("21 B", facts.Show("size"));
        Assert.Equal("\"a, b\"", facts.Show("header\"x-two\""));
        Assert.IsType<Value.Absent>(facts["header\"Absent\""]);
        Assert.Equal("\"healthy\"", facts.Select(new("$.status")).ToString());
        Assert.StartsWith("HTTP/1.1 200 Whatever", reading.EvidenceText());
    }

    [Fact]
    public async Task An_error_status_is_an_answer_with_its_value()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(503, "busy"));
        var facts = (await NetworkQuestion.AskAsync("http", server.Url)).Facts();
        Assert.Equal("503", facts.Show("status"));
        Assert.Equal("\"busy\"", facts.Show("body"));
        Assert.Contains("not JSON", facts.Select(new("$.status")).ToString());
    }

    [Fact]
    public async Task A_refused_connection_is_down_and_every_other_fact_names_the_reason()
    {
        var port = Loopback.ClosedPort();
        var facts = (await NetworkQuestion.AskAsync("http", $"http://127.0.0.1:{port}/")).Facts();
        Assert.Equal("false", facts.Show("up"));
        Assert.Equal($"unknown: 127.0.0.1:{port} refuses the connection", facts.Show("status"));
    }

    [Fact]
    public async Task A_silent_server_is_no_answer_and_the_limit_is_named()
    {
        var clock = new HandClock();
        await using var server = Loopback.Silent(clock, 2);
        Assert.Equal($"no answer from {server.Url}/ within 2s", (await NetworkQuestion.AskAsync("http", server.Url, timeoutMs: 2000, time: clock)).Because());
    }

    [Fact]
    public async Task A_cancelled_run_is_not_mistaken_for_a_silent_server()
    {
        await using var server = Loopback.Silent();
        using var cancel = new CancellationTokenSource();
        var call = new ProbeCall([server.Url], new Dictionary<string, string>(), []) { Context = NetworkQuestion.Context() };
        var asked = new HttpProbe().MeasureAsync(call, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n", "answers, but not in HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "broke off")]
    [InlineData("", "broke off")]
    public async Task Garbage_and_half_an_answer_are_no_answer(string raw, string because)
    {
        await using var server = Loopback.Http(_ => raw);
        Assert.Contains(because, (await NetworkQuestion.AskAsync("http", server.Url)).Because());
    }

    [Fact]
    public async Task An_answer_whose_body_does_not_end_says_how_far_it_came()
    {
        var clock = new HandClock();
        await using var server = new Loopback(async (stream, cancel) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), cancel);
            // More than any buffer on the way holds: when it is written, the answer's head has been read.
            await stream.WriteAsync(new byte[32 * 1024 * 1024], cancel);
            clock.Pass(TimeSpan.FromSeconds(2));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        });
        Assert.Equal($"{server.Url}/ answers 200, but its body does not end within 2s", (await NetworkQuestion.AskAsync("http", server.Url, timeoutMs: 2000, time: clock)).Because());
    }

    [Fact]
    public async Task A_redirect_is_the_answer_unless_it_is_to_be_followed()
    {
        await using var server = Loopback.Http(r => r.StartsWith("GET /new", StringComparison.Ordinal) ? Loopback.Reply(200, "here") : Loopback.Reply(302, "", "Location: /new\r\n"));
        var kept = (await NetworkQuestion.AskAsync("http", server.Url, wants: ["header\"Location\""])).Facts();
        Assert.Equal("302", kept.Show("status"));
        Assert.Equal("\"/new\"", kept.Show("header\"Location\""));
        Assert.Equal("\"here\"", (await NetworkQuestion.AskAsync("http", server.Url, "redirects=1")).Facts().Show("body"));
    }

    [Fact]
    public async Task A_redirect_to_another_host_does_not_carry_what_proves_who_asks()
    {
        await using var other = Loopback.Http(_ => Loopback.Reply(200));
        await using var server = Loopback.Http(_ => Loopback.Reply(302, "", $"Location: {other.Url}\r\n"));
        await NetworkQuestion.AskAsync("http", server.Url, "redirects=3|header=Authorization: Bearer abc");
        Assert.Contains("Authorization: Bearer abc", Assert.Single(server.Requests));
        Assert.DoesNotContain("abc", Assert.Single(other.Requests));
    }

    [Fact]
    public async Task Method_and_body_are_sent()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(201));
        await NetworkQuestion.AskAsync("http", server.Url, """method=post|body={"a": 1}""");
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST / HTTP/1.1", request);
        Assert.Contains("Content-Type: application/json", request);
        Assert.EndsWith("""{"a": 1}""", request);
    }

    [Fact]
    public async Task A_body_that_is_kept_in_part_proves_nothing_about_its_rest()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, new string('x', 2_000_000)));
        var facts = (await NetworkQuestion.AskAsync("http", server.Url)).Facts();
        Assert.Equal("2 MB", facts.Show("size"));
        Assert.Equal("unknown: the body is longer than the 1 MB that are kept", facts.Show("body"));
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_named_and_insecure_takes_it()
    {
        using var certificate = Loopback.Certificate();
        await using var server = Loopback.Tls(certificate, Loopback.Reply(200, "ok"));
        var url = $"https://127.0.0.1:{server.Port}";
        Assert.Equal($"127.0.0.1:{server.Port} is not trusted: its certificate is self-signed and this machine does not trust it", (await NetworkQuestion.AskAsync("http", url)).Because());
        Assert.Equal("200", (await NetworkQuestion.AskAsync("http", url, "insecure=true")).Facts().Show("status"));
    }

    [Theory]
    [InlineData("shop.example.org/health", "write http://shop.example.org/health or https://")]
    [InlineData("ftp://shop.example.org", "no address that HTTP can reach")]
    public async Task What_is_no_web_address_is_told_with_the_remedy(string address, string because) =>
        Assert.Contains(because, (await NetworkQuestion.AskAsync("http", address)).Because());

    [Theory]
    [InlineData("header=no colon", "Name: value")]
    [InlineData("header=X: a\r\nY: b", "can't be sent as a header")]
    [InlineData("method=GE T", "no HTTP method")]
    [InlineData("redirects=-1", "no number")]
    public async Task Options_that_can_not_be_sent_are_told(string options, string because) =>
        Assert.Contains(because, (await NetworkQuestion.AskAsync("http", "http://127.0.0.1:1", options)).Because());

    [Fact]
    public async Task A_hundred_checks_at_once_all_get_their_answer()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, "ok"));
        var readings = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => NetworkQuestion.AskAsync("http", server.Url)));
        Assert.All(readings, r => Assert.Equal("200", r.Facts().Show("status")));
    }
}
