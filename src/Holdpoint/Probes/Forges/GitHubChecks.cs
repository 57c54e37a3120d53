using System.Text.Json;

namespace Holdpoint.Probes.Forges;

/// <summary>
/// What ran for a commit: check runs (which jobs of Actions are too), commit statuses, and workflow runs that have no job yet.
/// A workflow that ran again for the same event counts with its latest run only.
/// </summary>
/// <param name="ownRun">The workflow run that asks: its jobs can't have ended.</param>
internal sealed class GitHubChecks(ForgeApi api, string repository, string commit, string? ownRun)
{
    public async Task<IReadOnlyList<ForgeCheck>> ReadAsync(string? workflow, CancellationToken cancel)
    {
        var runs = await WorkflowRunsAsync(cancel);
        if (runs is null && workflow is not null)
            throw new Unanswered("GitHub does not show the runs of Actions: the token needs the right to read Actions");
        var chosen = runs?.Where(r => workflow is null || IsOf(r, workflow)).ToList() ?? [];
        var latest = chosen.GroupBy(r => (r.Whole("workflow_id"), r.Text("event"))).Select(g => g.MaxBy(r => r.NeedWhole("id"))).ToList();
        var suites = latest.Select(r => r.Whole("check_suite_id")).ToHashSet();
        var overtaken = chosen.Select(r => r.Whole("check_suite_id")).Where(s => !suites.Contains(s)).ToHashSet();

        var own = ownRun is null ? null : runs?.FirstOrDefault(r => r.Whole("id")?.ToString() == ownRun).Whole("check_suite_id");

        var checks = await api.AllAsync($"{repository}/commits/{commit}/check-runs?filter=latest", "check_runs", cancel);
        List<ForgeCheck> all =
        [
            .. checks
                .Where(c => workflow is null ? !overtaken.Contains(SuiteOf(c)) : SuiteOf(c) is { } suite && suites.Contains(suite))
                .GroupBy(c => (SuiteOf(c), c.NeedText("name")))
                .Select(g => OfRun(g.Key.Item2, g.MaxBy(c => c.NeedWhole("id")), own)),
        ];

        // One that waits for a machine or for a person's leave has no job yet, and one that could not start never has.
        var withJobs = checks.Select(SuiteOf).ToHashSet();
        all.AddRange(latest.Where(r => !withJobs.Contains(r.Whole("check_suite_id"))).Select(r => OfRun(r.Text("name") ?? "workflow", r, own)));
        if (workflow is null)
            all.AddRange((await api.AllAsync($"{repository}/commits/{commit}/status", "statuses", cancel)).Select(OfStatus));
        return all;
    }

    /// <summary>Null where Actions can't be read: their jobs are check runs all the same.</summary>
    private Task<IReadOnlyList<JsonElement>?> WorkflowRunsAsync(CancellationToken cancel) =>
        api.FindAllAsync($"{repository}/actions/runs?head_sha={commit}", "workflow_runs", cancel);

    /// <summary>By its name, or by its file: <c>CI</c>, <c>ci.yml</c>, <c>.github/workflows/ci.yml</c>.</summary>
    private static bool IsOf(JsonElement run, string workflow)
    {
        var path = run.Text("path")?.Split('@')[0];
        return string.Equals(run.Text("name"), workflow, StringComparison.OrdinalIgnoreCase) || path == workflow || path?.EndsWith("/" + workflow, StringComparison.Ordinal) == true;
    }

    private static long? SuiteOf(JsonElement check) => check.At("check_suite")?.Whole("id");

    private static ForgeCheck OfRun(string name, JsonElement run, long? own)
    {
        if (own is not null && (SuiteOf(run) ?? run.Whole("check_suite_id")) == own)
            return new(name, CheckState.Skipped, "the run that asks", null, run.Text("html_url"));
        var status = run.NeedText("status");
        var told = status == "completed" ? run.NeedText("conclusion") : status;
        var state = (status, told) switch
        {
            (not "completed", _) => CheckState.Pending,
            (_, "success" or "neutral") => CheckState.Passed,
            (_, "skipped") => CheckState.Skipped,
            // failure, cancelled, timed_out, action_required, startup_failure, stale: none of them has shown that it works.
            _ => CheckState.Failed,
        };
        return new(name, state, told, run.Time("completed_at") ?? run.Time("updated_at") ?? run.Time("started_at"), run.Text("html_url"));
    }

    private static ForgeCheck OfStatus(JsonElement status)
    {
        var told = status.NeedText("state");
        var state = told switch { "success" => CheckState.Passed, "pending" => CheckState.Pending, _ => CheckState.Failed };
        return new(status.NeedText("context"), state, told, status.Time("updated_at"), status.Text("target_url"));
    }
}
