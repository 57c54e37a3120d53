namespace Holdpoint.Checklists;

/// <summary>A look at a text before it is parsed: Markdig's time grows with the square of the containers that one line opens.</summary>
internal static class Nesting
{
    /// <summary>Levels in one line that are still parsed. 400; what is deeper than Markdig's own limit is refused by Markdig.</summary>
    public const int Bearable = 400;

    /// <summary>Offset of the line that opens the most containers, and how many: its signs, or two columns of indentation for one level.</summary>
    public static (int Offset, int Levels) DeepestLine(string text)
    {
        var (deepest, most) = (0, 0);
        for (var start = 0; start < text.Length;)
        {
            var rest = text.AsSpan(start);
            var length = rest.IndexOf('\n');
            var line = length < 0 ? rest : rest[..length];
            var end = 0;
            while (end < line.Length && line[end] is ' ' or '\t' or '>' or '-' or '*' or '+' or '[' or '.' or ')' or (>= '0' and <= '9'))
                end++;
            // A line of signs alone is a thematic break or opens nothing that is worth reading.
            if (end > most && end < line.Length)
            {
                var levels = Levels(line[..end]);
                if (levels > most)
                    (deepest, most) = (start, levels);
            }
            start += line.Length + 1;
        }
        return (deepest, most);
    }

    private static int Levels(ReadOnlySpan<char> signs)
    {
        var first = signs.IndexOfAnyExcept(' ', '\t');
        if (first < 0)
            return 0;
        var levels = first / 2;
        for (var i = first; i < signs.Length; i++)
        {
            if (signs[i] == '>' || signs[i] is '-' or '*' or '+' or '.' or ')' && i + 1 < signs.Length && signs[i + 1] is ' ' or '\t')
                levels++;
        }
        return levels;
    }
}
