using System.Runtime.InteropServices;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Holdpoint.Checklists;

/// <summary>Reads task items: text, marks, tags, bodies, children.</summary>
internal sealed class ItemReader(
    SourceText source,
    Findings findings,
    FlatText flat,
    Bodies bodies,
    IReadOnlySet<string>? knownVerbs)
{
    public const string OutsideItems = "A mark outside an item is never run";

    private const string OutsideParagraph = "A mark in an item's quotation, table or heading is never run";

    private readonly string _text = source.Text;
    private readonly Stack<ItemDraft> _spare = new();
    private readonly List<(ItemDraft Item, Mark[] Marks)> _unfinished = [];

    // One delegate for all paragraphs; items are read one after the other.
    private Func<CodeSpan, bool, bool>? _takesCode;
    private Func<CodeSpan, bool, bool>? _findsMark;
    private ItemDraft _current = null!;
    private string _where = "";

    /// <summary>Items read.</summary>
    public int Count { get; private set; }

    /// <summary>Reads a list item if it is a task as GitHub takes them: its first paragraph begins with a box and white space, and goes on.</summary>
    public Item? TryRead(ListItemBlock li, Block? after, int depth, int quotes)
    {
        if (li.Count == 0 || li[0] is not ParagraphBlock paragraph)
            return null;
        var start = paragraph.Span.Start;
        var end = Math.Min(paragraph.Span.End, _text.Length - 1) + 1;
        while (end > start && IsSpace(_text[end - 1]))
            end--;
        if (end - start < 5 || _text[start] != '[' || _text[start + 1] is not (' ' or 'x' or 'X') || _text[start + 2] != ']' || !IsSpace(_text[start + 3]))
            return null;
        var item = Begin(li, start, end, after, quotes);
        var place = _unfinished.Count;
        ReadText(item, paragraph);
        if (li.Count > 1)
            Visit(li, item, after, depth + 1, quotes, first: 1);
        var isFinished = TryFinish(item);
        var read = item.ToItem(out var marks);
        // Parents come before their children, so that a fence between them is the parent's.
        if (isFinished)
            _spare.Push(item);
        else
            _unfinished.Insert(place, (item, marks));
        return read;
    }

    private ItemDraft Begin(ListItemBlock li, int start, int end, Block? after, int quotes)
    {
        Count++;
        var (at, indent, ticked) = (source.PositionAt(li.Span.Start), ColumnOf(start), _text[start + 1] != ' ');
        if (!_spare.TryPop(out var item))
            return new() { At = at, Box = start + 1, End = end, Indent = indent, Ticked = ticked, Quotes = quotes, After = after };
        item.Clear();
        (item.At, item.Box, item.End, item.Indent, item.Ticked, item.Quotes, item.After) = (at, start + 1, end, indent, ticked, quotes, after);
        return item;
    }

    private void Visit(ContainerBlock container, ItemDraft item, Block? after, int depth, int quotes, int first = 0)
    {
        if (depth > ChecklistReader.NestingLimit)
        {
            findings.Error(container.Span.Start, "is nested too deeply to be read", $"Keep lists and quotations below {ChecklistReader.NestingLimit} levels");
            return;
        }
        var own = quotes == item.Quotes;
        for (var i = first; i < container.Count; i++)
        {
            var next = ChecklistBuilder.After(container, i, after);
            switch (container[i])
            {
                case ParagraphBlock paragraph when own && container is not TableCell:
                    ReadParagraph(item, paragraph, isText: false);
                    break;
                case FencedCodeBlock fence:
                    bodies.CheckClosed(fence);
                    if (own)
                        item.Fences.Add(fence);
                    break;
                case CodeBlock code:
                    if (own && bodies.IsFence(code))
                        item.Overindented ??= code;
                    break;
                case LeafBlock leaf:
                    FindMisplaced(leaf, OutsideParagraph);
                    break;
                case ListItemBlock li when TryRead(li, next, depth, quotes) is { } child:
                    item.Children.Add(child);
                    break;
                case ContainerBlock inner:
                    Visit(inner, item, next, depth + 1, quotes + (inner is QuoteBlock ? 1 : 0));
                    break;
            }
        }
    }

    private void ReadText(ItemDraft item, ParagraphBlock paragraph)
    {
        ReadParagraph(item, paragraph, isText: true);
        if (flat.FirstVisible(0) < 0)
            return;
        item.Disabled = flat.IsOnly(FlatText.Origin.Struck);
        if (flat.Links == 1 && flat.IsOnly(FlatText.Origin.Link))
            item.Link = FileOf(flat.LastLink!);
        item.Text = flat.Collapse(0, flat.Length);
    }

    private void ReadParagraph(ItemDraft item, ParagraphBlock paragraph, bool isText)
    {
        flat.Clear();
        _current = item;
        flat.Append(paragraph, isText ? item.Box + 2 : 0, _takesCode ??= (code, struck) => TakeCode(_current, code, struck));
        var chars = flat.Chars;
        for (var i = chars.IndexOfAny('#', '`'); i >= 0 && i < chars.Length;)
        {
            if (flat.OriginAt(i) is FlatText.Origin.Plain or FlatText.Origin.Struck && !IsEscaped(flat.OffsetAt(i)))
            {
                if (chars[i] == '`')
                    CheckBacktick(chars, i);
                else if (i == 0 || char.IsWhiteSpace(chars[i - 1]))
                    ReadTag(item, chars, i);
            }
            var step = chars[(i + 1)..].IndexOfAny('#', '`');
            i = step < 0 ? -1 : i + 1 + step;
        }
    }

    private void ReadTag(ItemDraft item, ReadOnlySpan<char> chars, int start)
    {
        var end = start + 1;
        while (end < chars.Length && !char.IsWhiteSpace(chars[end]))
            end++;
        while (end > start + 1 && chars[end - 1] is '.' or ',' or ';' or ':' or ')' or '!')
            end--;
        var offset = flat.OffsetAt(start);
        if (TagSyntax.Read(chars[start..end], out var mistake) is { } tag)
        {
            item.Tags.Add(new Tag(tag.Name, tag.Value, source.PositionAt(offset)));
            flat.Remove(start, end);
        }
        else if (mistake is { } wrong)
        {
            findings.ErrorWhenMarked(offset, wrong.What, wrong.Fix);
        }
    }

    /// <summary>A backtick that stayed a character, with a sign after it: a mark whose end was lost.</summary>
    private void CheckBacktick(ReadOnlySpan<char> chars, int i)
    {
        var offset = flat.OffsetAt(i);
        var rest = chars[(i + 1)..];
        if (MarkSyntax.ContentStart(rest) < 0)
            return;
        findings.Marked = true;
        findings.Error(offset, "A mark begins here and its closing backtick is missing",
            "Keep the mark on one line and close it with a backtick; a line that begins with '>', '-' or '#' ends the paragraph");
    }

    private bool TakeCode(ItemDraft item, CodeSpan code, bool struck)
    {
        var content = ContentOf(code);
        var start = MarkSyntax.ContentStart(content);
        if (start < 0)
        {
            CheckTouching(item, content.Trim(), code.Start);
            return false;
        }
        var sign = content.TrimStart()[0];
        var offset = code.ContentStart;
        var mark = new Mark(
            MarkSyntax.SignOf(sign)!.Value,
            OnOneLine(content[start..].TrimEnd(), item.Quotes),
            offset + start,
            source.PositionAt(offset + content.IndexOf(sign)),
            Body: null);
        item.Add(mark, bodies.TakesBody(mark, out _));
        findings.Marked = true;
        if (struck)
            item.StruckMarks.Add(code.Start);
        return true;
    }

    private void CheckTouching(ItemDraft item, ReadOnlySpan<char> code, int offset)
    {
        if (code.Length < 2 || MarkSyntax.SignOf(code[0]) is not { } sign || !char.IsLetter(code[1]))
            return;
        var verb = MarkSyntax.FirstWord(code[1..]);
        if (sign == Sign.Person)
        {
            if (MarkSyntax.IsRoles(code))
                item.TouchedRoles.Add((offset, code.ToString()));
        }
        else if (IsKnown(verb.ToString()))
        {
            findings.Error(offset, $"The sign touches its word: `{code}` is not a mark", $"Write `{code[0]} {code[1..]}`");
        }
    }

    /// <summary>Marks in a block where nothing runs them.</summary>
    public void FindMisplaced(LeafBlock block, string what)
    {
        flat.Clear();
        _where = what;
        flat.Append(block, 0, _findsMark ??= FindMark);
    }

    private bool FindMark(CodeSpan code, bool struck)
    {
        var content = ContentOf(code);
        var start = MarkSyntax.ContentStart(content);
        if (start >= 0 && IsPlausible(MarkSyntax.SignOf(content.TrimStart()[0])!.Value, content[start..].Trim()))
        {
            findings.Marked = true;
            findings.Error(code.Start, _where, "Put it into the paragraph of a task item: - [ ] What is asked `? …`");
        }
        return false;
    }

    private bool IsPlausible(Sign sign, ReadOnlySpan<char> content)
    {
        if (sign == Sign.Person)
            return MarkSyntax.IsRoles(content);
        var verb = MarkSyntax.FirstWord(content);
        return char.IsLetter(content[0]) && (knownVerbs is null || IsKnown(verb.ToString()) || MarkSyntax.IsComparison(content));
    }

    private bool IsKnown(string verb) => bodies.Verbs.Contains(verb) || knownVerbs?.Contains(verb) == true;

    /// <summary>Bodies that are missing, and mistakes that only the whole file shows.</summary>
    public void Finish()
    {
        foreach (var (item, marks) in _unfinished)
            bodies.Give(item, marks);
        bodies.ReportUnclosed();
    }

    /// <summary>Judges an item while it is at hand; false where a body is missing, since what became of that shows later.</summary>
    private bool TryFinish(ItemDraft item)
    {
        if (item.Marks.Count == 0)
        {
            foreach (var (offset, code) in item.TouchedRoles)
            {
                findings.ErrorWhenMarked(offset, $"The sign touches the role: `{code}` is not a mark",
                    $"Write `@ {code[1..].Replace("@", "", StringComparison.Ordinal)}` to ask for a sign-off", warnsElse: true);
            }
        }
        if (!item.Disabled)
        {
            foreach (var offset in item.StruckMarks)
                findings.Error(offset, "This mark is struck out, its item is not", "Strike out the item's whole text, or take the mark out");
        }
        if (!item.WantsBody)
            return true;
        if (!bodies.Suffice(item))
            return false;
        bodies.Give(item, CollectionsMarshal.AsSpan(item.Marks));
        return true;
    }

    private ReadOnlySpan<char> ContentOf(CodeSpan code) =>
        code.ContentStart <= code.ContentEnd && code.ContentEnd <= _text.Length ? _text.AsSpan(code.ContentStart, code.ContentEnd - code.ContentStart) : default;

    /// <summary>Line breaks, and what stands before a line's own text, as blanks: offsets stay.</summary>
    private static string OnOneLine(ReadOnlySpan<char> text, int quotes)
    {
        if (!text.ContainsAny('\n', '\r'))
            return text.ToString();
        var line = text.ToArray();
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] is not ('\n' or '\r'))
                continue;
            line[i] = ' ';
            for (var left = quotes; i + 1 < line.Length && (line[i + 1] is ' ' or '\t' or '\n' or '\r' || line[i + 1] == '>' && left-- > 0); i++)
                line[i + 1] = ' ';
        }
        return new(line);
    }

    /// <summary>Column from 0, tabs to the next multiple of four.</summary>
    private int ColumnOf(int offset)
    {
        var line = offset;
        while (line > 0 && _text[line - 1] is not ('\n' or '\r'))
            line--;
        var column = 0;
        for (; line < offset; line++)
            column = _text[line] == '\t' ? (column / 4 + 1) * 4 : column + 1;
        return column;
    }

    private static string? FileOf(LinkInline link)
    {
        var url = link.Url ?? "";
        if (!url.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || url.Contains(':', StringComparison.Ordinal) || url[0] is '/' or '#' or '?')
            return null;
        return Uri.UnescapeDataString(url);
    }

    private bool IsEscaped(int offset) => offset > 0 && _text[offset - 1] == '\\' && _text[offset] is '#' or '`';

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\v' or '\f';
}
