using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class HeadersProbeTests
{
    private const string Plain = "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n";
    private const string Strict = Plain + "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n";

    [Fact]
    public async Task A_protected_page_passes_and_plain_HTTP_is_told()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, "", Plain));
        var result = await WebMarks.RunAsync($"headers {server.Url} grade == \"A+\"");
        Assert.IsType<Verdict.Passed>(result.Verdict);
        Assert.Contains("plain HTTP: judged without HSTS", result.EvidenceText());
    }

    [Fact]
    public async Task A_bare_page_fails_with_each_missing_header_and_its_remedy()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200));
        var result = await WebMarks.RunAsync($"headers {server.Url}");
        Assert.Equal("missing is 4, expected missing == 0", Assert.IsType<Verdict.Failed>(result.Verdict).Message);
        foreach (var header in (string[])["Content-Security-Policy", "framed by other sites", "X-Content-Type-Options: nosniff", "Referrer-Policy: strict-origin"])
            Assert.Contains(header, result.EvidenceText());
    }

    [Fact]
    public async Task Over_HTTPS_transport_security_and_the_redirect_are_asked_for_too()
    {
        using var certificate = Loopback.Certificate();
        await using var page = Loopback.Tls(certificate, Loopback.Reply(200, "", Strict));
        await using var redirecting = Loopback.Http(_ => Loopback.Reply(301, "", "Location: https://127.0.0.1/\r\n"));
        await using var open = Loopback.Http(_ => Loopback.Reply(200, "welcome"));
        var url = $"https://127.0.0.1:{page.Port}/";

        var good = (await NetworkQuestion.AskAsync("headers", url, $"insecure=true|plain={redirecting.Url}")).Facts();
        Assert.Equal(("0", "\"A+\""), (good.Show("missing"), good.Show("grade")));
        var bad = await NetworkQuestion.AskAsync("headers", url, $"insecure=true|plain={open.Url}");
        Assert.Equal(("1", "\"B+\""), (bad.Facts().Show("missing"), bad.Facts().Show("grade")));
        Assert.Contains($"the redirect from {open.Url}/ to HTTPS", bad.EvidenceText());
        Assert.Equal("0", (await NetworkQuestion.AskAsync("headers", url, $"insecure=true|plain=http://127.0.0.1:{Loopback.ClosedPort()}")).Facts().Show("missing"));
    }

    [Fact]
    public async Task Whether_plain_HTTP_redirects_is_unknown_where_it_answers_garbage()
    {
        using var certificate = Loopback.Certificate();
        await using var page = Loopback.Tls(certificate, Loopback.Reply(200, "", Strict));
        await using var garbage = Loopback.Http(_ => "220 mail.example.org\r\n\r\n");
        var facts = (await NetworkQuestion.AskAsync("headers", $"https://127.0.0.1:{page.Port}/", $"insecure=true|plain={garbage.Url}")).Facts();
        Assert.Contains("not in HTTP", facts.Show("missing"));
        Assert.Equal("0", facts.Show("unsafe_cookies"));
    }

    [Theory]
    [InlineData("session=abc", 1, "session lacks Secure, HttpOnly, SameSite")]
    [InlineData("session=abc; Secure; HttpOnly; SameSite=Lax", 0, "")]
    [InlineData("theme=dark", 1, "theme lacks Secure")]
    [InlineData("theme=dark; secure", 0, "")]
    [InlineData("XSRF-TOKEN=abc; Secure; SameSite=Strict", 0, "")]
    [InlineData("auth_token=abc; Secure; HttpOnly", 1, "auth_token lacks SameSite")]
    [InlineData("session=; Max-Age=0", 0, "")]
    public async Task A_cookie_is_judged_by_its_flags_and_what_it_holds_is_not_kept(string cookie, int unsafeOnes, string told)
    {
        using var certificate = Loopback.Certificate();
        await using var page = Loopback.Tls(certificate, Loopback.Reply(200, "", Strict + $"Set-Cookie: {cookie}\r\n"));
        var reading = await NetworkQuestion.AskAsync("headers", $"https://127.0.0.1:{page.Port}/", "insecure=true");
        Assert.Equal($"{unsafeOnes}", reading.Facts().Show("unsafe_cookies"));
        Assert.Contains(told, reading.EvidenceText());
        Assert.DoesNotContain("abc", reading.EvidenceText());
    }

    [Theory]
    [InlineData("Strict-Transport-Security: max-age=31536000", "Strict-Transport-Security: max-age=86400", 1, "A")]
    [InlineData("default-src 'self'; ", "script-src 'self' 'unsafe-inline'; ", 0, "B+")]
    [InlineData("default-src 'self'; ", "script-src 'unsafe-inline' 'nonce-r4nd0m'; ", 0, "A+")]
    [InlineData("default-src 'self'; ", "default-src 'self' 'unsafe-eval'; ", 0, "B+")]
    [InlineData("frame-ancestors 'none'", "frame-ancestors *", 1, "B+")]
    [InlineData("Content-Security-Policy:", "X-Frame-Options: sameorigin\r\nContent-Security-Policy-Report-Only:", 1, "B")]
    [InlineData("no-referrer", "strict-origin, unsafe-url", 1, "A")]
    public async Task A_weaker_header_is_named_and_costs_what_the_page_says(string strong, string weak, int missing, string grade)
    {
        using var certificate = Loopback.Certificate();
        await using var page = Loopback.Tls(certificate, Loopback.Reply(200, "", Strict.Replace(strong, weak, StringComparison.Ordinal)));
        var facts = (await NetworkQuestion.AskAsync("headers", $"https://127.0.0.1:{page.Port}/", "insecure=true")).Facts();
        Assert.Equal(($"{missing}", $"\"{grade}\""), (facts.Show("missing"), facts.Show("grade")));
    }

    [Fact]
    public async Task A_server_that_fails_refuses_or_is_late_is_unknown()
    {
        await using var failing = Loopback.Http(_ => Loopback.Reply(502));
        Assert.Contains("answers 502", (await NetworkQuestion.AskAsync("headers", failing.Url)).Because());
        Assert.Contains("refuses the connection", (await NetworkQuestion.AskAsync("headers", $"http://127.0.0.1:{Loopback.ClosedPort()}")).Because());
        var clock = new HandClock();
        await using var silent = Loopback.Silent(clock, 20);
        Assert.Equal($"no answer from headers {silent.Url} within 20s", (await NetworkQuestion.AskAsync("headers", silent.Url, timeoutMs: 20_000, time: clock)).Because());
    }

    [Theory]
    [InlineData(100, "A+"), InlineData(99, "A"), InlineData(85, "A-"), InlineData(60, "C+"), InlineData(25, "D-"), InlineData(24, "F"), InlineData(-35, "F")]
    public void Grades_are_those_of_the_table(int score, string grade) => Assert.Equal(grade, HeadersProtections.Grade(score));
}
