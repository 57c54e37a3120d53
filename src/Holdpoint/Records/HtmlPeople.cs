using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Records;

/// <summary>Who answered for what: signatures, waivers, gates that people opened, the review.</summary>
internal static class HtmlPeople
{
    private const int MostRows = 500;

    public static void Write(StringBuilder page, RunRecord record)
    {
        if (record.SignOffs.Count + record.Waivers.Count + record.Gates.Count + record.Participants.Count == 0)
            return;
        page.Append("<h2>People and gates</h2>\n");
        if (record.SignOffs.Count > 0)
            Table(page, "Sign-offs", ["Item", "Who", "Role", "When", "Note"], record.SignOffs.Select(s =>
                new[] { s.Item, s.By, s.Role, Moments.Full(s.At), $"{(s.Declined ? "declined" : "")}{(s.Lapsed is { } why ? $"lapsed: {why}" : "")}{(s.Comment.Length > 0 ? $" “{s.Comment}”" : "")}".Trim() }), record.SignOffs.Count);
        if (record.Waivers.Count > 0)
            Table(page, "Waivers", ["Item", "Who", "Role", "Reason", "Until"], record.Waivers.Select(w =>
                new[] { w.Item, w.By, w.Role, w.Reason, $"{Moments.Full(w.Until)}{(w.Ran ? " (over)" : "")}" }), record.Waivers.Count);
        if (record.Gates.Count > 0)
            Table(page, "Gates", ["Gate", "State", "Score", "When", "Held for", "Who and why"], record.Gates.Select(g =>
                new[] { g.Name, g.State, g.Score is null ? "" : Runs.Gates.Show(g.Score), Moments.Full(g.At), g.HeldFor >= 1 ? Units.Duration(Math.Round(g.HeldFor)) : "", g.By.Length > 0 ? $"{g.By}: {g.Reason}" : g.State == "held" ? string.Join("; ", g.Holds.Take(3)) : "" }), record.Gates.Count);
        if (record.Glass is { } glass)
            page.Append("<h3>Broken glass</h3>\n<p>").Text($"{glass.By}, {Moments.Full(glass.At)}: {glass.Reason}. {(glass.Review is { } by ? $"Reviewed by {by}{(glass.ReviewedAt is { } at ? $", {Moments.Full(at)}" : "")}{(glass.Comment.Length > 0 ? $": {glass.Comment}" : "")}." : "The review is open: another person signs it.")}").Append("</p>\n");
        if (record.Participants.Count > 0)
            page.Append("<p class=\"quiet small\">").Text($"Started by {record.StartedBy}; took part: {string.Join("; ", record.Participants.Select(p => $"{p.Name} ({p.Deeds})"))}.").Append("</p>\n");
    }

    private static void Table(StringBuilder page, string name, string[] columns, IEnumerable<string[]> rows, int count)
    {
        page.Append($"<h3>{name}</h3>\n<div class=\"card scroll\"><table><thead><tr>");
        foreach (var column in columns)
            page.Append($"<th scope=\"col\">{column}</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var row in rows.Take(MostRows))
        {
            page.Append("<tr><th scope=\"row\">").Text(row[0]).Append("</th>");
            foreach (var cell in row.AsSpan(1))
                page.Append("<td>").Text(cell).Append("</td>");
            page.Append("</tr>\n");
        }

        if (count > MostRows)
            page.Append($"<tr><td colspan=\"{columns.Length}\" class=\"quiet\">{count - MostRows} more are in the journal</td></tr>\n");
        page.Append("</tbody></table></div>\n");
    }
}
