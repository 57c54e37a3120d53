using Holdpoint.Checklists;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace Holdpoint.Adopting;

/// <summary>Reads a file's outline: the same Markdown as the checklist's reader, and what that leaves out, plain lists, blocks and tables.</summary>
internal sealed class OutlineReader
{
    private readonly SourceText _source;
    private readonly string _text;
    private readonly Dictionary<int, Item> _items = [];
    private readonly Dictionary<int, Section> _sections = [];
    private readonly HashSet<int> _taken = [];
    private readonly List<Part> _parts = [];
    private Part _part = null!;

    private OutlineReader(Checklist checklist)
    {
        _source = checklist.Source;
        _text = _source.Text;
        foreach (var section in checklist.AllSections)
            if (section.Level > 0)
                _sections[section.At.Line] = section;
        foreach (var item in checklist.AllItems)
        {
            _items[item.Box - 1] = item;
            foreach (var mark in item.Marks)
                if (mark.Body is { } body)
                    _taken.Add(body.At.Line - 1);
        }
    }

    public static Outline Read(Checklist checklist)
    {
        var reader = new OutlineReader(checklist);
        reader.Walk();
        return new(checklist.Source, checklist, reader._parts);
    }

    private void Walk()
    {
        var document = ChecklistBuilder.ParseBlocks(_text);
        _part = new() { Heading = "", Level = 0, Line = 1, FieldsAt = 0 };
        _parts.Add(_part);
        Visit(document, null, 0, quoted: false);
    }

    private void Visit(ContainerBlock container, Step? step, int depth, bool quoted)
    {
        if (depth > ChecklistReader.NestingLimit)
            return;
        Prose? above = null;
        Block? before = null;
        for (var i = 0; i < container.Count; i++)
        {
            var block = container[i];
            switch (block)
            {
                case HeadingBlock heading when depth == 0:
                    Open(heading);
                    break;
                case ParagraphBlock paragraph when i > 0 || container is not ListItemBlock:
                    above = new(Flat(paragraph), LineOf(paragraph.Span.Start), paragraph.Span.Start, LastLineOf(paragraph), step) { IsQuoted = quoted, Lines = LinesOf(paragraph) };
                    (step?.Paragraphs ?? _part.Paragraphs).Add(above);
                    if (before is not null)
                        before.Below = above;
                    before = null;
                    continue;
                case FencedCodeBlock fence:
                    before = Add(fence, step, quoted, above);
                    above = null;
                    continue;
                case Table table:
                    _part.Tables.Add(Read(table, step, quoted, above));
                    break;
                case ListItemBlock entry:
                    VisitEntry(entry, step, depth, quoted);
                    before = null;
                    continue;
                case ContainerBlock inner:
                    Visit(inner, step, depth + 1, quoted || inner is QuoteBlock);
                    break;
            }

            above = null;
            before = null;
        }
    }

    private void VisitEntry(ListItemBlock entry, Step? parent, int depth, bool quoted)
    {
        if (entry.Count == 0 || entry[0] is not ParagraphBlock paragraph)
        {
            Visit(entry, parent, depth + 1, quoted);
            return;
        }

        var start = paragraph.Span.Start;
        var end = Math.Min(paragraph.Span.End, _text.Length - 1) + 1;
        while (end > start && char.IsWhiteSpace(_text[end - 1]))
            end--;
        var item = _items.GetValueOrDefault(start);
        var text = Flat(paragraph);
        var words = item is null ? text : text[3..].TrimStart();
        var line = LineOf(start);
        var indent = start - _source.LineStart(line);
        var drawn = DrawnBoxes.LengthAtStart(words);
        var isDrawn = drawn > 0 && item is null && !quoted;
        if (isDrawn)
            item = new(words[drawn..], _source.PositionAt(start), start, end, indent, false, false, null, [], [], []);
        var step = new Step(_part, words[drawn..].TrimStart(), start, item?.End ?? end, indent, line, item, parent)
        {
            IsQuoted = quoted,
            IsNumbered = entry.Parent is ListBlock { IsOrdered: true },
            IsDrawn = isDrawn,
        };
        _part.Steps.Add(step);
        parent?.Children.Add(step);
        Visit(entry, step, depth + 1, quoted);
    }

    private Block Add(FencedCodeBlock fence, Step? step, bool quoted, Prose? above)
    {
        var line = LineOf(fence.Span.Start);
        var lines = new string[fence.Lines.Count];
        for (var i = 0; i < lines.Length; i++)
            lines[i] = fence.Lines.Lines[i].Slice.AsSpan().TrimEnd('\r').ToString();
        var language = MarkSyntax.FirstWord((fence.Info ?? "").AsSpan().Trim()).ToString().ToLowerInvariant();
        var start = _source.LineStart(line);
        var block = new Block(_part, step, language, lines, start, line, line + lines.Length + 1, fence.Span.Start - start)
        {
            IsQuoted = quoted,
            IsClosed = fence.ClosingFencedCharCount > 0,
            Above = above,
            IsTaken = _taken.Contains(line),
        };
        _part.Blocks.Add(block);
        step?.Blocks.Add(block);
        return block;
    }

    private void Open(HeadingBlock heading)
    {
        var line = LineOf(heading.Span.Start);
        var last = LineOf(Math.Max(heading.Span.Start, Math.Min(heading.Span.End, _text.Length - 1)));
        // The underline of a setext heading is not part of its span.
        if (heading.IsSetext && last < _source.LineCount)
            last = Math.Max(last, line + Math.Max(1, heading.Lines.Count));
        var parent = _parts.Count == 1 && _part.Level == 0 ? null : _part;
        while (parent is not null && parent.Level >= heading.Level)
            parent = parent.Parent;
        _part = new()
        {
            Heading = _sections.GetValueOrDefault(line)?.Heading ?? _text[heading.Span.Start..Math.Min(_text.Length, heading.Span.End + 1)].Trim('#', ' '),
            Level = heading.Level,
            Line = line,
            FieldsAt = last < _source.LineCount ? _source.LineStart(last + 1) : _text.Length,
            Parent = parent,
            Section = _sections.GetValueOrDefault(line),
        };
        _parts.Add(_part);
    }

    private Grid Read(Table table, Step? step, bool quoted, Prose? above)
    {
        var rows = table.OfType<TableRow>().Select(row => new GridRow([.. row.OfType<TableCell>().Select(Written)], LineOf(row.Span.Start))).ToList();
        return new(rows, LineOf(table.Span.Start), rows.Count > 0 ? rows[^1].Line : LineOf(table.Span.Start), step) { IsQuoted = quoted, Above = above };
    }

    private string Written(TableCell cell) => cell.Span.End > cell.Span.Start ? _text[cell.Span.Start..Math.Min(_text.Length, cell.Span.End + 1)].Trim().Trim('|').Trim() : "";

    private int LastLineOf(ParagraphBlock paragraph) => LineOf(Math.Max(paragraph.Span.Start, Math.Min(paragraph.Span.End, _text.Length - 1)));

    private string Flat(ParagraphBlock paragraph) => string.Join(' ', LinesOf(paragraph));

    private string[] LinesOf(ParagraphBlock paragraph)
    {
        var end = Math.Min(paragraph.Span.End, _text.Length - 1) + 1;
        return paragraph.Span.Start >= end ? [] : [.. _text[paragraph.Span.Start..end].Split('\n').Select(l => l.Trim())];
    }

    private int LineOf(int offset) => _source.PositionAt(offset).Line;
}
