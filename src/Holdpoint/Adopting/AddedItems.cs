namespace Holdpoint.Adopting;

/// <summary>Items of their own, behind something that can't be one: a table, a line to sign on.</summary>
internal static class AddedItems
{
    /// <param name="lastLine">Of what they stand behind.</param>
    /// <param name="items">Each without its last line end; further lines of one are parted by <c>\n</c>.</param>
    /// <returns>Null where the lines that follow would become part of the last item, or are part of what they stand behind.</returns>
    public static (int Offset, string Text)? After(Outline outline, int lastLine, IEnumerable<string> items)
    {
        var (source, end) = (outline.Source, outline.LineEnd);
        var next = lastLine < source.LineCount ? source.LineStart(lastLine + 1) : source.Text.Length;
        if (!IsApart(source.Text, next))
            return null;
        // At the end of the line, not at the start of the next one: what else is added there belongs to what follows.
        var at = next;
        if (at > 0 && next <= source.Text.Length && source.Text[at - 1] == '\n' && lastLine < source.LineCount)
            at -= at > 1 && source.Text[at - 2] == '\r' ? 2 : 1;
        var isDirect = next < source.Text.Length && source.Text[next] is not ('\n' or '\r');
        var added = string.Join('\n', items).Replace("\n", end, StringComparison.Ordinal);
        return (at, end + end + added + (isDirect ? end : ""));
    }

    /// <summary>What comes next is not indented.</summary>
    private static bool IsApart(string text, int at)
    {
        while (at < text.Length)
        {
            var end = text.IndexOf('\n', at);
            var line = text.AsSpan(at, (end < 0 ? text.Length : end) - at);
            if (!line.IsWhiteSpace())
                return !char.IsWhiteSpace(line[0]);
            if (end < 0)
                break;
            at = end + 1;
        }

        return true;
    }
}
