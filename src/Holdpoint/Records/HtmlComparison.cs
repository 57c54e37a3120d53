using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Records;

/// <summary>The comparison in the report.</summary>
internal static class HtmlComparison
{
    public static void Write(StringBuilder page, RunRecord record)
    {
        if (record.Comparison is not { } comparison)
            return;
        page.Append("<h2>Before and after</h2>\n<div class=\"card scroll\"><table class=\"compared\"><thead><tr>");
        foreach (var column in ComparisonTable.Header(comparison.Staging))
            page.Append($"<th scope=\"col\"{(column is "Metric" or "Verdict" ? "" : " class=\"number\"")}>").Text(column).Append("</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var row in comparison.Rows)
            Row(page, row, comparison.Staging);
        page.Append("</tbody></table>\n<p class=\"quiet small\">").Text($"{ComparisonTable.Note(comparison)} {Limits(comparison)}").Append("</p></div>\n");
    }

    private static void Row(StringBuilder page, BaselineComparison row, string? staging)
    {
        page.Append("<tr><th scope=\"row\">").Text(CleanText.Line(row.Metric)).Append("</th>");
        if (staging is not null)
            Number(page, ComparisonTable.Number(row.Staging, row), row is { StagingChange: { } change, Before: not null } ? $"after {ComparisonTable.Change(change)}" : "");
        Number(page, ComparisonTable.Number(row.Before, row), row.Before is not null && row.BeforeName != BaselineOrigin.BeforeWord ? row.BeforeName : "");
        Number(page, ComparisonTable.Number(row.After, row), "");
        Number(page, ComparisonTable.Changes(row, staging), "");
        page.Append("<td>").Badge(ComparisonTable.ToneOf(row.Verdict), HtmlText.Sign(ComparisonTable.ToneOf(row.Verdict)), ComparisonTable.Word(row.Verdict));
        page.Append(" <span class=\"quiet small\">").Text(CleanText.Line(row.Because)).Append("</span></td></tr>\n");
    }

    private static void Number(StringBuilder page, string number, string note)
    {
        page.Append("<td class=\"number\">").Text(number);
        if (note.Length > 0)
            page.Append("<br /><span class=\"quiet small\">").Text(note).Append("</span>");
        page.Append("</td>");
    }

    private static string Limits(ComparisonRecord comparison)
    {
        var limits = comparison.Rows.GroupBy(r => r.Limit).OrderByDescending(g => g.Count()).ToList();
        return limits.Count == 1 ? $"Worse by more than {Units.Ratio(limits[0].Key)} is flagged."
            : $"Worse by more than {Units.Ratio(limits[0].Key)} is flagged; {string.Join(", ", limits.Skip(1).SelectMany(g => g.Select(r => $"{r.Metric} by more than {Units.Ratio(r.Limit)}")))}.";
    }
}
