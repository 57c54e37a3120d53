namespace Holdpoint.Cli.Adopting;

/// <summary>A unified diff (as POSIX <c>diff -u</c> prints it) of a text and the same text with additions.</summary>
internal static class LineDiff
{
    private const int Context = 3;

    public static IEnumerable<string> Of(string before, string after, string name, string nameAfter)
    {
        var (a, b) = (before.Split('\n'), after.Split('\n'));
        var changes = Changes(a, b);
        if (changes.Count == 0)
            yield break;
        yield return $"--- {name}";
        yield return $"+++ {nameAfter}";
        for (var i = 0; i < changes.Count;)
        {
            var last = i;
            while (last + 1 < changes.Count && changes[last + 1].A - changes[last].EndA <= 2 * Context)
                last++;
            foreach (var line in Hunk(a, b, changes, i, last))
                yield return line.TrimEnd('\r');
            i = last + 1;
        }
    }

    private static IEnumerable<string> Hunk(string[] a, string[] b, List<Change> changes, int first, int last)
    {
        var from = Math.Max(0, changes[first].A - Context);
        var to = Math.Min(a.Length, changes[last].EndA + Context);
        var fromB = from + changes[first].B - changes[first].A;
        var toB = to + changes[last].EndB - changes[last].EndA;
        yield return $"@@ -{from + 1},{to - from} +{fromB + 1},{toB - fromB} @@";
        var at = from;
        for (var i = first; i <= last; i++)
        {
            for (; at < changes[i].A; at++)
                yield return " " + a[at];
            for (; at < changes[i].EndA; at++)
                yield return "-" + a[at];
            for (var line = changes[i].B; line < changes[i].EndB; line++)
                yield return "+" + b[line];
        }

        for (; at < to; at++)
            yield return " " + a[at];
    }

    /// <summary>Additions keep the order of lines, so that the next line that is the same is the one to go on with.</summary>
    private static List<Change> Changes(string[] a, string[] b)
    {
        var changes = new List<Change>();
        var (i, j) = (0, 0);
        while (i < a.Length || j < b.Length)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                (i, j) = (i + 1, j + 1);
                continue;
            }

            var (startA, startB) = (i, j);
            (i, j) = NextSame(a, b, i, j);
            changes.Add(new(startA, startB, i, j));
        }

        return changes;
    }

    private static (int A, int B) NextSame(string[] a, string[] b, int i, int j)
    {
        for (var distance = 1; distance <= a.Length - i + b.Length - j; distance++)
            for (var k = Math.Max(0, distance - (b.Length - j)); k <= Math.Min(distance, a.Length - i); k++)
            {
                var (x, y) = (i + k, j + distance - k);
                if (x < a.Length && y < b.Length && a[x] == b[y] && (a[x].Trim().Length > 0 || x + 1 < a.Length && y + 1 < b.Length && a[x + 1] == b[y + 1]))
                    return (x, y);
            }

        return (a.Length, b.Length);
    }

    private sealed record Change(int A, int B, int EndA, int EndB);
}
