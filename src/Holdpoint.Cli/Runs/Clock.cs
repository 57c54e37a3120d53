using System.Globalization;

namespace Holdpoint.Cli.Runs;

/// <summary>Moments and spans as the terminal shows them: local times where a person sits there, UTC in logs.</summary>
internal static class Clock
{
    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The day is left out today.</summary>
    public static string Local(DateTimeOffset at, TimeProvider time)
    {
        var local = TimeZoneInfo.ConvertTime(at, time.LocalTimeZone);
        return local.ToString(local.Date == time.GetLocalNow().Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>Rounded for reading: 4s, 3m12s, 2h05m, 1d3h.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        _ when span < TimeSpan.Zero => "0s",
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds}s",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes}m{span.Seconds:00}s",
        { TotalHours: < 24 } => $"{(int)span.TotalHours}h{span.Minutes:00}m",
        _ => $"{(int)span.TotalDays}d{span.Hours}h",
    };
}
