using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Forges;

/// <summary>GitHub, its Enterprise Server too, by REST API version 2022-11-28 (https://docs.github.com/en/rest); review threads are only in GraphQL.</summary>
internal sealed class GitHub(ForgeApi api, string repository, string url) : IForge
{
    private readonly string _repository = "/repos/" + repository;

    public string Name => "GitHub " + repository;

    public async Task<IReadOnlyList<ForgeCheck>> ChecksAsync(string reference, string? workflow, Func<string, string?> environment, CancellationToken cancel)
    {
        var commit = IsCommit(reference) ? reference : (await api.GetAsync($"{_repository}/commits/{Escaped(reference)}", cancel)).NeedText("sha");
        return await new GitHubChecks(api, _repository, commit, environment("GITHUB_RUN_ID")).ReadAsync(workflow, cancel);
    }

    public async Task<Proposal?> ProposalAsync(string reference, CancellationToken cancel)
    {
        if (await NumberAsync(reference, cancel) is not { } number)
            return null;
        var pull = await api.GetAsync($"{_repository}/pulls/{number}", cancel);
        var author = pull.At("user")?.Text("login") ?? "";
        var head = pull.At("head")?.Text("sha");
        return new(number, $"#{number}", pull.Text("title") ?? "", author, pull.At("base")?.NeedText("ref") ?? throw new Unanswered($"GitHub tells no base of #{number}"),
            await ReviewsAsync(number, author, head, cancel))
        {
            FileCount = pull.Whole("changed_files"),
        };
    }

    public async Task<Value> UnresolvedAsync(Proposal proposal, CancellationToken cancel)
    {
        if (!api.HasToken)
            return new Value.Unknown("GitHub shows threads only to a token: servers: github: main: { token: \"${secret:NAME}\" }");
        const string Query = "query($owner:String!,$name:String!,$number:Int!,$after:String){repository(owner:$owner,name:$name){pullRequest(number:$number){reviewThreads(first:100,after:$after){nodes{isResolved}pageInfo{hasNextPage endCursor}}}}}";
        var parts = repository.Split('/');
        var unresolved = 0;
        string? after = null;
        do
        {
            // Written by hand: reflection-based serialization is off.
            var body = $$"""{"query":{{Quoted(Query)}},"variables":{"owner":{{Quoted(parts[0])}},"name":{{Quoted(parts[1])}},"number":{{proposal.Number}},"after":{{(after is null ? "null" : Quoted(after))}} } }""";
            var data = await api.QueryAsync(GraphQlPath, body, cancel);
            if (data.At("repository")?.At("pullRequest")?.At("reviewThreads") is not { } threads)
                throw new Unanswered($"GitHub tells no threads of {proposal.Reference}");
            unresolved += threads.List("nodes").Count(n => n.Truth("isResolved") == false);
            var page = threads.At("pageInfo") ?? default;
            after = page.Truth("hasNextPage") == true ? page.NeedText("endCursor") : null;
        }
        while (after is not null);
        return Value.Count(unresolved);
    }

    public async Task<IReadOnlyList<string>> ChangedFilesAsync(Proposal proposal, CancellationToken cancel) =>
        [.. (await api.AllAsync($"{_repository}/pulls/{proposal.Number}/files", null, cancel)).Select(f => f.NeedText("filename"))];

    public async Task<CodeOwners?> CodeOwnersAsync(Proposal proposal, CancellationToken cancel)
    {
        foreach (var path in (string[])[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"])
            if (await api.FindAsync($"{_repository}/contents/{path}?ref={Escaped(proposal.Target)}", cancel) is { } file)
                return CodeOwners.Parse(Encoding.UTF8.GetString(FromBase64(file.NeedText("content"))), CodeOwnersDialect.GitHub);
        return null;
    }

    public async Task<IReadOnlyList<string>?> PeopleOfAsync(string owner, CancellationToken cancel)
    {
        if (owner[0] != '@')
            return null;
        var slash = owner.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return [owner[1..]];
        var team = $"/orgs/{Escaped(owner[1..slash])}/teams/{Escaped(owner[(slash + 1)..])}";
        return api.HasToken && await api.FindAsync(team, cancel) is not null
            ? [.. (await api.AllAsync(team + "/members", null, cancel)).Select(m => m.NeedText("login"))]
            : null;
    }

    public async Task<IReadOnlyList<ForgeIssue>> OpenIssuesAsync(IReadOnlyList<string> labels, CancellationToken cancel)
    {
        foreach (var label in labels)
            if (await api.FindAsync($"{_repository}/labels/{Escaped(label)}", cancel) is null)
                throw new Unanswered($"{Name} has no label `{label}`, or does not show it");
        var filter = labels.Count == 0 ? "" : $"&labels={string.Join(',', labels.Select(Escaped))}";
        var issues = await api.AllAsync($"{_repository}/issues?state=open{filter}", null, cancel);
        // For this list pull requests are issues as well.
        return [.. issues.Where(i => i.At("pull_request") is null).Select(i => new ForgeIssue($"#{i.NeedWhole("number")}", i.Text("title") ?? "", i.Text("html_url")))];
    }

    internal static bool IsCommit(string reference) => reference.Length is 40 or 64 && reference.All(char.IsAsciiHexDigit);

    private static string Escaped(string text) => Uri.EscapeDataString(text);

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    /// <summary>GraphQL lies beside the REST interface of an Enterprise Server: /api/graphql beside /api/v3.</summary>
    private string GraphQlPath => url.TrimEnd('/').EndsWith("/v3", StringComparison.Ordinal) ? "/../graphql" : "/graphql";

    private static byte[] FromBase64(string content)
    {
        try
        {
            return Convert.FromBase64String(content);
        }
        catch (FormatException)
        {
            throw new Unanswered("GitHub's content of CODEOWNERS is no base64");
        }
    }

    private async Task<long?> NumberAsync(string reference, CancellationToken cancel)
    {
        if (reference.Length < 10 && long.TryParse(reference.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        if (!IsCommit(reference))
        {
            var owner = repository.Split('/')[0];
            var ofBranch = await api.AllAsync($"{_repository}/pulls?state=all&sort=created&direction=desc&head={Escaped($"{owner}:{reference}")}", null, cancel);
            if (ofBranch.Count > 0)
                return ofBranch.OrderByDescending(p => p.Text("state") == "open").First().NeedWhole("number");
            reference = (await api.GetAsync($"{_repository}/commits/{Escaped(reference)}", cancel)).NeedText("sha");
        }

        // The one whose merge made the commit comes first, then one that was merged, then an open one.
        var ofCommit = await api.AllAsync($"{_repository}/commits/{reference}/pulls", null, cancel);
        return ofCommit
            .OrderByDescending(p => string.Equals(p.Text("merge_commit_sha"), reference, StringComparison.OrdinalIgnoreCase) && p.Text("merged_at") is not null)
            .ThenByDescending(p => p.Text("merged_at") is not null)
            .ThenByDescending(p => p.Text("state") == "open")
            .FirstOrDefault() is { ValueKind: JsonValueKind.Object } pull ? pull.NeedWhole("number") : null;
    }

    /// <summary>Of each person the last opinion; a comment is none. As with required reviews, only of those who may write.</summary>
    private async Task<IReadOnlyList<Review>> ReviewsAsync(long number, string author, string? head, CancellationToken cancel)
    {
        var last = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (var review in await api.AllAsync($"{_repository}/pulls/{number}/reviews", null, cancel))
            if (review.NeedText("state") is "APPROVED" or "CHANGES_REQUESTED" or "DISMISSED" && review.At("user")?.Text("login") is { } user)
                last[user] = review;
        return
        [
            .. last.Where(r => r.Value.Text("state") != "DISMISSED").Select(r => new Review(
                r.Key,
                r.Value.Text("state") == "APPROVED" ? Opinion.Approved : Opinion.ChangesRequested,
                r.Key.Equals(author, StringComparison.OrdinalIgnoreCase) ? "the author's own"
                    : r.Value.Text("author_association") is "OWNER" or "MEMBER" or "COLLABORATOR" ? null
                    : "no member or collaborator of the repository, as far as the token sees",
                r.Value.Text("commit_id") is { } commit && head is not null && commit != head ? $"for {commit[..Math.Min(9, commit.Length)]}, before the newest commit" : null)),
        ];
    }
}
