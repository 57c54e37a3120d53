using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Postgres;

/// <summary>A column of a result, whose values come in PostgreSQL's own text form.</summary>
/// <param name="Type">As <c>format_type</c> tells it: <c>bigint</c>, <c>numeric(10,2)</c>, <c>interval</c>.</param>
internal sealed partial record SqlColumn(string Name, string Type)
{
    /// <summary>2⁵³: beyond it, two whole numbers may look the same.</summary>
    private const double LargestExact = 9_007_199_254_740_992;

    private string Kind => Type.Split('(')[0].Trim();

    internal bool IsNumber => Kind is "smallint" or "integer" or "bigint" or "numeric" or "real" or "double precision" or "oid";

    /// <summary>A number is a plain one; an interval a duration (a month counts 30 days, a year 365.25, as <c>extract(epoch …)</c> does); NULL is null; all else a text, a moment included.</summary>
    public Value ValueOf(string? text)
    {
        if (text is null)
            return new Value.Null();
        if (IsNumber)
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? Math.Abs(number) < LargestExact || Kind is "real" or "double precision" ? Value.Count(number) : new Value.Unknown($"{Name} is {text}, too large to be compared as a number: cast it to text")
                : new Value.Unknown($"{Name} is {text}, which is no number");
        return Kind switch
        {
            "boolean" => Value.Of(text == "t"),
            "interval" => ParseInterval(text) is { } seconds ? new Value.Number(seconds, Dimension.Duration) : new Value.Unknown($"{Name} is an interval that can't be read: {text}"),
            _ => Value.Of(text),
        };
    }

    public void Write(Utf8JsonWriter json, string name, string? text)
    {
        json.WritePropertyName(name);
        if (text is null)
            json.WriteNullValue();
        else if (Kind == "boolean")
            json.WriteBooleanValue(text == "t");
        else if (Kind is "json" or "jsonb" || (IsNumber && text is not ("NaN" or "Infinity" or "-Infinity")))
            json.WriteRawValue(text);
        else
            json.WriteStringValue(text);
    }

    /// <summary>Seconds of <c>1 year 2 mons -3 days 04:05:06.789</c> (intervalstyle postgres); null where it is something else.</summary>
    internal static double? ParseInterval(string text)
    {
        var match = Interval().Match(text);
        if (!match.Success || text.Length == 0)
            return null;
        double Part(string name) => match.Groups[name] is { Success: true } group ? double.Parse(group.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture) : 0;
        var clock = Part("hours") * 3600 + Part("minutes") * 60 + Part("seconds");
        return Part("years") * 365.25 * 86400 + Part("months") * 30 * 86400 + Part("days") * 86400 + (match.Groups["sign"].ValueSpan is "-" ? -clock : clock);
    }

    [GeneratedRegex(@"^(?:(?<years>[+-]?\d+) years?\s*)?(?:(?<months>[+-]?\d+) mons?\s*)?(?:(?<days>[+-]?\d+) days?\s*)?(?:(?<sign>[+-])?(?<hours>\d+):(?<minutes>\d+):(?<seconds>\d+(?:\.\d+)?))?$")]
    private static partial Regex Interval();
}
