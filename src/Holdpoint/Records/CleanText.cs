using System.Text;
using System.Text.RegularExpressions;

namespace Holdpoint.Records;

/// <summary>
/// Text of others (output of programs, names, comments) as it may be shown: without terminal sequences, control characters,
/// marks that turn the direction of writing, and halves of characters, none of which XML or a terminal can bear.
/// </summary>
public static partial class CleanText
{
    /// <summary>As one line: runs of white space are one blank.</summary>
    public static string Line(string text)
    {
        var clean = Block(text);
        return clean.AsSpan().IndexOfAny('\n', '\t') < 0 && !clean.Contains("  ", StringComparison.Ordinal)
            ? clean.Trim()
            : string.Join(' ', clean.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>With its lines and tabs.</summary>
    public static string Block(string text)
    {
        if (!NeedsCleaning(text))
            return text;
        var plain = text.Contains('\u001b', StringComparison.Ordinal) ? Sequence().Replace(text, "") : text;
        var clean = new StringBuilder(plain.Length);
        for (var i = 0; i < plain.Length; i++)
        {
            var c = plain[i];
            if (c == '\r')
            {
                if (i + 1 >= plain.Length || plain[i + 1] != '\n')
                    clean.Append('\n');
            }
            else if (char.IsHighSurrogate(c) && i + 1 < plain.Length && char.IsLowSurrogate(plain[i + 1]))
                clean.Append(c).Append(plain[++i]);
            else if (IsUnfit(c))
                clean.Append(char.IsSurrogate(c) ? "\ufffd" : "");
            else
                clean.Append(c);
        }

        return clean.ToString();
    }

    /// <summary>Cut to a number of characters, never inside one.</summary>
    public static string Short(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var end = most - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }

    private static bool NeedsCleaning(string text)
    {
        foreach (var c in text)
            if (c == '\r' || char.IsSurrogate(c) || IsUnfit(c))
                return true;
        return false;
    }

    private static bool IsUnfit(char c) => c switch
    {
        '\n' or '\t' => false,
        < ' ' or (>= '\u007f' and <= '\u009f') => true,
        '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => true,
        '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff' => true,
        _ => char.IsSurrogate(c),
    };

    /// <summary>ECMA-48 control sequences, and strings such as a window's title.</summary>
    [GeneratedRegex(@"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")]
    private static partial Regex Sequence();
}
