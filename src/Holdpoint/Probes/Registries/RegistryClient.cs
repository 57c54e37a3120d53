using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Registries;

/// <summary>
/// Asks a registry by the distribution API (https://distribution.github.io/distribution/spec/api/). Where it wants to know who asks, with a name and a password,
/// or with a token that its own service gives out for them (https://distribution.github.io/distribution/spec/auth/token/).
/// </summary>
internal sealed partial class RegistryClient(RegistryAddress address, ProbeCall call, Func<CancellationToken, Task<RegistryLogin?>> login, CancellationToken cancel)
{
    /// <summary>Indexes first: what is asked for by its tag is then what the tag names.</summary>
    private const string Manifests = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

    private string? _authorization;
    private bool _knows;

    public RegistryAddress Address => address;

    /// <summary>An answer of the registry; null where the registry says that it has none.</summary>
    /// <param name="path">Below <c>/v2/</c>.</param>
    /// <param name="isOptional">Registries differ in whether they know such questions: any 404 is absence.</param>
    /// <exception cref="TargetRefused">No connection.</exception>
    /// <exception cref="Unanswered">Anything else but the document or its absence.</exception>
    public async Task<HttpAnswer?> FindAsync(string path, bool isOptional = false)
    {
        var answer = await SendAsync(path);
        if (answer.Status == 401 && !_knows)
        {
            _knows = true;
            _authorization = await ProveAsync(answer);
            answer = await SendAsync(path);
        }

        return answer.Status switch
        {
            200 when !answer.IsWhole => throw new Unanswered($"{Url(path)} answers with more than {Units.Bytes(answer.Content.Length)}"),
            200 => answer,
            404 when isOptional || IsRegistrys(answer) => null,
            404 => throw new Unanswered($"{address.Url} answers 404, but not as a registry: is this its address?"),
            401 or 403 => throw new Unanswered($"{address.Name} does not let {(await login(cancel) is { } who ? who.User : "strangers")} read {path.Split("/manifests/")[0].Split("/blobs/")[0]}, or has no such repository: docker login {address.Name}, or servers: registry: NAME: {{ user, password }}"),
            429 => throw new Unanswered($"{address.Name} takes no more requests for now (429): ask later, or log in"),
            _ => throw new Unanswered($"{Url(path)} answers {answer.Status}"),
        };
    }

    public async Task<JsonElement?> DocumentAsync(string path, bool isOptional = false) => await FindAsync(path, isOptional) is { } answer ? Parse(path, answer) : null;

    public JsonElement Parse(string path, HttpAnswer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Content);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new Unanswered($"{Url(path)} answers with no JSON object");
        }
        catch (JsonException)
        {
            throw new Unanswered($"{Url(path)} answers with no JSON: is this a registry?");
        }
    }

    public static async Task<HttpAnswer> ExchangeAsync(HttpQuestion question, ProbeCall call, CancellationToken cancel) =>
        await HttpExchange.SendAsync(question, call.Context.Time, cancel) switch
        {
            HttpOutcome.Answered(var answer) => answer,
            HttpOutcome.Refused(var because) => throw new TargetRefused(because),
            HttpOutcome.Failed(var because) => throw new Unanswered(because),
            HttpOutcome.Cut(var where) => throw (cancel.IsCancellationRequested ? new OperationCanceledException(where, cancel) : new Unanswered($"{where} within {Units.Duration(call.Timeout)}")),
            var other => throw new InvalidOperationException($"no such outcome: {other.GetType().Name}"),
        };

    private string Url(string path) => $"{address.Url}/v2/{path}";

    private Task<HttpAnswer> SendAsync(string path) => ExchangeAsync(
        new HttpQuestion("GET", new Uri(Url(path)), [("Accept", path.Contains("/manifests/", StringComparison.Ordinal) ? Manifests : "*/*"), .. Proof(_authorization)], null, Redirects: 3, address.Insecure), call, cancel);

    private static (string, string)[] Proof(string? authorization) => authorization is null ? [] : [("Authorization", authorization)];

    /// <summary>A registry says in JSON what it lacks; others have pages for that.</summary>
    private static bool IsRegistrys(HttpAnswer answer) =>
        answer.Header("Docker-Distribution-Api-Version") is not null || answer.Text.AsSpan().TrimStart().StartsWith("{\"errors\"", StringComparison.Ordinal)
        || (answer.Text.Contains("\"errors\"", StringComparison.Ordinal) && answer.Text.AsSpan().TrimStart().StartsWith("{"));

    private async Task<string?> ProveAsync(HttpAnswer refusal)
    {
        var who = await login(cancel);
        var challenge = refusal.Header("WWW-Authenticate") ?? "";
        if (challenge.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase))
            return await TokenAsync(Parts(challenge), who);
        if (challenge.StartsWith("Basic", StringComparison.OrdinalIgnoreCase))
            return who is null ? null : Basic(who);
        throw new Unanswered($"{address.Name} answers 401 and does not say how to log in: is this a registry?");
    }

    private async Task<string> TokenAsync(IReadOnlyDictionary<string, string> parts, RegistryLogin? who)
    {
        if (!parts.TryGetValue("realm", out var realm) || !Uri.TryCreate(realm, UriKind.Absolute, out var service) || service.Scheme is not ("http" or "https"))
            throw new Unanswered($"{address.Name} does not say where it gives out tokens");
        if (who is not null && service.Scheme == "http" && !service.IsLoopback && !address.Insecure)
            throw new Unanswered($"{address.Name} wants the password sent in the clear to {service.Host}: nothing is sent");
        var query = string.Join('&', new[] { "service", "scope" }.Where(parts.ContainsKey).Select(n => $"{n}={Uri.EscapeDataString(parts[n])}"));
        var question = who is { IsIdentityToken: true }
            ? new HttpQuestion("POST", service, [("Content-Type", "application/x-www-form-urlencoded")], $"grant_type=refresh_token&client_id=holdpoint&refresh_token={Uri.EscapeDataString(who.Password)}&{query}", 0, address.Insecure)
            : new HttpQuestion("GET", new Uri(service, $"{service.AbsolutePath}{(service.Query.Length > 0 ? service.Query + "&" : "?")}{query}"), Proof(who is null ? null : Basic(who)), null, 0, address.Insecure);
        var answer = await ExchangeAsync(question, call, cancel);
        if (answer.Status != 200)
            throw new Unanswered($"{service.Host} gives no token for {address.Name} ({answer.Status}){(answer.Status is 401 or 403 ? $": it does not know {(who is null ? "strangers" : who.User + " by that password")}" : "")}");
        var document = Parse("token", answer);
        foreach (var name in (string[])["token", "access_token"])
            if (document.TryGetProperty(name, out var token) && token.ValueKind == JsonValueKind.String)
                return $"Bearer {token.GetString()}";
        throw new Unanswered($"{service.Host} answers without a token for {address.Name}");
    }

    private static string Basic(RegistryLogin who) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{who.User}:{who.Password}"));

    private static Dictionary<string, string> Parts(string challenge) =>
        Part().Matches(challenge).GroupBy(m => m.Groups[1].Value.ToLowerInvariant(), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Groups[2].Value, StringComparer.Ordinal);

    [GeneratedRegex("""(\w+)="([^"]*)" *""")]
    private static partial Regex Part();
}
