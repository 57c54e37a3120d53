using Holdpoint.Expressions;
using Holdpoint.Probes.Reports;

namespace Holdpoint.Tests.Probes.Reports;

public sealed class CoverageProbeTests : IDisposable
{
    private const string Cobertura = """
        <?xml version="1.0" ?>
        <!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
        <coverage line-rate="0.8" branch-rate="0.5" lines-covered="8" lines-valid="10" branches-covered="1" branches-valid="2" version="1.9" timestamp="1">
          <packages><package name="p"><classes><class name="c"><methods/><lines><line number="1" hits="1"/></lines></class></classes></package></packages>
        </coverage>
        """;

    private const string Lcov = """
        TN:unit
        SF:/src/a.c
        FN:1,main
        DA:1,5
        DA:2,0
        BRDA:1,0,0,3
        BRDA:1,0,1,-
        LF:2
        LH:1
        end_of_record
        TN:system
        SF:/src/a.c
        DA:2,1,checksum
        end_of_record
        SF:/src/b.c
        LF:6
        LH:4
        end_of_record
        """;

    private readonly SupplyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Cobertura_gives_lines_branches_and_age()
    {
        _folder.Write("c.xml", Cobertura, TimeSpan.FromMinutes(5));

        var facts = await _folder.MeasureAsync(new CoverageProbe(), "c.xml");

        Assert.Equal((0.8, 0.5, 300), (facts.Number("covered"), facts.Number("branches"), facts.Number("age")));
        Assert.IsType<Verdict.Passed>(await JudgeAsync("coverage c.xml covered >= 80% and age < 1h"));
        Assert.Equal("covered is 80%, expected covered >= 90%", Assert.IsType<Verdict.Failed>(await JudgeAsync("coverage c.xml covered >= 90%")).Message);
    }

    [Fact]
    public async Task Lcov_counts_each_line_once_whichever_test_ran_it()
    {
        _folder.Write("lcov.info", Lcov);

        var reading = await _folder.AskAsync(new CoverageProbe(), "lcov.info");

        Assert.Equal(6 / 8.0, reading.Facts().Number("covered"), 6);
        Assert.Equal(0.5, reading.Facts().Number("branches"));
        Assert.Contains("lines    6 of 8 (75%)", reading.EvidenceText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_counted_is_unknown()
    {
        _folder.Write("rates.xml", """<coverage line-rate="0.7"><packages><package><line number="1" hits="1"/></package></packages></coverage>""");
        _folder.Write("nothing.xml", """<coverage line-rate="1" branch-rate="1" lines-covered="0" lines-valid="0" branches-covered="0" branches-valid="0"><packages/></coverage>""");

        Assert.Equal(0.7, (await _folder.MeasureAsync(new CoverageProbe(), "rates.xml")).Number("covered"));
        Assert.Equal("the report counts no branch", (await _folder.MeasureAsync(new CoverageProbe(), "rates.xml")).Unknown("branches"));
        Assert.Contains("the report counts no line", Assert.IsType<Verdict.Unknown>(await JudgeAsync("coverage nothing.xml covered >= 80%")).Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("<coverage line-rate=\"0.9\" lines-covered=\"9\" lines-valid=\"10\"><packages><line", "is no whole XML")]
    [InlineData("<coverage line-rate=\"0.9\" lines-covered=\"19\" lines-valid=\"10\"><packages/></coverage>", "covers 19 of 10")]
    [InlineData("<report name=\"x\"/>", "it looks like JaCoCo's")]
    [InlineData("<coverage generated=\"1\" clover=\"3\"><project/></coverage>", "it looks like Clover's")]
    [InlineData("SF:a.c\nDA:1,1\n", "breaks off within a record of a.c")]
    [InlineData("SF:a.c\nDA:1,1\nSF:b.c\nDA:1,1\nend_of_record\n", "breaks off within a record of a.c")]
    [InlineData("SF:a.c\nDA:1,many\nend_of_record\n", "`many` is no number")]
    [InlineData("{\"total\": {}}", "neither XML nor has it a line that begins with SF:")]
    public async Task What_is_no_whole_report_is_unknown(string content, string because)
    {
        _folder.Write("report", content);

        Assert.Contains(because, Assert.IsType<Verdict.Unknown>(await JudgeAsync("coverage report covered >= 0%")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_reports_are_not_added_up()
    {
        _folder.Write("a.xml", Cobertura);
        _folder.Write("b.xml", Cobertura);

        Assert.Contains("name one", await _folder.RefusalAsync(new CoverageProbe(), "*.xml"), StringComparison.Ordinal);
    }

    private Task<Verdict> JudgeAsync(string mark) => _folder.JudgeAsync(mark);
}
