using System.Globalization;
using System.Xml;

namespace Holdpoint.Probes.Reports;

/// <summary>
/// One file of test results: <c>testsuites</c>, <c>testsuite</c> and <c>testcase</c> as JUnit's Ant task wrote them and most tools do since
/// (https://github.com/testmoapp/junitxml), or <c>assemblies</c> and <c>test</c> of xUnit.net (https://xunit.net/docs/format-xml-v2).
/// Tests are counted one by one; what a suite's attributes say counts only where they know of more failures.
/// </summary>
internal sealed class TestReport
{
    private const int KeptFailures = 1000;

    private readonly Stack<Suite> _suites = new();
    private readonly List<string> _failures = [];

    private TestReport() { }

    public int Total { get; private set; }

    public int Failed { get; private set; }

    public int Skipped { get; private set; }

    /// <summary>A line for each failed test, the first 1000: its name, and what it said.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <exception cref="XmlException">It is no whole XML.</exception>
    /// <exception cref="Unanswered">It is something else than test results.</exception>
    public static TestReport Read(string path, Stream stream)
    {
        using var xml = ReportFiles.Xml(stream);
        xml.MoveToContent();
        if (xml.LocalName is not ("testsuites" or "testsuite" or "assemblies" or "assembly"))
            throw new Unanswered($"{path} is no test report: it begins with <{xml.LocalName}>, not with <testsuites>, <testsuite> or <assemblies>");
        var report = new TestReport();
        do
        {
            if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName is "testsuites" or "testsuite")
                report.Leave();
            else if (xml.NodeType == XmlNodeType.Element)
                report.See(xml);
        }
        while (xml.Read());
        return report;
    }

    private void See(XmlReader xml)
    {
        switch (xml.LocalName)
        {
            case "testsuites" or "testsuite":
                Enter(xml);
                break;
            case "testcase":
                SeeCase(xml);
                break;
            case "test" when xml.GetAttribute("result") is { } result:
                Count(result == "Fail", result is "Skip" or "NotRun", xml.GetAttribute("name") ?? "a test", result == "Fail" ? MessageBelow(xml) : null);
                break;
            case "error":
                // A suite or an assembly itself broke, outside of any test.
                if (_suites.TryPeek(out var suite))
                    suite.Shown++;
                Count(failed: true, skipped: false, suite?.Name ?? xml.GetAttribute("name") ?? "the assembly", xml.GetAttribute("message") ?? xml.GetAttribute("type"));
                break;
        }
    }

    private void Enter(XmlReader xml)
    {
        var suite = new Suite(xml.GetAttribute("name") ?? "a suite", Number(xml, "failures") + Number(xml, "errors"));
        _suites.Push(suite);
        if (xml.IsEmptyElement)
            Leave();
    }

    private void Leave()
    {
        var suite = _suites.Pop();
        if (suite.Claimed > suite.Shown)
        {
            Failed += suite.Claimed - suite.Shown;
            _failures.Add($"FAILED {suite.Name}: the suite reports {suite.Claimed} failures, {suite.Shown} of its tests do");
        }

        // The figures of a suite around others are their sum.
        if (_suites.TryPeek(out var outer))
            outer.Shown += Math.Max(suite.Claimed, suite.Shown);
    }

    private void SeeCase(XmlReader xml)
    {
        var name = string.Join('.', new[] { xml.GetAttribute("classname") ?? xml.GetAttribute("class"), xml.GetAttribute("name") }.Where(n => !string.IsNullOrEmpty(n)));
        var (failed, skipped, message) = (false, xml.GetAttribute("status") is "notrun" or "disabled" or "skipped", (string?)null);
        if (!xml.IsEmptyElement)
        {
            var depth = xml.Depth;
            while (xml.Read() && xml.Depth > depth)
            {
                if (xml.NodeType != XmlNodeType.Element || xml.Depth != depth + 1)
                    continue;
                skipped |= xml.LocalName is "skipped" or "disabled" or "ignored";
                if (xml.LocalName is not ("failure" or "error"))
                    continue;
                failed = true;
                message ??= xml.GetAttribute("message") ?? xml.GetAttribute("type");
            }
        }

        if (failed && _suites.TryPeek(out var suite))
            suite.Shown++;
        Count(failed, skipped && !failed, name.Length > 0 ? name : "a test without a name", message);
    }

    private void Count(bool failed, bool skipped, string name, string? message)
    {
        Total++;
        if (skipped)
            Skipped++;
        if (!failed)
            return;
        Failed++;
        if (_failures.Count < KeptFailures)
            _failures.Add($"FAILED {name}{(string.IsNullOrWhiteSpace(message) ? "" : ": " + FirstLine(message))}");
    }

    private static string? MessageBelow(XmlReader xml)
    {
        if (xml.IsEmptyElement)
            return null;
        using var below = xml.ReadSubtree();
        return below.ReadToFollowing("message") ? below.ReadElementContentAsString() : null;
    }

    private static int Number(XmlReader xml, string attribute) =>
        int.TryParse(xml.GetAttribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string FirstLine(string message)
    {
        var line = message.Trim().Split('\n')[0].TrimEnd();
        return line.Length > 200 ? line[..199] + "…" : line;
    }

    /// <param name="Claimed">Failures and errors by its attributes.</param>
    private sealed record Suite(string Name, int Claimed)
    {
        public int Shown { get; set; }
    }
}
