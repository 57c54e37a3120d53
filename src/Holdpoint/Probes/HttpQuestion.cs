using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <param name="Redirects">How many are followed; 0: a redirect is the answer.</param>
/// <param name="Insecure">Any certificate is taken.</param>
internal sealed record HttpQuestion(string Method, Uri Address, IReadOnlyList<(string Name, string Value)> Headers, string? Body, int Redirects = 0, bool Insecure = false)
{
    /// <summary>Null: this machine's authorities, and no certificate of the client.</summary>
    public WebCertificates? Certificates { get; init; }

    /// <summary>From where it is asked; null: from here.</summary>
    public Dialer? Dialer { get; init; }

    /// <summary>Why it can't be sent; null where it can.</summary>
    public string? Problem =>
        Method.Length == 0 || !Method.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? $"'{Method}' is no HTTP method: write GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS"
        : Headers.FirstOrDefault(h => h.Name.Any(c => c is ':' or <= ' ') || h.Value.Any(c => c is '\r' or '\n' or '\0')) is { Name: { } name } ? NoHeader(name)
        : null;

    /// <summary>Those that are asked for, and those that a request has without being asked. The length is counted from the body as it is sent.</summary>
    public IEnumerable<(string Name, string Value)> AllHeaders =>
    [
        .. Headers.Where(h => !h.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)),
        .. Has("User-Agent") ? [] : (IEnumerable<(string, string)>)[("User-Agent", "holdpoint")],
        .. Has("Accept") ? [] : (IEnumerable<(string, string)>)[("Accept", "*/*")],
        .. Body is null || Has("Content-Type") ? [] : (IEnumerable<(string, string)>)[("Content-Type", Body.AsSpan().TrimStart() is ['{' or '[', ..] ? "application/json" : "text/plain; charset=utf-8")],
    ];

    public static string NoHeader(string name) => $"'{name}' can't be sent as a header: its name or its value holds characters that HTTP forbids";

    /// <summary>The request that follows a redirect; null where the answer is none, or one that is not to be followed. RFC 9110, section 15.4: after 303, and after 301 and 302 to a POST, it is a GET without body.</summary>
    public HttpQuestion? After(int status, string? location)
    {
        if (Redirects == 0 || status is not (301 or 302 or 303 or 307 or 308) || !Uri.TryCreate(Address, location, out var next) || next.Scheme is not ("http" or "https"))
            return null;
        var becomesGet = status is 303 || (status is 301 or 302 && Method.Equals("POST", StringComparison.OrdinalIgnoreCase));
        // What proves who asks is for the host that was named, and for no other.
        var keepsHeaders = next.Authority == Address.Authority && next.Scheme == Address.Scheme;
        return this with
        {
            Address = next,
            Redirects = Redirects - 1,
            Method = becomesGet && !Method.Equals("HEAD", StringComparison.OrdinalIgnoreCase) ? "GET" : Method,
            Body = becomesGet ? null : Body,
            Headers = [.. Headers.Where(h => (keepsHeaders || h.Name.ToLowerInvariant() is not ("authorization" or "cookie" or "host")) && !(becomesGet && h.Name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)))],
        };
    }

    private bool Has(string header) => Headers.Any(h => h.Name.Equals(header, StringComparison.OrdinalIgnoreCase));
}
