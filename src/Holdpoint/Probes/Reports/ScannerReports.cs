using System.Globalization;
using System.Text.Json;

namespace Holdpoint.Probes.Reports;

/// <summary>Reports of scanners that look at images and trees of any ecosystem.</summary>
internal static class ScannerReports
{
    /// <summary>https://oss.anchore.com/docs/guides/vulnerability/interpreting-results/, <c>-o json</c>; it ends with who wrote it, and does not say how much was looked at.</summary>
    /// <exception cref="Unanswered">It does not say what was scanned.</exception>
    public static AuditReport Grype(JsonElement root)
    {
        if (root.At("source") is not { ValueKind: JsonValueKind.Object } source)
            throw new Unanswered("the report of Grype names nothing that was scanned");
        var findings = root.List("matches").Select(m => (Vulnerability: m.At("vulnerability") ?? default, Package: m.At("artifact") ?? default)).Select(m => new Finding(
            Severities.OfWord(m.Vulnerability.Text("severity")),
            $"{m.Package.Text("name")} {m.Package.Text("version")}: {m.Vulnerability.Text("id")}, {Fix(m.Vulnerability.At("fix") ?? default)} ({m.Package.List("locations").Select(l => l.Text("path")).FirstOrDefault() ?? m.Package.Text("type")})"));
        var ignored = root.List("ignoredMatches").Count();
        var target = source.At("target") is { } t ? t.ValueKind == JsonValueKind.String ? t.GetString() : t.Text("userInput") : null;
        return new("Grype", [.. findings], [$"scanned: {source.Text("type")} {target}".TrimEnd(), .. ignored == 0 ? (IEnumerable<string>)[] : [$"{ignored} {(ignored == 1 ? "finding" : "findings")} ignored by rules or statements that Grype was given"]]);
    }

    /// <summary>https://google.github.io/osv-scanner/output/, <c>--format json</c>: a group is one vulnerability under all its names. It writes none where it found no package to look up.</summary>
    public static AuditReport Osv(JsonElement root)
    {
        var found = from result in root.List("results")
                    from package in result.List("packages")
                    let all = package.List("vulnerabilities").ToList()
                    let groups = package.List("groups").Select(g => (Ids: g.List("ids").Select(i => i.ToString()).ToList(), Score: g.Text("max_severity"))).ToList()
                    let alone = all.Select(v => v.Text("id") ?? "").Where(id => !groups.Any(g => g.Ids.Contains(id))).Select(id => (Ids: new List<string> { id }, Score: (string?)null))
                    from one in groups.Concat(alone)
                    let entries = all.Where(v => one.Ids.Contains(v.Text("id") ?? "")).ToList()
                    select new Finding(
                        Rating(one.Score, entries),
                        $"{package.At("package")?.Text("name")} {package.At("package")?.Text("version")}: {string.Join(' ', one.Ids.Append(entries.Select(e => e.Text("summary")).LastOrDefault(s => s is not null)).OfType<string>())} ({result.At("source")?.Text("path")})");
        return new("OSV-Scanner", [.. found], [$"{root.List("results").Sum(r => r.List("packages").Count())} packages named; those without findings only with --all-packages"]);
    }

    private static string Fix(JsonElement fix) => string.Join(", ", fix.List("versions").Select(v => v.ToString())) is { Length: > 0 } versions ? $"mended in {versions}" : fix.Text("state") is "wont-fix" ? "wont-fix" : "not mended yet";

    /// <summary>By the highest score; where there is none, by the word of the database.</summary>
    private static Severity Rating(string? highest, IEnumerable<JsonElement> entries) =>
        double.TryParse(highest, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var score) ? Severities.OfScore(score)
        : entries.Select(e => Severities.OfWord(e.At("database_specific")?.Text("severity"))).DefaultIfEmpty(Severity.High).Min();
}
