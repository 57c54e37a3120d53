using System.Text;

namespace Holdpoint.Checklists;

/// <summary>What is written back to an item.</summary>
/// <param name="Note">Plain text, put below the item's text; nothing is put where it is empty.</param>
public sealed record ItemResult(bool Ticked, string Note);

/// <summary>The same file with its boxes ticked and a note after each item. All other characters stay.</summary>
public static class TickedCopy
{
    /// <summary>The file's text. Items for which <paramref name="result"/> is null stay as they are.</summary>
    /// <remarks>
    /// A note is the last line of the item's first paragraph, after a hard line break, in italics: no list gets loose, no fence
    /// moves into another container, and a hard break by backslash survives editors that trim line ends.
    /// </remarks>
    public static string Write(Checklist checklist, Func<Item, ItemResult?> result)
    {
        var text = checklist.Source.Text;
        var copy = new StringBuilder(text.Length + 1024);
        var copied = 0;
        foreach (var item in checklist.AllItems)
        {
            if (result(item) is not { } found)
                continue;
            copy.Append(text, copied, item.Box - copied);
            copy.Append(!found.Ticked ? ' ' : text[item.Box] == 'X' ? 'X' : 'x');
            copied = item.Box + 1;
            var note = Escape(found.Note);
            if (note.Length == 0)
                continue;
            copy.Append(text, copied, item.End - copied);
            copied = item.End;
            copy.Append('\\').Append(LineEnd(text, item.End));
            AppendIndent(copy, text, item.Box - 1);
            copy.Append('_').Append(note).Append('_');
        }
        return copy.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>The file's bytes, the byte order mark included.</summary>
    public static byte[] WriteBytes(Checklist checklist, Func<Item, ItemResult?> result) =>
        checklist.Source.ToBytes(Write(checklist, result));

    /// <summary>The item's own line as blanks up to its content; quotation signs and tabs stay what they are.</summary>
    private static void AppendIndent(StringBuilder copy, string text, int content)
    {
        var line = content;
        while (line > 0 && text[line - 1] is not ('\n' or '\r'))
            line--;
        for (; line < content; line++)
            copy.Append(text[line] is '>' or '\t' ? text[line] : ' ');
    }

    private static string LineEnd(string text, int from)
    {
        var end = text.IndexOf('\n', from);
        if (end < 0 && from > 0)
            end = text.LastIndexOf('\n', from - 1);
        return end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
    }

    /// <summary>One line of plain text as Markdown that shows it. A backtick, which no escape survives inside code, becomes an apostrophe.</summary>
    internal static string Escape(string note)
    {
        var escaped = new StringBuilder(note.Length + 8);
        foreach (var c in note.AsSpan().Trim())
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029')
            {
                escaped.Append(' ');
                continue;
            }
            if (c is '\\' or '*' or '_' or '[' or ']' or '<' or '~' or '|' or '#' or '&' or '$')
                escaped.Append('\\');
            escaped.Append(c == '`' ? '\'' : c);
        }
        return escaped.ToString();
    }
}
