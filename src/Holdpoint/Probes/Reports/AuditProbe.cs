using Holdpoint.Expressions;

namespace Holdpoint.Probes.Reports;

/// <summary>What is known against the packages that are used.</summary>
public sealed class AuditProbe : AskingProbe
{
    public override Signature Signature { get; } = new("audit", "Known vulnerabilities of packages: a report of npm audit, pip-audit, dotnet list package, Trivy, Grype or OSV-Scanner, told apart by content")
    {
        Arguments = [new("FILE", "what one of these wrote: npm audit --json; pip-audit --format json (rates nothing: all its findings are high); dotnet list package --vulnerable --include-transitive --format json; trivy … --format json; grype … -o json; osv-scanner … --format json")],
        Facts = Severities.Counts,
        DefaultCondition = "critical == 0 and high == 0",
        OnHosts = true,
        Example = "audit audit.json critical == 0 and high == 0 and age < 1h",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var files = await ReportFiles.FindOneAsync(call, cancel);
        var report = (await files.ReadJsonAsync(AuditReport.Read, cancel))[0];
        return Severities.Measured(report.Findings, files, $"{files.Paths[0]} ({report.Form}): {report.Findings.Count} {(report.Findings.Count == 1 ? "finding" : "findings")}\n{string.Concat(report.Notes.Select(n => n + "\n"))}");
    }
}
