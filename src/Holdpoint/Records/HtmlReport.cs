using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Plans;

namespace Holdpoint.Records;

using Outcome = Runs.Outcome;

/// <summary>
/// One page that stands alone: no request to anywhere, no script, readable in ten seconds and to the last piece of evidence.
/// It is well-formed XML as well, so that other programs can read it.
/// </summary>
public static class HtmlReport
{
    private const int MostLines = 60;
    private const int MostAllLines = 2000;
    private const int MostAttention = 12;
    private const int MostRows = 500;

    public static string Write(RunRecord record)
    {
        var page = new StringBuilder(64 * 1024);
        var items = new HtmlItems(record);
        page.Append("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\" />\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\" />\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<meta name=\"referrer\" content=\"no-referrer\" />\n<meta name=\"robots\" content=\"noindex\" />\n")
            .Append("<title>").Text($"{record.Ending.Word}: {record.Version} on {record.Environment} · {CleanText.Line(record.Title)}").Append("</title>\n<style>\n").Append(HtmlStyle.Css).Append("\n</style>\n</head>\n<body>\n<main>\n");
        Banner(page, record);
        Attention(page, record, items);
        Figures(page, record);
        Rollback(page, record);
        Stages(page, record);
        Rollouts(page, record);
        Charts(page, record);
        Story(page, record);
        page.Append("<h2>Checklist</h2>\n");
        items.Write(page);
        Rules(page, record);
        HtmlPeople.Write(page, record);
        Seal(page, record);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Banner(StringBuilder page, RunRecord record)
    {
        page.Append($"<header class=\"banner {HtmlText.Class(record.Ending.Tone)}\">\n<h1>").Text(CleanText.Line(record.Title)).Append("</h1>\n<p class=\"where\">")
            .Text($"{(record.PreviousVersion is { } previous ? $"{previous} → " : "")}{record.Version} on {record.Environment}").Append("</p>\n")
            .Append($"<p class=\"verdict\" role=\"status\"><svg viewBox=\"0 0 24 24\" stroke=\"currentColor\" aria-hidden=\"true\"><path d=\"{Icon(record.Ending)}\"/></svg>").Text(record.Ending.Word).Append("</p>\n<p class=\"sentence\">")
            .Text(record.Ending.Sentence).Append("</p>\n</header>\n");
        if (record.Cautions.Count == 0)
            return;
        page.Append("<section class=\"cautions\"><h2>Worth knowing</h2><ul>\n");
        foreach (var caution in record.Cautions)
            page.Append("<li>").Text(Capital(caution)).Append(".</li>\n");
        page.Append("</ul></section>\n");
    }

    private static void Attention(StringBuilder page, RunRecord record, HtmlItems items)
    {
        var bad = record.BadItems.ToList();
        if (bad.Count == 0)
            return;
        page.Append("<section class=\"cautions\"><h2>Failed or unknown</h2><ul>\n");
        foreach (var (section, item) in bad.Take(MostAttention))
            page.Append($"<li><a href=\"#{items.Anchor(item)}\">").Text(item.Text).Append("</a> <span class=\"quiet\">").Text($"({section.Heading}{(item.Advisory ? ", advisory" : "")}) {item.Steps.MaxBy(s => s.Kind)!.Message}").Append("</span></li>\n");
        if (bad.Count > MostAttention)
            page.Append($"<li class=\"quiet\">and {bad.Count - MostAttention} more below</li>\n");
        page.Append("</ul></section>\n");
    }

    private static void Figures(StringBuilder page, RunRecord record)
    {
        page.Append("<dl class=\"figures\">\n");
        var ended = record.EndedAt is { } end ? $"to {(Moments.Day(end) == Moments.Day(record.StartedAt) ? Moments.Time(end) : Moments.Full(end))}" : "and goes on";
        Figure("Duration", Units.Duration(Math.Round(record.DurationSeconds)), $"{Moments.Full(record.StartedAt)} {ended}");
        var leaves = record.AllItems.Where(i => i.Steps.Count > 0 && i.Kind != VerdictKind.Skipped).ToList();
        Figure("Items in order", $"{leaves.Count(i => i.Kind.IsTicked)} of {leaves.Count}", string.Join(", ", leaves.Where(i => !i.Kind.IsTicked).GroupBy(i => i.Kind).OrderByDescending(g => g.Key).Select(g => $"{g.Count()} {g.Key.Word}")));
        Figure("Score", Runs.Gates.Show(record.Score), "of 100, over the stages entered");
        if (record.Availability is { } availability)
        {
            Figure("Downtime", Units.Duration(availability.DownSeconds), $"{Shares.Show(availability.DownShareOfDay)} of a day, {Shares.Show(availability.DownShareOfMonth)} of the month");
            if (availability.Share is { } share)
                Figure("Available", Watching.Availability.Percent(share), $"of the {Units.Duration(Math.Round(availability.ObservedSeconds))} watched{(availability.Budget is { } budget ? $"; {budget}" : "")}");
        }

        if (record.Watch is { } watch)
            Figure("Watched", Units.Duration(Math.Round(watch.WatchedSeconds)), watch.Shown);

        if (record.Rollback is { } back)
            Figure("Back in", back.TotalSeconds is { } total ? Units.Duration(total) : "under way", $"budget {Units.Duration(back.BudgetSeconds)}{(back.WithinBudget is { } within ? within ? ", kept" : ", overrun" : "")}");
        Figure("Started by", record.StartedBy, record.Participants.Count > 0 ? $"with {string.Join(", ", record.Participants.Take(6).Select(p => p.Name))}{(record.Participants.Count > 6 ? $" and {record.Participants.Count - 6} more" : "")}" : "nobody else took part");
        page.Append("</dl>\n");

        void Figure(string name, string value, string note) =>
            page.Append("<div><dt>").Text(name).Append("</dt><dd class=\"value\">").Text(value).Append("</dd>").Append(note.Length > 0 ? $"<dd class=\"note\">{HtmlText.Encode(note)}</dd>" : "").Append("</div>\n");
    }

    private static void Rollback(StringBuilder page, RunRecord record)
    {
        if (record.Rollback is not { } back)
            return;
        page.Append("<h2>Rollback</h2>\n<div class=\"card\">\n<p>").Text($"Cause: {back.Cause}").Append("</p>\n<p class=\"quiet small\">")
            .Text($"Began {Moments.Full(back.BreachBegan)}, decided {Moments.Full(back.DecidedAt)} by {(back.By == "driver" ? "the driver" : back.By)}.");
        foreach (var target in back.Targets)
            page.Text($" {target.Target}: {(target.Before.Length > 0 ? target.Before : "nothing")} {(target.Undone ? "runs again" : "is not proven to run again")}.");
        page.Append("</p>\n");
        (string Name, double? Seconds, string Says)[] times = [("Detection", back.Detection, "until it was certain"), ("Decision", back.Decision, "until the first step"), ("Execution", back.Execution, "steps of the way back"), ("Recovery", back.Recovery, "until it was proven")];
        if (times.Any(t => t.Seconds is > 0))
        {
            page.Append("<div class=\"bar\" aria-hidden=\"true\">");
            for (var i = 0; i < times.Length; i++)
                if (times[i].Seconds is > 0 and { } seconds)
                    page.Append($"<span class=\"t{i + 1}\" style=\"flex-grow:{seconds:0.###}\"></span>");
            page.Append("</div>\n");
        }

        if (back.TotalSeconds is not null)
        {
            page.Append("<ul class=\"times\">");
            for (var i = 0; i < times.Length; i++)
                page.Append($"<li><i class=\"t{i + 1}\" aria-hidden=\"true\"></i>{times[i].Name} <strong class=\"number\">{(times[i].Seconds is { } s ? Units.Duration(s) : "never")}</strong> <span class=\"quiet small\">{times[i].Says}</span></li>");
            page.Append("</ul>\n");
        }

        page.Append("</div>\n");
    }

    private static void Stages(StringBuilder page, RunRecord record)
    {
        page.Append("<h2>Stages</h2>\n<div class=\"card scroll\"><table><thead><tr><th scope=\"col\">Stage</th><th scope=\"col\">Result</th><th scope=\"col\">Items</th><th scope=\"col\">Score</th><th scope=\"col\">Entered</th></tr></thead><tbody>\n");
        foreach (var stage in record.Stages)
        {
            page.Append($"<tr><th scope=\"row\">{stage.Stage.ToString().ToLowerInvariant()}</th><td>").Badge(stage.Kind)
                .Append($"</td><td class=\"number\">{stage.Passed} of {stage.Counted}</td><td class=\"number\">{(stage.EnteredAt is null ? "–" : Runs.Gates.Show(stage.Score))}</td><td class=\"number\">");
            if (stage.EnteredAt is { } at)
                page.Time(at, Moments.Day(at) == Moments.Day(record.StartedAt) ? Moments.Time(at) : Moments.Full(at));
            else
                page.Append("<span class=\"quiet\">not entered</span>");
            page.Append("</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Rollouts(StringBuilder page, RunRecord record)
    {
        if (record.Rollouts.Count == 0)
            return;
        page.Append("<h2>Rollouts</h2>\n");
        foreach (var rollout in record.Rollouts)
            page.Append("<div class=\"chart\" tabindex=\"0\" role=\"group\" aria-label=\"").Text($"Steps of {rollout.Title}").Append("\">").Append(RolloutPicture.Draw(rollout)).Append("</div>\n");
    }

    private static void Charts(StringBuilder page, RunRecord record)
    {
        if (record.Metrics.Count == 0)
            return;
        page.Append("<h2>Metrics</h2>\n");
        foreach (var metric in record.Metrics)
        {
            if (metric.Samples.Count > 0)
                page.Append("<div class=\"chart\" tabindex=\"0\" role=\"group\" aria-label=\"").Text($"Chart of {metric.Name}").Append("\">").Append(Chart.Draw(RecordCharts.Of(metric))).Append("</div>\n");
            if (metric.Missing.Count > 0)
                page.Append("<p class=\"quiet small\">").Text($"{metric.Name}: {string.Join("; ", metric.Missing.Take(5))}").Append("</p>\n");
        }
    }

    private static void Story(StringBuilder page, RunRecord record)
    {
        page.Append("<h2>What happened</h2>\n");
        var told = record.Timeline.Where(l => !l.Routine).ToList();
        Lines(page, told.Count <= MostLines ? told : [.. told.Take(MostLines / 3), .. told.TakeLast(MostLines * 2 / 3)]);
        if (told.Count > MostLines)
            page.Append($"<p class=\"quiet small\">{told.Count - MostLines} lines in the middle are told below only.</p>\n");
        if (told.Count == record.Timeline.Count && told.Count <= MostLines)
            return;
        page.Append($"<details class=\"more\"><summary>Every line ({record.Timeline.Count})</summary>\n");
        Lines(page, record.Timeline.Take(MostAllLines));
        if (record.Timeline.Count > MostAllLines)
            page.Append($"<p class=\"quiet small\">{record.Timeline.Count - MostAllLines} more are in the journal.</p>\n");
        page.Append("</details>\n");
    }

    private static void Lines(StringBuilder page, IEnumerable<TimelineLine> lines)
    {
        page.Append("<ol class=\"timeline\">\n");
        var day = "";
        foreach (var line in lines)
        {
            if (Moments.Day(line.At) != day)
                page.Append($"<li class=\"day\">{day = Moments.Day(line.At)}, UTC</li>\n");
            page.Append("<li>").Time(line.At, Moments.Clock(line.At)).Append($"<span><span class=\"sign {HtmlText.Class(line.Tone)}\" aria-hidden=\"true\">{HtmlText.Sign(line.Tone)}</span></span><span{(line.Routine ? " class=\"quiet\"" : "")}>");
            if (line.Actor != "driver")
                page.Append("<strong>").Text(line.Actor).Append("</strong> ").Text(CleanText.Short(line.Text, 600));
            else
                page.Text(Capital(CleanText.Short(line.Text, 600)));
            page.Append("</span></li>\n");
        }

        page.Append("</ol>\n");
    }

    private static void Rules(StringBuilder page, RunRecord record)
    {
        if (record.Rules.Count + record.Gaps.Count == 0)
            return;
        page.Append("<h2>Rules</h2>\n<div class=\"card scroll\"><table><thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">State</th><th scope=\"col\">What it saw</th></tr></thead><tbody>\n");
        foreach (var rule in record.Rules)
        {
            page.Append("<tr><th scope=\"row\"><code>").Text($"! {rule.Text}").Append("</code></th><td>").Badge(rule.Tone, HtmlText.Sign(rule.Tone), rule.State).Append("</td><td>").Text(rule.Shown);
            if (rule.AcceptedBy is { } by)
                page.Append("<br />").Text($"accepted by {by}: {rule.AcceptedBecause}");
            if (rule.Changes.Count > 1)
            {
                page.Append($"<details class=\"more\"><summary>{rule.Changes.Count} changes</summary>");
                foreach (var change in rule.Changes.Take(MostRows))
                    page.Append("<p class=\"small\">").Time(change.At, Moments.Clock(change.At)).Append(' ').Text($"{change.State}{(change.Shown.Length > 0 ? $": {change.Shown}" : "")}{(change.FilledIn ? " (filled in afterwards)" : "")}").Append("</p>");
                page.Append("</details>");
            }

            page.Append("</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
        if (record.Gaps.Count == 0)
            return;
        page.Append("<h3>Times in which nobody could see</h3>\n<ul>\n");
        foreach (var gap in record.Gaps.Take(MostRows))
            page.Append("<li>").Text($"{Moments.Full(gap.From)} to {(gap.To is { } to ? Moments.Full(to) : "the end")}{(gap.Rule is { } rule ? $", rule “{rule}”" : "")}: {gap.Because}").Append("</li>\n");
        page.Append("</ul>\n");
    }

    private static void Seal(StringBuilder page, RunRecord record)
    {
        page.Append("<footer>\n<h2>Record</h2>\n<dl><dt>Run</dt><dd><code>").Text(record.Id).Append("</code></dd>");
        if (record.Ending.ExitCode is { } code)
            page.Append($"<dt>Exit code</dt><dd>{code}</dd>");
        page.Append("<dt>Tool</dt><dd>").Text(record.Tool).Append($"</dd><dt>Journal</dt><dd>{record.Journal.Entries} entries, newest <code>").Text(record.Journal.HeadHash).Append("</code></dd>");
        if (record.Journal.PreviousRun is { } previous)
            page.Append("<dt>Run before</dt><dd><code>").Text(previous).Append("</code>").Append(record.Journal.PreviousHead is { } head ? $", <code>{HtmlText.Encode(head)}</code>" : "").Append("</dd>");
        page.Append($"<dt>As of</dt><dd>{Moments.Full(record.SeenAt)}</dd></dl>\n<p>").Text(record.Caveat).Append("</p>\n</footer>\n");
    }

    private static string Icon(Ending ending) => (ending.Outcome, ending.Tone) switch
    {
        (Outcome.Passed, _) => "M5 13l4.5 4.5L19 7.5",
        (Outcome.RolledBack, _) or (null, Tone.Bad) => "M9 14L4 9l5-5M4 9h10.5a5.5 5.5 0 0 1 0 11H11",
        (Outcome.Failed or Outcome.RollbackFailed, _) => "M6 6l12 12M18 6L6 18",
        (Outcome.Unknown, _) => "M8.5 9a3.5 3.5 0 1 1 5.2 3.1c-1.1.6-1.7 1.3-1.7 2.4M12 18.5v.1",
        (Outcome.Superseded, _) => "M4 12h15M13 6l6 6-6 6",
        (Outcome.Aborted, _) => "M7 7h10v10H7z",
        (null, Tone.Caution) => "M9 6v12M15 6v12",
        _ => "M12 3.5a8.5 8.5 0 1 0 .1 0zM12 7.5V12l3 2",
    };

    private static string Capital(string text) => text.Length > 0 && char.IsLower(text[0]) ? char.ToUpperInvariant(text[0]) + text[1..] : text;
}
