using System.Globalization;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Forges;

/// <summary>The REST interface of a forge: lists page by page, and what its refusals mean.</summary>
internal sealed class ForgeApi(WebApi web, string forge, string kind, bool hasToken, TimeProvider time)
{
    private const int PageSize = 100;
    private const int PageLimit = 50;

    public bool HasToken => hasToken;

    /// <exception cref="Unanswered">Anything else than a document.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancel) => Document(path, await AskAsync(path, cancel));

    /// <summary>The document, or null where there is none at this address (404), or whoever asks may not see it (403).</summary>
    public async Task<JsonElement?> FindAsync(string path, CancellationToken cancel) =>
        await AskAsync(path, cancel) is { Status: not (403 or 404) } answer ? Document(path, answer) : null;

    /// <summary>A file as it stands, or null where there is none.</summary>
    public async Task<string?> FindTextAsync(string path, CancellationToken cancel) => await AskAsync(path, cancel) switch
    {
        { Status: 404 } => null,
        { Status: 200, IsWhole: true } answer => answer.Text,
        var answer => throw Refusal(path, answer),
    };

    /// <summary>Every element of a list, all its pages.</summary>
    /// <param name="member">Where the list is a member of the document, beside its <c>total_count</c>.</param>
    public async Task<IReadOnlyList<JsonElement>> AllAsync(string path, string? member, CancellationToken cancel) =>
        await FindAllAsync(path, member, mustBe: true, cancel) ?? [];

    /// <summary>The same, or null where there is no such list (404), or whoever asks may not see it (403).</summary>
    public Task<IReadOnlyList<JsonElement>?> FindAllAsync(string path, string? member, CancellationToken cancel) => FindAllAsync(path, member, mustBe: false, cancel);

    /// <summary>A question in GraphQL: its <c>data</c>.</summary>
    public async Task<JsonElement> QueryAsync(string path, string body, CancellationToken cancel)
    {
        var answer = Document(path, await web.AskAsync("POST", path, body, cancel));
        if (answer.List("errors").FirstOrDefault() is { ValueKind: JsonValueKind.Object } error)
            throw new Unanswered($"{forge} does not answer the query: {error.Text("message") ?? "no reason given"}");
        return answer.At("data") ?? throw new Unanswered($"{forge} answers the query without data");
    }

    private async Task<IReadOnlyList<JsonElement>?> FindAllAsync(string path, string? member, bool mustBe, CancellationToken cancel)
    {
        List<JsonElement> all = [];
        for (var page = 1; page <= PageLimit; page++)
        {
            var paged = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}per_page={PageSize}&page={page}";
            var answer = await AskAsync(paged, cancel);
            if (!mustBe && answer.Status is (403 or 404))
                return null;
            var document = Document(paged, answer);
            var list = member is null ? document : document.At(member) ?? default;
            if (list.ValueKind != JsonValueKind.Array)
                throw new Unanswered($"{forge} answers {path} without a list{(member is null ? "" : $" \"{member}\"")}: it does not have the documented form");
            all.AddRange(list.EnumerateArray());
            // RFC 8288; both forges send it as long as a page follows.
            if (answer.Header("Link")?.Contains("rel=\"next\"", StringComparison.Ordinal) == true)
                continue;
            if (document.Whole("total_count") is { } total && total > all.Count)
                throw new Unanswered($"{forge} tells {all.Count} of {total} entries of {path}: ask again");
            return all;
        }

        throw new Unanswered($"{forge} has more than {PageLimit * PageSize} entries at {path}: ask for less");
    }

    private async Task<HttpAnswer> AskAsync(string path, CancellationToken cancel)
    {
        var answer = await web.AskAsync("GET", path, null, cancel);
        return IsLimit(answer) ? throw Limit(answer) : answer;
    }

    private JsonElement Document(string path, HttpAnswer answer) => IsLimit(answer) ? throw Limit(answer)
        : answer.Status is 401 or 403 or 404 or 410 or 422 ? throw Refusal(path, answer)
        : web.Document(path, answer);

    private static bool IsLimit(HttpAnswer answer) =>
        answer.Status == 429 || (answer.Status == 403 && (answer.Header("X-RateLimit-Remaining") == "0" || answer.Header("Retry-After") is not null));

    /// <summary>Seconds until then (RFC 9110, Retry-After), else the second of the epoch, as GitHub (X-RateLimit-Reset) and GitLab (RateLimit-Reset) tell it.</summary>
    private Unanswered Limit(HttpAnswer answer)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? end = Seconds(answer.Header("Retry-After")) is { } wait ? now.AddSeconds(wait)
            : Seconds(answer.Header("X-RateLimit-Reset") ?? answer.Header("RateLimit-Reset")) is { } at ? DateTimeOffset.FromUnixTimeSeconds(at)
            : null;
        var until = end is { } known ? $" until {known:yyyy-MM-dd HH:mm:ss} UTC ({Units.Duration(known > now ? known - now : TimeSpan.Zero)} from now)" : " for now";
        return new($"{forge} takes no more requests{until}: its rate limit is used up{(hasToken ? "" : $"; a token (servers: {kind}: main: token) raises it")}");
    }

    private Unanswered Refusal(string path, HttpAnswer answer)
    {
        var where = path.Split('?')[0];
        var token = hasToken
            ? "check that the token of holdpoint.yaml may read this repository"
            : $"a private one needs a token: servers: {kind}: main: {{ token: \"${{secret:NAME}}\" }}";
        return new(answer.Status switch
        {
            401 => $"{forge} does not take the token of holdpoint.yaml: it is wrong or has expired",
            403 => $"{forge} refuses {where}: {Words(answer) ?? "whoever asks may not"}; {token}",
            404 => $"{forge} finds nothing at {where}: check repository and reference; {token}",
            _ => $"{forge} answers {where} with {answer.Status}{(Words(answer) is { } words ? $": {words}" : "")}",
        });
    }

    private static string? Words(HttpAnswer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Content);
            return (document.RootElement.Text("message") ?? document.RootElement.Text("error"))?.ReplaceLineEndings(" ");
        }
        catch (JsonException)
        {
            // A refusal need not be JSON: its status says enough.
            return null;
        }
    }

    private static long? Seconds(string? header) =>
        long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_000 ? seconds : null;
}
