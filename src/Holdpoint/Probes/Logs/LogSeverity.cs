using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Holdpoint.Probes.Logs;

/// <summary>
/// Whether a line says of itself that it is an error or worse. The first thing that names a level decides:
/// a field of JSON or logfmt; syslog's <c>&lt;3&gt;</c> or klog's <c>E0102</c>; a level in capitals, or in brackets; a word and a colon at the start of the message;
/// what the run-times of languages print of an error that nobody caught. A number of errors, <c>error=null</c> or <c>no error</c> is none of these.
/// </summary>
internal static partial class LogSeverity
{
    public const string Documentation = "Lines at level error or worse. What decides is, in this order: a field level, severity, lvl, levelname or log.level of JSON or logfmt (error, err, fatal, critical, crit, panic, severe, alert, emerg; "
        + "pino's numbers from 50; syslog's up to 3); a journal's priority or a leading <0> to <3>; klog's E or F; the first of the words in capitals or brackets that name a level (ERROR, ERR, FATAL, CRITICAL, PANIC, SEVERE, ALERT, EMERG; [error], [crit]); "
        + "a message that begins with error:, fatal:, panic:, critical:, fail: or crit:; Traceback, 'Exception in thread', 'unhandled exception' or 'uncaught'.";

    /// <summary>Levels stand at the beginning of a line; what comes later is what it is about.</summary>
    private const int Head = 4096;

    private static readonly string[] LevelKeys = ["level", "severity", "lvl", "levelname", "log.level", "severityText", "loglevel", "@l"];

    public static bool IsError(string line)
    {
        if (line.Contains('\e', StringComparison.Ordinal))
            line = Colour().Replace(line, "");
        var start = line.AsSpan().TrimStart();
        if (start.StartsWith("{") && OfJson(line) is { } said)
            return said;
        return OfText(line.Length > Head ? line[..Head] : line);
    }

    /// <summary>A level by its name or number; null: it names none.</summary>
    public static bool? OfLevel(string level) => level.ToLowerInvariant() switch
    {
        "error" or "err" or "fatal" or "critical" or "crit" or "panic" or "dpanic" or "severe" or "alert" or "emerg" or "emergency" => true,
        "" or "unknown" => null,
        var other when double.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => OfNumber(number),
        _ => false,
    };

    /// <summary>Pino and bunyan: 10 trace … 50 error, 60 fatal. Syslog (RFC 5424, section 6.2.1): 0 emergency … 3 error … 7 debug.</summary>
    private static bool OfNumber(double number) => number >= 10 ? number >= 50 : number <= 3;

    private static bool? OfJson(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            foreach (var key in LevelKeys)
                foreach (var field in root.EnumerateObject().Where(f => f.Name.Equals(key, StringComparison.OrdinalIgnoreCase)))
                    return field.Value.ValueKind switch
                    {
                        JsonValueKind.String => OfLevel(field.Value.GetString()!) ?? false,
                        JsonValueKind.Number => OfNumber(field.Value.GetDouble()),
                        _ => false,
                    };
            if (root.TryGetProperty("log", out var log) && log.ValueKind == JsonValueKind.Object && log.TryGetProperty("level", out var nested) && nested.ValueKind == JsonValueKind.String)
                return OfLevel(nested.GetString()!) ?? false;
            foreach (var key in (string[])["msg", "message", "log"])
                if (root.TryGetProperty(key, out var message) && message.ValueKind == JsonValueKind.String)
                    return OfText(message.GetString()!);
            return false;
        }
        catch (JsonException)
        {
            // It begins like JSON and is text.
            return null;
        }
    }

    private static bool OfText(string line)
    {
        if (LogFmt().Match(line) is { Success: true } field && OfLevel(field.Groups[1].Value) is { } said)
            return said;
        if (Syslog().Match(line) is { Success: true } syslog)
            return (int.Parse(syslog.Groups[1].Value, CultureInfo.InvariantCulture) & 7) <= 3;
        if (Klog().Match(line) is { Success: true } klog)
            return klog.Value[0] is 'E' or 'F';
        if (Word().Matches(line).FirstOrDefault(m => !m.Groups["denied"].Success) is { } word)
            return word.Groups["bad"].Success;
        return Opening().IsMatch(line) || Uncaught().IsMatch(line);
    }

    [GeneratedRegex("""(?:^|[\s,\[{(])(?:level|lvl|severity|loglevel)=["']?([A-Za-z]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex LogFmt();

    /// <summary>What paints a terminal (ECMA-48, SGR): it stands between the word and what is before it.</summary>
    [GeneratedRegex(@"\e\[[0-9;:]*m")]
    private static partial Regex Colour();

    [GeneratedRegex(@"^<(\d{1,3})>")]
    private static partial Regex Syslog();

    [GeneratedRegex(@"^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+")]
    private static partial Regex Klog();

    /// <summary>In capitals a word of its own (<c>[ERROR]</c>, <c>ERROR:</c>, <c>12:00:00 ERR]</c>), of any case between brackets (nginx's <c>[error]</c>, Apache's <c>[core:error]</c>).</summary>
    [GeneratedRegex(
        @"(?<denied>\b(?:NO|0) (?=ERROR))?(?:(?<=^|[\s\[(|:<>.])(?:(?<bad>ERROR|ERR|FATAL|FTL|CRITICAL|CRIT|PANIC|PNC|SEVERE|ALERT|EMERG|EMERGENCY)|INFO|INF|DEBUG|DBG|TRACE|VRB|VERBOSE|NOTICE|WARNING|WARN|WRN|LOG)(?=$|[\s\]):|>,])"
        + @"|\[(?:[a-z0-9_]+:)?(?i:(?<bad>error|crit|critical|fatal|panic|alert|emerg)|info|information|debug|trace\d?|notice|warn|warning)\])")]
    private static partial Regex Word();

    /// <summary>After a time, if there is one.</summary>
    [GeneratedRegex(@"^[\[\]\d\s:.,TZ+/\-]{0,40}(?:uncaught |fatal )?(?:error|fatal|panic|critical|fail|crit):", RegexOptions.IgnoreCase)]
    private static partial Regex Opening();

    [GeneratedRegex(@"Traceback \(most recent call last\)|^Exception in thread |\b(?:unhandled|uncaught) (?:\w+ ){0,2}(?:exception|error|rejection)|^[A-Z][\w.]*(?:Error|Exception): ", RegexOptions.IgnoreCase)]
    private static partial Regex Uncaught();
}
