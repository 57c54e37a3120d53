using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace Holdpoint.Tests.Cli;

public sealed class BacktestCommandTests : CommandLine
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private const string Checklist = """
        # Shop

        ## After the deployment

        **Stage:** watch

        **Watch:** every 15m until 2h

        - [ ] Go back on errors `! rollback when error_rate > 5% for 1m`
        - [ ] Hold when slow `! hold when latency_p95 > 3x baseline for 2m`
        - [ ] Is it up `! tell ops unless http http://localhost/health for 1m`
        """;

    private const string Configuration = """
        holdpoint: 1
        servers: { prometheus: { main: { url: "http://127.0.0.1:1" } } }
        metrics:
          error_rate: { unit: ratio, prometheus: errors }
          latency_p95: { unit: milliseconds, prometheus: latency }
        channels: { ops: { webhook: "http://127.0.0.1:1/hook" } }
        """;

    /// <summary>Two days: errors for five minutes at 6:30 on the first, slowness at 18:30, a gap of an hour at 12 on the second.</summary>
    private void WriteAll(Func<DateTimeOffset, bool>? isGap = null)
    {
        Write("DEPLOY.md", Checklist);
        Write("holdpoint.yaml", Configuration);
        var table = new StringBuilder("time,error_rate,latency_p95\n");
        for (var at = Start; at < Start.AddDays(2); at += TimeSpan.FromSeconds(15))
        {
            var (error, latency) = (at - Start).TotalHours switch { >= 6.5 and < 6.584 => (0.2, 120), >= 18.5 and < 19 => (0.004, 900), _ => (0.004, 120) };
            if (isGap is null ? at.Day == 3 && at.Hour == 12 : isGap(at))
                continue;
            table.Append(CultureInfo.InvariantCulture, $"{at.ToUnixTimeSeconds()},{error},{latency}\n");
        }

        Write("past.csv", table.ToString());
        Write("deployments.csv", "start,end,outcome,name\n2026-03-02T03:00,,good,v1\n2026-03-02T06:00,,bad,v2\n2026-03-02T12:00,,good,v3\n2026-03-02T18:00,,good,v4\n2026-03-03T05:00,,bad,v5\n2026-03-03T12:00,,good,v6\n");
    }

    [Fact]
    public async Task Without_deployments_each_rule_tells_when_it_fired_for_how_long_and_how_often()
    {
        WriteAll();

        var said = await CallAsync("backtest", "--data", "past.csv");

        Assert.Equal(0, said.ExitCode);
        Assert.Equal("Rules of DEPLOY.md on local, 1d 23h from 2026-03-02 00:30:00 to 2026-03-03 23:59:45 UTC", said.Lines[0]);
        Assert.Equal("past.csv · all of it counts as one healthy watch", said.Lines[1]);
        Assert.Equal("   fired  a week  longest   in all  blind  worst  rule", said.Lines[2]);
        Assert.Equal("✗      1     3.5       5m       5m   2.1%    20%  rollback when error_rate > 5% for 1m", said.Lines[3]);
        Assert.Equal("✗      1     3.5  29m 45s  29m 45s   2.1%  900ms  hold when latency_p95 > 3x baseline for 2m", said.Lines[4]);
        Assert.Contains("-  tell ops unless http http://localhost/health for 1m: not replayed, a probe has no past", said.Lines);
        Assert.Contains("  2026-03-02 06:31:00  held 5m  error_rate (20%) > 5%", said.Lines);
    }

    [Fact]
    public async Task Rules_that_have_no_past_are_named_with_their_reason_in_the_text_the_page_and_the_JSON()
    {
        WriteAll();
        Write("DEPLOY.md", Checklist + "\n## Against staging\n\n**Stage:** watch\n\n**Baseline:** run last\n\n- [ ] As before `! hold when latency_p95 > 2x baseline for 2m`\n");
        Write("holdpoint.yaml", Configuration + "\nenvironments: { local: { availability: 'http http://localhost/health' } }\n");
        string[] reasons =
        [
            "tell ops unless http http://localhost/health for 1m: not replayed, a probe has no past",
            "hold when latency_p95 > 2x baseline for 2m: not replayed, its baseline is of the run before, another one at each deployment; name one: Baseline: run ID",
            "rollback unless http http://localhost/health for 30s (availability of local): not replayed, a probe has no past",
        ];

        var said = await CallAsync("backtest", "--data", "past.csv", "--html", "rules.html");
        foreach (var reason in reasons)
            Assert.Contains($"-  {reason}", said.Lines);
        var page = await File.ReadAllTextAsync(Path.Combine(Folder, "rules.html"), TestContext.Current.CancellationToken);
        Assert.Contains("(availability of local): not replayed, a probe has no past", page, StringComparison.Ordinal);

        using var json = JsonDocument.Parse((await CallAsync("backtest", "--data", "past.csv", "--json")).Output);
        Assert.Equal(reasons, json.RootElement.GetProperty("not_replayed").EnumerateArray().Select(r => r.GetString()));
    }

    [Fact]
    public async Task A_secret_of_the_configuration_is_in_none_of_what_is_told()
    {
        WriteAll();
        Write("holdpoint.yaml", Configuration + "\nvars: { limit: '${secret:limit}' }\n");
        Write("DEPLOY.md", Checklist.Replace("error_rate > 5%", "error_rate > ${limit}", StringComparison.Ordinal));
        Write(".secrets/limit", "13.7%\n");

        var said = await CallAsync("backtest", "--data", "past.csv", "--html", "rules.html", "--json");

        Assert.Equal(0, said.ExitCode);
        Assert.Contains("***", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("13.7%", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("13.7%", await File.ReadAllTextAsync(Path.Combine(Folder, "rules.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_deployments_hits_misses_and_false_alarms_are_told()
    {
        WriteAll();

        var said = await CallAsync("backtest", "--data", "past.csv", "--deployments", "deployments.csv", "--suggest", "0%", "--json");

        Assert.Equal(0, said.ExitCode);
        using var json = JsonDocument.Parse(said.Output);
        var rules = json.RootElement.GetProperty("rules").EnumerateArray().ToList();
        var score = rules[0].GetProperty("score");
        int Of(string name) => score.GetProperty(name).GetInt32();
        Assert.Equal((1, 1, 0, 3, 1), (Of("hits"), Of("misses"), Of("false_alarms"), Of("quiet"), Of("blind")));
        Assert.Equal(0.5, score.GetProperty("recall").GetDouble());
        Assert.Equal(31 * 60, score.GetProperty("detected_after_seconds").GetDouble());
        Assert.Equal(["quiet", "hit", "quiet", "quiet", "miss", "blind"], rules[0].GetProperty("watches").EnumerateArray().Select(w => w.GetProperty("judged").GetString()));
        Assert.Equal("false_alarm", rules[1].GetProperty("watches")[3].GetProperty("judged").GetString());
        Assert.Equal("error_rate > 5%", json.RootElement.GetProperty("suggestions")[0].GetProperty("proposed").GetProperty("condition").GetString());
        Assert.Single(json.RootElement.GetProperty("not_replayed").EnumerateArray());
    }

    [Fact]
    public async Task The_table_with_deployments_and_the_proposed_limits_are_readable()
    {
        WriteAll();

        var said = await CallAsync("backtest", "--data", "past.csv", "--deployments", "deployments.csv", "--suggest", "0%");

        Assert.Contains("past.csv · 6 deployments: 4 good, 2 bad", said.Lines);
        Assert.Contains("   hits  misses  false  quiet  blind  precision  recall  found in  worst  rule", said.Lines);
        Assert.Contains("!     1       1      0      3      1       100%     50%       31m    20%  rollback when error_rate > 5% for 1m", said.Lines);
        Assert.Contains("  2026-03-02 06:31:00  31m after v2, a hit: held 5m  error_rate (20%) > 5%", said.Lines);
        Assert.Contains(said.Lines, l => l.StartsWith("  2026-03-03 05:00:00  missed: v5, at worst error_rate 0.4%", StringComparison.Ordinal));
        Assert.Contains("Limits for at most 0% false alarms per good deployment; the file stays as it is", said.Lines);
    }

    [Fact]
    public async Task The_page_stands_alone_and_is_well_formed()
    {
        WriteAll();

        var said = await CallAsync("backtest", "--data", "past.csv", "--deployments", "deployments.csv", "--suggest", "0%", "--html", "page.html");

        Assert.Equal((0, "the page: page.html\n"), (said.ExitCode, said.Talk));
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, "page.html"), TestContext.Current.CancellationToken);
        var page = XDocument.Parse(text.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        Assert.True(page.Descendants().Count(e => e.Name.LocalName == "svg" && (string?)e.Attribute("role") == "img") >= 4);
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName is "src" or "href" && a.Value.Contains("//", StringComparison.Ordinal));
        Assert.Contains("would roll back", text, StringComparison.Ordinal);
        Assert.Contains("v5, bad", text, StringComparison.Ordinal);
        Assert.Contains("has no number of that time", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_proves_nothing()
    {
        WriteAll();

        var said = await CallAsync("backtest", "--from", "1d ago");

        Assert.Equal(6, said.ExitCode);
        Assert.Contains("never judged:", said.Output, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1 refuses the connection", said.Output, StringComparison.Ordinal);
        Assert.Contains("no rule could be judged", said.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_without_numbers_proves_nothing()
    {
        WriteAll();

        Assert.Equal(6, (await CallAsync("backtest", "--data", "past.csv", "--from", "2026-02-01", "--to", "2026-02-02")).ExitCode);
    }

    [Theory]
    [InlineData("--from yesterday --data past.csv", "--from yesterday is no time (write 2026-03-01")]
    [InlineData("--from 2026-03-03 --to 2026-03-02 --data past.csv", "is not before --to")]
    [InlineData("--data nothing.csv", "nothing.csv can't be read")]
    [InlineData("--data past.csv --deployments nothing.csv", "nothing.csv can't be read")]
    [InlineData("--data past.csv --deployments late.csv", "no deployment of late.csv is between")]
    [InlineData("--data past.csv --deployments wrong.csv", "wrong.csv:2:1: error: fine is no outcome")]
    [InlineData("--data wrong.csv", "wrong.csv:1:1: error: ")]
    [InlineData("--data past.csv --suggest some", "--suggest some is no rate of false alarms")]
    [InlineData("--data past.csv --suggest 1%", "add --deployments FILE")]
    [InlineData("--data past.csv --suggest 1/week --deployments deployments.csv", "--suggest 1%")]
    [InlineData("--data past.csv --deployments history", "no run deployed to local between")]
    public async Task Mistakes_are_told_with_their_remedy(string options, string told)
    {
        WriteAll();
        Write("late.csv", "start,outcome\n2027-01-01,good\n");
        Write("wrong.csv", "start,outcome\n2026-03-02,fine\n");

        var said = await CallAsync(["backtest", .. options.Split(' ')]);

        Assert.Equal(2, said.ExitCode);
        Assert.Contains(told, said.Talk, StringComparison.Ordinal);
        Assert.Empty(said.Output);
    }

    [Fact]
    public async Task A_checklist_without_a_rule_has_nothing_to_try()
    {
        WriteAll();
        Write("DEPLOY.md", "# Shop\n\n- [ ] Room left `? disk / free > 1kB`\n");

        var said = await CallAsync("backtest", "--data", "past.csv");

        Assert.Equal(2, said.ExitCode);
        Assert.EndsWith("DEPLOY.md has no rule on a metric, so there is nothing to try (write one into an item: `! rollback when error_rate > 5% for 1m`)\n", said.Talk, StringComparison.Ordinal);
    }
}
