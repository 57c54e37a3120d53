using System.Globalization;
using System.Text;

namespace Holdpoint.Metrics;

/// <summary>
/// Samples as text for evidence and charts, a line each (RFC 4180): time in UTC, value in the base unit, events, state, reason.
/// States: empty (measured), <c>sparse</c>, <c>missing</c>, <c>failing</c> (the target is gone); <c>+filled</c> behind it where the sample was filled in.
/// </summary>
public static class SeriesChunk
{
    public const string Header = "time,value,events,state,reason";

    public static string Write(IEnumerable<Sample> samples)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var sample in samples)
        {
            var (value, events, state) = sample switch
            {
                Sample.Measured m => (Number(m.Value), m.Events is { } e ? Number(e) : "", ""),
                Sample.Sparse => ("", "", "sparse"),
                Sample.Missing m => ("", "", m.TargetFails ? "failing" : "missing"),
                _ => throw new InvalidOperationException($"no such sample: {sample.GetType().Name}"),
            };
            text.Append(sample.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)).Append(',')
                .Append(value).Append(',').Append(events).Append(',')
                .Append(state).Append(sample.FilledIn ? "+filled" : "").Append(',')
                .Append(Quoted(sample.Reason)).Append('\n');
        }

        return text.ToString();

        static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <exception cref="FormatException">With the number of the line that can't be read.</exception>
    public static IReadOnlyList<Sample> Read(string text)
    {
        var rows = Rows(text);
        if (rows.Count == 0 || string.Join(',', rows[0]) != Header)
            throw new FormatException($"samples begin with the line {Header}");
        return [.. rows.Skip(1).Select((row, i) => ReadRow(row) ?? throw new FormatException($"row {i + 2} of the samples can't be read: {string.Join(',', row)}"))];
    }

    private static Sample? ReadRow(IReadOnlyList<string> row)
    {
        if (row.Count != 5 || !DateTimeOffset.TryParse(row[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return null;
        var filled = row[3].EndsWith("+filled", StringComparison.Ordinal);
        var state = filled ? row[3][..^7] : row[3];
        Sample? sample = state switch
        {
            "" when Number(row[1]) is { } value => new Sample.Measured(at, value, Number(row[2])),
            "sparse" => new Sample.Sparse(at, row[4]),
            "missing" => new Sample.Missing(at, row[4]),
            "failing" => new Sample.Missing(at, row[4], TargetFails: true),
            _ => null,
        };
        return sample is null ? null : sample with { FilledIn = filled };

        static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static List<IReadOnlyList<string>> Rows(string text)
    {
        var rows = new List<IReadOnlyList<string>>();
        var row = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                field.Append(text[i++]);
            else if (c == '"')
                quoted = !quoted;
            else if (!quoted && c is ',' or '\n')
            {
                row.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    rows.Add(row);
                    row = [];
                }
            }
            else if (quoted || c != '\r')
                field.Append(c);
        }

        if (field.Length > 0 || row.Count > 0)
            rows.Add([.. row, field.ToString()]);
        return rows;
    }
}
