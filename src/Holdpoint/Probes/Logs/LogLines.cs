using System.Globalization;

namespace Holdpoint.Probes.Logs;

/// <summary>Sorts the lines of one file by the time they begin with: those of the window are counted, a line without a time goes with the one before it.</summary>
internal sealed class LogLines(LogWindow window, TimeZoneInfo zone, LogTally tally)
{
    private bool _counts;

    public long Lines { get; private set; }

    public long Timed { get; private set; }

    /// <summary>The first time of the file, however old.</summary>
    public DateTimeOffset? First { get; private set; }

    public void See(string line)
    {
        Lines++;
        if (LogMoment.Of(line, window.Now) is { } moment)
        {
            Timed++;
            var at = moment.In(zone);
            First ??= at;
            _counts = at >= window.From;
        }

        if (_counts)
            tally.See(line);
    }

    public static Unanswered Untimed(string path) =>
        new($"no line of {path} begins with a time that is known, so what is new in it can't be told: let it log times (ISO 8601), or look at all of it with `file {path} matching\"…\" == 0`");
}

/// <summary>In which zone a file's times are that name none.</summary>
internal static class LogZone
{
    /// <summary>How far a file's last line and the time at which it was last written may be apart.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(10);

    /// <exception cref="Unanswered">There is no such zone.</exception>
    public static TimeZoneInfo? Given(string? name)
    {
        if (name is null)
            return null;
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new Unanswered($"zone={name} is no zone of this machine: write UTC, or a name like Europe/Zurich");
        }
    }

    /// <summary>
    /// A file is written when its last line is. With the wrong zone a window would be empty, and nothing is quieter than an empty window:
    /// where neither zone fits, nothing is counted.
    /// </summary>
    /// <exception cref="Unanswered">Neither this machine's zone nor UTC fits.</exception>
    public static TimeZoneInfo Of(string path, LogMoment last, DateTimeOffset written, TimeZoneInfo local)
    {
        if (last.Offset is not null)
            return local;
        foreach (var zone in (TimeZoneInfo[])[local, TimeZoneInfo.Utc])
            if ((last.In(zone) - written).Duration() <= Apart)
                return zone;
        throw new Unanswered(string.Create(CultureInfo.InvariantCulture, $"the last time in {path} is {last.Clock:yyyy-MM-dd HH:mm:ss}, without a zone, and the file was written at {written.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: say zone= as the file has it"));
    }
}
