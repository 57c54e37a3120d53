using System.Globalization;
using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Backtesting;

/// <summary>A table with a column <c>time</c> and one for each metric, a row for each moment.</summary>
internal static class CsvDump
{
    public const string Form = "write a table with the header time,METRIC,METRIC… and a row for each moment, or OpenMetrics text with time stamps";

    private static readonly string[] TimeNames = ["time", "timestamp", "at", "date"];

    public static bool IsHeader(string line) => TimeNames.Contains(CsvLine.Split(line.TrimStart('\ufeff'), CsvLine.DelimiterOf(line))[0], StringComparer.OrdinalIgnoreCase);

    public static (Dump Dump, IReadOnlyList<Problem> Problems) Read(string file, string header, int headerLine, TextReader text, IReadOnlyList<MetricDefinition> wanted)
    {
        var delimiter = CsvLine.DelimiterOf(header);
        var names = CsvLine.Split(header.TrimStart('\ufeff'), delimiter);
        var problems = new List<Problem>();
        foreach (var twice in names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1))
            problems.Add(new(file, new(headerLine, 1), $"two columns are called {twice.Key}", "leave one of them"));
        var columns = names.Select(n => wanted.FirstOrDefault(w => w.Name == n)).ToArray();
        if (columns.All(c => c is null))
            problems.Add(new(file, new(headerLine, 1), $"no column is called like a metric of the rules; its columns are {string.Join(", ", names.Skip(1))}", $"call one {string.Join(" or ", wanted.Select(w => w.Name).Take(6))}"));
        var numbers = columns.Select(c => c is null ? null : new List<DumpedNumber>()).ToArray();

        var (line, bad, last, sorted) = (headerLine, 0, DateTimeOffset.MinValue, true);
        while (text.ReadLine() is { } row)
        {
            line++;
            if (row.AsSpan().Trim().IsEmpty)
                continue;
            if (ReadRow(row, delimiter, columns, numbers, out var at) is not { } wrong)
            {
                sorted &= at > last;
                last = at;
                continue;
            }

            if (bad++ < Dump.MostProblems)
                problems.Add(new(file, new(line, 1), wrong, "mend the row, or take it out: what can't be read is not left out in silence"));
        }

        if (bad > Dump.MostProblems)
            problems.Add(new(file, new(line, 1), $"{bad - Dump.MostProblems} more rows can't be read", "mend them like the others"));
        var series = new Dictionary<string, IReadOnlyList<DumpedNumber>>(StringComparer.Ordinal);
        for (var i = 0; i < columns.Length; i++)
            if (numbers[i] is { } column)
                series.TryAdd(columns[i]!.Name, sorted ? column : [.. column.OrderBy(n => n.At).GroupBy(n => n.At).Select(g => g.Count() == 1 ? g.First() : new(g.Key, double.NaN, Several: true))]);
        if (problems.Count == 0 && last == DateTimeOffset.MinValue)
            problems.Add(new(file, new(line, 1), "there is no row below the header", Form));
        return (new(file, series, [.. names.Skip(1)]), problems);
    }

    /// <returns>What is wrong with it; null: nothing.</returns>
    private static string? ReadRow(string row, char delimiter, MetricDefinition?[] columns, List<DumpedNumber>?[] numbers, out DateTimeOffset at)
    {
        at = default;
        if (row.Contains('"', StringComparison.Ordinal))
            row = string.Join(delimiter, CsvLine.Split(row, delimiter));
        var rest = row.AsSpan();
        for (var i = 0; i < columns.Length; i++)
        {
            var end = rest.IndexOf(delimiter);
            if (end < 0 && i < columns.Length - 1)
                return $"the row has {i + 1} of {columns.Length} columns";
            var cell = (end < 0 ? rest : rest[..end]).Trim();
            rest = end < 0 ? default : rest[(end + 1)..];
            if (i == 0)
            {
                if (Moment.Parse(cell) is not { } moment)
                    return $"{Short(cell)} is no time";
                at = moment;
            }
            else if (columns[i] is { } metric && !cell.IsEmpty)
            {
                if (NumberIn(cell, metric) is not { } number)
                    return $"{Short(cell)} in the column {metric.Name} is no number";
                numbers[i]!.Add(new(at, number));
            }
        }

        return rest.IsEmpty ? null : $"the row has more than {columns.Length} columns";
    }

    /// <summary>In the metric's own unit, as its source would say it; with a unit behind it, it is brought into that.</summary>
    private static double? NumberIn(ReadOnlySpan<char> cell, MetricDefinition metric) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || ScrapePage.ReadNumber(cell) is { } special && Set(special, out number) ? number
        : Units.ParseNumber(cell) is { } written && written.Dimension == metric.Dimension ? written.Amount / metric.Factor
        : null;

    private static bool Set(double value, out double number)
    {
        number = value;
        return true;
    }

    private static string Short(ReadOnlySpan<char> cell) => cell.Length > 40 ? $"{cell[..39]}…" : cell.ToString();
}
