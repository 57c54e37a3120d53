using System.Globalization;

namespace Holdpoint.Expressions;

/// <summary>Durations, sizes and shares as the language writes them, and back.</summary>
public static class Units
{
    private static readonly (string Suffix, double Seconds)[] Times = [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("w", 604800)];

    private static readonly (string Suffix, double Bytes)[] Sizes =
    [
        ("B", 1), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("PB", 1e15),
        ("KiB", 1024), ("MiB", 1024d * 1024), ("GiB", 1024d * 1024 * 1024), ("TiB", 1024d * 1024 * 1024 * 1024),
    ];

    public static string UnitsOf(Dimension dimension) => dimension switch
    {
        Dimension.Duration => "ms, s, m, h or d",
        Dimension.Bytes => "kB, MB, GB (decimal) or KiB, MiB, GiB (binary)",
        Dimension.Ratio => "%",
        _ => "",
    };

    /// <summary><c>90s</c>, <c>1m30s</c>, <c>250ms</c>; null where the text is no duration.</summary>
    public static TimeSpan? ParseDuration(ReadOnlySpan<char> text) =>
        ParseNumber(text) is { Dimension: Dimension.Duration } n && n.Amount < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(n.Amount) : null;

    /// <summary>A number with its unit, as one run of characters; null where it is none.</summary>
    public static Value.Number? ParseNumber(ReadOnlySpan<char> text)
    {
        double total = 0;
        var parts = 0;
        var rest = text;
        while (rest.Length > 0)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.' || (digits == 0 && parts == 0 && rest[0] == '-')))
                digits++;
            if (digits == 0 || !TryParse(rest[..digits], out var amount))
                return null;
            var letters = digits;
            while (letters < rest.Length && (char.IsAsciiLetter(rest[letters]) || rest[letters] == '%'))
                letters++;
            var suffix = rest[digits..letters];
            rest = rest[letters..];
            if (parts == 0 && rest.IsEmpty)
            {
                if (suffix.IsEmpty)
                    return new(amount, Dimension.Count);
                if (suffix is "%")
                    return new(amount / 100, Dimension.Ratio);
                foreach (var (name, bytes) in Sizes)
                    if (suffix.SequenceEqual(name))
                        return new(amount * bytes, Dimension.Bytes);
            }

            var seconds = double.NaN;
            foreach (var (name, unit) in Times)
                if (suffix.SequenceEqual(name))
                    seconds = unit;
            if (double.IsNaN(seconds))
                return null;
            total += amount * seconds;
            parts++;
        }

        return parts > 0 ? new(total, Dimension.Duration) : null;
    }

    /// <summary>Whole numbers of up to 15 digits, which is what most numbers are, without the general way: they are exact.</summary>
    private static bool TryParse(ReadOnlySpan<char> digits, out double amount)
    {
        amount = 0;
        if (digits.Length > 15 || digits.ContainsAnyExceptInRange('0', '9'))
            return double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount);
        foreach (var digit in digits)
            amount = amount * 10 + (digit - '0');
        return true;
    }

    public static string Duration(TimeSpan time) => Duration(time.TotalSeconds);

    /// <summary>Two units at most: <c>320ms</c>, <c>4.2s</c>, <c>1m 30s</c>, <c>2h 5m</c>, <c>3d 4h</c>.</summary>
    public static string Duration(double seconds)
    {
        if (double.IsNaN(seconds) || double.IsInfinity(seconds))
            return "unknown";
        if (seconds < 0)
            return "-" + Duration(-seconds);
        if (seconds == 0)
            return "0s";
        if (seconds < 0.001)
            return (seconds * 1e6).ToString("0", CultureInfo.InvariantCulture) + "us";
        if (seconds < 0.9995)
            return (seconds * 1e3).ToString(seconds < 0.00995 ? "0.#" : "0", CultureInfo.InvariantCulture) + "ms";
        if (seconds < 59.95)
            return seconds.ToString("0.#", CultureInfo.InvariantCulture) + "s";
        var whole = (long)Math.Round(seconds);
        if (whole < 3600)
            return Two(whole / 60, "m", whole % 60, "s");
        if (whole < 86400)
            return Two(whole / 3600, "h", whole % 3600 / 60, "m");
        return Two(whole / 86400, "d", whole % 86400 / 3600, "h");

        static string Two(long a, string unitA, long b, string unitB) => b == 0 ? $"{a}{unitA}" : $"{a}{unitA} {b}{unitB}";
    }

    public static string Bytes(double bytes)
    {
        string[] names = ["B", "kB", "MB", "GB", "TB", "PB"];
        var i = 0;
        while (Math.Abs(bytes) >= 999.5 && i < names.Length - 1)
        {
            bytes /= 1000;
            i++;
        }

        return bytes.ToString(Math.Abs(bytes) < 99.95 && i > 0 ? "0.#" : "0", CultureInfo.InvariantCulture) + " " + names[i];
    }

    public static string Ratio(double ratio) => (ratio * 100).ToString(Math.Abs(ratio) < 0.1 ? "0.##" : "0.#", CultureInfo.InvariantCulture) + "%";
}
