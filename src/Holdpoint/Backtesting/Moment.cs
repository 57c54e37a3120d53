using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Backtesting;

/// <summary>Moments as files and people write them. Without a zone they are UTC.</summary>
public static class Moment
{
    private const NumberStyles Digits = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;

    /// <summary><c>2026-03-02</c>, <c>2026-03-02T09:00:00+01:00</c>, seconds or milliseconds since 1970; null where it is none.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (double.TryParse(text, Digits, CultureInfo.InvariantCulture, out var number))
            return OfNumber(number);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
    }

    /// <summary>Also <c>30d ago</c>, <c>30d</c>, <c>now</c>.</summary>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        var word = text.Trim();
        if (word == "now")
            return now;
        var span = (word.EndsWith("ago", StringComparison.Ordinal) ? word[..^3] : word).Replace(" ", "", StringComparison.Ordinal);
        return Units.ParseDuration(span) is { } back && back > TimeSpan.Zero && back < now - DateTimeOffset.UnixEpoch ? now - back : Parse(word);
    }

    /// <summary>Above this, seconds would be in the year 5138: so they are milliseconds.</summary>
    private const double MostSeconds = 1e11;

    public static DateTimeOffset? OfNumber(double number) =>
        !double.IsFinite(number) || Math.Abs(number) > MostSeconds * 1000 ? null
        : DateTimeOffset.UnixEpoch + TimeSpan.FromMilliseconds(Math.Round(Math.Abs(number) >= MostSeconds ? number : number * 1000));

    public static string Show(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
