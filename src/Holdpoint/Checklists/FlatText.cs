using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Holdpoint.Checklists;

/// <summary>
/// What a person reads of inline Markdown, each character with its offset in the source.
/// One instance is filled again and again: a file has tens of thousands of paragraphs.
/// </summary>
internal sealed class FlatText(string source)
{
    /// <summary>Where a character comes from; tags are not looked for in code and links.</summary>
    [Flags]
    public enum Origin : byte
    {
        Plain = 0,
        Code = 1,
        Link = 2,
        Struck = 4,
        Removed = 8,
    }

    private char[] _chars = new char[256];
    private int[] _offsets = new int[256];
    private Origin[] _origins = new Origin[256];

    public int Length { get; private set; }

    /// <summary>Links met (not images).</summary>
    public int Links { get; private set; }

    public LinkInline? LastLink { get; private set; }

    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    public int OffsetAt(int index) => _offsets[index];

    public Origin OriginAt(int index) => _origins[index];

    public void Remove(int start, int end) => _origins.AsSpan(start, end - start).Fill(Origin.Removed);

    public void Clear() => (Length, Links, LastLink) = (0, 0, null);

    /// <summary>Appends what a block holds; nothing where it holds no inlines.</summary>
    public void Append(LeafBlock block, int from = 0, Func<CodeSpan, bool, bool>? takesCode = null)
    {
        if (block.Inline is { } inline)
            Append(inline, from, takesCode);
        else if (PlainLine.TryGet(block, out var start, out var end))
            AppendPlain(start, end, from, takesCode);
    }

    private void AppendPlain(int start, int end, int from, Func<CodeSpan, bool, bool>? takesCode)
    {
        var line = source.AsSpan(0, end);
        for (var at = Math.Max(start, from); at < end;)
        {
            var text = line[at..].IndexOf('`');
            text = text < 0 ? end - at : text;
            Append(line.Slice(at, text), at, Origin.Plain, from);
            at += text;
            if (at == end)
                return;
            var code = PlainLine.CodeAt(line, at);
            var content = line[code.ContentStart..code.ContentEnd];
            // One blank at either end lets code begin or end with a backtick.
            if (content.Length > 2 && content[0] == ' ' && content[^1] == ' ' && content.ContainsAnyExcept(' '))
                content = content[1..^1];
            AppendCode(code, content, Origin.Plain, from, takesCode);
            at = code.End;
        }
    }

    /// <summary>
    /// Appends an inline and what is inside it. Iterative, because nesting is the author's to choose.
    /// Code for which <paramref name="takesCode"/> answers true (a mark) is left out.
    /// </summary>
    public void Append(Inline root, int from = 0, Func<CodeSpan, bool, bool>? takesCode = null)
    {
        var origin = Origin.Plain;
        var (links, strikes) = (0, 0);
        var inline = root;
        while (true)
        {
            var container = inline as ContainerInline;
            // A box read as a reference link (`[x]: …` somewhere in the file) is no text.
            var enters = container?.FirstChild is not null && (inline == root || inline.Span.End >= from);
            if (enters)
            {
                if (inline is LinkInline link)
                {
                    links++;
                    if (!link.IsImage)
                        (Links, LastLink) = (Links + 1, link);
                }
                else if (inline is EmphasisInline { DelimiterChar: '~' })
                {
                    strikes++;
                }
                origin = (links > 0 ? Origin.Link : 0) | (strikes > 0 ? Origin.Struck : 0);
                inline = container!.FirstChild!;
                continue;
            }
            AppendLeaf(inline, from, origin, takesCode);
            while (inline != root && inline.NextSibling is null)
            {
                inline = inline.Parent!;
                if (inline is LinkInline)
                    links--;
                else if (inline is EmphasisInline { DelimiterChar: '~' })
                    strikes--;
                origin = (links > 0 ? Origin.Link : 0) | (strikes > 0 ? Origin.Struck : 0);
            }
            if (inline == root)
                return;
            inline = inline.NextSibling!;
        }
    }

    private void AppendLeaf(Inline inline, int from, Origin origin, Func<CodeSpan, bool, bool>? takesCode)
    {
        switch (inline)
        {
            case LiteralInline literal:
                // An escaped character's span begins at its backslash.
                Append(literal.Content.AsSpan(), literal.Span.End + 1 - literal.Content.Length, origin, from);
                break;
            case CodeInline code:
                AppendCode(new(code.Span.Start, code.DelimiterCount, code.Span.End + 1), code.ContentSpan, origin, from, takesCode);
                break;
            case LineBreakInline:
                Append(" ", inline.Span.Start, origin, from);
                break;
            case HtmlEntityInline entity:
                Append(entity.Transcoded.AsSpan(), entity.Span.Start, origin, from, moves: false);
                break;
            case AutolinkInline address:
                Append(address.Url, address.Span.Start + 1, origin | Origin.Code, from);
                break;
            case HtmlInline html when html.Tag.StartsWith("<br", StringComparison.OrdinalIgnoreCase):
                Append(" ", html.Span.Start, origin, from);
                break;
            case DelimiterInline delimiter:
                Append(delimiter.ToLiteral(), delimiter.Span.Start, origin, from);
                break;
        }
    }

    private void AppendCode(CodeSpan code, ReadOnlySpan<char> content, Origin origin, int from, Func<CodeSpan, bool, bool>? takesCode)
    {
        if (takesCode?.Invoke(code, origin.HasFlag(Origin.Struck)) == true)
            Append(" ", code.Start, origin | Origin.Removed, from);
        else
            Append(content, code.ContentStart, origin | Origin.Code, from);
    }

    private void Append(ReadOnlySpan<char> text, int offset, Origin origin, int from, bool moves = true)
    {
        if (Length + text.Length > _chars.Length)
        {
            var size = Math.Max(_chars.Length * 2, Length + text.Length);
            Array.Resize(ref _chars, size);
            Array.Resize(ref _offsets, size);
            Array.Resize(ref _origins, size);
        }
        if (moves && offset >= from && offset >= 0 && offset + text.Length <= source.Length)
        {
            text.CopyTo(_chars.AsSpan(Length));
            _origins.AsSpan(Length, text.Length).Fill(origin);
            var offsets = _offsets.AsSpan(Length, text.Length);
            for (var i = 0; i < offsets.Length; i++)
                offsets[i] = offset + i;
            Length += text.Length;
            return;
        }
        for (var i = 0; i < text.Length; i++)
        {
            var at = Math.Clamp(moves ? offset + i : offset, 0, source.Length);
            if (at < from)
                continue;
            _chars[Length] = text[i];
            _offsets[Length] = at;
            _origins[Length++] = origin;
        }
    }

    /// <summary>Whether nothing but this kind of characters (and white space) is left.</summary>
    public bool IsOnly(Origin origin)
    {
        var any = false;
        for (var i = 0; i < Length; i++)
        {
            if (char.IsWhiteSpace(_chars[i]) || _origins[i].HasFlag(Origin.Removed))
                continue;
            if (!_origins[i].HasFlag(origin))
                return false;
            any = true;
        }
        return any;
    }

    /// <summary>Index of the first character that is neither removed nor white space, from <paramref name="start"/>; -1 when there is none.</summary>
    public int FirstVisible(int start)
    {
        for (var i = start; i < Length; i++)
        {
            if (!char.IsWhiteSpace(_chars[i]) && !_origins[i].HasFlag(Origin.Removed))
                return i;
        }
        return -1;
    }

    /// <summary>The text without what was removed, white space collapsed. Overwrites the characters.</summary>
    public string Collapse(int start, int end)
    {
        var written = start;
        var blank = false;
        var chars = _chars.AsSpan(0, end);
        var origins = _origins.AsSpan(0, end);
        for (var i = start; i < chars.Length; i++)
        {
            var c = chars[i];
            if (char.IsWhiteSpace(c) || (origins[i] & Origin.Removed) != 0)
            {
                blank = true;
                continue;
            }
            if (blank && written > start)
                chars[written++] = ' ';
            blank = false;
            chars[written++] = c;
        }
        return new(chars[start..written]);
    }
}
