using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Holdpoint.Probes.Logs;

/// <summary>The time that a line begins with.</summary>
/// <param name="Clock">As it is written.</param>
/// <param name="Offset">From UTC; null where the line does not tell it.</param>
internal sealed partial record LogMoment(DateTime Clock, TimeSpan? Offset)
{
    /// <summary>What is looked at of a line: a time stands at its beginning.</summary>
    private const int Head = 400;

    private static readonly string[] TimeKeys = ["time", "ts", "timestamp", "@timestamp", "datetime", "asctime", "t", "date"];

    public DateTimeOffset In(TimeZoneInfo zone) => new(DateTime.SpecifyKind(Clock, DateTimeKind.Unspecified), Offset ?? zone.GetUtcOffset(DateTime.SpecifyKind(Clock, DateTimeKind.Unspecified)));

    /// <summary>
    /// ISO 8601 and what looks like it (log4j, nginx' error log, PostgreSQL, Python), syslog (RFC 3164 and 5424), access logs (CLF), Apache's error log, Redis, klog, seconds or milliseconds since 1970;
    /// JSON's <c>time</c>, <c>ts</c>, <c>timestamp</c>, <c>@timestamp</c>; logfmt's <c>time=</c>, <c>ts=</c>. Null where a line begins with none of them.
    /// </summary>
    /// <param name="now">Gives the year where a line has none.</param>
    public static LogMoment? Of(string line, DateTimeOffset now)
    {
        if (line.AsSpan().TrimStart().StartsWith("{"))
            return OfJson(line);
        var head = line.Length > Head ? line[..Head] : line;
        if (Iso().Match(head) is { Success: true } iso)
            return OfIso(iso);
        if (Access().Match(head) is { Success: true } access)
            return Make(access, Number(access, "y"), Month(access), access.Groups["z"].Value);
        if (Syslog().Match(head) is { Success: true } syslog)
            return WithoutYear(syslog, Month(syslog), now);
        if (Apache().Match(head) is { Success: true } apache)
            return Make(apache, Number(apache, "y"), Month(apache), "");
        if (Redis().Match(head) is { Success: true } redis)
            return Make(redis, Number(redis, "y"), Month(redis), "");
        if (Klog().Match(head) is { Success: true } klog)
            return WithoutYear(klog, Number(klog, "mo"), now);
        if (Epoch().Match(head) is { Success: true } epoch)
            return OfEpoch(double.Parse(epoch.Groups[1].Value, CultureInfo.InvariantCulture));
        return LogFmt().Match(head) is { Success: true } field ? OfField(field.Groups[1].Value) : null;
    }

    private static LogMoment? OfJson(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            foreach (var key in TimeKeys)
                if (document.RootElement.TryGetProperty(key, out var time))
                    return time.ValueKind switch
                    {
                        JsonValueKind.String => OfField(time.GetString()!),
                        JsonValueKind.Number => OfEpoch(time.GetDouble()),
                        _ => null,
                    };
            return null;
        }
        catch (JsonException)
        {
            // Half a line, or text that begins like JSON.
            return null;
        }
    }

    private static LogMoment? OfField(string text) =>
        Iso().Match(text) is { Success: true } iso ? OfIso(iso)
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? OfEpoch(number)
        : null;

    private static LogMoment? OfIso(Match match) => Make(match, Number(match, "y"), Number(match, "mo"), match.Groups["z"].Value);

    /// <summary>Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size: from 2001 to 2286.</summary>
    private static LogMoment? OfEpoch(double number)
    {
        foreach (var unit in (double[])[1, 1e3, 1e6, 1e9])
            if (number / unit is >= 1e9 and < 1e10)
                return new(DateTime.UnixEpoch.AddSeconds(number / unit), TimeSpan.Zero);
        return null;
    }

    private static LogMoment? WithoutYear(Match match, int month, DateTimeOffset now)
    {
        // On New Year's morning the last lines are of December.
        var moment = Make(match, now.Year, month, "");
        return moment is null || moment.Clock <= now.UtcDateTime.AddDays(2) ? moment : Make(match, now.Year - 1, month, "");
    }

    private static LogMoment? Make(Match match, int year, int month, string zone)
    {
        var (day, hour, minute, second) = (Number(match, "d"), Number(match, "h"), Number(match, "mi"), Math.Min(59, Number(match, "s")));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59)
            return null;
        var fraction = match.Groups["f"] is { Success: true, Value: var digits } ? double.Parse("0." + digits, CultureInfo.InvariantCulture) : 0;
        return new(new DateTime(year, month, day, hour, minute, second).AddSeconds(fraction), OffsetOf(zone));
    }

    private static TimeSpan? OffsetOf(string zone)
    {
        if (zone is "Z" or "z" or "UTC" or "GMT")
            return TimeSpan.Zero;
        var digits = zone.Replace(":", "", StringComparison.Ordinal);
        if (digits.Length != 5 && digits.Length != 3)
            return null;
        var hours = int.Parse(digits.AsSpan(1, 2), CultureInfo.InvariantCulture);
        var offset = new TimeSpan(hours, digits.Length == 5 ? int.Parse(digits.AsSpan(3, 2), CultureInfo.InvariantCulture) : 0, 0);
        return hours > 14 ? null : digits[0] == '-' ? -offset : offset;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int Month(Match match) => 1 + Array.IndexOf(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], match.Groups["mon"].Value.ToLowerInvariant());

    private const string Clocked = @"(?<h>\d\d):(?<mi>\d\d):(?<s>\d\d)(?:[.,](?<f>\d{1,9}))?";

    /// <summary>Also behind a level (<c>[INFO] 2026-01-02 …</c>) and behind a priority (<c>&lt;34&gt;1 2026-01-02T…</c>).</summary>
    [GeneratedRegex(@"^(?:<\d{1,3}>1? ?)?[\[(""]?(?:[A-Za-z]{1,9}[\])]?[\s:|]{1,3}\[?)?(?<y>\d{4})[-/](?<mo>\d\d)[-/](?<d>\d\d)[T _]" + Clocked + @"(?: ?(?<z>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(?![\w]))?")]
    private static partial Regex Iso();

    [GeneratedRegex(@"\[(?<d>\d\d)/(?<mon>[A-Z][a-z]{2})/(?<y>\d{4}):" + Clocked + @"(?: (?<z>[+-]\d{4}))?\]")]
    private static partial Regex Access();

    [GeneratedRegex(@"^(?:<\d{1,3}>)?(?<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}(?<d>\d{1,2}) " + Clocked)]
    private static partial Regex Syslog();

    [GeneratedRegex(@"^\[?[A-Z][a-z]{2} (?<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}(?<d>\d{1,2}) " + Clocked + @" (?<y>\d{4})\]?")]
    private static partial Regex Apache();

    [GeneratedRegex(@"^\d+:[A-Z] (?<d>\d{1,2}) (?<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?<y>\d{4}) " + Clocked)]
    private static partial Regex Redis();

    [GeneratedRegex(@"^[IWEF](?<mo>\d\d)(?<d>\d\d) " + Clocked)]
    private static partial Regex Klog();

    [GeneratedRegex(@"^\[?(\d{10}(?:\.\d{1,9})?|\d{13})\]?(?=[\s,:|\]]|$)")]
    private static partial Regex Epoch();

    [GeneratedRegex("""(?:^|\s)(?:time|ts|timestamp)="?([^"\s]+(?: \d\d:[^"\s]+)?)""")]
    private static partial Regex LogFmt();
}
