using Holdpoint.Expressions;

namespace Holdpoint.Probes.Reports;

/// <summary>How much of the code the tests ran.</summary>
public sealed class CoverageProbe : AskingProbe
{
    public override Signature Signature { get; } = new("coverage", "A report of code coverage: Cobertura or lcov, told apart by content")
    {
        Arguments = [new("PATH", "one file; relative to the checklist's folder")],
        Facts =
        [
            new("covered", Dimension.Ratio, "share of the lines that ran; unknown where none was counted"),
            new("branches", Dimension.Ratio, "share of the branches that were taken; unknown where none was counted"),
            new("age", Dimension.Duration, "since the file was written"),
        ],
        OnHosts = true,
        Example = "coverage coverage/cobertura.xml covered >= 80% and age < 1h",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var files = await ReportFiles.FindOneAsync(call, cancel);
        var report = (await files.ReadAsync(CoverageReport.Read, cancel))[0];
        return new Reading.Measured(Facts.Of(("covered", Share(report.Lines, "line")), ("branches", Share(report.Branches, "branch")), ("age", files.Age)))
        {
            Evidence = [Evidence.OfText("coverage.txt", $"{files.Paths[0]} ({report.Form})\nlines    {report.Lines}\nbranches {report.Branches}\n")],
        };
    }

    private static Value Share(Coverage coverage, string of) => coverage.Share is { } share ? Value.Ratio(share) : new Value.Unknown($"the report counts no {of}");
}
