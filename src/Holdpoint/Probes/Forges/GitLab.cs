using System.Globalization;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Forges;

/// <summary>GitLab by its REST API version 4 (https://docs.gitlab.com/api/rest/).</summary>
internal sealed class GitLab(ForgeApi api, string repository) : IForge
{
    private readonly string _project = "/projects/" + Uri.EscapeDataString(repository);

    public string Name => "GitLab " + repository;

    /// <summary>Jobs of the newest pipeline of each source (push, merge_request_event, schedule …): what ran for a merge request says nothing of what runs at a push.</summary>
    public async Task<IReadOnlyList<ForgeCheck>> ChecksAsync(string reference, string? workflow, Func<string, string?> environment, CancellationToken cancel)
    {
        var commit = GitHub.IsCommit(reference) ? reference : (await api.GetAsync($"{_project}/repository/commits/{Escaped(reference)}", cancel)).NeedText("id");
        var pipelines = await api.AllAsync($"{_project}/pipelines?sha={commit}", null, cancel);
        List<ForgeCheck> all = [];
        foreach (var pipeline in pipelines
            .Where(p => workflow is null || string.Equals(p.Text("name"), workflow, StringComparison.OrdinalIgnoreCase))
            .GroupBy(p => (p.Text("source"), p.Text("name")))
            .Select(g => g.MaxBy(p => p.NeedWhole("id"))))
        {
            var id = pipeline.NeedWhole("id");
            var jobs = await api.AllAsync($"{_project}/pipelines/{id}/jobs", null, cancel);
            var bridges = await api.AllAsync($"{_project}/pipelines/{id}/bridges", null, cancel);
            all.AddRange(jobs.Concat(bridges).Select(j => OfJob(j, environment("CI_JOB_ID"))));
            // What can't be read as a pipeline fails without a job; an external one has none of its own.
            if (jobs.Count + bridges.Count == 0)
                all.Add(new($"pipeline {id}", StateOf(pipeline.NeedText("status"), mayFail: false), pipeline.NeedText("status"), pipeline.Time("updated_at"), pipeline.Text("web_url")));
        }

        return all;
    }

    public async Task<Proposal?> ProposalAsync(string reference, CancellationToken cancel)
    {
        if (await NumberAsync(reference, cancel) is not { } number)
            return null;
        var path = $"{_project}/merge_requests/{number}";
        var request = await api.GetAsync(path, cancel);
        var author = request.At("author")?.Text("username") ?? "";
        var approvals = await api.GetAsync(path + "/approvals", cancel);
        if (approvals.At("approved_by") is not { ValueKind: JsonValueKind.Array })
            throw new Unanswered($"GitLab does not tell who approved !{number}");
        var reviewers = await api.FindAsync(path + "/reviewers", cancel);
        return new(number, $"!{number}", request.Text("title") ?? "", author, request.NeedText("target_branch"),
        [
            .. approvals.List("approved_by").Select(a => a.At("user")?.Text("username")).OfType<string>()
                .Select(u => new Review(u, Opinion.Approved, u.Equals(author, StringComparison.OrdinalIgnoreCase) ? "the author's own" : null, null)),
            .. (reviewers is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : Enumerable.Empty<JsonElement>())
                .Where(r => r.Text("state") == "requested_changes").Select(r => r.At("user")?.Text("username")).OfType<string>()
                .Select(u => new Review(u, Opinion.ChangesRequested, null, null)),
        ])
        {
            // changes_count is a text, and "1000+" where GitLab stopped counting.
            FileCount = request.Text("changes_count") is { } count ? long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : long.MaxValue : null,
            BlockedUnknown = reviewers is null ? "GitLab does not tell the state of the reviewers: 15.5 is needed, and the right to read them" : null,
        };
    }

    public async Task<Value> UnresolvedAsync(Proposal proposal, CancellationToken cancel) =>
        Value.Count((await api.AllAsync($"{_project}/merge_requests/{proposal.Number}/discussions", null, cancel))
            .Count(d => d.List("notes").Any(n => n.Truth("resolvable") == true && n.Truth("resolved") != true)));

    public async Task<IReadOnlyList<string>> ChangedFilesAsync(Proposal proposal, CancellationToken cancel) =>
        [.. (await api.AllAsync($"{_project}/merge_requests/{proposal.Number}/diffs", null, cancel)).Select(f => f.NeedText("new_path"))];

    public async Task<CodeOwners?> CodeOwnersAsync(Proposal proposal, CancellationToken cancel)
    {
        foreach (var path in (string[])["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"])
            if (await api.FindTextAsync($"{_project}/repository/files/{Escaped(path)}/raw?ref={Escaped(proposal.Target)}", cancel) is { } text)
                return CodeOwners.Parse(text, CodeOwnersDialect.GitLab);
        return null;
    }

    /// <summary>A name may be a person's or a group's; <c>@@role</c> and addresses are nobody's that can be seen.</summary>
    public async Task<IReadOnlyList<string>?> PeopleOfAsync(string owner, CancellationToken cancel)
    {
        if (owner[0] != '@' || owner.StartsWith("@@", StringComparison.Ordinal))
            return null;
        var group = $"/groups/{Escaped(owner[1..])}";
        if (await api.FindAsync($"{group}?with_projects=false", cancel) is not null)
            return [.. (await api.AllAsync($"{group}/members/all", null, cancel)).Select(m => m.NeedText("username"))];
        if (owner.Contains('/', StringComparison.Ordinal))
            return null;
        var users = await api.FindAsync($"/users?username={Escaped(owner[1..])}", cancel);
        return users is { ValueKind: JsonValueKind.Array } found && found.GetArrayLength() > 0 ? [owner[1..]] : null;
    }

    public async Task<IReadOnlyList<ForgeIssue>> OpenIssuesAsync(IReadOnlyList<string> labels, CancellationToken cancel)
    {
        foreach (var label in labels)
            if (await api.FindAsync($"{_project}/labels/{Escaped(label)}", cancel) is null)
                throw new Unanswered($"{Name} has no label `{label}`, or does not show it");
        var filter = labels.Count == 0 ? "" : $"&labels={string.Join(',', labels.Select(Escaped))}";
        return
        [
            .. (await api.AllAsync($"{_project}/issues?state=opened&scope=all{filter}", null, cancel))
                .Select(i => new ForgeIssue($"#{i.NeedWhole("iid")}", i.Text("title") ?? "", i.Text("web_url"))),
        ];
    }

    private static string Escaped(string text) => Uri.EscapeDataString(text);

    private static ForgeCheck OfJob(JsonElement job, string? own)
    {
        if (own is not null && job.Whole("id")?.ToString() == own)
            return new(job.NeedText("name"), CheckState.Skipped, "the job that asks", null, job.Text("web_url"));
        var status = job.NeedText("status");
        var mayFail = job.Truth("allow_failure") == true;
        return new(job.NeedText("name"), StateOf(status, mayFail), mayFail && status == "failed" ? "failed, as it may" : status,
            job.Time("finished_at") ?? job.Time("started_at") ?? job.Time("created_at"), job.Text("web_url"));
    }

    private static CheckState StateOf(string status, bool mayFail) => status switch
    {
        "success" => CheckState.Passed,
        "skipped" => CheckState.Skipped,
        "failed" or "canceled" => mayFail ? CheckState.Passed : CheckState.Failed,
        // An optional job that nobody started: without allow_failure it stops the pipeline instead.
        "manual" when mayFail => CheckState.Skipped,
        "created" or "waiting_for_resource" or "preparing" or "pending" or "waiting_for_callback" or "running" or "canceling" or "manual" or "scheduled" => CheckState.Pending,
        _ => CheckState.Failed,
    };

    private async Task<long?> NumberAsync(string reference, CancellationToken cancel)
    {
        if (reference.Length < 10 && long.TryParse(reference.TrimStart('!'), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        if (!GitHub.IsCommit(reference))
        {
            var ofBranch = await api.AllAsync($"{_project}/merge_requests?state=all&scope=all&source_branch={Escaped(reference)}", null, cancel);
            if (ofBranch.Count > 0)
                return ofBranch.OrderByDescending(r => r.Text("state") == "opened").ThenByDescending(r => r.NeedWhole("iid")).First().NeedWhole("iid");
            reference = (await api.GetAsync($"{_project}/repository/commits/{Escaped(reference)}", cancel)).NeedText("id");
        }

        var ofCommit = await api.AllAsync($"{_project}/repository/commits/{reference}/merge_requests", null, cancel);
        return ofCommit
            .OrderByDescending(r => r.Text("merge_commit_sha") == reference || r.Text("squash_commit_sha") == reference)
            .ThenByDescending(r => r.Text("state") == "merged")
            .ThenByDescending(r => r.Text("state") == "opened")
            .FirstOrDefault() is { ValueKind: JsonValueKind.Object } found ? found.NeedWhole("iid") : null;
    }
}
