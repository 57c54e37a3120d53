using Holdpoint.Expressions;
using Holdpoint.Probes.Reports;

namespace Holdpoint.Tests.Probes.Reports;

public sealed class AuditProbeTests : IDisposable
{
    private const string Npm7 = """
        {"auditReportVersion":2,"vulnerabilities":{
          "minimist":{"name":"minimist","severity":"critical","isDirect":false,"via":[{"source":1,"name":"minimist","title":"Prototype Pollution in minimist","url":"https://github.com/advisories/GHSA-xvch-5gv4-984h","severity":"critical"}],"range":"<0.2.4"},
          "mkdirp":{"name":"mkdirp","severity":"moderate","via":["minimist"],"range":"0.4.1 - 0.5.1"}},
         "metadata":{"vulnerabilities":{"info":0,"low":0,"moderate":1,"high":0,"critical":1,"total":2},"dependencies":{"prod":3,"total":3}}}
        """;

    private const string Npm6 = """
        {"actions":[],"advisories":{"118":{"module_name":"minimatch","severity":"high","vulnerable_versions":"<=3.0.1","title":"Regular Expression Denial of Service","url":"https://npmjs.com/advisories/118"}},
         "muted":[],"metadata":{"vulnerabilities":{"info":0,"low":0,"moderate":0,"high":2,"critical":0},"dependencies":10,"totalDependencies":12}}
        """;

    private const string Pip = """
        {"dependencies":[{"name":"flask","version":"0.5","vulns":[{"id":"PYSEC-2019-179","fix_versions":["1.0"],"aliases":["CVE-2019-1010083"],"description":"…"},{"id":"PYSEC-2018-66","fix_versions":[],"aliases":[],"description":"…"}]},
         {"name":"jinja2","version":"3.0.2","vulns":[]},{"name":"local","skip_reason":"Dependency not found on PyPI"}],"fixes":[]}
        """;

    private const string Dotnet = """
        {"version":1,"parameters":"--vulnerable --include-transitive","sources":["https://api.nuget.org/v3/index.json"],"projects":[
         {"path":"/src/a.csproj","frameworks":[{"framework":"net10.0","topLevelPackages":[{"id":"Newtonsoft.Json","requestedVersion":"9.0.1","resolvedVersion":"9.0.1","vulnerabilities":[{"severity":"High","advisoryurl":"https://github.com/advisories/GHSA-5crp-9r3c-p9vr"}]}],
           "transitivePackages":[{"id":"System.Net.Http","resolvedVersion":"4.3.0","vulnerabilities":[{"severity":"Moderate","advisoryurl":"https://github.com/advisories/GHSA-7jgj-8wvc-jh57"}]}]}]},
         {"path":"/src/b.csproj","frameworks":[{"framework":"net10.0","topLevelPackages":[{"id":"Newtonsoft.Json","requestedVersion":"9.0.1","resolvedVersion":"9.0.1","vulnerabilities":[{"severity":"High","advisoryurl":"https://github.com/advisories/GHSA-5crp-9r3c-p9vr"}]}]}]},
         {"path":"/src/c.csproj"}]}
        """;

    private const string Trivy = """
        {"SchemaVersion":2,"ArtifactName":"shop:1.4","Results":[
         {"Target":"shop:1.4 (debian 12)","Class":"os-pkgs","Vulnerabilities":[{"VulnerabilityID":"CVE-2024-1","PkgName":"openssl","InstalledVersion":"3.0.1","FixedVersion":"3.0.2","Severity":"CRITICAL","Title":"Overflow"},{"VulnerabilityID":"CVE-2024-2","PkgName":"zlib","InstalledVersion":"1.2","Severity":"UNKNOWN"},{"VulnerabilityID":"CVE-2024-3","PkgName":"tar","InstalledVersion":"1.3","Severity":"LOW"}]},
         {"Target":"Dockerfile","Class":"config","Misconfigurations":[{"ID":"DS002","Title":"root user","Severity":"HIGH","Status":"FAIL"},{"ID":"DS001","Severity":"HIGH","Status":"PASS"}]},
         {"Target":"/app/.env","Class":"secret","Secrets":[{"RuleID":"aws-access-key-id","Severity":"CRITICAL","StartLine":3,"Match":"…"}]}]}
        """;

    private const string Grype = """
        {"matches":[
         {"vulnerability":{"id":"GHSA-1","severity":"Critical","fix":{"versions":["1.2.4","2.0.1"],"state":"fixed"}},"artifact":{"name":"minimist","version":"1.2.0","type":"npm","locations":[{"path":"/app/package-lock.json"}]}},
         {"vulnerability":{"id":"CVE-2024-2","severity":"Negligible","fix":{"versions":[],"state":"wont-fix"}},"artifact":{"name":"tar","version":"1.34","type":"deb"}},
         {"vulnerability":{"id":"CVE-2024-3","severity":"Unknown","fix":{"versions":[],"state":"unknown"}},"artifact":{"name":"zlib1g","version":"1.2","type":"deb"}}],
         "ignoredMatches":[{"vulnerability":{"id":"CVE-2024-4","severity":"High"},"artifact":{"name":"perl"},"appliedIgnoreRules":[{}]}],
         "source":{"type":"image","target":{"userInput":"shop:1.4"}},"distro":{"name":"debian"},"descriptor":{"name":"grype","version":"0.87.0"}}
        """;

    private const string Osv = """
        {"results":[{"source":{"path":"/src/package-lock.json","type":"lockfile"},"packages":[
         {"package":{"name":"minimist","version":"1.2.0","ecosystem":"npm"},
          "vulnerabilities":[{"id":"CVE-2021-1","summary":"other name of the next"},{"id":"GHSA-1","summary":"Prototype Pollution","database_specific":{"severity":"CRITICAL"}},{"id":"GHSA-2","summary":"Slow","database_specific":{"severity":"MODERATE"}},{"id":"OSV-3"}],
          "groups":[{"ids":["GHSA-1","CVE-2021-1"],"aliases":["CVE-2021-1","GHSA-1"],"max_severity":"9.8"},{"ids":["GHSA-2"],"max_severity":""},{"ids":["GHSA-9"],"max_severity":"2.0"}]},
         {"package":{"name":"quiet","version":"1.0.0","ecosystem":"npm"}}]}],"experimental_config":{"licenses":{"summary":false,"allowlist":null}}}
        """;

    private readonly SupplyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Npm7, "1 0 1 0", "critical minimist <0.2.4: Prototype Pollution in minimist https://github.com/advisories/GHSA-xvch-5gv4-984h")]
    [InlineData(Npm6, "0 1 0 0", "high     minimatch <=3.0.1: Regular Expression Denial of Service")]
    [InlineData(Pip, "0 2 0 0", "high     flask 0.5: PYSEC-2018-66, mended in no version yet")]
    [InlineData(Dotnet, "0 1 1 0", "medium   System.Net.Http 4.3.0: https://github.com/advisories/GHSA-7jgj-8wvc-jh57")]
    [InlineData(Grype, "1 1 0 1", "critical minimist 1.2.0: GHSA-1, mended in 1.2.4, 2.0.1 (/app/package-lock.json)")]
    [InlineData(Grype, "1 1 0 1", "low      tar 1.34: CVE-2024-2, wont-fix (deb)")]
    [InlineData(Grype, "1 1 0 1", "1 finding ignored by rules or statements that Grype was given")]
    [InlineData(Osv, "1 1 1 1", "critical minimist 1.2.0: GHSA-1 CVE-2021-1 Prototype Pollution (/src/package-lock.json)")]
    [InlineData(Osv, "1 1 1 1", "medium   minimist 1.2.0: GHSA-2 Slow")]
    [InlineData(Trivy, "2 2 0 1", "critical openssl 3.0.1: CVE-2024-1 Overflow, mended in 3.0.2 (shop:1.4 (debian 12))")]
    public async Task Each_tool_s_findings_are_counted_by_severity_and_named(string report, string counts, string evidence)
    {
        _folder.Write("audit.json", report);

        var reading = await _folder.AskAsync(new AuditProbe(), "audit.json");

        Assert.Equal(counts, string.Join(' ', new[] { "critical", "high", "medium", "low" }.Select(n => reading.Facts().Number(n))));
        Assert.Contains(evidence, reading.EvidenceText(), StringComparison.Ordinal);
        Assert.IsType<Verdict.Failed>(await JudgeAsync());
    }

    [Theory]
    [InlineData("""{"auditReportVersion":2,"vulnerabilities":{},"metadata":{"vulnerabilities":{"total":0},"dependencies":{"total":12}}}""")]
    [InlineData("""{"dependencies":[{"name":"jinja2","version":"3.0.2","vulns":[]}],"fixes":[]}""")]
    [InlineData("""[{"name":"jinja2","version":"3.0.2","vulns":[]}]""")]
    [InlineData("""{"version":1,"parameters":"--vulnerable","projects":[{"path":"/src/c.csproj"}]}""")]
    [InlineData("""{"matches":[],"source":{"type":"image","target":{"userInput":"shop:1.4"}},"descriptor":{"name":"grype","version":"0.87.0"}}""")]
    [InlineData("""{"results":[],"experimental_config":{"licenses":{"summary":false}}}""")]
    [InlineData("""{"SchemaVersion":2,"ArtifactName":"shop","Results":[{"Target":"shop","Class":"os-pkgs"}]}""")]
    public async Task An_audit_that_found_nothing_passes(string report)
    {
        _folder.Write("audit.json", report);

        Assert.IsType<Verdict.Passed>(await JudgeAsync());
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("""{"auditReportVersion":2,"vulnerabilities":{""", "is no whole JSON")]
    [InlineData("""{"error":{"code":"ENOLOCK","summary":"This command requires an existing lockfile."}}""", "the audit failed: ENOLOCK This command requires")]
    [InlineData("""{"vulnerabilities":{},"metadata":{"vulnerabilities":{"total":0},"dependencies":{"total":0}}}""", "audited no package")]
    [InlineData("""{"vulnerabilities":{},"metadata":{"vulnerabilities":{"high":2,"total":2},"dependencies":{"total":9}}}""", "counts 2 vulnerabilities and names none")]
    [InlineData("""{"dependencies":[{"name":"local","skip_reason":"x"}],"fixes":[]}""", "audited no package and skipped 1")]
    [InlineData("[]", "audited no package")]
    [InlineData("""{"version":1,"parameters":"--outdated","projects":[{"path":"a"}]}""", "without --vulnerable")]
    [InlineData("""{"version":1,"parameters":"--vulnerable","problems":[{"level":"error","text":"No assets file was found"}],"projects":[{"path":"a"}]}""", "No assets file was found")]
    [InlineData("""{"version":1,"parameters":"--vulnerable","projects":[]}""", "looked at no project")]
    [InlineData("""{"SchemaVersion":2,"ArtifactName":"shop"}""", "found nothing to scan in shop")]
    [InlineData("""{"name":"shop","version":"1.0.0"}""", "is no report of npm audit, pip-audit")]
    public async Task What_proves_no_audit_is_unknown(string report, string because)
    {
        _folder.Write("audit.json", report);

        Assert.Contains(because, Assert.IsType<Verdict.Unknown>(await JudgeAsync()).Because, StringComparison.Ordinal);
    }

    private Task<Verdict> JudgeAsync() => _folder.JudgeAsync("audit audit.json");
}
