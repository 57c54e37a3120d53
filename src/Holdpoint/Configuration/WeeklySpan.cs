using System.Globalization;

namespace Holdpoint.Configuration;

/// <summary><c>Fri 16:00 .. Mon 06:00</c>, <c>Sat .. Sun</c> (whole days) or <c>Sun</c>.</summary>
/// <param name="Days">Days from the first to the last, 0 to 7.</param>
/// <param name="UntilTime">Up to 24 hours; the first moment that no longer belongs to it.</param>
public sealed record WeeklySpan(DayOfWeek FromDay, TimeSpan FromTime, int Days, TimeSpan UntilTime, string Text)
{
    private static readonly string[] Names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    internal static ScalarKind Kind { get; } = new(text => Read(text).Mistake) { Pattern = @"^[A-Za-z]+( +[0-9]{1,2}:[0-9]{2})?( *\.\. *[A-Za-z]+( +[0-9]{1,2}:[0-9]{2})?)?$" };

    internal static (WeeklySpan? Span, Mistake? Mistake) Read(string text)
    {
        var parts = text.Split("..", StringSplitOptions.TrimEntries);
        if (parts.Length > 2)
            return (null, new("a weekly window has one beginning and one end", "write it as Fri 16:00 .. Mon 06:00"));
        var (first, wrongFrom) = Moment(parts[0]);
        var (last, wrongUntil) = parts.Length == 2 ? Moment(parts[1]) : ((first.Day, null), wrongFrom);
        if ((wrongFrom ?? wrongUntil) is { } wrong)
            return (null, wrong);
        if (parts.Length == 1 && first.Time is not null)
            return (null, new("this weekly window has no end", $"write {text.Trim()} .. Mon 06:00"));
        var begin = first.Time ?? TimeSpan.Zero;
        var end = last.Time ?? TimeSpan.FromHours(24);
        if (begin >= TimeSpan.FromHours(24))
            return (null, new("a window begins at 23:59 at the latest", "write 00:00 of the day after"));
        var days = ((int)last.Day - (int)first.Day + 7) % 7;
        if (days == 0 && end <= begin)
            days = 7;
        if (TimeSpan.FromDays(days) + end - begin >= TimeSpan.FromDays(7))
            return (null, new("this window covers the whole week", "leave a time in which a deployment is allowed"));
        return (new(first.Day, begin, days, end, text.Trim()), null);
    }

    private static ((DayOfWeek Day, TimeSpan? Time) Moment, Mistake? Mistake) Moment(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 2)
            return (default, new("a day, and a time, are meant here", "write it as Fri 16:00 .. Mon 06:00"));
        var day = Array.FindIndex(Names, n => string.Equals(n, words[0], StringComparison.OrdinalIgnoreCase) || string.Equals(n[..3], words[0], StringComparison.OrdinalIgnoreCase));
        if (day < 0)
            return (default, new($"`{words[0]}` is no day of the week", "write Mon, Tue, Wed, Thu, Fri, Sat or Sun"));
        if (words.Length == 1)
            return (((DayOfWeek)day, null), null);
        if (words[1] == "24:00")
            return (((DayOfWeek)day, TimeSpan.FromHours(24)), null);
        return TimeSpan.TryParseExact(words[1], [@"hh\:mm", @"h\:mm"], CultureInfo.InvariantCulture, out var time)
            ? (((DayOfWeek)day, time), null)
            : (default, new($"`{words[1]}` is no time of day", "write it as 16:00"));
    }
}

/// <summary>A date, or a date and a time, on a zone's clocks.</summary>
internal static class LocalMoment
{
    private static readonly string[] WithTime = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"];

    public static ScalarKind Kind { get; } = new(text => Read(text) is null
        ? new("this is no date between the years 2000 and 2200", "write it as 2026-12-20 or 2026-12-20 18:00; the zone stands in `zone`")
        : null)
    { Pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$" };

    public static (DateTime At, bool IsDay)? Read(string text)
    {
        var isDay = DateTime.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at);
        if (!isDay && !DateTime.TryParseExact(text.Trim(), WithTime, CultureInfo.InvariantCulture, DateTimeStyles.None, out at))
            return null;
        return at.Year is >= 2000 and <= 2200 ? (at, isDay) : null;
    }
}
