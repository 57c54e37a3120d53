using System.Text.Json;
using System.Xml.Linq;
using Holdpoint.Metrics;
using Holdpoint.Records;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Records;

/// <summary>The table of before and after in the records of a run.</summary>
public sealed class ComparisonTests
{
    /// <summary>Watched for two hours; in the last one the latency is half as long again as before, and the share of errors as it was.</summary>
    private static RecordedRun Slower(bool staging = true, double latency = 0.315)
    {
        var run = RecordedRun.Deployed();
        if (staging)
            run = With(run, new Event.BaselineTaken(new Dictionary<string, BaselineRecord> { ["latency_p95"] = new(0.30, 0.01, 40), ["the-first-day/latency-holds#1 time"] = new(1, 0, 1) }, []) { Origin = "staging", Found = "as in “Staging”" });
        var start = run.Now;
        run.Sample("latency_p95", [.. Enumerable.Range(1, 120).Select(i => new Sample.Measured(start.AddMinutes(i), i <= 60 ? 9 : latency))]);
        run.Sample("error_rate", [.. Enumerable.Range(1, 120).Select(i => new Sample.Measured(start.AddMinutes(i), 0.004))]);
        return run.After(7200).Tell(new Event.Finished(Outcome.Passed, "every gate passed"));

        static RecordedRun With(RecordedRun run, Event happened) => run.Tell(happened);
    }

    [Fact]
    public void After_is_the_last_hour_of_the_watch_and_worse_is_flagged()
    {
        var record = Slower().Record();
        var rows = record.Comparison!.Rows;
        Assert.Equal(["error_rate", "latency_p95"], rows.Select(r => r.Metric));
        Assert.Equal((0.21, 0.315, 0.30), (rows[1].Before, rows[1].After, rows[1].Staging));
        Assert.Equal(0.5, rows[1].Change!.Value, 9);
        Assert.Equal([ComparisonVerdict.Same, ComparisonVerdict.Worse], rows.Select(r => r.Verdict));
        Assert.Contains("worse after the deployment: latency_p95 (+50% against before)", record.Cautions);
    }

    [Fact]
    public void The_page_has_the_table_and_stays_well_formed()
    {
        var page = HtmlReport.Write(Slower().Record());
        var table = XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]).Descendants().Single(e => e.Attribute("class")?.Value == "compared");
        Assert.Equal(["Metric", "Staging", "Before", "After", "Change", "Verdict"], table.Descendants().Where(e => e.Attribute("scope")?.Value == "col").Select(e => e.Value));
        Assert.Contains("latency_p95300msafter +5%210ms315ms+50%", string.Concat(table.Descendants().Where(e => e.Name.LocalName is "th" or "td").Select(e => e.Value)), StringComparison.Ordinal);
        Assert.DoesNotContain("Staging", HtmlReport.Write(Slower(staging: false).Record())[page.IndexOf("compared", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void The_ticked_checklist_has_it_behind_its_own_text()
    {
        var text = MarkdownReport.Write(Slower().Record());
        var table = text[text.IndexOf("## Before and after", StringComparison.Ordinal)..].Split('\n');
        Assert.Equal("| Metric | Staging | Before | After | Change | Verdict |", table[2]);
        Assert.Equal("| --- | ---: | ---: | ---: | ---: | --- |", table[3]);
        Assert.Equal(@"| latency\_p95 | 300ms | 210ms | 315ms | +50% | worse: by more than 10% against before |", table[5]);
        Assert.Equal("", table[^1]);
    }

    [Fact]
    public void As_JSON_it_has_the_numbers()
    {
        using var json = JsonDocument.Parse(JsonReport.Write(Slower().Record()));
        var comparison = json.RootElement.GetProperty("comparison");
        Assert.Equal("staging", comparison.GetProperty("staging").GetString());
        var row = comparison.GetProperty("rows")[1];
        Assert.Equal(("latency_p95", 0.21, 0.315, "worse"), (row.GetProperty("metric").GetString(), row.GetProperty("before").GetDouble(), row.GetProperty("after").GetDouble(), row.GetProperty("verdict").GetString()));
    }

    [Fact]
    public void In_the_terminal_and_on_GitHub_it_stands_too()
    {
        var record = Slower(staging: false).Record();
        Assert.Contains("latency_p95: before 210ms, after 315ms, change +50%", RunText.Write(record), StringComparison.Ordinal);
        Assert.Contains("### Before and after", GitHubSummary.Write(record), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_went_back_is_compared_as_its_version_did()
    {
        var record = RecordedRun.RolledBack().Record();
        Assert.Equal(record.Rollback!.DecidedAt, record.Comparison!.To);
        Assert.Equal(ComparisonVerdict.Worse, record.Comparison.Rows.Single(r => r.Metric == "error_rate").Verdict);
    }

    [Fact]
    public void Without_samples_after_the_deploy_it_is_unknown_and_before_it_there_is_no_table()
    {
        Assert.Null(RecordedRun.Prepared().Record().Comparison);
        var row = RecordedRun.Deployed().Record().Comparison!.Rows[0];
        Assert.Equal((ComparisonVerdict.Unknown, "error_rate has 0 of the 3 samples that a comparison needs"), (row.Verdict, row.Because));
    }
}
