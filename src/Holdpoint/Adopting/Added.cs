namespace Holdpoint.Adopting;

/// <summary>What is added to an item's text, and to blocks.</summary>
internal static class Added
{
    public static string Marks(IEnumerable<string> marks) => string.Concat(marks.Select(m => $" `{m}`"));

    /// <summary>Indentation before each line of a block, so that it belongs to the item above it.</summary>
    public static IEnumerable<(int, string)> Indentation(Block block, Outline outline, int indent)
    {
        var blanks = new string(' ', indent);
        for (var line = block.Line; line <= block.LastLine && line <= outline.Source.LineCount; line++)
        {
            var start = outline.Source.LineStart(line);
            if (start < outline.Source.Text.Length && outline.Source.Text[start] is not ('\n' or '\r'))
                yield return (start, blanks);
        }
    }

    public static string Short(string text)
    {
        var plain = text.Replace("**", "", StringComparison.Ordinal).Trim();
        return plain.Length <= 80 ? plain : plain[..77].TrimEnd() + "…";
    }
}
