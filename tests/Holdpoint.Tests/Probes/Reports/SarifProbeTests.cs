using Holdpoint.Expressions;
using Holdpoint.Probes.Reports;

namespace Holdpoint.Tests.Probes.Reports;

public sealed class SarifProbeTests : IDisposable
{
    private readonly SupplyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scores_come_before_levels_and_levels_before_a_rule_s_default()
    {
        Write("""
            {"tool":{"driver":{"name":"CodeQL","rules":[{"id":"sql","properties":{"security-severity":"9.8"}},{"id":"log","properties":{"security-severity":"5.0"}},{"id":"style","defaultConfiguration":{"level":"note"}}]},
              "extensions":[{"name":"pack","rules":[{"id":"xss","properties":{"security-severity":"7.0"}}]}]},
             "results":[
              {"ruleId":"sql","ruleIndex":0,"level":"error","message":{"text":"Query from user input\nmore"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/a.cs"},"region":{"startLine":7}}}]},
              {"ruleId":"log","level":"error","message":{"text":"x"}},
              {"ruleId":"xss","rule":{"index":0,"toolComponent":{"index":0}},"message":{"text":"x"}},
              {"ruleId":"style","message":{"text":"x"}},
              {"ruleId":"other","level":"error","message":{"text":"x"}},
              {"ruleId":"other","message":{"text":"x"}}]}
            """);

        var reading = await _folder.AskAsync(new SarifProbe(), "*.sarif");
        var facts = reading.Facts();

        Assert.Equal((1, 2, 2, 1), (facts.Number("critical"), facts.Number("high"), facts.Number("medium"), facts.Number("low")));
        Assert.Contains("critical src/a.cs:7 sql: Query from user input (CodeQL)", reading.EvidenceText(), StringComparison.Ordinal);
        Assert.Equal("critical is 1, high is 2, expected critical == 0 and high == 0", (await JudgeAsync()).Message);
    }

    [Fact]
    public async Task What_is_suppressed_gone_or_no_finding_does_not_count()
    {
        Write("""
            {"tool":{"driver":{"name":"T"}},"results":[
              {"ruleId":"a","level":"error","suppressions":[{"kind":"inSource"}]},
              {"ruleId":"b","level":"error","suppressions":[{"kind":"external","status":"accepted"},{"kind":"external","status":"underReview"}]},
              {"ruleId":"c","level":"error","baselineState":"absent"},
              {"ruleId":"d","level":"error","kind":"pass"},
              {"ruleId":"e","level":"none"}]}
            """);

        Assert.Equal(1, (await _folder.MeasureAsync(new SarifProbe(), "a.sarif")).Number("high"));
    }

    [Fact]
    public async Task A_scan_that_found_nothing_passes()
    {
        Write("""{"tool":{"driver":{"name":"T"}},"invocations":[{"executionSuccessful":true}],"results":[]}""");

        Assert.IsType<Verdict.Passed>(await JudgeAsync());
    }

    [Theory]
    [InlineData("""{"version":"2.1.0","runs":[]}""", "holds no run")]
    [InlineData("""{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T"}}}]}""", "has no results, not even an empty list")]
    [InlineData("""{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T"}},"invocations":[{"executionSuccessful":false}],"results":[]}]}""", "did not run to a good end")]
    [InlineData("""{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T"}},"results":[]""", "is no whole JSON")]
    [InlineData("""{"results":[]}""", "is no SARIF 2")]
    [InlineData("[1]", "is no SARIF 2")]
    [InlineData("", "is empty")]
    public async Task What_proves_no_scan_is_unknown(string content, string because)
    {
        _folder.Write("a.sarif", content);

        Assert.Contains(because, Assert.IsType<Verdict.Unknown>(await JudgeAsync()).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_only_nests_is_no_report()
    {
        _folder.Write("a.sarif", new string('[', 100_000));

        Assert.Contains("is no whole JSON", Assert.IsType<Verdict.Unknown>(await JudgeAsync()).Because, StringComparison.Ordinal);
    }

    private Task<Verdict> JudgeAsync() => _folder.JudgeAsync("sarif *.sarif");

    private void Write(string run) => _folder.Write("a.sarif", $$"""{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{{run}}]}""");
}
