using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Reports;

internal enum Severity
{
    Critical,
    High,
    Medium,
    Low,
}

/// <param name="Told">One line: what and where.</param>
internal sealed record Finding(Severity Severity, string Told);

/// <summary>Findings of scanners, counted by severity.</summary>
internal static class Severities
{
    public static IReadOnlyList<FactDeclaration> Counts { get; } =
    [
        new("critical", Dimension.Count, "findings of critical severity: CVSS 9.0 and above"),
        new("high", Dimension.Count, "of high severity: 7.0 to 8.9; and those that nobody has rated"),
        new("medium", Dimension.Count, "of medium or moderate severity: 4.0 to 6.9"),
        new("low", Dimension.Count, "of lower severity"),
        new("age", Dimension.Duration, "since the oldest of the files was written"),
    ];

    public static Reading Measured(IReadOnlyList<Finding> findings, ReportFiles files, string heading)
    {
        Value Count(Severity severity) => Value.Count(findings.Count(f => f.Severity == severity));
        var text = new StringBuilder(heading);
        foreach (var finding in findings.OrderBy(f => f.Severity).ThenBy(f => f.Told, StringComparer.Ordinal).Take(1000))
            text.Append($"{finding.Severity.ToString().ToLowerInvariant(),-8} {finding.Told}\n");
        return new Reading.Measured(Facts.Of(
            ("critical", Count(Severity.Critical)), ("high", Count(Severity.High)), ("medium", Count(Severity.Medium)), ("low", Count(Severity.Low)), ("age", files.Age)))
        {
            Evidence = [Evidence.OfText("findings.txt", text.ToString())],
        };
    }

    /// <summary>The qualitative scale of CVSS 3.1, section 5.</summary>
    public static Severity OfScore(double score) => score switch { >= 9 => Severity.Critical, >= 7 => Severity.High, >= 4 => Severity.Medium, _ => Severity.Low };

    /// <summary>The words of the tools. What nobody has rated may be anything: it counts as high.</summary>
    public static Severity OfWord(string? word) => word?.ToLowerInvariant() switch
    {
        "critical" => Severity.Critical,
        "medium" or "moderate" => Severity.Medium,
        "low" or "info" or "negligible" => Severity.Low,
        _ => Severity.High,
    };
}
