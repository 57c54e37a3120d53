using System.Text.Json;

namespace Holdpoint.Probes.Reports;

/// <param name="Form">Whose report it is.</param>
/// <param name="Notes">What the report says of its own limits: packages that were left out.</param>
internal sealed record AuditReport(string Form, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Notes)
{
    /// <exception cref="Unanswered">It is none of the six, or it is one that audited nothing.</exception>
    public static AuditReport Read(string path, JsonElement root)
    {
        if (root.At("error") is { } error)
            throw new Unanswered($"{path}: the audit failed: {error.Text("code")} {error.Text("summary") ?? root.Text("message") ?? "without a reason"}".ReplaceLineEndings(" "));
        if (root.At("vulnerabilities") is { ValueKind: JsonValueKind.Object } && root.At("metadata") is not null)
            return Npm(path, root, root.Members("vulnerabilities").Select(v => NpmPackage(v.Name, v.Value)));
        if (root.At("advisories") is { ValueKind: JsonValueKind.Object } && root.At("metadata") is not null)
            return Npm(path, root, root.Members("advisories").Select(a => NpmAdvisory(a.Value)));
        if (root.At("projects") is { ValueKind: JsonValueKind.Array } && root.At("parameters") is not null)
            return Dotnet(path, root);
        if (root.Text("ArtifactName") is { } artifact && root.At("SchemaVersion") is not null)
            return Trivy(path, root, artifact);
        if (root.At("matches") is { ValueKind: JsonValueKind.Array } && root.At("descriptor")?.Text("name") == "grype")
            return ScannerReports.Grype(root);
        if (root.At("results") is { ValueKind: JsonValueKind.Array } && (root.At("experimental_config") is not null || root.List("results").Any(r => r.At("packages") is not null && r.At("source") is not null)))
            return ScannerReports.Osv(root);
        if ((root.ValueKind == JsonValueKind.Array ? root : root.At("dependencies")) is { ValueKind: JsonValueKind.Array } dependencies && (root.ValueKind == JsonValueKind.Array || root.At("fixes") is not null))
            return Pip(path, dependencies);
        throw new Unanswered($"{path} is no report of npm audit, pip-audit, dotnet list package --vulnerable, Trivy, Grype or OSV-Scanner in JSON");
    }

    /// <summary>https://docs.npmjs.com/cli/v11/commands/npm-audit: one entry a package since version 7, one an advisory before.</summary>
    private static AuditReport Npm(string path, JsonElement root, IEnumerable<Finding> findings)
    {
        var all = findings.ToList();
        var metadata = root.At("metadata") ?? default;
        var dependencies = metadata.At("dependencies")?.Whole("total") ?? metadata.Whole("totalDependencies");
        if (all.Count == 0 && dependencies == 0)
            throw new Unanswered($"{path}: npm audited no package");
        // The head may have been cut out of a larger document: its sum must not know of more.
        var told = metadata.Members("vulnerabilities").Where(v => v.Name != "total" && v.Value.ValueKind == JsonValueKind.Number).Sum(v => v.Value.GetDouble());
        return all.Count == 0 && told > 0
            ? throw new Unanswered($"{path}: npm counts {told} vulnerabilities and names none of them")
            : new("npm audit", all, dependencies is { } count ? [$"{count} packages audited"] : []);
    }

    private static Finding NpmPackage(string name, JsonElement package)
    {
        var why = package.List("via").Select(v => v.ValueKind == JsonValueKind.String ? $"through {v.GetString()}" : $"{v.Text("title")} {v.Text("url")}".Trim());
        return new(Severities.OfWord(package.Text("severity")), $"{name} {package.Text("range")}: {string.Join("; ", why)}");
    }

    private static Finding NpmAdvisory(JsonElement advisory) =>
        new(Severities.OfWord(advisory.Text("severity")), $"{advisory.Text("module_name")} {advisory.Text("vulnerable_versions")}: {advisory.Text("title")} {advisory.Text("url")}");

    /// <summary>https://github.com/pypa/pip-audit, <c>--format json</c>; a bare list up to version 2.4.</summary>
    private static AuditReport Pip(string path, JsonElement dependencies)
    {
        var audited = dependencies.EnumerateArray().Where(d => d.At("vulns") is { ValueKind: JsonValueKind.Array }).ToList();
        var skipped = dependencies.EnumerateArray().Where(d => d.Text("skip_reason") is not null).Select(d => $"not audited: {d.Text("name")}: {d.Text("skip_reason")}").ToList();
        if (audited.Count == 0)
            throw new Unanswered($"{path}: pip-audit audited no package{(skipped.Count > 0 ? $" and skipped {skipped.Count}" : "")}");
        var findings = audited.SelectMany(d => d.List("vulns").Select(v => new Finding(
            Severity.High,
            $"{d.Text("name")} {d.Text("version")}: {v.Text("id")}, mended in {string.Join(", ", v.List("fix_versions").Select(f => f.ToString()).DefaultIfEmpty("no version yet"))}")));
        return new("pip-audit", [.. findings], [$"{audited.Count} packages audited; pip-audit rates nothing, so all are high", .. skipped]);
    }

    /// <summary>https://learn.microsoft.com/dotnet/core/tools/dotnet-package-list; one package of several projects is one finding.</summary>
    private static AuditReport Dotnet(string path, JsonElement root)
    {
        var parameters = root.Text("parameters") ?? "";
        if (!parameters.Contains("--vulnerable", StringComparison.Ordinal))
            throw new Unanswered($"{path}: dotnet list package was run without --vulnerable");
        if (root.List("problems").Concat(root.List("projects").SelectMany(p => p.List("problems"))).FirstOrDefault(p => p.Text("level") == "error") is { ValueKind: JsonValueKind.Object } problem)
            throw new Unanswered($"{path}: dotnet list package failed: {problem.Text("text")}".ReplaceLineEndings(" "));
        if (!root.List("projects").Any())
            throw new Unanswered($"{path}: dotnet list package looked at no project");
        var packages = root.List("projects").SelectMany(p => p.List("frameworks")).SelectMany(f => f.List("topLevelPackages").Concat(f.List("transitivePackages")));
        var findings = packages.SelectMany(p => p.List("vulnerabilities").Select(v => new Finding(
            Severities.OfWord(v.Text("severity")),
            $"{p.Text("id")} {p.Text("resolvedVersion")}: {v.Text("advisoryurl") ?? v.Text("advisoryUrl")}")));
        return new("dotnet list package", [.. findings.Distinct()], parameters.Contains("--include-transitive", StringComparison.Ordinal) ? [] : ["direct packages only: made without --include-transitive"]);
    }

    /// <summary>https://trivy.dev/latest/docs/configuration/reporting/#json: vulnerabilities, failed checks of configurations, secrets.</summary>
    private static AuditReport Trivy(string path, JsonElement root, string artifact)
    {
        if (!root.List("Results").Any())
            throw new Unanswered($"{path}: Trivy found nothing to scan in {artifact}");
        List<Finding> findings = [];
        foreach (var result in root.List("Results"))
        {
            var target = result.Text("Target");
            findings.AddRange(result.List("Vulnerabilities").Select(v => new Finding(Severities.OfWord(v.Text("Severity")),
                $"{v.Text("PkgName")} {v.Text("InstalledVersion")}: {v.Text("VulnerabilityID")} {v.Text("Title")}, {(v.Text("FixedVersion") is { Length: > 0 } mended ? $"mended in {mended}" : "not mended yet")} ({target})")));
            findings.AddRange(result.List("Misconfigurations").Where(m => m.Text("Status") is null or "FAIL").Select(m => new Finding(Severities.OfWord(m.Text("Severity")),
                $"{m.Text("ID") ?? m.Text("AVDID")} {m.Text("Title")} ({target})")));
            findings.AddRange(result.List("Secrets").Select(s => new Finding(Severities.OfWord(s.Text("Severity")), $"secret {s.Text("RuleID")} ({target}:{s.Whole("StartLine")})")));
        }

        return new("Trivy", findings, []);
    }
}
