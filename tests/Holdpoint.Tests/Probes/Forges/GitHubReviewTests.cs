using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Tests.Probes.Forges;

/// <summary><c>review</c> and <c>issues</c> against GitHub.</summary>
public sealed class GitHubReviewTests : IAsyncDisposable
{
    private readonly ForgeStandIn _github = new("github");

    public GitHubReviewTests() => _github.Answers("/pulls/7", """{"number":7,"title":"A cart","state":"open","changed_files":2,"user":{"login":"ana"},"base":{"ref":"main","sha":"aaa"},"head":{"ref":"cart","sha":"headsha99"}}""");

    public ValueTask DisposeAsync() => _github.DisposeAsync();

    [Fact]
    public async Task The_latest_word_of_each_person_counts()
    {
        Reviews(Review("bo", "CHANGES_REQUESTED"), Review("bo", "APPROVED"), Review("bo", "COMMENTED"), Review("cy", "APPROVED", commit: "older0001"), Review("di", "DISMISSED"));

        var result = await _github.AskAsync("review ref=7 approvals == 2 and blocked == 0");

        Assert.IsType<Verdict.Passed>(result.Verdict);
        Assert.Contains("approved         cy (for older0001, before the newest commit)", result.Evidence(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_for_changes_blocks()
    {
        Reviews(Review("bo", "APPROVED"), Review("cy", "APPROVED"), Review("cy", "CHANGES_REQUESTED"));

        Assert.Equal("blocked is 1, expected blocked == 0", (await _github.JudgeAsync("review ref=7")).Message);
    }

    [Fact]
    public async Task Neither_the_author_nor_a_stranger_approves()
    {
        Reviews(Review("ana", "APPROVED", "OWNER"), Review("zoe", "APPROVED", "NONE"));

        var result = await _github.AskAsync("review ref=7");

        Assert.Equal("approvals is 0, expected approvals >= 1", result.Verdict.Message);
        Assert.Contains("ana (not counted: the author's own)", result.Evidence(), StringComparison.Ordinal);
        Assert.Contains("zoe (not counted: no member", result.Evidence(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pull_request_of_the_commit_that_is_checked_out_is_found()
    {
        Reviews(Review("bo", "APPROVED"));
        _github.Commands.Exits(0, ForgeStandIn.Commit + "\n");
        _github.Answers($"/commits/{ForgeStandIn.Commit}/pulls", $$"""[{"number":9,"state":"open","merged_at":null,"merge_commit_sha":"{{ForgeStandIn.Commit}}"},{"number":7,"state":"closed","merged_at":"2026-02-28T10:00:00Z","merge_commit_sha":"{{ForgeStandIn.Commit}}"}]""");
        _github.Answers("/pulls", """[{"number":7,"state":"open"}]""");

        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync("review"));
        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync("review ref=cart"));
        Assert.Contains(_github.Requests, r => r.Contains("head=octo%3Acart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_commit_without_a_pull_request_was_approved_by_nobody()
    {
        _github.Answers($"/commits/{ForgeStandIn.Commit}/pulls", "[]");

        Assert.IsType<Verdict.Failed>(await _github.JudgeAsync($"review ref={ForgeStandIn.Commit}"));
        Assert.Contains("no pull or merge request", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync($"review ref={ForgeStandIn.Commit} blocked == 0")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Threads_that_nobody_resolved_are_counted_over_all_pages()
    {
        Reviews(Review("bo", "APPROVED"));
        _github.Answers("///api/graphql", request => Threads(request.Contains("\"after\":\"Y3Vyc29y\"", StringComparison.Ordinal)
            ? """{"nodes":[{"isResolved":false}],"pageInfo":{"hasNextPage":false,"endCursor":"Z"}}"""
            : """{"nodes":[{"isResolved":true},{"isResolved":false}],"pageInfo":{"hasNextPage":true,"endCursor":"Y3Vyc29y"}}"""));

        Assert.Equal("unresolved is 2, expected unresolved == 0", (await _github.JudgeAsync("review ref=7 approvals >= 1 and unresolved == 0")).Message);
        Assert.DoesNotContain(_github.Requests, r => r.StartsWith("POST /api/v3/", StringComparison.Ordinal));

        _github.Settings.Remove("token");
        Assert.Contains("only to a token", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync("review ref=7 unresolved == 0")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_is_refused_is_told_in_GitHub_s_words()
    {
        Reviews(Review("bo", "APPROVED"));
        _github.Answers("///api/graphql", """{"data":null,"errors":[{"type":"FORBIDDEN","message":"Resource not accessible by personal access token"}]}""");

        Assert.Contains("Resource not accessible", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync("review ref=7 unresolved == 0")).Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("review ref=7", "/pulls/7")]
    [InlineData("issues label=blocker", "/issues")]
    public async Task A_dead_server_garbage_and_half_an_answer_never_pass(string mark, string path)
    {
        _github.Answers("/labels/blocker", "{}").Answers(path, "<html>sign in</html>");
        Assert.Contains("answers no JSON", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync(mark)).Because, StringComparison.Ordinal);

        _github.Answers(path, """[{"number":3,"ti""");
        Assert.Contains("answers no JSON", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync(mark)).Because, StringComparison.Ordinal);

        _github.Answers(path, """{"message":"Bad credentials"}""", 401);
        Assert.Contains("does not take the token", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync(mark)).Because, StringComparison.Ordinal);

        _github.Settings["url"] = $"http://127.0.0.1:{Loopback.ClosedPort()}";
        Assert.Contains("refuses the connection", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync(mark)).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_changed_file_needs_an_owner_s_approval()
    {
        Reviews(Review("bo", "APPROVED"));
        Owners("* @bo\n/docs/ @octo/writers\n");
        Files("src/a.cs", "docs/a.md");
        _github.Answers("//orgs/octo/teams/writers", "{}").Answers("//orgs/octo/teams/writers/members", """[{"login":"cy"}]""");

        var missing = await _github.AskAsync("review ref=7 owners");
        Assert.IsType<Verdict.Failed>(missing.Verdict);
        Assert.Contains("docs/a.md: not approved by @octo/writers", missing.Evidence(), StringComparison.Ordinal);

        Reviews(Review("bo", "APPROVED"), Review("CY", "APPROVED"));
        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync("review ref=7 owners"));
    }

    [Fact]
    public async Task A_team_that_can_t_be_seen_leaves_the_owners_unknown()
    {
        Reviews(Review("bo", "APPROVED"));
        Owners("* @octo/secretive\n");
        Files("src/a.cs", "docs/a.md");

        Assert.Contains("@octo/secretive can't be seen", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync("review ref=7 owners")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_CODEOWNERS_or_with_half_the_files_the_owners_are_unknown()
    {
        Reviews(Review("bo", "APPROVED"));
        Assert.Contains("no CODEOWNERS", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync("review ref=7 owners")).Because, StringComparison.Ordinal);

        Owners("* @bo\n");
        Files("src/a.cs");
        Assert.Contains("1 of 2 files", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync("review ref=7 owners")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_issues_are_counted_without_pull_requests()
    {
        _github.Answers("/labels/blocker", "{}").Answers("/labels/api%20v2", "{}");
        _github.Answers("/issues", """[{"number":1,"title":"Broken","html_url":"https://github.com/octo/shop/issues/1"},{"number":2,"title":"Mend it","pull_request":{"url":"…"}}]""");

        var result = await _github.AskAsync("issues label=\"blocker, api v2\"");

        Assert.Equal("open is 1, expected open == 0", result.Verdict.Message);
        Assert.Contains("#1 Broken", result.Evidence(), StringComparison.Ordinal);
        Assert.Contains(_github.Requests, r => r.Contains("/issues?state=open&labels=blocker,api%20v2&", StringComparison.Ordinal));

        _github.Answers("/issues", "[]");
        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync("issues label=blocker"));
    }

    [Fact]
    public async Task A_misspelt_label_is_not_a_clean_slate()
    {
        _github.Answers("/issues", "[]");

        Assert.Equal("GitHub octo/shop has no label `bloker`, or does not show it", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync("issues label=bloker")).Because);
    }

    private static string Review(string user, string state, string association = "MEMBER", string commit = "headsha99") =>
        $$"""{"user":{"login":"{{user}}"},"state":"{{state}}","author_association":"{{association}}","commit_id":"{{commit}}","submitted_at":"2026-03-01T10:00:00Z"}""";

    private static string Threads(string threads) => Loopback.Reply(200, $$$"""{"data":{"repository":{"pullRequest":{"reviewThreads":{{{threads}}} } } } }""", "Content-Type: application/json\r\n");

    private void Reviews(params string[] reviews) => _github.Answers("/pulls/7/reviews", $"[{string.Join(',', reviews)}]");

    private void Files(params string[] files) => _github.Answers("/pulls/7/files", $"[{string.Join(',', files.Select(f => $$"""{"filename":"{{f}}","status":"modified"}"""))}]");

    // As GitHub writes it: base64 in lines of 60 characters.
    private void Owners(string text) => _github.Answers("/contents/CODEOWNERS", $$"""{"type":"file","encoding":"base64","content":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Insert(4, "\\n")}}\n"}""");
}
