namespace Holdpoint.Configuration;

/// <summary>Finds the name that was probably meant.</summary>
internal static class Spelling
{
    /// <summary>The nearest of the known names, or null where none is near: at most a third of its letters differ, two at least.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length is 0 or > 60)
            return null;
        var folded = Fold(written);
        var best = (Name: (string?)null, Distance: int.MaxValue);
        foreach (var name in known)
        {
            var distance = Distance(folded, Fold(name));
            if (distance <= Math.Max(2, name.Length / 3) && distance < best.Distance && distance < name.Length)
                best = (name, distance);
        }

        return best.Name;
    }

    /// <summary>A remedy: the near name, else the whole choice where it is short enough to read.</summary>
    public static string Remedy(string written, IReadOnlyCollection<string> known) =>
        Nearest(written, known) is { } near ? $"did you mean '{near}'?"
        : known.Count is 0 ? "remove it"
        : $"there are: {string.Join(", ", known.Take(20))}{(known.Count > 20 ? ", …" : "")}";

    private static string Fold(string name) => name.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    /// <summary>Optimal string alignment: insertions, deletions, replacements and swaps of neighbours each count one.</summary>
    private static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }
}
