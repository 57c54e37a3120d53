using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Holdpoint.Records;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Records;

public sealed class HtmlReportTests
{
    private static readonly XNamespace Page = "http://www.w3.org/1999/xhtml";

    [Fact]
    public void The_page_says_first_what_happened()
    {
        var page = Read(HtmlReport.Write(RecordedRun.RolledBack().Record()));
        var banner = page.Descendants(Page + "header").Single();

        Assert.Equal("banner caution", banner.Attribute("class")!.Value);
        Assert.Contains("Web shop: going live", banner.Value);
        Assert.Contains("1.4.0 → 1.5.0 on production", banner.Value);
        Assert.Contains("Version 1.5.0 was rolled back: error_rate (21.3%) > 5%.", banner.Value);
        Assert.Equal("en", page.Root!.Attribute("lang")!.Value);
        Assert.Equal("Rolled back: 1.5.0 on production · Web shop: going live", page.Descendants(Page + "title").First().Value);
    }

    [Fact]
    public void The_page_needs_nothing_but_itself()
    {
        var html = HtmlReport.Write(RecordedRun.RolledBack().Record());
        var page = Read(html);

        Assert.Contains("default-src 'none'", html);
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "link" or "img" or "iframe" or "object");
        Assert.All(page.Descendants().Attributes().Where(a => a.Name.LocalName is "href" or "src"), a => Assert.StartsWith("#", a.Value));
        Assert.DoesNotContain("@import", html);
        Assert.DoesNotMatch(@"url\((?!#)", html);
    }

    [Fact]
    public void Headings_go_down_without_a_leap_and_ids_are_unique()
    {
        var page = Read(HtmlReport.Write(RecordedRun.RolledBack().Record()));
        var levels = page.Descendants().Where(e => Regex.IsMatch(e.Name.LocalName, "^h[1-6]$")).Select(e => e.Name.LocalName[1] - '0').ToList();
        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();

        Assert.Equal(1, levels[0]);
        Assert.Single(levels, 1);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(page.Descendants(Page + "a"), a => Assert.Contains(a.Attribute("href")!.Value[1..], ids));
    }

    [Fact]
    public void A_verdict_is_a_word_and_a_sign_and_not_a_colour_alone()
    {
        var badges = Read(HtmlReport.Write(RecordedRun.RolledBack().Record())).Descendants(Page + "span").Where(s => s.Attribute("class")?.Value.StartsWith("badge ", StringComparison.Ordinal) == true).Select(s => s.Value).ToList();

        Assert.Contains("✓ passed", badges);
        Assert.Contains("! warned", badges);
        Assert.Contains("✗ failed", badges);
        Assert.Contains("– skipped", badges);
        Assert.Contains("✗ fired", badges);
    }

    [Fact]
    public void What_failed_lies_open_and_the_rest_is_folded()
    {
        var page = Read(HtmlReport.Write(RecordedRun.RolledBack().Record()));
        var open = page.Descendants(Page + "details").Where(d => d.Attribute("open") is not null).ToList();

        Assert.Contains("The log is quiet", Assert.Single(open).Value);
        Assert.Contains("ERROR payment timed out", open[0].Value);
        Assert.Contains("57 B", open[0].Value);
    }

    [Fact]
    public void Rollback_charts_rules_signatures_and_the_hash_are_there()
    {
        var record = RecordedRun.RolledBack().Record();
        var page = Read(HtmlReport.Write(record));
        var text = page.Root!.Value;

        Assert.Equal(2, page.Descendants().Count(e => e.Name.LocalName == "svg" && e.Attribute("class")?.Value == "hp-chart"));
        Assert.Contains("Detection 1m 2s", text);
        Assert.Contains("Recovery 23s", text);
        Assert.Contains("budget 2m, kept", text);
        Assert.Contains("! rollback when error_rate > 5% for 1m", text);
        Assert.Contains("“restored on staging on Tuesday”", text);
        Assert.Contains(record.Journal.HeadHash, text);
        Assert.Contains("does not prove that nobody forged", text);
        Assert.Contains("0.0025% of the month", text);
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        var html = HtmlReport.Write(Hostile.Record());
        var page = Read(html);

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("</pre><script>alert(1)</script>]]>", page.Root!.Value);
        Assert.DoesNotContain("\u202e", html);
        Assert.DoesNotContain("&#27;", html);
    }

    [Fact]
    public void The_page_of_a_run_that_goes_on_is_whole_too()
    {
        var text = Read(HtmlReport.Write(RecordedRun.Prepared().Record())).Root!.Value;

        Assert.Contains("In progress", text);
        Assert.Contains("and goes on", text);
        Assert.Contains("not entered", text);
    }

    [Fact]
    public void Two_thousand_items_make_a_page_below_five_megabytes()
    {
        var checklist = "# Long\n\n## All\n\n" + string.Concat(Enumerable.Range(1, 2000).Select(i => $"- [ ] Item number {i} of a long list `? sh ./check {i}`\n"));
        var run = new RecordedRun(checklist);
        run.Tell(new Event.StageEntered(Holdpoint.Plans.Stage.Prepare));
        var output = string.Concat(Enumerable.Repeat("<a line of output & more>\n", 200));
        foreach (var item in run.Plan.AllItems)
        {
            var evidence = run.Store($"{item.Id.Replace('/', '-')}-output.txt", $"{item.Id}\n{output}");
            run.Tell(new Event.Checked(item.Steps[0].Id, 1, RecordedRun.Failed("exit 1", "exit == 0"), 0.1, new Dictionary<string, string> { ["exit"] = "1", ["lines"] = "200" }, [evidence], 0));
        }

        var html = HtmlReport.Write(run.Record());

        Assert.InRange(html.Length, 1_000_000, 5_000_000);
        Assert.Contains("left out of this page for its size", html);
        Read(html);
    }

    private static XDocument Read(string html)
    {
        using var text = new StringReader(html);
        using var xml = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, CheckCharacters = true });
        return XDocument.Load(xml);
    }
}
