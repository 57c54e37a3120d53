using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Records;

/// <summary>How the metrics stood before and after the deployment.</summary>
/// <param name="From">Beginning of the samples that speak for "after".</param>
public sealed record ComparisonRecord(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<BaselineComparison> Rows)
{
    /// <summary>The environment that stands in for staging; null: the checklist compares with none.</summary>
    public string? Staging { get; init; }

    public IEnumerable<BaselineComparison> Worse => Rows.Where(r => r.Verdict == ComparisonVerdict.Worse);
}

/// <summary>The comparison as a table: staging (where there is one), before, after, change, verdict.</summary>
public static class ComparisonTable
{
    /// <param name="staging">What that column is called; null: it is left out.</param>
    public static IReadOnlyList<string> Header(string? staging) => ["Metric", .. staging is null ? Array.Empty<string>() : [Capital(staging)], "Before", "After", "Change", "Verdict"];

    /// <summary>The cells of a row, plain text, in the order of <see cref="Header"/>.</summary>
    public static IReadOnlyList<string> Cells(BaselineComparison row, string? staging) =>
    [
        row.Metric,
        .. staging is null ? Array.Empty<string>() : [Number(row.Staging, row)],
        Before(row),
        Number(row.After, row),
        Changes(row, staging),
        Says(row),
    ];

    public static string Before(BaselineComparison row) => $"{Number(row.Before, row)}{(row.Before is not null && row.BeforeName != BaselineOrigin.BeforeWord ? $" ({row.BeforeName})" : "")}";

    public static string Number(double? number, BaselineComparison row) => number is { } n ? CleanText.Line(new Value.Number(n, row.Dimension).ToString()) : "–";

    /// <summary>Against before; against staging where that alone is known.</summary>
    public static string Changes(BaselineComparison row, string? staging) => (row.Change, row.StagingChange) switch
    {
        ({ } change, _) => Change(change),
        (null, { } change) when staging is not null => $"{Change(change)} of {staging}",
        _ when row is { Before: 0, After: not (null or 0) } => "from 0",
        _ => "–",
    };

    public static string Word(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Better => "better",
        ComparisonVerdict.Same => "as before",
        ComparisonVerdict.Unknown => "unknown",
        ComparisonVerdict.Worse => "worse",
        _ => throw new InvalidOperationException($"no such verdict: {verdict}"),
    };

    public static Tone ToneOf(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Better or ComparisonVerdict.Same => Tone.Good,
        ComparisonVerdict.Worse => Tone.Caution,
        _ => Tone.Unknown,
    };

    /// <summary>A whole table in GitHub's Markdown.</summary>
    /// <param name="escape">Makes plain text Markdown that shows it, also in a table.</param>
    public static IReadOnlyList<string> Markdown(ComparisonRecord comparison, Func<string, string> escape)
    {
        var header = Header(comparison.Staging);
        return
        [
            Line(header),
            Line([.. header.Select((_, i) => i == 0 || i == header.Count - 1 ? "---" : "---:")]),
            .. comparison.Rows.Select(r => Line([.. Cells(r, comparison.Staging).Select(escape)])),
        ];

        static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
    }

    /// <summary>Columns for a terminal, filled with blanks.</summary>
    public static IReadOnlyList<string> Text(IReadOnlyList<BaselineComparison> rows, string? staging)
    {
        var lines = rows.Select(r => Cells(r, staging)).Prepend(Header(staging)).ToList();
        var widths = Enumerable.Range(0, lines[0].Count).Select(i => lines.Max(l => l[i].Length)).ToArray();
        return [.. lines.Select(l => string.Join("  ", l.Select((cell, i) => i == 0 || i == l.Count - 1 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd())];
    }

    public static string Change(double share) => $"{(share > 0 ? "+" : "")}{Shares.Show(share)}";

    /// <summary>What "after" is, for below the table.</summary>
    internal static string Note(ComparisonRecord comparison) =>
        $"After: medians from {Moments.Full(comparison.From)} to {(Moments.Day(comparison.From) == Moments.Day(comparison.To) ? Moments.Time(comparison.To) : Moments.Full(comparison.To))}.";

    private static string Says(BaselineComparison row) => $"{Word(row.Verdict)}{(row.Verdict == ComparisonVerdict.Same ? "" : $": {CleanText.Line(row.Because)}")}";

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
