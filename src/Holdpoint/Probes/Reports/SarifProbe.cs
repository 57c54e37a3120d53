using Holdpoint.Expressions;

namespace Holdpoint.Probes.Reports;

/// <summary>What static analysis found.</summary>
public sealed class SarifProbe : AskingProbe
{
    public override Signature Signature { get; } = new("sarif", "Findings of static analysis in SARIF 2.1.0")
    {
        Arguments = [new("GLOB", "a path or a pattern with * ? [a-z] {a,b} **; relative to the checklist's folder")],
        Facts = Severities.Counts,
        DefaultCondition = "critical == 0 and high == 0",
        OnHosts = true,
        Example = "sarif reports/*.sarif critical == 0 and high == 0 and age < 1d",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var files = await ReportFiles.FindAsync(call, cancel);
        var logs = await files.ReadJsonAsync(SarifLog.Read, cancel);
        var tools = string.Concat(files.Paths.Zip(logs, (p, l) => $"{p}: {string.Join(", ", l.Tools)}; {l.Findings.Count} open, {l.Settled} suppressed, gone or no finding\n"));
        return Severities.Measured([.. logs.SelectMany(l => l.Findings)], files, tools);
    }
}
