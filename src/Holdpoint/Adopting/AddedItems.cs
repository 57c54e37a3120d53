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
        var at = lastLine < source.LineCount ? source.LineStart(lastLine + 1) : source.Text.Length;
        if (!IsApart(source.Text, at))
            return null;
        var open = at > 0 && source.Text[at - 1] != '\n';
        var added = string.Join('\n', items).Replace("\n", end, StringComparison.Ordinal);
        return (at, (open ? end : "") + end + added + end);
    }

    /// <summary>A blank line or the end of the file is next, and what comes then is not indented.</summary>
    private static bool IsApart(string text, int at)
    {
        var blank = false;
        while (at < text.Length)
        {
            var end = text.IndexOf('\n', at);
            var line = text.AsSpan(at, (end < 0 ? text.Length : end) - at);
            if (!line.IsWhiteSpace())
                return blank && !char.IsWhiteSpace(line[0]);
            blank = true;
            if (end < 0)
                break;
            at = end + 1;
        }

        return true;
    }
}
