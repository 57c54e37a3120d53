namespace Holdpoint.Tests.Probes;

/// <summary>Against answers of the form that Sentry's API is documented with.</summary>
public sealed class SentryProbeTests
{
    private const string Release = """{"version":"shop@1.4.0","projects":[{"slug":"shop"},{"slug":"web"}]}""";
    private const string Two = """
        [{"id":"1","shortId":"SHOP-1","title":"TypeError: x is undefined","count":"40","status":"unresolved","lastSeen":"2026-01-02T12:00:00Z","permalink":"https://sentry.example.org/1"},
         {"id":"2","shortId":"SHOP-2","title":"Timeout","count":"2","status":"unresolved","lastSeen":"2026-01-02T12:00:00Z","permalink":"https://sentry.example.org/2"}]
        """;

    [Fact]
    public async Task Issues_that_a_release_brought_are_counted_with_their_events()
    {
        await using var sentry = Serve(Release, Two);
        Assert.Equal("failed: issues is 2, expected issues == 0", await VerdictAsync(sentry, "sentry shop release=shop@1.4.0"));
        Assert.StartsWith("passed", await VerdictAsync(sentry, "sentry shop release=shop@1.4.0 issues == 2 and errors == 42 over 1h"), StringComparison.Ordinal);

        var asked = sentry.Requests.ToArray();
        Assert.StartsWith("GET /api/0/organizations/acme/releases/shop%401.4.0/ ", asked[0], StringComparison.Ordinal);
        Assert.StartsWith("GET /api/0/projects/acme/shop/issues/?query=is%3Aunresolved%20firstRelease%3A%22shop%401.4.0%22&statsPeriod=&limit=100&environment=production ", asked[1], StringComparison.Ordinal);
        Assert.Contains("lastSeen%3A-60m", asked[3], StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer abc", asked[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_issue_passes_and_what_was_asked_is_evidence()
    {
        await using var sentry = Serve(Release, "[]");
        var result = await ObservedMark.RunAsync("sentry shop release=shop@1.4.0", Context(sentry.Url));
        Assert.Equal("passed", result.Verdict.Name);
        Assert.Contains("firstRelease:\"shop@1.4.0\"\n0 issues", result.EvidenceOf(), StringComparison.Ordinal);
        Assert.StartsWith("passed", await VerdictAsync(sentry, "sentry shop"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_is_asked_for()
    {
        string Link(string results, string cursor) => $"Link: <https://sentry.example.org/api>; rel=\"previous\"; results=\"true\"; cursor=\"0:0:1\", <https://sentry.example.org/api>; rel=\"next\"; results=\"{results}\"; cursor=\"{cursor}\"\r\n";
        await using var sentry = Loopback.Http(request => request.Contains("cursor=0%3A100%3A0", StringComparison.Ordinal)
            ? Loopback.Reply(200, Two, Link("false", "0:200:0"))
            : Loopback.Reply(200, Two, Link("true", "0:100:0")));
        Assert.Equal("failed: issues is 4, expected issues == 0", await VerdictAsync(sentry, "sentry shop"));
    }

    [Fact]
    public async Task A_release_that_Sentry_does_not_know_proves_nothing()
    {
        await using var sentry = Serve("", "[]");
        Assert.Equal("unknown: Sentry knows no release 1.4.0 of acme: is it announced there, and is this its whole name (shop@1.4.0)?", await VerdictAsync(sentry, "sentry shop release=1.4.0"));

        await using var others = Serve("""{"version":"web@1.4.0","projects":[{"slug":"web"}]}""", "[]");
        Assert.Equal("unknown: the release web@1.4.0 is of other projects in Sentry (web), not of shop", await VerdictAsync(others, "sentry shop release=web@1.4.0"));
    }

    [Theory]
    [InlineData(404, """{"detail":"The requested resource does not exist"}""", "unknown: Sentry has no such project, or the token may not see it: /api/0/projects/acme/shop/issues/ answers 404")]
    [InlineData(401, "", "unknown: URL/api/0/projects/acme/shop/issues/ answers 401: it does not know who asks; check token, user and password in holdpoint.yaml")]
    [InlineData(429, "", "unknown: URL/api/0/projects/acme/shop/issues/ answers 429: too many requests for now")]
    [InlineData(200, "{}", "unknown: Sentry answers with no list of issues: is this its address?")]
    [InlineData(200, "[{}]", "unknown: Sentry answers with an issue that has no count: is this its address?")]
    [InlineData(200, "[{\"id\":", "unknown: URL/api/0/projects/acme/shop/issues/ answers no JSON (line 1): is this its address?")]
    public async Task Any_other_answer_is_unknown(int status, string body, string verdict)
    {
        await using var sentry = Loopback.Http(_ => Loopback.Reply(status, body));
        Assert.Equal(verdict.Replace("URL", sentry.Url, StringComparison.Ordinal), await VerdictAsync(sentry, "sentry shop"));
    }

    [Fact]
    public async Task What_is_not_configured_is_named()
    {
        Assert.Equal("unknown: the sentry server `main` has no organization in holdpoint.yaml: its slug, as in its address", await ObservedMark.VerdictAsync("sentry shop", NetworkQuestion.Context().With("sentry", ("token", "abc"))));
        Assert.Equal("unknown: there is no sentry server `eu` in the configuration", await ObservedMark.VerdictAsync("sentry shop server=eu", Context("http://127.0.0.1:1")));
        var port = Loopback.ClosedPort();
        Assert.Equal($"unknown: 127.0.0.1:{port} refuses the connection", await ObservedMark.VerdictAsync("sentry shop", Context($"http://127.0.0.1:{port}")));
    }

    private static Loopback Serve(string release, string issues) => Loopback.Http(request =>
        request.Contains("/releases/", StringComparison.Ordinal) ? release.Length == 0 ? Loopback.Reply(404, "{}") : Loopback.Reply(200, release) : Loopback.Reply(200, issues));

    private static Holdpoint.Probes.ProbeContext Context(string url) => NetworkQuestion.Context().With("sentry", ("url", url), ("token", "abc"), ("organization", "acme"), ("environment", "production"));

    private static Task<string> VerdictAsync(Loopback sentry, string mark) => ObservedMark.VerdictAsync(mark, Context(sentry.Url));
}
