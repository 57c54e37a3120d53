namespace Holdpoint.Expressions;

/// <summary>The known name that a mistyped one was probably meant to be.</summary>
public static class Nearest
{
    /// <summary>
    /// The candidate at the least optimal-string-alignment distance (Damerau-Levenshtein with adjacent transpositions, no substring edited twice),
    /// case ignored; at most one edit for each three letters, at least one. Where none is so near: the only candidate that begins with the word.
    /// Null where nothing is near.
    /// </summary>
    public static string? To(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > 64)
            return null;
        var limit = Math.Max(1, word.Length / 3);
        string? best = null;
        string? begins = null;
        var beginning = 0;
        var least = limit + 1;
        foreach (var candidate in candidates)
        {
            if (word.Length >= 3 && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                begins = candidate;
                beginning++;
            }

            // One letter in place of a name of one letter is another name, not a slip.
            if (candidate.Length == 0 || (word.Length == 1 && !word.Equals(candidate, StringComparison.OrdinalIgnoreCase)))
                continue;
            if (Math.Abs(candidate.Length - word.Length) >= least || candidate.Length > 80)
                continue;
            var distance = Distance(word, candidate);
            if (distance < least)
            {
                least = distance;
                best = candidate;
            }
        }

        return best ?? (beginning == 1 ? begins : null);
    }

    /// <summary><c>did you mean `status`?</c>, or <paramref name="otherwise"/> where nothing is near.</summary>
    public static string Hint(string word, IEnumerable<string> candidates, string otherwise = "") =>
        To(word, candidates) is { } near ? $"did you mean `{near}`?" : otherwise;

    private static int Distance(string a, string b)
    {
        Span<int> before = stackalloc int[b.Length + 1];
        Span<int> last = stackalloc int[b.Length + 1];
        Span<int> now = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = Same(a[i - 1], b[j - 1]);
                now[j] = Math.Min(Math.Min(last[j], now[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    now[j] = Math.Min(now[j], before[j - 2] + 1);
            }

            last.CopyTo(before);
            now.CopyTo(last);
        }

        return last[b.Length];
    }

    private static bool Same(char a, char b) => a == b || char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
