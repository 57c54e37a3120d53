using Holdpoint.Expressions;

namespace Holdpoint.Tests.Probes.Forges;

/// <summary><c>ci</c> against GitHub: check runs, statuses, workflow runs.</summary>
public sealed class GitHubCiTests : IAsyncDisposable
{
    private const string Mark = "ci ref=" + ForgeStandIn.Commit;
    private const string NoStatus = """{"state":"pending","statuses":[],"total_count":0}""";
    private const string NoRuns = """{"total_count":0,"workflow_runs":[]}""";

    private readonly ForgeStandIn _github = new("github");

    public ValueTask DisposeAsync() => _github.DisposeAsync();

    [Fact]
    public async Task All_that_ran_well_passes_and_skipped_ones_are_no_part_of_it()
    {
        Checks(Check(1, "build"), Check(2, "lint", conclusion: "neutral"), Check(3, "windows", conclusion: "skipped"));
        Statuses("""{"state":"success","statuses":[{"context":"ci/jenkins","state":"success","updated_at":"2026-03-01T11:58:00Z"}],"total_count":1}""");

        var result = await _github.AskAsync(Mark + " total == 3 and failed == 0 and pending == 0 and age < 3m");

        Assert.IsType<Verdict.Passed>(result.Verdict);
        Assert.Contains("skipped  windows", result.Evidence(), StringComparison.Ordinal);
        Assert.Contains("passed   ci/jenkins (success, 2026-03-01T11:58:00Z)", result.Evidence(), StringComparison.Ordinal);
        Assert.Contains(_github.Requests, r => r.Contains("Authorization: Bearer t0ken", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("failure"), InlineData("cancelled"), InlineData("timed_out"), InlineData("action_required"), InlineData("startup_failure"), InlineData("stale")]
    public async Task What_did_not_succeed_fails(string conclusion)
    {
        Checks(Check(1, "build"), Check(2, "test", conclusion: conclusion));
        Statuses(NoStatus);

        Assert.Equal("failed is 1, expected failed == 0", (await _github.JudgeAsync(Mark)).Message);
    }

    [Fact]
    public async Task A_status_that_failed_or_waits_counts_like_a_check()
    {
        Checks(Check(1, "build"));
        Statuses("""{"state":"failure","statuses":[{"context":"a","state":"error","updated_at":"2026-03-01T11:00:00Z"},{"context":"b","state":"pending","updated_at":"2026-03-01T11:00:00Z"}],"total_count":2}""");

        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync(Mark + " failed == 1 and pending == 1 and total == 3"));
    }

    [Fact]
    public async Task What_still_runs_holds()
    {
        Checks(Check(1, "build"), Check(2, "test", status: "in_progress"));
        Statuses(NoStatus);

        Assert.Equal("pending is 1, expected pending == 0", (await _github.JudgeAsync(Mark)).Message);
    }

    [Fact]
    public async Task A_commit_that_nothing_ran_for_never_passes()
    {
        Checks();
        Statuses(NoStatus);

        Assert.IsType<Verdict.Failed>(await _github.JudgeAsync(Mark));
        Assert.Contains("has no check of", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync(Mark + " failed == 0")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workflow_s_later_run_stands_for_it_and_one_that_waits_for_a_machine_is_pending()
    {
        Runs(Run(10, 100, "CI", "ci.yml", 1), Run(11, 101, "CI", "ci.yml", 1), Run(12, 102, "Nightly", "nightly.yml", 2, status: "queued"));
        Checks(Check(1, "build", conclusion: "failure", suite: 100), Check(2, "build", suite: 101));
        Statuses(NoStatus);

        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync(Mark + " total == 2 and failed == 0 and pending == 1"));
    }

    [Fact]
    public async Task A_job_of_the_same_name_in_another_workflow_hides_no_failure()
    {
        Runs(Run(10, 100, "CI", "ci.yml", 1), Run(11, 101, "Docs", "docs.yml", 2));
        Checks(Check(1, "build", conclusion: "failure", suite: 100), Check(2, "build", suite: 101));
        Statuses(NoStatus);

        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync(Mark + " failed == 1"));
        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync(Mark + " workflow=docs.yml"));
        Assert.IsType<Verdict.Failed>(await _github.JudgeAsync(Mark + " workflow=ci"));
        Assert.IsType<Verdict.Failed>(await _github.JudgeAsync(Mark + " workflow=release.yml"));
    }

    [Fact]
    public async Task The_run_that_asks_does_not_wait_for_itself()
    {
        Runs(Run(10, 100, "CI", "ci.yml", 1), Run(11, 101, "Deploy", "deploy.yml", 2, status: "in_progress"));
        Checks(Check(1, "build", suite: 100), Check(2, "deploy", status: "in_progress", suite: 101));
        Statuses(NoStatus);

        var reading = await new Holdpoint.Probes.Forges.CiProbe(n => n == "GITHUB_RUN_ID" ? "11" : null).MeasureAsync(
            new([], new Dictionary<string, string> { ["ref"] = ForgeStandIn.Commit }, []) { Context = _github.Context(), Timeout = TimeSpan.FromMinutes(1) }, TestContext.Current.CancellationToken);

        Assert.Equal((1, 0), (reading.Facts().Number("total"), reading.Facts().Number("pending")));
        Assert.Contains("skipped  deploy (the run that asks)", reading.EvidenceText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_is_read()
    {
        Runs();
        Statuses(NoStatus);
        _github.Answers($"/commits/{ForgeStandIn.Commit}/check-runs", request => request.Contains("&page=2 ", StringComparison.Ordinal)
            ? Json($$"""{"total_count":2,"check_runs":[{{Check(2, "test", conclusion: "failure")}}]}""")
            : Json($$"""{"total_count":2,"check_runs":[{{Check(1, "build")}}]}""", "Link: <https://api.github.com/x?page=2>; rel=\"next\", <https://api.github.com/x?page=2>; rel=\"last\"\r\n"));

        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync(Mark + " total == 2 and failed == 1"));
    }

    [Fact]
    public async Task Half_a_list_is_no_answer()
    {
        Runs();
        Statuses(NoStatus);
        _github.Answers($"/commits/{ForgeStandIn.Commit}/check-runs", $$"""{"total_count":5,"check_runs":[{{Check(1, "build")}}]}""");

        Assert.Contains("tells 1 of 5", (await _github.JudgeAsync(Mark)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_is_looked_up_and_the_commit_that_is_checked_out_needs_no_name()
    {
        Checks(Check(1, "build"));
        Statuses(NoStatus);
        _github.Answers("/commits/feature%2Fcart", $$"""{"sha":"{{ForgeStandIn.Commit}}"}""");
        _github.Commands.Exits(0, ForgeStandIn.Commit + "\n");

        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync("ci ref=feature/cart"));
        Assert.IsType<Verdict.Passed>(await _github.JudgeAsync("ci"));
    }

    [Fact]
    public async Task A_rate_limit_is_told_with_the_time_when_it_ends()
    {
        _github.Settings.Remove("token");
        var reset = new DateTimeOffset(2026, 3, 1, 12, 25, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        Runs();
        _github.Answers($"/commits/{ForgeStandIn.Commit}/check-runs", """{"message":"API rate limit exceeded for 203.0.113.7."}""", 403, $"X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: {reset}\r\n");

        Assert.Equal("GitHub takes no more requests until 2026-03-01 12:25:00 UTC (25m from now): its rate limit is used up; a token (servers: github: main: token) raises it",
            Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync(Mark)).Because);
    }

    [Fact]
    public async Task A_repository_that_is_not_shown_is_told_with_the_hint_of_a_token()
    {
        _github.Settings.Remove("token");

        var because = Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync(Mark)).Because;

        Assert.Contains("finds nothing at /repos/octo/shop/", because, StringComparison.Ordinal);
        Assert.Contains("a private one needs a token: servers: github: main: { token:", because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_an_unknown_commit_and_garbage_are_told_apart()
    {
        var path = $"/commits/{ForgeStandIn.Commit}/check-runs";
        Runs();
        _github.Answers(path, """{"message":"Bad credentials"}""", 401);
        Assert.Contains("does not take the token", (await _github.JudgeAsync(Mark)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", (await _github.JudgeAsync(Mark)).Message, StringComparison.Ordinal);

        _github.Answers(path, """{"message":"No commit found for SHA: 6dcb"}""", 422);
        Assert.Contains("No commit found for SHA", (await _github.JudgeAsync(Mark)).Message, StringComparison.Ordinal);

        _github.Answers(path, "<html>sign in</html>");
        Assert.Contains("answers no JSON", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync(Mark)).Because, StringComparison.Ordinal);

        _github.Answers(path, """{"total_count":1,"check_runs":[{"id":1,"name":"build"}]}""");
        Assert.Contains("lacks \"status\"", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync(Mark)).Because, StringComparison.Ordinal);

        _github.Settings["url"] = $"http://127.0.0.1:{Loopback.ClosedPort()}";
        Assert.Contains("refuses the connection", Assert.IsType<Verdict.Unknown>(await _github.JudgeAsync(Mark)).Because, StringComparison.Ordinal);
    }

    private static string Json(string body, string headers = "") => Loopback.Reply(200, body, "Content-Type: application/json; charset=utf-8\r\n" + headers);

    private static string Check(int id, string name, string status = "completed", string conclusion = "success", int suite = 100) =>
        $$"""{"id":{{id}},"name":"{{name}}","status":"{{status}}","conclusion":{{(status == "completed" ? $"\"{conclusion}\"" : "null")}},"started_at":"2026-03-01T11:50:00Z","completed_at":{{(status == "completed" ? "\"2026-03-01T11:55:00Z\"" : "null")}},"html_url":"https://github.com/octo/shop/runs/{{id}}","check_suite":{"id":{{suite}} },"app":{"slug":"github-actions"} }""";

    private static string Run(int id, int suite, string name, string file, int workflow, string status = "completed") =>
        $$"""{"id":{{id}},"name":"{{name}}","path":".github/workflows/{{file}}","workflow_id":{{workflow}},"check_suite_id":{{suite}},"event":"push","status":"{{status}}","conclusion":{{(status == "completed" ? "\"success\"" : "null")}},"updated_at":"2026-03-01T11:55:00Z"}""";

    private void Checks(params string[] checks) => _github.Answers($"/commits/{ForgeStandIn.Commit}/check-runs", $$"""{"total_count":{{checks.Length}},"check_runs":[{{string.Join(',', checks)}}]}""");

    private void Statuses(string body) => _github.Answers($"/commits/{ForgeStandIn.Commit}/status", body);

    private void Runs(params string[] runs) => _github.Answers("/actions/runs", runs.Length == 0 ? NoRuns : $$"""{"total_count":{{runs.Length}},"workflow_runs":[{{string.Join(',', runs)}}]}""");
}
