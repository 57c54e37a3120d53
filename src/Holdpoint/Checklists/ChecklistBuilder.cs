using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace Holdpoint.Checklists;

/// <summary>One walk over a file's blocks: headings become sections, task items become items, and what is misplaced becomes a problem.</summary>
internal sealed class ChecklistBuilder
{
    // Task lists are read from the source: Markdig takes boxes in mid-line and without white space after them, GitHub does not.
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder { PreciseSourceLocation = true }
        .UseYamlFrontMatter()
        .UsePipeTables()
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough | EmphasisExtraOptions.Subscript)
        .LeavePlainLines()
        .Build();

    private readonly SourceText _source;
    private readonly string _text;
    private readonly Findings _findings;
    private readonly FlatText _flat;
    private readonly Bodies _bodies;
    private readonly ItemReader _items;
    private readonly FieldReader _fields;
    private readonly SectionDraft _root;
    private readonly Stack<SectionDraft> _open = new();

    public ChecklistBuilder(SourceText source, IReadOnlySet<string> verbsWithBody, IReadOnlySet<string>? knownVerbs)
    {
        _source = source;
        _text = source.Text;
        _findings = new(source);
        _flat = new(_text);
        _bodies = new(source, _findings, verbsWithBody);
        _items = new(source, _findings, _flat, _bodies, knownVerbs);
        _fields = new(source, _findings, _flat);
        _root = new("", 0, new(1, 1));
        _open.Push(_root);
    }

    public static MarkdownDocument ParseBlocks(string text) => Markdown.Parse(text, s_pipeline, PlainLine.ContextOf(text));

    public Checklist Build()
    {
        var (deepest, signs) = Nesting.DeepestLine(_text);
        if (signs > Nesting.Bearable)
            return TooDeep(deepest);
        MarkdownDocument document;
        try
        {
            document = ParseBlocks(_text);
        }
        catch (ArgumentException)
        {
            // Markdig's own guard against input that would overflow the stack; it does not say where.
            return TooDeep(deepest);
        }
        FrontMatter? frontMatter = null;
        for (var i = 0; i < document.Count; i++)
        {
            switch (document[i])
            {
                case YamlFrontMatterBlock yaml:
                    frontMatter = ReadFrontMatter(yaml);
                    break;
                case HeadingBlock heading:
                    Open(heading);
                    break;
                case ParagraphBlock paragraph:
                    _fields.Read(paragraph, _open.Peek().Fields);
                    _items.FindMisplaced(paragraph, ItemReader.OutsideItems);
                    break;
                case var block:
                    VisitOutside(block, i + 1 < document.Count ? document[i + 1] : null, depth: 0, quotes: 0);
                    break;
            }
        }
        _items.Finish();
        var sections = _root.Sections.ConvertAll(s => s.ToSection());
        if (_root.Items.Count > 0)
            sections.Insert(0, _root.ToSection(withSections: false));
        return new(_source, frontMatter, sections, _findings.InOrder()) { ItemCount = _items.Count };
    }

    private FrontMatter ReadFrontMatter(YamlFrontMatterBlock block)
    {
        var start = _text.IndexOf('\n', block.Span.Start) + 1;
        var end = Math.Min(block.Span.End, _text.Length - 1);
        while (end > start && _text[end] is '\r' or '\n')
            end--;
        var last = _text.LastIndexOf('\n', end) + 1;
        return new(last > start ? _text[start..last] : "", _source.PositionAt(start).Line);
    }

    private void Open(HeadingBlock heading)
    {
        _items.FindMisplaced(heading, "A mark in a heading is never run");
        _flat.Clear();
        _flat.Append(heading);
        while (_open.Peek().Level >= heading.Level)
            _open.Pop();
        var section = new SectionDraft(_flat.Collapse(0, _flat.Length), heading.Level, _source.PositionAt(heading.Span.Start));
        _open.Peek().Sections.Add(section);
        _open.Push(section);
    }

    private void VisitOutside(Block block, Block? after, int depth, int quotes)
    {
        if (depth > ChecklistReader.NestingLimit)
        {
            _findings.Error(block.Span.Start, "is nested too deeply to be read", $"Keep lists and quotations below {ChecklistReader.NestingLimit} levels");
            return;
        }
        switch (block)
        {
            case FencedCodeBlock fence:
                _bodies.CheckClosed(fence);
                break;
            case LeafBlock leaf:
                _items.FindMisplaced(leaf, ItemReader.OutsideItems);
                break;
            case ListItemBlock li when _items.TryRead(li, after, depth, quotes) is { } item:
                _open.Peek().Items.Add(item);
                break;
            case ContainerBlock container:
                quotes += container is QuoteBlock ? 1 : 0;
                for (var i = 0; i < container.Count; i++)
                    VisitOutside(container[i], After(container, i, after), depth + 1, quotes);
                break;
        }
    }

    /// <summary>The block that follows a child: its next sibling, or what follows its container. An item in a list is followed by items only.</summary>
    public static Block? After(ContainerBlock container, int i, Block? after) =>
        i + 1 >= container.Count ? after : container is ListBlock ? null : container[i + 1];

    private Checklist TooDeep(int offset)
    {
        _findings.Error(offset, "is nested too deeply to be read", "Take out the rows of '>', '-', '*', '[' or '|'");
        return new(_source, null, [], _findings.InOrder());
    }

    private sealed class SectionDraft(string heading, int level, Position at)
    {
        public int Level => level;

        public List<Field> Fields { get; } = [];

        public List<Item> Items { get; } = [];

        public List<SectionDraft> Sections { get; } = [];

        /// <summary>Recursion is as deep as headings have levels.</summary>
        public Section ToSection(bool withSections = true) => new(
            heading, level, at, Fields, Items,
            withSections ? Sections.ConvertAll(s => s.ToSection()) : []);
    }
}
