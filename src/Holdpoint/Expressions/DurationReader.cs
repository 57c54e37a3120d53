using System.Globalization;

namespace Holdpoint.Expressions;

/// <summary>Durations and counts after a keyword, and what a mistaken unit was meant to be.</summary>
internal static class DurationReader
{
    private static readonly (string Written, string Meant)[] Aliases =
    [
        ("sec", "s"), ("secs", "s"), ("second", "s"), ("seconds", "s"), ("min", "m"), ("mins", "m"), ("minute", "m"), ("minutes", "m"),
        ("hr", "h"), ("hrs", "h"), ("hour", "h"), ("hours", "h"), ("day", "d"), ("days", "d"), ("week", "w"), ("weeks", "w"),
        ("msec", "ms"), ("msecs", "ms"), ("millis", "ms"), ("µs", "us"), ("μs", "us"), ("usec", "us"),
        ("k", "kB"), ("K", "kB"), ("M", "MB"), ("G", "GB"), ("T", "TB"), ("Ki", "KiB"), ("Mi", "MiB"), ("Gi", "GiB"), ("Ti", "TiB"),
        ("byte", "B"), ("bytes", "B"), ("b", "B"), ("pct", "%"), ("percent", "%"),
    ];

    private static readonly string[] Known =
        ["us", "ms", "s", "m", "h", "d", "w", "B", "kB", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "%"];

    /// <summary>The unit that a word stands for or was meant to be; null where it is like none.</summary>
    public static string? MeantUnit(string suffix)
    {
        if (Known.Contains(suffix))
            return suffix;
        foreach (var (written, meant) in Aliases)
            if (written == suffix)
                return meant;
        return Known.FirstOrDefault(k => k.Equals(suffix, StringComparison.OrdinalIgnoreCase))
            ?? Aliases.FirstOrDefault(a => a.Written.Equals(suffix, StringComparison.OrdinalIgnoreCase)).Meant
            ?? (suffix.Length > 1 ? Nearest.To(suffix, Known) : null);
    }

    public static bool IsUnit(ReadOnlySpan<char> word)
    {
        foreach (var unit in Known)
            if (word.SequenceEqual(unit))
                return true;
        foreach (var (written, _) in Aliases)
            if (word.SequenceEqual(written))
                return true;
        return false;
    }

    /// <summary>The number's digits and what follows them.</summary>
    public static (string Digits, string Suffix) Split(string raw)
    {
        var digits = 0;
        while (digits < raw.Length && (char.IsAsciiDigit(raw[digits]) || raw[digits] == '.' || (digits == 0 && raw[0] == '-')))
            digits++;
        return (raw[..digits], raw[digits..]);
    }

    /// <summary>What to write instead of a number whose unit is unknown.</summary>
    public static string UnitFix(string raw)
    {
        var (digits, suffix) = Split(raw);
        return digits.Length > 0 && MeantUnit(suffix) is { } meant
            ? $"did you mean {digits}{meant}?"
            : $"the units are {Units.UnitsOf(Dimension.Duration)}; {Units.UnitsOf(Dimension.Bytes)}; %";
    }

    /// <summary>The duration after a keyword; null, and reported, where there is none.</summary>
    public static TimeSpan? Read(MarkText text, string keyword)
    {
        text.SkipBlanks();
        var at = text.At;
        if (text.AtEnd || text.Next == ',' || Keywords.IsReserved(text.PeekName()))
        {
            text.Error(at, $"`{keyword}` has no duration", $"write `{keyword} 30s`; the units are {Units.UnitsOf(Dimension.Duration)}");
            return null;
        }

        var run = text.PeekWordSpan();
        text.At += run.Length;
        if (Units.ParseDuration(run) is { } duration)
        {
            if (duration <= TimeSpan.Zero)
            {
                text.Error(at, $"`{keyword} {run}` is no time at all", $"write `{keyword} 30s`");
                return null;
            }

            JoinedWithNext(text, run);
            return duration;
        }

        var word = run.ToString();
        var (_, suffix) = Split(word);
        var fix = word.Contains("${", StringComparison.Ordinal) ? $"write the duration itself: `{keyword} 30s`"
            : Units.ParseNumber(word) is { Dimension: Dimension.Count } ? Bare(text, word)
            : Units.ParseNumber(word) is not null && suffix.Length > 0 ? $"the units of time are {Units.UnitsOf(Dimension.Duration)}"
            : UnitFix(word);
        text.Error(at, $"`{keyword}` needs a duration, and `{word}` is none", fix);
        return null;
    }

    /// <summary>The whole number after <c>retry</c>; null, and reported, where there is none.</summary>
    public static int? ReadCount(MarkText text, string keyword)
    {
        text.SkipBlanks();
        var at = text.At;
        var word = text.AtEnd ? "" : text.PeekWord();
        if (word.Length > 0 && !Keywords.IsReserved(word))
            text.At += word.Length;
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 1000)
            return count;
        text.Error(at, word.Length == 0 ? $"`{keyword}` has no number" : $"`{keyword}` needs a number from 1 to 1000, and `{word}` is none", $"write `{keyword} 3`");
        return null;
    }

    private static string Bare(MarkText text, string number)
    {
        text.SkipBlanks();
        var unit = text.PeekName();
        if (!IsUnit(unit))
            return $"write {number}s or {number}m";
        var meant = MeantUnit(unit.ToString());
        text.At += unit.Length;
        return $"write {number}{meant} without a blank";
    }

    private static void JoinedWithNext(MarkText text, ReadOnlySpan<char> word)
    {
        var before = text.At;
        text.SkipBlanks();
        if (!text.AtEnd && char.IsAsciiDigit(text.Next) && text.PeekWord() is var next && Units.ParseDuration(next) is not null)
        {
            text.Error(text.At, $"`{next}` stands apart from {word}", $"write {word}{next} without a blank");
            text.At += next.Length;
            return;
        }

        text.At = before;
    }
}
