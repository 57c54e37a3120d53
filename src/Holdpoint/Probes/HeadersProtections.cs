using System.Globalization;

namespace Holdpoint.Probes;

/// <param name="IsMissing">Counts as missing; else it is there, and weaker than it should be.</param>
/// <param name="Deducted">From a score of 100.</param>
internal sealed record ProtectionFinding(string What, string Remedy, int Deducted, bool IsMissing = true);

/// <summary>
/// Judges the headers by which a page has browsers protect it. Deductions and grades follow Mozilla's HTTP Observatory
/// (https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring), without its bonuses; Referrer-Policy costs 5 where it is absent too.
/// </summary>
internal static class HeadersProtections
{
    /// <summary>180 days: what is usually set for "six months".</summary>
    private const long SixMonths = 180 * 86400;

    private static readonly (int From, string Grade)[] Grades =
    [
        (100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (50, "C"), (45, "C-"), (40, "D+"), (30, "D"), (25, "D-"), (int.MinValue, "F"),
    ];

    /// <summary>https://www.w3.org/TR/referrer-policy/: the last word that a browser knows applies.</summary>
    private static readonly string[] ReferrerPolicies =
        ["no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin", "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"];

    public static string Grade(int score) => Grades.First(g => score >= g.From).Grade;

    public static IEnumerable<ProtectionFinding> Of(HttpAnswer answer, bool isHttps)
    {
        var policies = Policies(answer);
        var all = new[] { isHttps ? Transport(answer) : null, Scripts(policies), Frames(answer, policies), Sniffing(answer), Referrer(answer) };
        return all.OfType<ProtectionFinding>();
    }

    public static ProtectionFinding? Redirect(Uri plain, HttpAnswer answer)
    {
        var leads = answer.Status is 301 or 302 or 303 or 307 or 308 && Uri.TryCreate(plain, answer.Header("Location"), out var to) && to.Scheme == "https";
        return leads ? null : new($"the redirect from {plain} to HTTPS", "answer plain HTTP with 301 and Location: https://…", 20);
    }

    /// <summary>RFC 6797, section 8.1: the first header counts.</summary>
    private static ProtectionFinding? Transport(HttpAnswer answer)
    {
        const string Remedy = "Strict-Transport-Security: max-age=31536000; includeSubDomains";
        var directives = Values(answer, "Strict-Transport-Security").FirstOrDefault()?.Split(';', StringSplitOptions.TrimEntries) ?? [];
        var age = directives.Select(d => d.Split('=', 2, StringSplitOptions.TrimEntries)).FirstOrDefault(d => d.Length == 2 && d[0].Equals("max-age", StringComparison.OrdinalIgnoreCase))?[1].Trim('"');
        if (!long.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return new("Strict-Transport-Security", Remedy, 20);
        return seconds >= SixMonths ? null : new($"Strict-Transport-Security of at least 180 days; its max-age is {seconds}", Remedy, seconds == 0 ? 20 : 10);
    }

    /// <summary>CSP Level 3: with a nonce, a hash or strict-dynamic, unsafe-inline is ignored.</summary>
    private static ProtectionFinding? Scripts(IReadOnlyList<IReadOnlyDictionary<string, string[]>> policies)
    {
        if (policies.Count == 0)
            return new("Content-Security-Policy", "Content-Security-Policy: default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'", 25);
        // Each policy has to allow a script: one that forbids it is enough.
        var weak = policies.Select(p => p.GetValueOrDefault("script-src") ?? p.GetValueOrDefault("default-src")).Select(Unsafe).ToList();
        return weak.All(w => w.Length > 0) ? new($"Content-Security-Policy, {weak[0]}", "allow scripts by source, nonce or hash: script-src 'self' 'nonce-…'", 20, IsMissing: false) : null;
    }

    private static string Unsafe(string[]? sources)
    {
        if (sources is null)
            return "which restricts no scripts";
        var hasNonce = sources.Any(s => s.StartsWith("'nonce-", StringComparison.Ordinal) || s.StartsWith("'sha", StringComparison.Ordinal) || s == "'strict-dynamic'");
        return sources.Contains("'unsafe-inline'") && !hasNonce ? "which lets any inline script run ('unsafe-inline')"
            : sources.Contains("'unsafe-eval'") ? "which lets scripts be made from text ('unsafe-eval')"
            : "";
    }

    private static ProtectionFinding? Frames(HttpAnswer answer, IReadOnlyList<IReadOnlyDictionary<string, string[]>> policies)
    {
        var ancestors = policies.Select(p => p.GetValueOrDefault("frame-ancestors")).OfType<string[]>().ToList();
        // Where frame-ancestors is there, browsers don't look at the older header.
        var isProtected = ancestors.Count > 0
            ? ancestors.Any(a => !a.Any(s => s is "*" or "http:" or "https:"))
            : Values(answer, "X-Frame-Options").Any(v => v.ToUpperInvariant() is "DENY" or "SAMEORIGIN");
        return isProtected ? null : new("protection from being framed by other sites", "Content-Security-Policy: frame-ancestors 'none' (or X-Frame-Options: DENY)", 20);
    }

    private static ProtectionFinding? Sniffing(HttpAnswer answer) =>
        Values(answer, "X-Content-Type-Options").FirstOrDefault()?.Equals("nosniff", StringComparison.OrdinalIgnoreCase) == true
            ? null
            : new("X-Content-Type-Options: nosniff", "X-Content-Type-Options: nosniff", 5);

    private static ProtectionFinding? Referrer(HttpAnswer answer)
    {
        const string Remedy = "Referrer-Policy: strict-origin-when-cross-origin";
        var policy = Values(answer, "Referrer-Policy").Select(v => v.ToLowerInvariant()).LastOrDefault(v => ReferrerPolicies.Contains(v));
        return policy switch
        {
            null => new("Referrer-Policy", Remedy, 5),
            "unsafe-url" or "no-referrer-when-downgrade" => new($"Referrer-Policy that keeps whole addresses from other sites; it is {policy}", Remedy, 5),
            _ => null,
        };
    }

    /// <summary>The policies that are enforced, each by its directives; of a directive given twice the first counts (CSP Level 3, 2.2.1).</summary>
    private static List<IReadOnlyDictionary<string, string[]>> Policies(HttpAnswer answer) =>
        [.. Values(answer, "Content-Security-Policy").Select(Directives).Where(d => d.Count > 0)];

    private static IReadOnlyDictionary<string, string[]> Directives(string policy) => policy
        .Split(';').Select(d => d.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(d => d.Length > 0)
        .GroupBy(d => d[0].ToLowerInvariant()).ToDictionary(d => d.Key, d => d.First().Skip(1).Select(s => s.ToLowerInvariant()).ToArray());

    private static IEnumerable<string> Values(HttpAnswer answer, string name) =>
        answer.Headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).SelectMany(h => h.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
