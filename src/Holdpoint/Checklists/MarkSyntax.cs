namespace Holdpoint.Checklists;

/// <summary>What inline code must look like to be a mark, or to look like one that was meant.</summary>
internal static class MarkSyntax
{
    public static Sign? SignOf(char c) => c switch
    {
        '?' => Sign.Ask,
        '!' => Sign.Act,
        '@' => Sign.Person,
        _ => null,
    };

    /// <summary>Index of the first character after the sign's white space where this is a mark; else -1.</summary>
    /// <remarks>
    /// A mark's first word begins with a letter, a quotation mark, a parenthesis or a variable.
    /// Anything else (<c>! -f</c>, <c>? :</c>) is somebody's code.
    /// </remarks>
    public static int ContentStart(ReadOnlySpan<char> code)
    {
        var i = SkipWhite(code, 0);
        if (i >= code.Length || SignOf(code[i]) is null)
            return -1;
        var start = SkipWhite(code, i + 1);
        if (start == i + 1 || start >= code.Length)
            return -1;
        var first = code[start];
        return char.IsLetter(first) || char.IsSurrogate(first) || first is '"' or '(' || code[start..].StartsWith("${") || IsDoubled(code[start..]) ? start : -1;
    }

    /// <summary>A sign typed twice (<c>? ?disk</c>): the reader of marks says so; as somebody's code it would silently ask nothing.</summary>
    private static bool IsDoubled(ReadOnlySpan<char> content) => content[0] is '?' or '!' && SkipWhite(content, 1) is var next && next < content.Length && char.IsLetter(content[next]);

    public static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
            end++;
        return text[..end].TrimEnd(',');
    }

    /// <summary><c>role</c>, <c>role and role</c>, <c>role or role</c>, an <c>if</c> after it.</summary>
    public static bool IsRoles(ReadOnlySpan<char> text)
    {
        var expectsRole = true;
        foreach (var range in text.Split(' '))
        {
            var word = text[range];
            if (word.IsEmpty)
                continue;
            if (!expectsRole)
            {
                if (word is "if")
                    return true;
                if (word is not ("and" or "or"))
                    return false;
                expectsRole = true;
                continue;
            }
            if (word[0] == '@')
                word = word[1..];
            if (word.IsEmpty || !char.IsLetter(word[0]))
                return false;
            foreach (var c in word)
            {
                if (!char.IsLetterOrDigit(c) && c is not ('-' or '_'))
                    return false;
            }
            expectsRole = false;
        }
        return !expectsRole;
    }

    /// <summary>A name and then a comparison: what a condition on a metric looks like.</summary>
    public static bool IsComparison(ReadOnlySpan<char> text)
    {
        var rest = text[FirstWord(text).Length..].TrimStart();
        return rest.Length > 0 && rest[0] is '<' or '>' || rest.StartsWith("==") || rest.StartsWith("!=");
    }

    private static int SkipWhite(ReadOnlySpan<char> text, int i)
    {
        while (i < text.Length && char.IsWhiteSpace(text[i]))
            i++;
        return i;
    }
}
