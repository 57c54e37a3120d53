using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdpoint.Checklists;

/// <summary>The words of which an item's id is made.</summary>
public static partial class ItemIds
{
    private const int PlainLength = 256;

    // Those of the words in Ordinal that plain texts can hold.
    private static readonly string[] s_counting = ["step", "phase", "part", "task", "schritt", "teil", "paso", "passo", "fase", "krok"];

    /// <summary>
    /// A heading's or item's text as lower-case words joined by <c>-</c>: without ordinals at its start (<c>1.2 </c>, <c>Step 3:</c>),
    /// emoji, marks and tags. Letters of every script are kept. Empty when nothing is left.
    /// </summary>
    public static string Slug(string text) => Path("", text);

    /// <summary>The slug behind a prefix; empty when nothing is left of the text.</summary>
    internal static string Path(string prefix, string text)
    {
        if (text.Length <= PlainLength && Ascii.IsValid(text) && text.AsSpan().IndexOfAny('`', '#') < 0)
        {
            Span<char> plain = stackalloc char[PlainLength];
            var length = WritePlain(text, plain);
            return length == 0 ? "" : string.Concat(prefix, plain[..length]);
        }
        var slug = OfAnyText(text);
        return slug.Length == 0 ? "" : prefix + slug;
    }

    /// <summary>The slug of a text without marks, tags and other alphabets, which most texts are: the same, in one pass.</summary>
    private static int WritePlain(string text, Span<char> slug)
    {
        var start = 0;
        while (true)
        {
            while (start < text.Length && !char.IsAsciiLetterOrDigit(text[start]) && text[start] != '(')
                start++;
            if (!MayBeOrdinal(text.AsSpan(start)))
                break;
            var length = 0;
            foreach (var ordinal in Ordinal().EnumerateMatches(text, start))
            {
                length = ordinal.Length;
                break;
            }
            if (length == 0)
                break;
            start += length;
        }
        var written = 0;
        var apart = false;
        foreach (var c in text.AsSpan(start))
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                apart |= c != '\'';
                continue;
            }
            if (apart && written > 0)
                slug[written++] = '-';
            apart = false;
            slug[written++] = char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
        }
        return written;
    }

    /// <summary>Whether it is worth asking <see cref="Ordinal"/>: a number, a parenthesis, or one of the words that count and then a number.</summary>
    private static bool MayBeOrdinal(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit(text[0]) || text[0] == '(')
            return !text.IsEmpty;
        var length = 0;
        while (length < text.Length && char.IsAsciiLetter(text[length]))
            length++;
        var number = text[length..].TrimStart();
        if (number.IsEmpty || !char.IsAsciiDigit(number[0]))
            return false;
        foreach (var word in s_counting)
        {
            if (text[..length].Equals(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static string OfAnyText(string text)
    {
        text = Tag().Replace(Marks().Replace(text, " "), " ");
        text = Keycap().Replace(text, " ");
        var start = 0;
        while (true)
        {
            while (start < text.Length && !IsWord(text, start, out var length) && text[start] != '(')
                start += length;
            var ordinal = Ordinal().Match(text, start);
            if (!ordinal.Success || ordinal.Length == 0)
                break;
            start += ordinal.Length;
        }
        var slug = new StringBuilder(text.Length - start);
        var apart = false;
        for (var i = start; i < text.Length;)
        {
            if (IsWord(text, i, out var length))
            {
                if (apart && slug.Length > 0)
                    slug.Append('-');
                apart = false;
                slug.Append(text.AsSpan(i, length));
            }
            else if (text[i] is not ('\'' or '’' or '\u200d' or '\u00ad'))
            {
                apart = true;
            }
            i += length;
        }
        return slug.ToString().ToLowerInvariant();
    }

    private static bool IsWord(string text, int i, out int length)
    {
        if (!Rune.TryGetRuneAt(text, i, out var rune))
        {
            length = 1;
            return false;
        }
        length = rune.Utf16SequenceLength;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber => true,
            // Vowel signs belong to their letter; variation selectors belong to emoji.
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => rune.Value is not (>= 0xFE00 and <= 0xFE0F),
            _ => false,
        };
    }

    [GeneratedRegex(@"`\s*[?!@]\s[^`]*`")]
    private static partial Regex Marks();

    [GeneratedRegex(@"(?<!\S)#(critical|advisory|optional|no-return|weight=\S+|id=\S+)(?!\S)")]
    private static partial Regex Tag();

    [GeneratedRegex("[0-9#*]\uFE0F?\u20E3")]
    private static partial Regex Keycap();

    // A number alone (3 replicas) is content; one with a full stop, a colon or a parenthesis counts.
    [GeneratedRegex(@"\G(?:\(?[0-9]{1,4}(?:\.[0-9]{1,4})*[.):]+(?:\s+|$)|[0-9]{1,4}(?:\.[0-9]{1,4})+(?:\s+|$)|[0-9]{1,4}\s+[-–—]\s+|(?:step|phase|part|task|schritt|teil|étape|paso|passo|fase|шаг|этап|krok|adım)\s+[0-9]{1,4}(?:\.[0-9]{1,4})*\s*(?:[:.)\-–—]+\s*|$))", RegexOptions.IgnoreCase)]
    private static partial Regex Ordinal();
}
