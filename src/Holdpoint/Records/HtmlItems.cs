using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Records;

/// <summary>The checklist in the page: every item with its verdict, and what it rests on behind a fold.</summary>
internal sealed class HtmlItems
{
    /// <summary>Evidence in one page, encoded: 2 MB. What failed is shown first; the rest lies beside the journal.</summary>
    private const int EvidenceLimit = 2_000_000;

    /// <summary>Attempts listed for a step: the first ones and the last ones.</summary>
    private const int MostAttempts = 24;

    private const int MostFacts = 12;

    private readonly RunRecord _record;
    private readonly Dictionary<ItemRecord, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<EvidenceExcerpt, string> _shown = new(ReferenceEqualityComparer.Instance);

    public HtmlItems(RunRecord record)
    {
        _record = record;
        foreach (var item in record.AllItems)
            _numbers[item] = _numbers.Count + 1;
        Allot();
    }

    public string Anchor(ItemRecord item) => $"item-{_numbers[item]}";

    public void Write(StringBuilder page)
    {
        foreach (var section in _record.Sections)
        {
            page.Append($"<section>\n<h3>").Text(section.Heading.Length > 0 ? section.Heading : "Before the first heading").Append(" <span class=\"quiet small\">").Append(section.Stage.ToString().ToLowerInvariant());
            if (section.MinimumScore is { } minimum)
                page.Append($" · score {Runs.Gates.Show(section.Score)} of {minimum:0.##} needed");
            page.Append("</span></h3>\n");
            if (section.SkippedBecause is { } because)
                page.Append("<p class=\"quiet\">Skipped: ").Text(because).Append("</p>\n");
            Items(page, section.Items);
            page.Append("</section>\n");
        }
    }

    private void Items(StringBuilder page, IReadOnlyList<ItemRecord> items)
    {
        if (items.Count == 0)
            return;
        page.Append("<ul class=\"items\">\n");
        foreach (var item in items)
        {
            page.Append($"<li class=\"item\" id=\"{Anchor(item)}\">");
            if (item.Steps.Any(HasMore) || item.Steps.Count > 1)
            {
                page.Append(item.Steps.Any(s => s.Kind.IsBad) ? "<details open=\"open\"><summary class=\"line\">" : "<details><summary class=\"line\">");
                Line(page, item);
                page.Append("</summary>\n<div class=\"steps\">\n");
                foreach (var step in item.Steps)
                    Step(page, step, alone: item.Steps.Count == 1);
                page.Append("</div></details>");
            }
            else
            {
                page.Append("<div class=\"line\">");
                Line(page, item);
                page.Append("</div>");
            }

            Items(page, item.Children);
            page.Append("</li>\n");
        }

        page.Append("</ul>\n");
    }

    private static void Line(StringBuilder page, ItemRecord item)
    {
        page.Append("<span>");
        if (item is { Steps.Count: 0, Children.Count: 0, Rules: [var rule, ..] })
            page.Badge(rule.Tone, HtmlText.Sign(rule.Tone), rule.State);
        else
            page.Badge(item.Kind);
        page.Append("</span><span class=\"what\">").Text(item.Text);
        if (item.Critical)
            page.Append("<span class=\"tag\">critical</span>");
        if (item.Advisory)
            page.Append("<span class=\"tag\">advisory</span>");
        page.Append("</span>");
        if (item.Message.Length > 0)
            page.Append("<span class=\"msg\">").Text(item.Message).Append("</span>");
    }

    private static bool HasMore(StepRecord step) => step.Attempts.Count > 0 || step.Evidence.Count > 0 || step.Waiver is not null;

    /// <param name="alone">The item's own line has said its verdict and its value already.</param>
    private void Step(StringBuilder page, StepRecord step, bool alone)
    {
        page.Append("<div class=\"step\"><p><code>").Append(step.Sign).Append(' ').Text(step.Text).Append("</code> ");
        if (!alone)
            page.Badge(step.Kind);
        page.Append("</p>\n");
        var told = new List<string>();
        if (step.At is { } at)
            told.Add(Moments.Full(at));
        if (step.ElapsedSeconds > 0)
            told.Add($"took {Units.Duration(step.ElapsedSeconds)}");
        if (step.Attempts.Count > 1)
            told.Add($"{step.Attempts.Count} attempts");
        if (step.Message.Length > 0 && !alone)
            page.Append("<p>").Text(step.Message).Append("</p>\n");
        if (told.Count > 0)
            page.Append("<p class=\"quiet small\">").Text(string.Join(" · ", told)).Append("</p>\n");
        if (step.Attempts.Count > 1)
            Attempts(page, step.Attempts);
        if (step.Attempts is [.., { Facts.Count: > 0 } newest])
            Facts(page, newest.Facts);
        foreach (var excerpt in step.Evidence)
            Evidence(page, excerpt);
        page.Append("</div>\n");
    }

    private static void Attempts(StringBuilder page, IReadOnlyList<AttemptRecord> attempts)
    {
        page.Append("<details class=\"more\"><summary>All attempts</summary><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Attempt</th><th scope=\"col\">When</th><th scope=\"col\">Verdict</th><th scope=\"col\">Value</th><th scope=\"col\">Took</th></tr></thead><tbody>\n");
        var left = attempts.Count - MostAttempts;
        for (var i = 0; i < attempts.Count; i++)
        {
            if (left > 0 && i == MostAttempts / 3)
            {
                page.Append($"<tr><td colspan=\"5\" class=\"quiet\">{left} more are in the journal</td></tr>\n");
                i += left;
            }

            var a = attempts[i];
            page.Append($"<tr><td class=\"number\">{a.Number}{(a.Occurrence > 0 ? $" (round {a.Occurrence})" : "")}</td><td class=\"number\">{Moments.Clock(a.At)}</td><td>").Badge(a.Kind).Append("</td><td>").Text(CleanText.Short(a.Message, 300))
                .Append($"</td><td class=\"number\">{(a.ElapsedSeconds > 0 ? Units.Duration(a.ElapsedSeconds) : "")}</td></tr>\n");
        }

        page.Append("</tbody></table></div></details>\n");
    }

    private static void Facts(StringBuilder page, IReadOnlyDictionary<string, string> facts)
    {
        page.Append("<dl class=\"facts\">");
        foreach (var (name, value) in facts.OrderBy(f => f.Key, StringComparer.Ordinal).Take(MostFacts))
            page.Append("<dt>").Text(CleanText.Line(name)).Append("</dt><dd>").Text(CleanText.Short(CleanText.Line(value), 200)).Append("</dd>");
        page.Append("</dl>\n");
    }

    private void Evidence(StringBuilder page, EvidenceExcerpt excerpt)
    {
        page.Append("<figure><figcaption>").Text($"{excerpt.Name} · {Units.Bytes(excerpt.Bytes)}{(excerpt.Note.Length > 0 ? $" · {excerpt.Note}" : "")}{(excerpt.Attempt > 1 ? $" · attempt {excerpt.Attempt}" : "")}")
            .Append($" · <span title=\"SHA-256 {HtmlText.Encode(excerpt.Sha256)}\">SHA-256 {HtmlText.Encode(CleanText.Short(excerpt.Sha256, 13))}</span>");
        if (excerpt.Text is not null && !_shown.ContainsKey(excerpt))
            page.Append(" · left out of this page for its size; it lies with the run");
        page.Append("</figcaption>");
        if (_shown.TryGetValue(excerpt, out var text))
            page.Append("<pre tabindex=\"0\">").Append(text).Append("</pre>");
        page.Append("</figure>\n");
    }

    /// <summary>Gives the room for evidence to what is bad first, then to the rest in the file's order.</summary>
    private void Allot()
    {
        var room = EvidenceLimit;
        foreach (var step in _record.AllItems.SelectMany(i => i.Steps).OrderByDescending(s => s.Kind.IsBad))
            foreach (var excerpt in step.Evidence)
            {
                if (excerpt.Text is not { } text || room <= 0)
                    continue;
                var encoded = HtmlText.Encode(text);
                room -= encoded.Length;
                if (room >= 0)
                    _shown[excerpt] = encoded;
            }
    }
}
