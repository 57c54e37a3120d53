using System.Globalization;

namespace Holdpoint.Metrics;

/// <summary>One line of a page: a series and its value.</summary>
/// <param name="Labels">Few, and kept for every series that is watched: an array takes a fifth of a dictionary's room.</param>
public sealed record ScrapedSample(string Name, KeyValuePair<string, string>[] Labels, double Value)
{
    /// <summary>Name and labels in one order, so that the same series is found again on the next page.</summary>
    public string Key { get; } = Name + "{" + string.Join(",", Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)}")) + "}";

    /// <summary>Empty where it has none.</summary>
    public string Label(string name)
    {
        foreach (var (label, value) in Labels)
            if (label == name)
                return value;
        return "";
    }
}

/// <summary>What a family of series is, by its <c># TYPE</c> line.</summary>
public enum FamilyKind
{
    /// <summary>No TYPE line, or one of a kind that has no meaning here.</summary>
    Untyped,
    Counter,
    Gauge,
    Histogram,
    Summary,
}

/// <summary>
/// A page in the Prometheus text format 0.0.4 or OpenMetrics 1.0 (https://prometheus.io/docs/instrumenting/exposition_formats/,
/// https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md). Time stamps and exemplars are read over.
/// </summary>
public sealed class ScrapePage
{
    private readonly Dictionary<string, FamilyKind> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ScrapedSample>> _samples = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    public IEnumerable<ScrapedSample> All => _samples.Values.SelectMany(s => s);

    public IReadOnlyList<ScrapedSample> Named(string name) => _samples.TryGetValue(name, out var found) ? found : [];

    public IEnumerable<ScrapedSample> Matching(SeriesSelector selector) => Named(selector.Name).Where(selector.MatchesLabels);

    /// <summary>Whether a selector finds anything; a histogram is found by its own name too.</summary>
    public bool Has(SeriesSelector selector) => Matching(selector).Any() || Matching(selector.Named(selector.Name + "_bucket")).Any();

    public FamilyKind KindOf(string sample)
    {
        if (_kinds.TryGetValue(sample, out var kind))
            return kind;
        // OpenMetrics names the family of x_total x; a histogram's parts carry endings in both formats.
        foreach (var ending in (ReadOnlySpan<string>)["_total", "_bucket", "_count", "_sum"])
            if (sample.EndsWith(ending, StringComparison.Ordinal) && _kinds.TryGetValue(sample[..^ending.Length], out kind))
                return ending == "_total" ? kind : kind is FamilyKind.Histogram or FamilyKind.Summary ? FamilyKind.Counter : kind;
        return FamilyKind.Untyped;
    }

    /// <exception cref="FormatException">With the number of the line that is none of the format.</exception>
    public static ScrapePage Parse(string text)
    {
        var page = new ScrapePage();
        var number = 0;
        foreach (var whole in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = whole.Trim();
            if (line.IsEmpty)
                continue;
            if (line[0] == '#')
            {
                page.ReadComment(line);
                continue;
            }

            try
            {
                var sample = ReadSample(line, out _);
                if (!page._samples.TryGetValue(sample.Name, out var list))
                    page._samples[sample.Name] = list = [];
                list.Add(sample);
                page.Count++;
            }
            catch (FormatException e)
            {
                throw new FormatException($"line {number} is no sample of a metrics page ({e.Message}): {(line.Length > 60 ? $"{line[..60]}…" : line)}", e);
            }
        }

        return page;
    }

    private void ReadComment(ReadOnlySpan<char> line)
    {
        var words = line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words is ["#", "TYPE", var name, var kind, ..])
            _kinds[name] = kind switch
            {
                "counter" => FamilyKind.Counter,
                "gauge" => FamilyKind.Gauge,
                "histogram" => FamilyKind.Histogram,
                "summary" => FamilyKind.Summary,
                _ => FamilyKind.Untyped,
            };
    }

    /// <param name="rest">What stands behind the number: a time stamp, an exemplar.</param>
    /// <exception cref="FormatException">It is no sample.</exception>
    internal static ScrapedSample ReadSample(ReadOnlySpan<char> line, out ReadOnlySpan<char> rest)
    {
        var at = 0;
        while (at < line.Length && (char.IsAsciiLetterOrDigit(line[at]) || line[at] is '_' or ':' or '.' or '-'))
            at++;
        if (at == 0 || char.IsAsciiDigit(line[0]))
            throw new FormatException("no name");
        var name = line[..at].ToString();
        KeyValuePair<string, string>[] labels = [];
        at = SkipBlanks(line, at);
        if (at < line.Length && line[at] == '{')
            labels = ReadLabels(line, ref at);
        at = SkipBlanks(line, at);
        var end = at;
        while (end < line.Length && !char.IsWhiteSpace(line[end]))
            end++;
        rest = line[end..].Trim();
        return new(name, labels, ReadNumber(line[at..end]) ?? throw new FormatException("no number"));
    }

    private static KeyValuePair<string, string>[] ReadLabels(ReadOnlySpan<char> line, ref int at)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var value = new System.Text.StringBuilder();
        at++;
        while (true)
        {
            at = SkipBlanks(line, at);
            if (at < line.Length && line[at] == '}')
            {
                at++;
                return [.. labels];
            }

            var start = at;
            while (at < line.Length && line[at] != '=')
                at++;
            var label = line[start..at].Trim().ToString();
            at = SkipBlanks(line, at + 1);
            if (label.Length == 0 || at >= line.Length || line[at] != '"')
                throw new FormatException("a label without a quoted value");
            at++;
            value.Clear();
            while (at < line.Length && line[at] != '"')
            {
                if (line[at] == '\\' && at + 1 < line.Length)
                    value.Append(line[++at] == 'n' ? '\n' : line[at]);
                else
                    value.Append(line[at]);
                at++;
            }

            if (at >= line.Length)
                throw new FormatException("a label's value without an end");
            labels[label] = value.ToString();
            at = SkipBlanks(line, at + 1);
            if (at < line.Length && line[at] == ',')
                at++;
            else if (at >= line.Length || line[at] != '}')
                throw new FormatException("labels without an end");
        }
    }

    /// <summary>A number of either format, <c>NaN</c> and <c>+Inf</c> included; null where it is none.</summary>
    internal static double? ReadNumber(ReadOnlySpan<char> text)
    {
        if (text.Equals("+Inf", StringComparison.OrdinalIgnoreCase) || text.Equals("Inf", StringComparison.OrdinalIgnoreCase))
            return double.PositiveInfinity;
        if (text.Equals("-Inf", StringComparison.OrdinalIgnoreCase))
            return double.NegativeInfinity;
        if (text.Equals("NaN", StringComparison.OrdinalIgnoreCase))
            return double.NaN;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    private static int SkipBlanks(ReadOnlySpan<char> line, int at)
    {
        while (at < line.Length && line[at] is ' ' or '\t')
            at++;
        return at;
    }
}
