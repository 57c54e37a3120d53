using System.Text;
using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Records;

/// <summary>The checklist itself with its boxes ticked and, after each item, how it stands, by which value, who, and when. All other characters stay.</summary>
public static class MarkdownReport
{
    /// <summary>A note is a line to read, not the whole output.</summary>
    private const int LongestMessage = 240;

    public static string Write(RunRecord record) => TickedCopy.Write(record.Plan.Checklist, Results(record)) + Behind(record);

    /// <summary>The file's bytes, its byte order mark included.</summary>
    public static byte[] WriteBytes(RunRecord record) => record.Plan.Checklist.Source.ToBytes(Write(record));

    /// <summary>Behind the file's own text: how long it was watched and how available it was, and where a deployment was measured, how it compares with before.</summary>
    private static string Behind(RunRecord record)
    {
        var source = record.Plan.Checklist.Source.Text;
        var end = source.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        List<string> lines = [.. Watched(record), .. Compared(record)];
        return lines.Count == 0 ? "" : string.Join(end, [source.EndsWith('\n') ? "" : end, .. lines]);
    }

    private static IEnumerable<string> Watched(RunRecord record)
    {
        List<string> lines = [];
        if (record.Watch is { } watch)
            lines.Add($"- Watched for {watch.Shown}");
        if (record.Availability is { } availability)
        {
            if (availability.Share is { } share)
                lines.Add($"- Available for {Watching.Availability.Percent(share)} of the {Units.Duration(Math.Round(availability.ObservedSeconds))} watched{(availability.Budget is { } budget ? $"; {budget}" : "")}");
            lines.Add($"- Down for {Units.Duration(availability.DownSeconds)}: {Shares.Show(availability.DownShareOfDay)} of a day, {Shares.Show(availability.DownShareOfMonth)} of the month");
        }

        return lines.Count == 0 ? [] : ["## Watch", "", .. lines.Select(TickedCopy.Escape), ""];
    }

    private static IEnumerable<string> Compared(RunRecord record) => record.Comparison is { } comparison
        ? ["## Before and after", "", .. ComparisonTable.Markdown(comparison, TickedCopy.Escape), "", TickedCopy.Escape(ComparisonTable.Note(comparison)), ""]
        : [];

    private static Func<Item, ItemResult?> Results(RunRecord record)
    {
        var results = new Dictionary<Item, List<ItemRecord>>(ReferenceEqualityComparer.Instance);
        foreach (var item in record.AllItems)
            if (item.Source is { } source)
                (results.TryGetValue(source, out var all) ? all : results[source] = []).Add(item);
        return item => results.TryGetValue(item, out var found) ? Result(found, record) : null;
    }

    /// <summary>One item of the file is several of the plan where <c>Each</c> has unfolded its section: ticked when all are.</summary>
    private static ItemResult Result(IReadOnlyList<ItemRecord> items, RunRecord record) => new(
        items.All(i => i.Kind.IsTicked || (items.Count > 1 && i.Kind == VerdictKind.Skipped)) && items.Any(i => i.Kind.IsTicked),
        string.Join("; ", items.Select(i => items.Count > 1 && i.Each.Length > 0 ? $"{i.Each}: {Note(i, record)}" : Note(i, record))));

    private static string Note(ItemRecord item, RunRecord record)
    {
        var note = new StringBuilder(item.Kind.Word);
        if (item.Steps.Count + item.Children.Count == 0 && item.Rules.Count > 0)
            note.Clear().Append("rule");
        if (item.Message.Length > 0)
            note.Append(" · ").Append(CleanText.Short(item.Message, LongestMessage));
        foreach (var waiver in item.Steps.Select(s => s.Waiver).OfType<WaiverRecord>().Take(1))
            note.Append($" · {waiver.Role} until {Moments.Full(waiver.Until)}");
        var signed = record.SignOffs.Count == 0 ? [] : record.SignOffs.Where(s => item.Steps.Any(x => x.Id == s.Step) && s.Lapsed is null && s.Comment.Length > 0).ToList();
        foreach (var signature in signed.Take(3))
            note.Append($" · {signature.By}: “{CleanText.Short(signature.Comment, LongestMessage)}”");
        if (item.Steps.Where(s => s.At is not null && s.Kind is not (VerdictKind.NotRun or VerdictKind.Skipped)).Select(s => s.At!.Value).DefaultIfEmpty().Max() is { Ticks: > 0 } at)
            note.Append(" · ").Append(Moments.Full(at));
        if (item.ElapsedSeconds >= 1)
            note.Append(" · took ").Append(Units.Duration(item.ElapsedSeconds));
        return note.ToString();
    }
}
