using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Configuration;

/// <summary>The kinds of text that only metrics have.</summary>
internal static class MetricTexts
{
    private const string SeriesForm = "write it as http_requests_total{code=~\"5..\"}; a pattern is matched whole";

    public static ScalarKind Series { get; } = new(text => ReadSeries(text).Mistake);

    public static ScalarKind Absence { get; } = new(text => ReadAbsence(text) is null
        ? new("what absence means is a number, and the series that must be there for it", "write 0, or 0 while http_requests_total")
        : null)
    { JsonTypes = ["string", "number"] };

    public static (SeriesSelector? Selector, Mistake? Mistake) ReadSeries(string text)
    {
        try
        {
            return (SeriesSelector.Parse(text), null);
        }
        catch (FormatException e)
        {
            return (null, new(e.Message, SeriesForm));
        }
    }

    /// <summary><c>0</c>, <c>0 while SERIES</c>, <c>0 while SERIES exists</c>; the number as written, its dimension still to be checked.</summary>
    public static (Value.Number Value, string? While)? ReadAbsence(string text)
    {
        var words = text.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0 || Units.ParseNumber(words[0]) is not { } number || !double.IsFinite(number.Amount))
            return null;
        if (words.Length == 1)
            return (number, null);
        if (words is not [_, "while", var series])
            return null;
        if (series.EndsWith(" exists", StringComparison.Ordinal))
            series = series[..^7].TrimEnd();
        return ReadSeries(series).Selector is null ? null : (number, series);
    }
}
