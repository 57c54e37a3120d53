namespace Holdpoint.Probes;

/// <summary>A cookie and the flags that it should have (RFC 6265bis). What it holds is not kept.</summary>
internal sealed record HeadersCookie(string Name, bool IsOfSession, IReadOnlyList<string> Lacking)
{
    private static readonly string[] OfSessions = ["sess", "sid", "auth", "token", "jwt", "login", "remember", "identity", "user"];

    /// <summary>Scripts of the page have to read these.</summary>
    private static readonly string[] ForScripts = ["csrf", "xsrf"];

    /// <summary>Those of an answer that lack a flag. Over plain HTTP, <c>Secure</c> can't be asked for.</summary>
    public static IReadOnlyList<HeadersCookie> Of(HttpAnswer answer, bool isHttps) =>
        [.. answer.Headers.Where(h => h.Name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase)).Select(h => Read(h.Value, isHttps)).OfType<HeadersCookie>()];

    public static int Deducted(IReadOnlyList<HeadersCookie> cookies) => cookies.Count == 0 ? 0 : cookies.Any(c => c.IsOfSession) ? 40 : 20;

    private static HeadersCookie? Read(string header, bool isHttps)
    {
        var parts = header.Split(';', StringSplitOptions.TrimEntries);
        var name = parts[0].Split('=')[0].Trim();
        var flags = parts.Skip(1).Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries)).GroupBy(p => p[0].ToLowerInvariant()).ToDictionary(p => p.Key, p => p.Last().ElementAtOrDefault(1) ?? "");
        // It is being taken away.
        if (flags.GetValueOrDefault("max-age") is "0" || flags.GetValueOrDefault("max-age")?.StartsWith('-') == true)
            return null;

        bool Names(string[] words) => words.Any(w => name.Contains(w, StringComparison.OrdinalIgnoreCase));
        var forScripts = Names(ForScripts);
        var ofSession = !forScripts && Names(OfSessions);
        var sameSite = flags.GetValueOrDefault("samesite")?.ToLowerInvariant();
        var lacking = new List<string>();
        if (isHttps && !flags.ContainsKey("secure"))
            lacking.Add("Secure");
        if (ofSession && !flags.ContainsKey("httponly"))
            lacking.Add("HttpOnly");
        if ((ofSession || forScripts) && sameSite is not ("lax" or "strict" or "none"))
            lacking.Add("SameSite");
        return lacking.Count > 0 ? new(name, ofSession, lacking) : null;
    }
}
