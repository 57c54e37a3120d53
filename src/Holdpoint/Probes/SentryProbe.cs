using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Unresolved issues of a project, by Sentry's API (https://docs.sentry.io/api/events/list-a-projects-issues/).</summary>
public sealed partial class SentryProbe : AskingProbe
{
    private const int MostPages = 100;

    public override Signature Signature { get; } = new("sentry", "Unresolved issues in Sentry: of a project, or new in a release of it.")
    {
        Arguments = [new("PROJECT", "The project's slug.")],
        Options =
        [
            new("release", "Only issues that this release brought, named as Sentry has it: shop@1.4.0. One that Sentry does not know is no answer."),
            new("server", "A name under servers: sentry: organization (its slug), token (scopes event:read, project:read, project:releases), url (default https://sentry.io), perhaps environment. Default: main."),
        ],
        Facts =
        [
            new("issues", Dimension.Count, "Unresolved issues, first seen in the release if one is given, and seen within the window if over is given."),
            new("errors", Dimension.Count, "Events of these issues, as Sentry counts them over their whole life."),
        ],
        DefaultCondition = "issues == 0",
        Example = "sentry shop release=shop@${version} over 1h",
        StandIn = "a server that answers as Sentry's API is documented",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var (project, server) = (call.Arguments[0], call.Option("server") ?? "main");
        var sentry = WebApi.Of(call, "sentry", server, "https://sentry.io");
        if (sentry.Settings.GetValueOrDefault("organization") is not { Length: > 0 } organization)
            throw new Unanswered($"the sentry server `{server}` has no organization in holdpoint.yaml: its slug, as in its address");
        var query = "is:unresolved";
        if (call.Option("release") is { } release)
        {
            await KnowAsync(sentry, organization, project, release, cancel);
            query += $" firstRelease:\"{release.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        }

        if (call.Over is { } over)
            query += $" lastSeen:-{Math.Max(1, (long)Math.Ceiling(over.TotalMinutes))}m";
        var path = $"/api/0/projects/{Uri.EscapeDataString(organization)}/{Uri.EscapeDataString(project)}/issues/?query={Uri.EscapeDataString(query)}&statsPeriod=&limit=100"
            + (sentry.Settings.GetValueOrDefault("environment") is { Length: > 0 } environment ? $"&environment={Uri.EscapeDataString(environment)}" : "");
        var issues = await IssuesAsync(sentry, path, cancel);
        return Reading.Of(("issues", Value.Count(issues.Count)), ("errors", Value.Count(issues.Sum(i => (double)i.Events)))) with
        {
            Evidence = [Evidence.OfText("issues.txt", Listing($"{organization}/{project}: {query}", issues))],
        };
    }

    /// <summary>No issue of a release that was never announced, or that is misspelt, proves nothing.</summary>
    private static async Task KnowAsync(WebApi sentry, string organization, string project, string release, CancellationToken cancel)
    {
        var path = $"/api/0/organizations/{Uri.EscapeDataString(organization)}/releases/{Uri.EscapeDataString(release)}/";
        var answer = await sentry.AskAsync("GET", path, null, cancel);
        if (answer.Status == 404)
            throw new Unanswered($"Sentry knows no release {release} of {organization}: is it announced there, and is this its whole name (shop@1.4.0)?");
        var document = sentry.Document(path, answer);
        if (!document.TryGetProperty("projects", out var projects) || projects.ValueKind != JsonValueKind.Array)
            throw new Unanswered($"Sentry does not tell the projects of the release {release}");
        if (!projects.EnumerateArray().Any(p => Text(p, "slug") == project))
            throw new Unanswered($"the release {release} is of other projects in Sentry ({string.Join(", ", projects.EnumerateArray().Select(p => Text(p, "slug")))}), not of {project}");
    }

    private static async Task<List<Issue>> IssuesAsync(WebApi sentry, string path, CancellationToken cancel)
    {
        var issues = new List<Issue>();
        var cursor = "";
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await sentry.AskAsync("GET", path + cursor, null, cancel);
            if (answer.Status == 404)
                throw new Unanswered($"Sentry has no such project, or the token may not see it: {path.Split('?')[0]} answers 404");
            var document = sentry.Document(path, answer);
            if (document.ValueKind != JsonValueKind.Array)
                throw new Unanswered("Sentry answers with no list of issues: is this its address?");
            issues.AddRange(document.EnumerateArray().Select(Parse));
            // RFC 8288, with Sentry's own results="true" where the next page has any.
            if (Next().Match(answer.Header("Link") ?? "") is not { Success: true } next)
                return issues;
            cursor = $"&cursor={Uri.EscapeDataString(next.Groups[1].Value)}";
        }

        throw new Unanswered($"Sentry has more than {issues.Count} such issues: ask for a release, or less far back with over");
    }

    private static Issue Parse(JsonElement issue) =>
        issue.ValueKind == JsonValueKind.Object && issue.TryGetProperty("count", out var count) && long.TryParse(count.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var events)
            ? new(Text(issue, "shortId"), Text(issue, "title"), events, Text(issue, "lastSeen"), Text(issue, "permalink"))
            : throw new Unanswered("Sentry answers with an issue that has no count: is this its address?");

    private static string Listing(string question, List<Issue> issues)
    {
        const int Most = 100;
        var text = new StringBuilder($"{question}\n{issues.Count} issues\n");
        foreach (var issue in issues.Take(Most))
            text.Append($"{issue.Id}  {issue.Events} events, last {issue.LastSeen}  {issue.Title}  {issue.Link}\n");
        if (issues.Count > Most)
            text.Append($"and {issues.Count - Most} more\n");
        return text.ToString();
    }

    private static string Text(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";

    [GeneratedRegex(@"rel=""next""; results=""true""; cursor=""([^""]+)""")]
    private static partial Regex Next();

    private sealed record Issue(string Id, string Title, long Events, string LastSeen, string Link);
}
