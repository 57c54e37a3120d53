using System.Text;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>
/// A server of the configuration that speaks JSON over HTTP. Its settings: <c>url</c>; <c>token</c> (bearer) or <c>user</c> and <c>password</c> (else those in the url);
/// <c>tenant</c> (X-Scope-OrgID); <c>header_NAME</c> for any other header (<c>_</c> stands for <c>-</c>); <c>root_certificate</c>, <c>client_certificate</c> and
/// <c>client_key</c> (PEM files, from the project's folder); <c>insecure: true</c> takes any certificate.
/// </summary>
internal sealed class WebApi
{
    private readonly TimeProvider _time;
    private readonly List<(string, string)> _headers = [("Accept", "application/json")];
    private readonly bool _insecure;
    private readonly WebCertificates? _certificates;
    private readonly HttpMessageInvoker? _over;
    private readonly string _url;
    private readonly string _limit;

    /// <param name="limit">Of one request; whoever asks cancels it.</param>
    /// <param name="folder">Where relative paths of certificates start.</param>
    /// <param name="over">In place of the shared connections; null: those.</param>
    /// <exception cref="Unanswered">A setting can't be used.</exception>
    public WebApi(string kind, string name, IReadOnlyDictionary<string, string> settings, TimeProvider time, TimeSpan limit, string folder, string? defaultUrl = null, HttpMessageInvoker? over = null)
    {
        (_time, _over) = (time, over);
        _limit = Units.Duration(limit);
        Settings = settings;
        _url = (settings.GetValueOrDefault("url") ?? defaultUrl ?? throw new Unanswered($"the {kind} server `{name}` has no url in holdpoint.yaml")).TrimEnd('/');
        if (!HttpProbe.TryAddress(_url, out var address, out var problem))
            throw new Unanswered($"the url of the {kind} server `{name}` can't be used: {problem}");
        // Messages tell the url, and a request takes nobody from it.
        if (address!.UserInfo.Length > 0)
            _url = new UriBuilder(address) { UserName = "", Password = "" }.Uri.ToString().TrimEnd('/');
        _headers.AddRange(HeadersOf(settings, address));
        _insecure = settings.GetValueOrDefault("insecure") == "true";
        _certificates = WebCertificates.Of(settings, folder);
    }

    /// <summary>Without who asks, and without a slash at its end.</summary>
    public string Url => _url;

    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>By which a server's settings, or else its url, prove who asks; and those that they name.</summary>
    public static IEnumerable<(string Name, string Value)> HeadersOf(IReadOnlyDictionary<string, string> settings, Uri address)
    {
        var who = address.UserInfo.Split(':', 2);
        if (settings.GetValueOrDefault("token") is { } token)
            yield return ("Authorization", $"Bearer {token}");
        else if ((settings.GetValueOrDefault("user") ?? Uri.UnescapeDataString(who[0])) is { Length: > 0 } user)
            yield return ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{settings.GetValueOrDefault("password") ?? Uri.UnescapeDataString(who.ElementAtOrDefault(1) ?? "")}")));
        if (settings.GetValueOrDefault("tenant") is { } tenant)
            yield return ("X-Scope-OrgID", tenant);
        foreach (var (key, value) in settings.Where(s => s.Key.StartsWith("header_", StringComparison.Ordinal)))
            yield return (key["header_".Length..].Replace('_', '-'), value);
    }

    /// <param name="defaultUrl">Where the configuration need not name one: a public service.</param>
    /// <exception cref="Unanswered">The configuration has no such server, or a secret of it is missing.</exception>
    public static WebApi Of(ProbeCall call, string kind, string name, string? defaultUrl = null) =>
        new(kind, name, call.Context.Server(kind, name, out var because) ?? throw new Unanswered(because), call.Context.Time, call.Timeout, call.Context.Place?.Scope.Project.Folder ?? call.Context.Directory, defaultUrl);

    /// <summary>Sends a header with every request from here on, in place of one of the same name.</summary>
    public WebApi With(string header, string value)
    {
        _headers.RemoveAll(h => h.Item1.Equals(header, StringComparison.OrdinalIgnoreCase));
        _headers.Add((header, value));
        return this;
    }

    /// <summary>The answer's document, whose status is one of success.</summary>
    /// <param name="path">From the server's url: <c>/api/v1/targets?state=active</c>.</param>
    /// <exception cref="TargetRefused">No connection: the server says no.</exception>
    /// <exception cref="Unanswered">Late, broken off, another status, no JSON.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancel) => Document(path, await AskAsync("GET", path, null, cancel));

    public async Task<JsonElement> PostAsync(string path, string body, CancellationToken cancel) => Document(path, await AskAsync("POST", path, body, cancel));

    /// <summary>The answer, whatever its status.</summary>
    /// <param name="redirects">How many are followed; 0: a redirect is the answer.</param>
    public async Task<HttpAnswer> AskAsync(string method, string path, string? body, CancellationToken cancel, int redirects = 3) =>
        await HttpExchange.SendAsync(new HttpQuestion(method, new Uri(_url + path), _headers, body, redirects, _insecure) { Certificates = _certificates }, _time, cancel, _over) switch
        {
            HttpOutcome.Answered(var answer) => answer,
            HttpOutcome.Refused(var because) => throw new TargetRefused(because),
            HttpOutcome.Failed(var because) => throw new Unanswered(because),
            HttpOutcome.Cut(var where) => cancel.IsCancellationRequested ? throw new OperationCanceledException(where, cancel) : throw new Unanswered($"{where} within {_limit}"),
            var other => throw new InvalidOperationException($"no such outcome: {other.GetType().Name}"),
        };

    /// <exception cref="Unanswered">Another status than one of success, no JSON, or only its beginning.</exception>
    public JsonElement Document(string path, HttpAnswer answer)
    {
        var where = _url + path.Split('?')[0];
        if (answer.Status is < 200 or > 299)
            throw new Unanswered($"{where} answers {answer.Status}{Reason(answer)}");
        if (!answer.IsWhole)
            throw new Unanswered($"{where} answers with more than {Units.Bytes(answer.Content.Length)}: ask for less");
        try
        {
            using var document = JsonDocument.Parse(answer.Content);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new Unanswered($"{where} answers no JSON (line {e.LineNumber + 1}): is this its address?");
        }
    }

    /// <summary>What a status that is none of success asks a person to do, to follow the status.</summary>
    public static string Reason(HttpAnswer answer) => answer.Status switch
    {
        401 => ": it does not know who asks; check token, user and password in holdpoint.yaml",
        403 => ": whoever asks may not; check the rights of the token or user",
        404 => ": there is nothing at this address",
        429 => ": too many requests for now",
        _ => answer.Text.Trim() is { Length: > 0 and < 300 } text ? $": {text.ReplaceLineEndings(" ")}" : "",
    };
}
