namespace Holdpoint.Plans;

/// <summary>How like two items' texts are, so that a corrected slip does not cost a signature and a changed meaning does.</summary>
internal static class TextLikeness
{
    public const double Alike = 0.8;

    /// <summary>Longer texts are only like themselves: an edit distance takes the product of the lengths.</summary>
    private const int Longest = 400;

    private static readonly HashSet<string> Turning = new(StringComparer.OrdinalIgnoreCase) { "no", "not", "never", "none", "without", "cannot", "nobody", "off", "disabled", "kein", "keine", "nicht", "sans", "pas", "sin" };

    /// <summary>1 minus the edit distance (Levenshtein) over the longer length; 0 where a number differs, or a word that turns a sentence into its contrary.</summary>
    public static double Of(string a, string b)
    {
        if (a == b)
            return 1;
        var longer = Math.Max(a.Length, b.Length);
        if (longer > Longest || Math.Abs(a.Length - b.Length) > longer * (1 - Alike) || !Telling(a).SequenceEqual(Telling(b), StringComparer.OrdinalIgnoreCase))
            return 0;
        return 1 - (double)Distance(a, b) / longer;
    }

    /// <summary>Words whose change changes all: those with digits, those that negate.</summary>
    private static IEnumerable<string> Telling(string text) =>
        text.Split([' ', '\t', '\n', ',', ';', '(', ')', '"'], StringSplitOptions.RemoveEmptyEntries).Select(w => w.TrimEnd('.', ':', '!', '?')).Where(w => w.Any(char.IsAsciiDigit) || w.EndsWith("n't", StringComparison.OrdinalIgnoreCase) || Turning.Contains(w));

    private static int Distance(string a, string b)
    {
        var last = new int[b.Length + 1];
        var now = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
                now[j] = Math.Min(Math.Min(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (last, now) = (now, last);
        }

        return last[b.Length];
    }
}
