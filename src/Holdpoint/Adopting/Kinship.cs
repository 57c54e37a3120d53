using System.Text.RegularExpressions;

namespace Holdpoint.Adopting;

/// <summary>Whether an item and commands are about the same: a word in common, or a tool and what it is for.</summary>
internal static partial class Kinship
{
    /// <summary>The first of the pairs: tools that have one purpose.</summary>
    private const int Certain = 7;

    private static readonly (Regex Item, Regex Commands)[] Pairs =
    [
        (Vulnerabilities(), Scanners()),
        (Tests(), Testers()),
        (Secrets(), Leaks()),
        (Services(), Listings()),
        (Health(), Requests()),
        (Errors(), Logs()),
        (Data(), Clients()),
        (Images(), Engines()),
        (Manifests(), Appliers()),
    ];

    /// <summary>A tool and what it is for.</summary>
    public static bool IsOfOneKind(string item, string commands) => Pairs.Take(Certain).Any(p => p.Item.IsMatch(item) && p.Commands.IsMatch(commands));

    public static bool IsBetween(string item, string commands)
    {
        if (Pairs.Any(p => p.Item.IsMatch(item) && p.Commands.IsMatch(commands)))
            return true;
        var words = Word().Matches(item).Select(m => m.Value.ToLowerInvariant()).Where(w => w.Length > 4).ToHashSet(StringComparer.Ordinal);
        return Word().Matches(commands).Any(m => words.Contains(m.Value.ToLowerInvariant()));
    }

    [GeneratedRegex(@"[\p{L}]+")]
    private static partial Regex Word();

    [GeneratedRegex("vulnerab|severity|security scan", RegexOptions.IgnoreCase)]
    private static partial Regex Vulnerabilities();

    [GeneratedRegex(@"\b(audit|safety|trivy|snyk|grype|bandit)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Scanners();

    [GeneratedRegex(@"\btest|прове|тест|测试|テスト|prueba|teste", RegexOptions.IgnoreCase)]
    private static partial Regex Tests();

    [GeneratedRegex(@"\b(pytest|jest|vitest|test|phpunit|rspec|k6|locust)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Testers();

    [GeneratedRegex("secret|credential", RegexOptions.IgnoreCase)]
    private static partial Regex Secrets();

    [GeneratedRegex(@"\b(?:detect-secrets|git[ -]secrets|secretlint|gitleaks|trufflehog)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Leaks();

    [GeneratedRegex(@"\b(services?|containers?|pods?) (?:are )?(?:running|up|healthy)|laufen|running", RegexOptions.IgnoreCase)]
    private static partial Regex Services();

    [GeneratedRegex(@"\b(ps|pods|status|is-active)\b")]
    private static partial Regex Listings();

    [GeneratedRegex(@"\b(health|endpoint|respond|reachable|api|erreichbar)", RegexOptions.IgnoreCase)]
    private static partial Regex Health();

    [GeneratedRegex(@"\b(curl|wget|http)\b")]
    private static partial Regex Requests();

    [GeneratedRegex(@"error|logs?\b|fehler|erreur", RegexOptions.IgnoreCase)]
    private static partial Regex Errors();

    [GeneratedRegex(@"\b(logs|journalctl|tail)\b")]
    private static partial Regex Logs();

    [GeneratedRegex("database|postgres|mysql|datenbank|base de d|base de données|数据库", RegexOptions.IgnoreCase)]
    private static partial Regex Data();

    [GeneratedRegex(@"\b(psql|mysql|pg_isready|pg_dump|migrate|alembic|prisma)\b")]
    private static partial Regex Clients();

    [GeneratedRegex(@"images?\b|container", RegexOptions.IgnoreCase)]
    private static partial Regex Images();

    [GeneratedRegex(@"\bdocker\b")]
    private static partial Regex Engines();

    [GeneratedRegex("manifest|kubernetes", RegexOptions.IgnoreCase)]
    private static partial Regex Manifests();

    [GeneratedRegex(@"\b(kubectl|helm)\b")]
    private static partial Regex Appliers();
}
