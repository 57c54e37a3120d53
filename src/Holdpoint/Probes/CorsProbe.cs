using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>
/// Whether a browser lets pages of another origin read what an address answers: the rules of the Fetch standard
/// (https://fetch.spec.whatwg.org/#http-cors-protocol). Nothing but OPTIONS, GET and HEAD is ever sent.
/// </summary>
public sealed class CorsProbe : AskingProbe
{
    /// <summary>These need not be named in Access-Control-Allow-Methods.</summary>
    private static readonly string[] Simple = ["GET", "HEAD", "POST"];

    public override Signature Signature { get; } = new("cors", "Pages of another origin may use a web address")
    {
        Arguments = [WebQuestion.Url],
        Options =
        [
            new("origin", "The pages' origin: https://shop.example.org") { Required = true },
            new("method", "What they send. Default: GET. For any but GET and HEAD only the preflight is asked, so that nothing is changed."),
            new("headers", "Names of headers that they send, by commas: authorization,content-type"),
            new("credentials", "true: they send cookies, so * is not enough.") { OneOf = ["true", "false"] },
            WebQuestion.Header,
            WebQuestion.Insecure,
        ],
        Facts = [new("allowed", Dimension.Boolean, "A browser lets those pages send this and read the answer. cors.txt says why, or why not. Where the address answers 404 or fails (5xx) it is unknown.")],
        OnHosts = true,
        Needs = Dialer.Needs,
        Example = "cors https://api.example.org/orders origin=https://shop.example.org method=PUT headers=content-type allowed",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var asked = new CorsQuestion(
            OriginOf(call.Option("origin")!),
            (call.Option("method") ?? "GET").ToUpperInvariant(),
            [.. (call.Option("headers") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(h => h.ToLowerInvariant())],
            call.Option("credentials") == "true");
        using var dialer = Dialer.Of(call);
        var isSafe = asked.Method is "GET" or "HEAD";
        var seen = new List<string>();
        var refusals = new List<string>();
        if (!isSafe || asked.Headers.Count > 0)
            await JudgeAsync("OPTIONS", asked.Preflight, Preflight);
        if (isSafe)
            await JudgeAsync(asked.Method, [("Origin", asked.Origin), .. WebQuestion.Headers(call)], (answer, question) => Origin(answer, question, asked.Method));

        var verdict = refusals.Count == 0 ? $"allowed: {asked.Method} by pages of {asked.Origin}" : string.Join('\n', refusals.Select(r => $"not allowed: {r}"));
        return Reading.Of(("allowed", Value.Of(refusals.Count == 0))) with { Evidence = [Evidence.OfText("cors.txt", $"{verdict}\n\n{string.Join("\n\n", seen)}\n")] };

        async Task JudgeAsync(string method, IReadOnlyList<(string, string)> headers, Func<HttpAnswer, CorsQuestion, IEnumerable<string>> judge)
        {
            var answer = await WebQuestion.AskAsync(WebQuestion.Of(call, method, dialer) with { Headers = headers, Body = null }, call, cancel);
            if (answer.Status == 404 || answer.Status >= 500)
                throw new Unanswered($"{method} {answer.Address} answers {answer.Status}: that says nothing of other origins");
            if (method != "OPTIONS" && answer.Status is >= 300 and < 400 and not 304)
                throw new Unanswered($"{method} {answer.Address} answers {answer.Status}, Location: {answer.Header("Location")}: ask that address");
            refusals.AddRange(judge(answer, asked));
            var told = answer.Headers.Where(h => h.Name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)).Select(h => $"{h.Name}: {h.Value}").ToList();
            seen.Add($"{method} {answer.Address}{dialer.From}\nOrigin: {asked.Origin}\n→ {answer.Status}\n{(told.Count > 0 ? string.Join('\n', told) : "no Access-Control- header")}");
        }
    }

    private static IEnumerable<string> Preflight(HttpAnswer answer, CorsQuestion asked)
    {
        if (answer.Status is < 200 or > 299)
            yield return $"the preflight is answered with {answer.Status}";
        foreach (var refusal in Origin(answer, asked, "the preflight"))
            yield return refusal;
        var methods = List(answer, "Access-Control-Allow-Methods");
        if (!Simple.Contains(asked.Method) && !methods.Contains(asked.Method) && (asked.Credentials || !methods.Contains("*")))
            yield return $"Access-Control-Allow-Methods does not name {asked.Method}";
        var headers = List(answer, "Access-Control-Allow-Headers").Select(h => h.ToLowerInvariant()).ToList();
        foreach (var header in asked.Headers)
            // The star does not stand for authorization.
            if (!headers.Contains(header) && (asked.Credentials || header == "authorization" || !headers.Contains("*")))
                yield return $"Access-Control-Allow-Headers does not name {header}";
    }

    private static IEnumerable<string> Origin(HttpAnswer answer, CorsQuestion asked, string what)
    {
        var allowed = answer.Header("Access-Control-Allow-Origin");
        var credentials = answer.Header("Access-Control-Allow-Credentials");
        if (allowed is null)
            yield return $"the answer to {what} has no Access-Control-Allow-Origin";
        else if (allowed == "*" && asked.Credentials)
            yield return "Access-Control-Allow-Origin is *, which browsers do not take where cookies are sent";
        else if (allowed != "*" && allowed != asked.Origin)
            yield return $"Access-Control-Allow-Origin is {allowed}";
        if (asked.Credentials && credentials != "true")
            yield return $"the answer to {what} has no Access-Control-Allow-Credentials: true";
    }

    private static IReadOnlyList<string> List(HttpAnswer answer, string name) => (answer.Header(name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As a browser writes it: scheme, host, a port that is not the scheme's.</summary>
    private static string OriginOf(string text)
    {
        if (text == "null")
            return text;
        if (!HttpProbe.TryAddress(text, out var address, out _) || address!.PathAndQuery != "/" || address.UserInfo.Length > 0)
            throw new Unanswered($"origin={text} is no origin: write https://HOST, or with a port https://HOST:PORT, and no path");
        return address.GetLeftPart(UriPartial.Authority);
    }

    private sealed record CorsQuestion(string Origin, string Method, IReadOnlyList<string> Headers, bool Credentials)
    {
        public IReadOnlyList<(string, string)> Preflight =>
            [("Origin", Origin), ("Access-Control-Request-Method", Method), .. Headers.Count > 0 ? [("Access-Control-Request-Headers", string.Join(',', Headers))] : Array.Empty<(string, string)>()];
    }
}
