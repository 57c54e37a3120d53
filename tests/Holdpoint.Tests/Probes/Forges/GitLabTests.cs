using Holdpoint.Expressions;

namespace Holdpoint.Tests.Probes.Forges;

/// <summary><c>ci</c>, <c>review</c> and <c>issues</c> against GitLab.</summary>
public sealed class GitLabTests : IAsyncDisposable
{
    private const string Ci = "ci ref=" + ForgeStandIn.Commit;

    private readonly ForgeStandIn _gitlab = new("gitlab");

    public GitLabTests()
    {
        _gitlab.Answers("/merge_requests/7", """{"iid":7,"title":"A cart","state":"opened","author":{"username":"ana"},"target_branch":"main","changes_count":"2"}""");
        _gitlab.Answers("/merge_requests/7/reviewers", """[{"user":{"username":"bo"},"state":"approved"},{"user":{"username":"cy"},"state":"unreviewed"}]""");
        Approved("bo");
    }

    public ValueTask DisposeAsync() => _gitlab.DisposeAsync();

    [Fact]
    public async Task Jobs_of_the_newest_pipeline_count_and_one_may_fail()
    {
        Pipelines(Pipeline(1, "failed"), Pipeline(2, "success"));
        Jobs(1, Job("build", "failed"));
        Jobs(2, Job("build", "success"), Job("flaky", "failed", mayFail: true), Job("deploy", "manual", mayFail: true), Job("docs", "skipped"));

        var result = await _gitlab.AskAsync(Ci + " total == 2 and failed == 0 and pending == 0 and age < 10m");

        Assert.IsType<Verdict.Passed>(result.Verdict);
        Assert.Contains("flaky (failed, as it may", result.Evidence(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_canceled_and_waiting_jobs_are_told()
    {
        Pipelines(Pipeline(1, "running"));
        Jobs(1, Job("build", "failed"), Job("test", "canceled"), Job("lint", "running"), Job("release", "manual"), Job("deploy", "created"));

        Assert.IsType<Verdict.Passed>(await _gitlab.JudgeAsync(Ci + " total == 5 and failed == 2 and pending == 3"));
    }

    [Fact]
    public async Task The_pipeline_of_a_merge_request_does_not_hide_that_of_the_push_nor_a_child_s_failure()
    {
        Pipelines(Pipeline(1, "failed"), Pipeline(2, "success", "merge_request_event"));
        Jobs(1, Job("build", "success"));
        Jobs(2, Job("lint", "success"));
        _gitlab.Answers("/pipelines/1/bridges", $"[{Job("child", "failed")}]");

        Assert.IsType<Verdict.Passed>(await _gitlab.JudgeAsync(Ci + " total == 3 and failed == 1"));
    }

    [Fact]
    public async Task A_pipeline_that_could_not_be_read_has_no_job_and_fails()
    {
        Pipelines(Pipeline(1, "failed"));
        Jobs(1);

        Assert.Equal("failed is 1, expected failed == 0", (await _gitlab.JudgeAsync(Ci)).Message);
    }

    [Fact]
    public async Task No_pipeline_never_passes_and_a_private_project_needs_a_token()
    {
        _gitlab.Settings.Remove("token");
        Assert.Contains("a private one needs a token: servers: gitlab:", Assert.IsType<Verdict.Unknown>(await _gitlab.JudgeAsync(Ci)).Because, StringComparison.Ordinal);

        Pipelines();
        Assert.IsType<Verdict.Failed>(await _gitlab.JudgeAsync(Ci));
    }

    [Fact]
    public async Task A_rate_limit_is_told_with_the_time_when_it_ends()
    {
        _gitlab.Answers("/pipelines", "Retry later\n", 429, "Retry-After: 42\r\n");

        Assert.StartsWith("GitLab takes no more requests until 2026-03-01 12:00:42 UTC (42s from now)", Assert.IsType<Verdict.Unknown>(await _gitlab.JudgeAsync(Ci)).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approvals_and_requested_changes_are_counted()
    {
        Approved("bo", "ana");
        Assert.IsType<Verdict.Passed>(await _gitlab.JudgeAsync("review ref=7 approvals == 1 and blocked == 0"));

        _gitlab.Answers("/merge_requests/7/reviewers", """[{"user":{"username":"cy"},"state":"requested_changes"}]""");
        Assert.Equal("blocked is 1, expected blocked == 0", (await _gitlab.JudgeAsync("review ref=!7")).Message);
    }

    [Fact]
    public async Task Reviewers_that_can_t_be_read_leave_open_who_blocks()
    {
        _gitlab.Answers("/merge_requests/7/reviewers", """{"message":"404 Not found"}""", 404);

        Assert.Contains("does not tell the state of the reviewers", Assert.IsType<Verdict.Unknown>(await _gitlab.JudgeAsync("review ref=7")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_merge_request_of_a_branch_or_a_commit_is_found()
    {
        _gitlab.Answers("/merge_requests", """[{"iid":6,"state":"closed"},{"iid":7,"state":"opened"}]""");
        _gitlab.Answers($"/repository/commits/{ForgeStandIn.Commit}/merge_requests", $$"""[{"iid":6,"state":"closed"},{"iid":7,"state":"merged","merge_commit_sha":"{{ForgeStandIn.Commit}}"}]""");

        Assert.IsType<Verdict.Passed>(await _gitlab.JudgeAsync("review ref=cart"));
        Assert.IsType<Verdict.Passed>(await _gitlab.JudgeAsync($"review ref={ForgeStandIn.Commit}"));
    }

    [Fact]
    public async Task Discussions_that_can_be_resolved_and_are_not_are_counted()
    {
        _gitlab.Answers("/merge_requests/7/discussions", """[{"notes":[{"resolvable":true,"resolved":true}]},{"notes":[{"resolvable":true,"resolved":false},{"resolvable":true,"resolved":false}]},{"individual_note":true,"notes":[{"resolvable":false}]}]""");

        Assert.Equal("unresolved is 1, expected unresolved == 0", (await _gitlab.JudgeAsync("review ref=7 unresolved == 0")).Message);
    }

    [Fact]
    public async Task Each_section_of_CODEOWNERS_wants_its_own_approvals()
    {
        _gitlab.Answers("/repository/files/CODEOWNERS/raw", "* @bo\n\n[Docs][2] @octo/writers\n*.md\n\n^[Hints]\n*.md @nobody\n");
        _gitlab.Answers("/merge_requests/7/diffs", """[{"old_path":"a.cs","new_path":"a.cs"},{"old_path":"docs/b.md","new_path":"docs/b.md"}]""");
        _gitlab.Answers("//groups/octo%2Fwriters", "{}").Answers("//groups/octo%2Fwriters/members/all", """[{"username":"cy"},{"username":"di"}]""");

        Approved("bo", "cy");
        Assert.IsType<Verdict.Failed>(await _gitlab.JudgeAsync("review ref=7 owners"));

        Approved("bo", "cy", "di");
        Assert.IsType<Verdict.Passed>(await _gitlab.JudgeAsync("review ref=7 owners"));
    }

    [Fact]
    public async Task Open_issues_with_a_label_are_counted_and_a_misspelt_label_is_told()
    {
        _gitlab.Answers("/labels/blocker", "{}").Answers("/issues", """[{"iid":3,"title":"Broken","web_url":"https://gitlab.example.com/octo/shop/-/issues/3"}]""");

        Assert.Equal("open is 1, expected open == 0", (await _gitlab.JudgeAsync("issues label=blocker")).Message);
        Assert.Contains("no label `x`", Assert.IsType<Verdict.Unknown>(await _gitlab.JudgeAsync("issues label=x")).Because, StringComparison.Ordinal);
    }

    private static string Pipeline(int id, string status, string source = "push") => $$"""{"id":{{id}},"status":"{{status}}","source":"{{source}}","ref":"main","name":null,"updated_at":"2026-03-01T11:55:00Z"}""";

    private static string Job(string name, string status, bool mayFail = false) =>
        $$"""{"id":1,"name":"{{name}}","status":"{{status}}","allow_failure":{{(mayFail ? "true" : "false")}},"created_at":"2026-03-01T11:50:00Z","finished_at":"2026-03-01T11:55:00.123Z"}""";

    private void Pipelines(params string[] pipelines) => _gitlab.Answers("/pipelines", $"[{string.Join(',', pipelines)}]");

    private void Jobs(int pipeline, params string[] jobs) => _gitlab.Answers($"/pipelines/{pipeline}/jobs", $"[{string.Join(',', jobs)}]").Answers($"/pipelines/{pipeline}/bridges", "[]");

    private void Approved(params string[] users) => _gitlab.Answers("/merge_requests/7/approvals", $"{{\"approved_by\":[{string.Join(',', users.Select(u => $$"""{"user":{"username":"{{u}}"} }"""))}]}}");
}
