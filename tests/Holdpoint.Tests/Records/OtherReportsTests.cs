using System.Text.Json;
using System.Xml.Linq;
using Holdpoint.Checklists;
using Holdpoint.Plans;
using Holdpoint.Records;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Records;

public sealed class OtherReportsTests
{
    [Fact]
    public void The_ticked_checklist_ends_with_how_it_was_watched_and_how_available_it_was()
    {
        var at = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var record = RecordedRun.Finished().Record() with { Watch = new(at, 7200, 3300, null) { EndedBy = "bo", EndedBecause = "quiet" }, Availability = new(3300, 44, 0.9995, 31 * 86_400d, []) };
        var copy = MarkdownReport.Write(record);
        Assert.Contains("\n## Watch\n\n- Watched for 55m of 2h; bo ended it ahead of its time: quiet\n- Available for 98.6% of the 55m watched", copy, StringComparison.Ordinal);
        Assert.Contains("\n- Down for 44s: ", copy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ticked_copy_ticks_what_holds_and_says_by_what()
    {
        var copy = MarkdownReport.Write(RecordedRun.RolledBack().Record());

        Assert.Contains("- [x] Orders are dumped `! sh ./bin/dump` `? file backups/*.sql.gz newest.age < 2m` #critical\\\n  _passed · exit (0) == 0; newest.age (3s) \\< 2m · 2026-11-20 13:59:30 UTC · took 18.6s_\n", copy);
        Assert.Contains("- [x] A restore was tried this week `@ dba`\\\n  _passed · signed by di (dba) · di: “restored on staging on Tuesday” · 2026-11-20 14:00:10 UTC_\n", copy);
        Assert.Contains("- [ ] The log is quiet `? sh ./bin/count-errors` #advisory\\\n  _failed · exit 1, expected exit == 0", copy);
        Assert.Contains("- [ ] Back on errors `! rollback when error_rate > 5% for 1m`\\\n  _rule · fired: error\\_rate (21.3%) > 5%_", copy);
        Assert.Contains("- [ ] ~~Old checkout still works~~", copy);
        Assert.Contains("  - [x] with a card", copy);
    }

    [Fact]
    public void The_ticked_copy_leaves_every_other_byte()
    {
        var run = RecordedRun.Finished();
        var copy = MarkdownReport.Write(run.Record());
        // What was measured stands behind it.
        var lines = copy[..copy.IndexOf("\n\n## Watch", StringComparison.Ordinal)].Split('\n').Where(l => !l.TrimStart().StartsWith('_')).Select(l => l.TrimEnd('\\').Replace("[x]", "[ ]", StringComparison.Ordinal));

        Assert.Equal(RecordedRun.Shop, string.Join('\n', lines));
        Assert.Equal(run.Plan.AllItems.Count(), ChecklistReader.Parse(new SourceText("copy.md", copy)).AllItems.Count());
    }

    [Fact]
    public void A_quiet_rule_of_a_good_run_is_ticked()
    {
        Assert.Contains("- [x] Back on errors", MarkdownReport.Write(RecordedRun.Finished().Record()));
        Assert.Contains("- [ ] Back on errors", MarkdownReport.Write(RecordedRun.Prepared().Record()));
    }

    [Fact]
    public void Each_writes_the_note_of_every_one_and_ticks_when_all_hold()
    {
        var run = new RecordedRun("# S\n\n## Services\n\n**Each:** service in api, web\n\n- [ ] It runs `? sh ./up`\n");
        var steps = run.Plan.AllItems.Select(i => i.Steps[0].Id).ToList();
        run.Tell(new Event.StageEntered(Stage.Prepare));
        run.Tell(new Event.Checked(steps[0], 1, RecordedRun.Passed("exit (0) == 0"), 0.1, RecordedRun.NoFacts, [], 0));
        Assert.Contains("- [ ] It runs `? sh ./up`\\\n  _api: passed · exit (0) == 0 · 2026-11-20 13:59:12 UTC; web: not run_", MarkdownReport.Write(run.Record()));

        run.Tell(new Event.Checked(steps[1], 1, RecordedRun.Passed("exit (0) == 0"), 0.1, RecordedRun.NoFacts, [], 0));
        Assert.Contains("- [x] It runs", MarkdownReport.Write(run.Record()));
    }

    [Fact]
    public void The_json_report_has_its_documented_shape()
    {
        var root = JsonDocument.Parse(JsonReport.Write(RecordedRun.RolledBack().Record())).RootElement;

        Assert.Equal(1, root.GetProperty("schema_version").GetInt32());
        Assert.Equal(("ended", "rolled_back", 4), (root.GetProperty("state").GetString(), root.GetProperty("outcome").GetString(), root.GetProperty("exit_code").GetInt32()));
        Assert.Equal(17.2, root.GetProperty("rollback").GetProperty("execution_seconds").GetDouble());
        Assert.Equal("2026-11-20T13:59:12.000Z", root.GetProperty("started_at").GetString());
        var section = root.GetProperty("sections")[1];
        Assert.Equal(("pre-flight", "warned", 80), (section.GetProperty("id").GetString(), section.GetProperty("verdict").GetString(), section.GetProperty("minimum_score").GetInt32()));
        var step = root.GetProperty("sections")[2].GetProperty("items")[1].GetProperty("steps")[0];
        Assert.Equal("?", step.GetProperty("sign").GetString());
        Assert.Equal(3, step.GetProperty("attempts").GetArrayLength());
        Assert.Equal("200", step.GetProperty("attempts")[2].GetProperty("facts").GetProperty("status").GetString());
        Assert.Equal(68, root.GetProperty("metrics")[0].GetProperty("samples").GetArrayLength());
        Assert.Equal(64, root.GetProperty("journal").GetProperty("head").GetString()!.Length);
    }

    [Fact]
    public void A_run_that_goes_on_has_no_outcome_yet()
    {
        var root = JsonDocument.Parse(JsonReport.Write(RecordedRun.Prepared().Record())).RootElement;

        Assert.Equal("running", root.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("outcome").ValueKind);
        Assert.False(root.TryGetProperty("ended_at", out _));
    }

    [Fact]
    public void A_build_server_sees_a_rolled_back_run_as_red()
    {
        var suites = XDocument.Parse(JUnitReport.Write(RecordedRun.RolledBack().Record())).Root!;
        var run = suites.Elements("testsuite").First().Element("testcase")!;

        Assert.Equal("Version 1.5.0 was rolled back: error_rate (21.3%) > 5%. Version 1.4.0 serves again 1m 43s after it began.", run.Element("failure")!.Attribute("message")!.Value);
        Assert.Equal("1", suites.Attribute("failures")!.Value);
        Assert.Equal(suites.Elements("testsuite").Sum(s => (int)s.Attribute("tests")!), suites.Descendants("testcase").Count());
        Assert.Equal((int)suites.Attribute("skipped")!, suites.Descendants("skipped").Count());
        var card = suites.Descendants("testcase").Single(c => c.Attribute("name")!.Value == "with a card");
        Assert.Equal(("look-closely", "3.4", "release/shop.md"), (card.Attribute("classname")!.Value, card.Attribute("time")!.Value, card.Attribute("file")!.Value));
    }

    [Fact]
    public void A_good_run_is_green_though_something_advisory_failed()
    {
        var suites = XDocument.Parse(JUnitReport.Write(RecordedRun.Finished().Record())).Root!;

        Assert.Equal(("0", "0"), (suites.Attribute("failures")!.Value, suites.Attribute("errors")!.Value));
        Assert.StartsWith("skipped: advisory, failed: exit 1", suites.Descendants("testcase").Single(c => c.Attribute("name")!.Value == "The log is quiet").Element("skipped")!.Attribute("message")!.Value);
    }

    [Fact]
    public void Failed_is_a_failure_and_unknown_an_error()
    {
        var suites = XDocument.Parse(JUnitReport.Write(Hostile.Record())).Root!;

        Assert.Equal("2", suites.Attribute("failures")!.Value);
        Assert.Equal("1", suites.Attribute("errors")!.Value);
        Assert.Contains("</pre><script>alert(1)</script>]]>", suites.Descendants("failure").Last().Value);
    }

    [Fact]
    public void The_job_summary_is_short_and_names_what_is_not_in_order()
    {
        var summary = GitHubSummary.Write(RecordedRun.RolledBack().Record());

        Assert.StartsWith("## ⚠️ Rolled back: Web shop: going live\n", summary);
        Assert.Contains("| deploy | ✓ passed | 2 of 2 | 100 |\n", summary);
        Assert.Contains("- ✗ **The log is quiet** (Pre-flight): exit 1, expected exit == 0\n", summary);
        Assert.Contains("execution 17.2s, recovery 23s; 40.6s of a budget of 2m", summary);
    }

    [Fact]
    public void Annotations_point_at_the_line_and_escape_what_would_end_them()
    {
        var lines = GitHubSummary.Annotations(Hostile.Record());

        Assert.Equal(2, lines.Count);
        Assert.All(lines, l => Assert.DoesNotContain('\n', l));
        Assert.StartsWith("::error file=rel%2Cease%3A%0A100%25.md,line=5,title=Item with", lines[0]);
        Assert.Contains("%25 ::error:: x", lines[0]);
        Assert.Equal("::warning file=release/shop.md,line=17,title=Certificates last::warned: remaining (16d 4h) > 14d, but not > 30d", GitHubSummary.Annotations(RecordedRun.Finished().Record())[0]);
    }

    [Fact]
    public void Annotations_name_files_below_the_root()
    {
        var run = new RecordedRun("# A\n\n## B\n\n- [ ] C `? sh ./c`\n", path: "/repo/docs/release.md");
        run.Tell(new Event.StageEntered(Stage.Prepare)).Check("C", RecordedRun.Unknown("no answer"));

        Assert.Equal("::error file=docs/release.md,line=5,title=C::unknown: no answer", GitHubSummary.Annotations(run.Record(), "/repo").Single());
    }

    [Fact]
    public void A_terminal_shows_the_run_as_a_tree()
    {
        var text = RunText.Write(RecordedRun.RolledBack().Record(), new(80, Timeline: true, Evidence: true));

        Assert.StartsWith("! ROLLED BACK  Web shop: going live\n  Version 1.5.0 was rolled back: error_rate (21.3%) > 5%. Version 1.4.0 serves\n  again 1m 43s after it began.\n", text);
        Assert.Contains("""
            ✓ Backups  [prepare]
              ✓ Orders are dumped #critical
                  ✓ ! sh ./bin/dump
                      passed: exit (0) == 0 (18.4s)
                  ✓ ? file backups/*.sql.gz newest.age < 2m
                      passed: newest.age (3s) < 2m (200ms)
              ✓ A restore was tried this week
                  passed: signed by di (dba)
            """, text);
        Assert.Contains("  ✗ The log is quiet #advisory\n      failed: exit 1, expected exit == 0 (1.9s)\n      errors.txt, 57 B\n      | ERROR payment timed out\n", text);
        Assert.Contains("  14:11:20 ✗ rule “rollback when error_rate > 5% for 1m” fired: error_rate\n             (21.3%) > 5%\n", text);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public void No_line_is_wider_than_the_terminal_and_nothing_speaks_to_it(int width)
    {
        foreach (var record in new[] { RecordedRun.RolledBack().Record(), Hostile.Record() })
        {
            var text = RunText.Write(record, new(width, Timeline: true, Evidence: true));

            Assert.All(text.Split('\n'), l => Assert.True(l.Length <= width, l));
            Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
            Assert.DoesNotContain('\u202e', text);
        }
    }

    [Fact]
    public void Wide_characters_take_two_columns()
    {
        var text = new WrappedText(20);
        text.Line(0, "", "データベース データベース データベース");

        Assert.All(text.ToString().TrimEnd('\n').Split('\n'), l => Assert.Equal("データベース", l));
    }

    [Fact]
    public void A_hostile_run_gives_valid_json_and_markdown_of_one_table()
    {
        var record = Hostile.Record();
        var json = JsonDocument.Parse(JsonReport.WriteBytes(record)).RootElement;
        var summary = GitHubSummary.Write(record);

        Assert.Equal("failed", json.GetProperty("outcome").GetString());
        Assert.DoesNotContain("<script", summary);
        Assert.Single(summary.Split('\n'), l => l.StartsWith("| prepare", StringComparison.Ordinal));
    }
}
