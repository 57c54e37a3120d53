using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Reports;

/// <summary>What test reports say.</summary>
public sealed class JUnitProbe : AskingProbe
{
    public override Signature Signature { get; } = new("junit", "Test reports in the form of JUnit (Surefire, pytest, Jest, Go and others) or of xUnit.net")
    {
        Arguments = [new("GLOB", "a path or a pattern with * ? [a-z] {a,b} **; relative to the checklist's folder")],
        Facts =
        [
            new("total", Dimension.Count, "tests in all files, skipped ones too"),
            new("failed", Dimension.Count, "tests with a failure or an error, and what suites report beyond their tests; unknown where no test ran"),
            new("skipped", Dimension.Count, "tests that did not run"),
            new("passed", Dimension.Ratio, "share of the tests that ran; unknown where none did"),
            new("age", Dimension.Duration, "since the oldest of the files was written"),
        ],
        DefaultCondition = "total >= 1 and failed == 0",
        OnHosts = true,
        Example = "junit build/test-results/**/*.xml failed == 0 and total >= 200 and age < 1h",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var files = await ReportFiles.FindAsync(call, cancel);
        var reports = await files.ReadAsync(TestReport.Read, cancel);
        var total = reports.Sum(r => r.Total);
        var failed = reports.Sum(r => r.Failed);
        var skipped = reports.Sum(r => r.Skipped);
        var ran = total - skipped;
        return new Reading.Measured(Facts.Of(
            ("total", Value.Count(total)),
            ("failed", ran == 0 && failed == 0 ? new Value.Unknown(total == 0 ? "the reports hold no test" : $"every one of {total} tests was skipped") : Value.Count(failed)),
            ("skipped", Value.Count(skipped)),
            ("passed", ran > 0 ? Value.Ratio(Math.Max(0, ran - failed) / (double)ran) : new Value.Unknown("no test ran")),
            ("age", files.Age)))
        {
            Evidence = [Evidence.OfText("tests.txt", Listing(files, reports))],
        };
    }

    private static string Listing(ReportFiles files, IReadOnlyList<TestReport> reports)
    {
        var text = new StringBuilder();
        foreach (var (path, report) in files.Paths.Zip(reports))
            text.Append($"{path}: {report.Total} tests, {report.Failed} failed, {report.Skipped} skipped\n");
        foreach (var failure in reports.SelectMany(r => r.Failures).Take(200))
            text.Append(failure).Append('\n');
        return text.ToString();
    }
}
