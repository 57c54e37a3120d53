using Holdpoint.Expressions;
using Holdpoint.Probes.Reports;

namespace Holdpoint.Tests.Probes.Reports;

public sealed class JUnitProbeTests : IDisposable
{
    private readonly SupplyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tests_of_all_files_are_counted_and_the_oldest_file_gives_the_age()
    {
        Write("a.xml", """<testsuites><testsuite name="a" tests="2" failures="0"><testcase classname="A" name="one"/><testcase classname="A" name="two"><system-out>error</system-out></testcase></testsuite></testsuites>""", 60);
        Write("deep/b.xml", """<testsuite name="b" tests="2" skipped="1"><testcase classname="B" name="three"/><testcase classname="B" name="four"><skipped/></testcase></testsuite>""", 5);

        var facts = await _folder.MeasureAsync(new JUnitProbe(), "**/*.xml");

        Assert.Equal((4, 0, 1, 1), (facts.Number("total"), facts.Number("failed"), facts.Number("skipped"), facts.Number("passed")));
        Assert.Equal(3600, facts.Number("age"));
        Assert.IsType<Verdict.Passed>(await JudgeAsync("junit **/*.xml"));
    }

    [Fact]
    public async Task Failed_tests_are_named()
    {
        Write("a.xml", """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="jest tests" tests="3" failures="1" errors="1" time="1">
              <testsuite name="cart" tests="3" failures="1" errors="1">
                <testcase classname="cart" name="adds"><failure message="expected 2&#10;got 3" type="AssertionError">at cart.js:7</failure></testcase>
                <testcase classname="cart" name="opens"><error type="TypeError">x</error><failure/></testcase>
                <testcase classname="cart" name="sums"/>
              </testsuite>
            </testsuites>
            """);

        var reading = await _folder.AskAsync(new JUnitProbe(), "a.xml");

        Assert.Equal(2, reading.Facts().Number("failed"));
        Assert.Equal(1 / 3.0, reading.Facts().Number("passed"), 6);
        Assert.Contains("FAILED cart.adds: expected 2\nFAILED cart.opens: TypeError\n", reading.EvidenceText(), StringComparison.Ordinal);
        Assert.Equal("failed is 2, expected failed == 0", (await JudgeAsync("junit a.xml")).Message);
    }

    [Fact]
    public async Task Tests_count_and_not_what_attributes_say_unless_they_know_of_more_failures()
    {
        Write("low.xml", """<testsuite name="s" tests="9" failures="0"><testcase name="a"><failure/></testcase></testsuite>""");
        Write("high.xml", """<testsuites failures="4"><testsuite name="outer" failures="2"><testsuite name="inner" failures="2"><testcase name="a"><failure/></testcase></testsuite></testsuite></testsuites>""");

        Write("outer.xml", """<testsuites tests="3" failures="1"><testsuite name="a"><testcase name="a"/><testcase name="b"/></testsuite></testsuites>""");
        Write("sum.xml", """<testsuites failures="2"><testsuite failures="1"><testcase name="a"><failure/></testcase></testsuite><testsuite failures="1"/></testsuites>""");

        Assert.Equal((2, 1), await CountAsync("outer.xml"));
        Assert.Equal((1, 2), await CountAsync("sum.xml"));
        Assert.Equal((1, 1), await CountAsync("low.xml"));
        Assert.Equal((1, 4), await CountAsync("high.xml"));
    }

    [Fact]
    public async Task Each_tool_s_way_is_read()
    {
        // pytest, Surefire with a test that passed on its second attempt, googletest, a suite that broke, xUnit.net.
        Write("pytest.xml", """<testsuites><testsuite name="pytest" errors="1" failures="0" skipped="1" tests="3" hostname="x"><properties/><testcase classname="t" name="a" time="0.1"/><testcase classname="t" name="b"><skipped type="pytest.skip" message="no"/></testcase><testcase classname="" name="t.broken"><error message="collection failure">E</error></testcase></testsuite></testsuites>""");
        Write("surefire.xml", """<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="T" tests="1" errors="0" failures="0"><testcase name="flaky" classname="T"><flakyFailure message="once"><stackTrace>x</stackTrace></flakyFailure></testcase></testsuite>""");
        Write("gtest.xml", """<testsuites tests="2" disabled="1"><testsuite name="M" tests="2"><testcase name="on" status="run" classname="M"/><testcase name="off" status="notrun" classname="M"/></testsuite></testsuites>""");
        Write("broken.xml", """<testsuite name="S" errors="1"><testcase name="a"/><error message="no database"/></testsuite>""");
        Write("xunit.xml", """<assemblies><assembly name="a.dll" total="3" failed="1" skipped="1"><errors/><collection name="c"><test name="A.one" result="Pass"/><test name="A.two" result="Fail"><failure><message><![CDATA[no way]]></message></failure></test><test name="A.three" result="Skip"><reason>later</reason></test></collection></assembly></assemblies>""");

        Assert.Equal((3, 1), await CountAsync("pytest.xml"));
        Assert.Equal((1, 0), await CountAsync("surefire.xml"));
        Assert.Equal((2, 0), await CountAsync("gtest.xml"));
        Assert.Equal((2, 1), await CountAsync("broken.xml"));
        Assert.Equal((3, 1), await CountAsync("xunit.xml"));
        Assert.Contains("FAILED A.two: no way", (await _folder.AskAsync(new JUnitProbe(), "xunit.xml")).EvidenceText(), StringComparison.Ordinal);
        Assert.Equal(1, (await _folder.MeasureAsync(new JUnitProbe(), "gtest.xml")).Number("skipped"));
    }

    [Fact]
    public async Task No_test_and_only_skipped_ones_never_pass()
    {
        Write("none.xml", "<testsuites/>");
        Write("skipped.xml", """<testsuite name="s"><testcase name="a"><skipped/></testcase></testsuite>""");

        Assert.Equal("total is 0, expected total >= 1", Assert.IsType<Verdict.Failed>(await JudgeAsync("junit none.xml")).Message);
        Assert.Contains("hold no test", Assert.IsType<Verdict.Unknown>(await JudgeAsync("junit none.xml failed == 0")).Because, StringComparison.Ordinal);
        Assert.Contains("every one of 1 tests was skipped", Assert.IsType<Verdict.Unknown>(await JudgeAsync("junit skipped.xml")).Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("<testsuite name=\"s\"><testcase name=\"a\"/>", "is no whole XML")]
    [InlineData("<testsuite name=\"s\"><testcase name=\"a\"", "is no whole XML")]
    [InlineData("<!DOCTYPE t [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><testsuite name=\"s\"><testcase name=\"&a;\"/></testsuite>", "DTD")]
    [InlineData("<html><body/></html>", "is no test report: it begins with <html>")]
    [InlineData("ok 1 - adds", "is no whole XML")]
    public async Task What_is_no_whole_report_is_unknown(string content, string because)
    {
        Write("a.xml", content);
        Write("good.xml", """<testsuite name="s"><testcase name="a"/></testsuite>""");

        Assert.Contains(because, Assert.IsType<Verdict.Unknown>(await JudgeAsync("junit *.xml")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_file_is_no_answer()
    {
        Assert.StartsWith("*.xml: no report matches in", Assert.IsType<Verdict.Unknown>(await JudgeAsync("junit *.xml")).Because, StringComparison.Ordinal);
        Assert.Contains("is a folder: write ./*", await _folder.RefusalAsync(new JUnitProbe(), "."), StringComparison.Ordinal);
    }

    private Task<Verdict> JudgeAsync(string mark) => _folder.JudgeAsync(mark);

    private async Task<(double Total, double Failed)> CountAsync(string file)
    {
        var facts = await _folder.MeasureAsync(new JUnitProbe(), file);
        return (facts.Number("total"), facts.Number("failed"));
    }

    private void Write(string name, string content, int minutesAgo = 0) => _folder.Write(name, content, TimeSpan.FromMinutes(minutesAgo));
}
