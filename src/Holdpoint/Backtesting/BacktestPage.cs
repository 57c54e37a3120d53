using System.Globalization;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Records;

namespace Holdpoint.Backtesting;

/// <summary>A backtest as one page that stands alone, in the look of a run's report: no request to anywhere, no script, well-formed XML.</summary>
public static class BacktestPage
{
    /// <summary>Charts from near for a rule; all firings are in its table.</summary>
    private const int MostNear = 6;

    private const int MostRows = 200;

    /// <param name="source">Where the numbers came from.</param>
    /// <param name="skipped">Rules that could not be replayed, each with its reason.</param>
    public static string Write(BacktestResult result, string title, string source, IReadOnlyList<string> skipped)
    {
        var page = new StringBuilder(64 * 1024);
        var tone = ToneOf(result);
        page.Append("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\" />\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\" />\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<meta name=\"referrer\" content=\"no-referrer\" />\n<meta name=\"robots\" content=\"noindex\" />\n")
            .Append("<title>").Text($"Backtest: {title}").Append("</title>\n<style>\n").Append(HtmlStyle.Css).Append("\n</style>\n</head>\n<body>\n<main>\n")
            .Append($"<header class=\"banner {HtmlText.Class(tone)}\">\n<h1>Backtest</h1>\n<p class=\"where\">").Text(title).Append("</p>\n<p class=\"verdict\">").Text(Verdict(result)).Append("</p>\n<p class=\"sentence\">").Text(Sentence(result)).Append("</p>\n</header>\n");
        Figures(page, result, source);
        page.Append("<h2>Rules</h2>\n");
        if (result.Request.Deployments is null)
            InTime(page, result);
        else
            ByDeployment(page, result);
        foreach (var one in skipped)
            page.Append("<p class=\"quiet small\">").Text(one).Append("</p>\n");
        Suggestions(page, result);
        for (var i = 0; i < result.Rules.Count; i++)
            Rule(page, result, result.Rules[i], i);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static Tone ToneOf(BacktestResult result) =>
        !result.AnythingJudged ? Tone.Unknown
        : result.Together is { } together ? together.Misses > 0 ? Tone.Bad : together.FalseAlarms > 0 ? Tone.Caution : together.Blind > 0 ? Tone.Unknown : Tone.Good
        : result.Rules.Any(r => r.Fired > 0) ? Tone.Caution
        : result.Rules.All(r => r.WasJudged) ? Tone.Good : Tone.Unknown;

    private static string Verdict(BacktestResult result)
    {
        if (!result.AnythingJudged)
            return "Nothing could be judged";
        if (result.Together is { } together)
            return $"{together.Hits} of {together.Bad} bad deployments found, {Counted(together.FalseAlarms, "false alarm")}";
        var firings = result.Rules.Sum(r => r.Fired);
        return firings == 0 ? "No rule would have fired" : $"{result.Rules.Count(r => r.Fired > 0)} of {Counted(result.Rules.Count, "rule")} would have fired, {Counted(firings, "time")} in all";
    }

    private static string Sentence(BacktestResult result) =>
        $"{Units.Duration(result.Request.To - result.Request.From)} of the past, {BacktestWords.Deployments(result)}.";

    private static void Figures(StringBuilder page, BacktestResult result, string source)
    {
        page.Append("<dl class=\"figures\">\n");
        Figure("Time", Units.Duration(result.Request.To - result.Request.From), $"{Moment.Show(result.Request.From)} to {Moment.Show(result.Request.To)} UTC");
        if (result.Together is { } together)
        {
            Figure("Precision", BacktestWords.Share(together.Precision), "of the alarms were right");
            Figure("Recall", BacktestWords.Share(together.Recall), "of the bad deployments were found");
            Figure("Found in", together.Detection is { } detection ? Units.Duration(detection) : "–", "the middle of all hits");
        }
        else
            Figure("Alarms a week", result.Rules.Sum(r => r.PerDay * 7).ToString("0.#", CultureInfo.InvariantCulture), "of all rules");

        var blind = result.Rules.Select(r => r.BlindShare).DefaultIfEmpty(1).Max();
        Figure("Blind", BacktestWords.Share(blind), "of the time, the blindest rule");
        Figure("Looks", result.Rules.Sum(r => r.Watches.Sum(w => (long)w.Looks)).ToString("N0", CultureInfo.InvariantCulture), source);
        page.Append("</dl>\n");

        void Figure(string name, string value, string note) =>
            page.Append("<div><dt>").Text(name).Append("</dt><dd class=\"value\">").Text(value).Append("</dd><dd class=\"note\">").Text(note).Append("</dd></div>\n");
    }

    private static void InTime(StringBuilder page, BacktestResult result)
    {
        Head(page, "Rule", "Fired", "A week", "Longest", "Blind", "Worst");
        for (var i = 0; i < result.Rules.Count; i++)
        {
            var rule = result.Rules[i];
            Row(page, i, rule.Rule.Text, !rule.WasJudged ? (Tone.Unknown, "never judged") : rule.Fired > 0 ? (Tone.Caution, Counted(rule.Fired, "time")) : (Tone.Good, "quiet"),
                (rule.PerDay * 7).ToString("0.#", CultureInfo.InvariantCulture), rule.Fired > 0 ? Units.Duration(rule.LongestHeld) : "–", BacktestWords.Share(rule.BlindShare), Worst(rule.Worst));
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void ByDeployment(StringBuilder page, BacktestResult result)
    {
        Head(page, "Rule", "", "Hits", "Misses", "False", "Quiet", "Blind", "Precision", "Recall", "Found in");
        for (var i = 0; i < result.Rules.Count; i++)
        {
            var (rule, score) = (result.Rules[i], result.Rules[i].Score);
            Row(page, i, rule.Rule.Text, !rule.WasJudged ? (Tone.Unknown, "never judged") : score.FalseAlarms > 0 ? (Tone.Caution, "noisy") : score.Misses > 0 ? (Tone.Caution, "misses some") : (Tone.Good, "right"), Cells(score));
        }

        if (result.Rules.Count > 1 && result.Together is { } together)
            page.Append("<tr><th scope=\"row\">all rules together</th><td></td>").Append(string.Concat(Cells(together).Select(c => $"<td class=\"number\">{HtmlText.Encode(c)}</td>"))).Append("</tr>\n");
        page.Append("</tbody></table></div>\n");

        static string[] Cells(RuleScore score) =>
        [
            Number(score.Hits), Number(score.Misses), Number(score.FalseAlarms), Number(score.Quiets), Number(score.Blind),
            BacktestWords.Share(score.Precision), BacktestWords.Share(score.Recall), score.Detection is { } time ? Units.Duration(time) : "–",
        ];
    }

    private static void Suggestions(StringBuilder page, BacktestResult result)
    {
        if (result.Suggestions.Count == 0)
            return;
        var deployments = result.Request.Deployments is not null;
        page.Append("<h2>Proposed limits</h2>\n<p class=\"quiet small\">").Text($"The tightest limit with at most {BacktestWords.Rate(result.Request.Suggest!)}. The file stays as it is.").Append("</p>\n");
        Head(page, deployments ? ["Rule", "Now", "False", "Hits", "Proposed", "False", "Hits"] : ["Rule", "Now", "Fires", "Proposed", "Fires"]);
        foreach (var s in result.Suggestions)
        {
            page.Append("<tr><th scope=\"row\">").Text(s.Rule.Text).Append("</th>");
            if (s is { Now: { } now, Proposed: { } proposed })
                foreach (var (effect, isProposed) in new[] { (now, false), (proposed, true) })
                {
                    page.Append(s.Stays && isProposed ? "<td>stays</td>" : $"<td><code>{HtmlText.Encode(effect.Limit.ToString())}</code></td>").Append("<td class=\"number\">").Text(deployments ? $"{effect.FalseAlarms} of {s.Good}" : Number(effect.FalseAlarms)).Append("</td>");
                    if (deployments)
                        page.Append("<td class=\"number\">").Text($"{effect.Hits} of {s.Bad}").Append("</td>");
                }
            else
                page.Append($"<td class=\"quiet\" colspan=\"{(deployments ? 6 : 4)}\">").Text($"none: {s.Because}").Append("</td>");
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Rule(StringBuilder page, BacktestResult result, RulePast rule, int index)
    {
        page.Append($"<h2 id=\"rule-{index}\">").Text(rule.Rule.Text).Append("</h2>\n");
        foreach (var model in BacktestCharts.Whole(result, rule))
            Draw(page, model, result.Request.Deployments is null ? "" : DeploymentLane.Draw(rule, model.From, model.To));
        page.Append("<p class=\"quiet small\">").Text($"Looked at every {Units.Duration(rule.Every)}, {rule.Watches.Sum(w => w.JudgedLooks):N0} of {rule.Watches.Sum(w => w.Looks):N0} looks could be judged{(rule.BlindBecause is { } because ? $"; blind: {because}" : "")}.").Append("</p>\n");
        var told = rule.Watches.SelectMany(w => Told(w)).ToList();
        if (told.Count == 0)
            return;
        page.Append("<div class=\"card scroll\"><table><thead><tr><th scope=\"col\">When (UTC)</th><th scope=\"col\">What</th><th scope=\"col\">Held</th><th scope=\"col\">Values</th></tr></thead><tbody>\n");
        foreach (var (watch, firing) in told.Take(MostRows))
            Line(page, watch, firing);
        page.Append("</tbody></table></div>\n");
        if (told.Count > MostRows)
            page.Append($"<p class=\"quiet small\">and {told.Count - MostRows} more: <code>--json</code> has all</p>\n");
        page.Append($"<details class=\"more\"><summary>From near ({Math.Min(told.Count, MostNear)} of {told.Count})</summary>\n");
        foreach (var (watch, firing) in told.OrderBy(t => t.Watch.Judged is Judged.Miss or Judged.FalseAlarm ? 0 : 1).Take(MostNear))
            Draw(page, BacktestCharts.Near(result, rule, watch, firing));
        page.Append("</details>\n");
    }

    private static IEnumerable<(WatchPast Watch, Firing? Firing)> Told(WatchPast watch) =>
        watch.Judged is Judged.Miss or Judged.Blind && watch.Deployment is not null ? [(watch, null)] : watch.Firings.Select(f => (watch, (Firing?)f));

    private static void Line(StringBuilder page, WatchPast watch, Firing? firing)
    {
        page.Append("<tr><td class=\"number\">").Time(firing?.At ?? watch.From, Moment.Show(firing?.At ?? watch.From)).Append("</td><td>");
        if (watch.Deployment is { } d)
        {
            var tone = watch.Judged switch { Judged.Hit => Tone.Good, Judged.Miss => Tone.Bad, Judged.FalseAlarm => Tone.Caution, Judged.Blind => Tone.Unknown, _ => Tone.Neutral };
            page.Badge(tone, HtmlText.Sign(tone), BacktestWords.Name(watch.Judged))
                .Append(" <span class=\"quiet small\">").Text(firing is null ? d.Name : $"{Units.Duration(firing.At - d.Start)} after {d.Name}").Append("</span>");
        }
        else
            page.Append("fired");
        page.Append("</td><td class=\"number\">").Text(firing is null ? "–" : Units.Duration(firing.Held)).Append("</td><td>")
            .Text(firing?.Shown ?? (watch.Judged == Judged.Blind ? watch.BlindBecause ?? "" : watch.Worst is { } worst ? $"at worst {Worst(worst)}" : "")).Append("</td></tr>\n");
    }

    private static void Draw(StringBuilder page, ChartModel model, string below = "") =>
        page.Append("<div class=\"chart\" tabindex=\"0\" role=\"group\" aria-label=\"").Text($"Chart of {model.Title}").Append("\">").Append(Chart.Draw(model)).Append(below).Append("</div>\n");

    private static void Head(StringBuilder page, params ReadOnlySpan<string> names)
    {
        page.Append("<div class=\"card scroll\"><table><thead><tr>");
        foreach (var name in names)
            page.Append(name.Length > 0 ? $"<th scope=\"col\">{name}</th>" : "<td></td>");
        page.Append("</tr></thead><tbody>\n");
    }

    private static void Row(StringBuilder page, int index, string rule, (Tone Tone, string Word) badge, params ReadOnlySpan<string> cells)
    {
        page.Append($"<tr><th scope=\"row\"><a href=\"#rule-{index}\">").Text(rule).Append("</a></th><td>").Badge(badge.Tone, HtmlText.Sign(badge.Tone), badge.Word).Append("</td>");
        foreach (var cell in cells)
            page.Append("<td class=\"number\">").Text(cell).Append("</td>");
        page.Append("</tr>\n");
    }

    private static string Worst(WorstPast? worst) => worst is null ? "–" : $"{worst.Value} at {Moment.Show(worst.At)}";

    private static string Counted(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
