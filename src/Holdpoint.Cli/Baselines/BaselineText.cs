using System.Text.Json;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Records;

namespace Holdpoint.Cli.Baselines;

/// <summary>Baselines and comparisons as text and as JSON.</summary>
internal static class BaselineText
{
    public static void Show(Terminal terminal, IReadOnlyList<Levels> all)
    {
        foreach (var (i, levels) in all.Index())
        {
            if (i > 0)
                terminal.Print();
            terminal.Print($"{terminal.Paint(Ink.Strong, Terminal.Clean(levels.Name))}{(levels.Found is { } found ? terminal.Paint(Ink.Faint, $"  {Terminal.Clean(found)}") : "")}");
            var rows = levels.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => (m.Key, Median: Number(m.Value.Median, m.Value.Dimension), Spread: Number(m.Value.Spread, m.Value.Dimension), m.Value.Count)).ToList();
            var (names, medians, spreads) = (Widest(rows.Select(r => r.Key)), Widest(rows.Select(r => r.Median)), Widest(rows.Select(r => r.Spread)));
            foreach (var row in rows)
                terminal.Print(Terminal.Clean($"  {row.Key.PadRight(names)}  {row.Median.PadLeft(medians)} ± {row.Spread.PadRight(spreads)}  {row.Count} {(row.Count == 1 ? "sample" : "samples")}"));
            foreach (var (metric, because) in levels.Refused.OrderBy(r => r.Key, StringComparer.Ordinal))
                terminal.Print($"  {terminal.Paint(Ink.Unsure, "?")} {Terminal.Clean($"{metric}: {because}")}");
            if (rows.Count + levels.Refused.Count == 0)
                terminal.Print("  nothing was measured");
        }

        static int Widest(IEnumerable<string> texts) => texts.Select(t => t.Length).DefaultIfEmpty().Max();
    }

    public static void Show(Utf8JsonWriter json, IReadOnlyList<Levels> all)
    {
        json.WriteStartArray("baselines");
        foreach (var levels in all)
        {
            json.WriteStartObject();
            json.WriteString("from", levels.Name);
            json.WriteString("found", levels.Found);
            json.WriteStartObject("metrics");
            foreach (var (name, level) in levels.Metrics)
            {
                json.WriteStartObject(name);
                json.WriteNumber("median", level.Median);
                json.WriteNumber("spread", level.Spread);
                json.WriteNumber("count", level.Count);
                json.WriteString("dimension", level.Dimension.ToString().ToLowerInvariant());
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartObject("refused");
            foreach (var (metric, because) in levels.Refused)
                json.WriteString(metric, because);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Compare(Terminal terminal, IReadOnlyList<BaselineComparison> rows, string? staging)
    {
        foreach (var (i, line) in ComparisonTable.Text(rows, staging).Index())
            terminal.Print(terminal.Paint(i == 0 ? Ink.Faint : InkOf(rows[i - 1].Verdict), Terminal.Clean(line)));
        var (worse, unknown) = (rows.Count(r => r.Verdict == ComparisonVerdict.Worse), rows.Count(r => r.Verdict == ComparisonVerdict.Unknown));
        terminal.Print();
        terminal.Print(worse + unknown == 0 ? "nothing is worse" : $"{worse} worse, {unknown} unknown, {rows.Count - worse - unknown} in order");
    }

    private static Ink InkOf(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Worse => Ink.Bad,
        ComparisonVerdict.Unknown => Ink.Unsure,
        _ => Ink.Plain,
    };

    private static string Number(double number, Dimension dimension) => new Value.Number(number, dimension).ToString();
}
