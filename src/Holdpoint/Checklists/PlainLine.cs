using System.Buffers;
using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax;

namespace Holdpoint.Checklists;

/// <summary>
/// Paragraphs and headings of one line that hold nothing but text and code. Most of a checklist is made of them, they mean what they say,
/// and so no tree of inlines is built for them: building it takes longer than everything else.
/// </summary>
internal static class PlainLine
{
    // All that begins an inline of another kind in the reader's pipeline, with the backtick that begins code.
    private static readonly SearchValues<char> s_signs = SearchValues.Create("`*_~\\<&[]|\r\n");

    /// <summary>Has parsers leave such lines unparsed where the text is told by <see cref="ContextOf"/>.</summary>
    public static MarkdownPipelineBuilder LeavePlainLines(this MarkdownPipelineBuilder pipeline)
    {
        pipeline.BlockParsers.Replace<ParagraphBlockParser>(new ParagraphParser());
        foreach (var parser in pipeline.BlockParsers)
        {
            if (parser is ParagraphBlockParser or HeadingBlockParser)
                parser.Closed += Leave;
        }
        return pipeline;
    }

    public static MarkdownParserContext ContextOf(string text) => new Context(text);

    /// <summary>The line's offsets in the source, where a block was left unparsed.</summary>
    public static bool TryGet(LeafBlock block, out int start, out int end)
    {
        (start, end) = (0, 0);
        if (block.ProcessInlines || block.Inline is not null || block is not (ParagraphBlock or HeadingBlock))
            return false;
        if (block.Lines.Count == 0)
        {
            (start, end) = (block.Span.Start, block.Span.End + 1);
            return true;
        }
        ref var slice = ref block.Lines.Lines[0].Slice;
        (start, end) = (slice.Start, slice.End + 1);
        return true;
    }

    /// <summary>The code that begins at a backtick and ends at as many (CommonMark 0.31.2, section 6.1); a length of 0 where it has no end.</summary>
    public static CodeSpan CodeAt(ReadOnlySpan<char> text, int start)
    {
        var ticks = text[start..].IndexOfAnyExcept('`');
        if (ticks < 0)
            return new(start, text.Length - start, start);
        for (var i = start + ticks; ;)
        {
            var close = text[i..].IndexOf('`');
            if (close < 0)
                return new(start, ticks, start);
            i += close;
            var count = text[i..].IndexOfAnyExcept('`');
            count = count < 0 ? text.Length - i : count;
            i += count;
            if (count == ticks)
                return new(start, ticks, i);
        }
    }

    private static void Leave(BlockProcessor processor, Block block)
    {
        if (block is not LeafBlock { ProcessInlines: true, Lines.Count: 1 } leaf || processor.Context is not Context context)
            return;
        ref var slice = ref leaf.Lines.Lines[0].Slice;
        // A tab that Markdig has unfolded stands in a text of its own.
        if (!ReferenceEquals(slice.Text, context.Text) || slice.IsEmpty || !IsPlain(slice.AsSpan()))
            return;
        leaf.ProcessInlines = false;
        // The array of a paragraph's lines is several times as large as the paragraph; where the span says the same, the next one gets it.
        if (leaf is ParagraphBlock && slice.Start == leaf.Span.Start && slice.End == leaf.Span.End)
        {
            context.Spare = leaf.Lines;
            leaf.Lines = default;
        }
    }

    private static bool IsPlain(ReadOnlySpan<char> line)
    {
        // The box of a task is text; so are brackets with a blank in them wherever no link is named like that.
        var at = line.Length > 3 && line[0] == '[' && line[1] is ' ' or 'x' or 'X' && line[2] == ']' && line[3] == ' ' ? 3 : 0;
        while (true)
        {
            var sign = line[at..].IndexOfAny(s_signs);
            if (sign < 0)
                return true;
            at += sign;
            if (line[at] != '`' || CodeAt(line, at) is not { Length: > 0 } code)
                return false;
            at = code.End;
        }
    }

    private sealed class Context(string text) : MarkdownParserContext
    {
        public string Text => text;

        /// <summary>Lines that a paragraph has left.</summary>
        public StringLineGroup Spare { get; set; }
    }

    private sealed class ParagraphParser : ParagraphBlockParser
    {
        public override BlockState TryOpen(BlockProcessor processor)
        {
            var state = base.TryOpen(processor);
            if (state == BlockState.Continue && processor.Context is Context { Spare: { Lines: not null } spare } context && processor.NewBlocks.Peek() is ParagraphBlock paragraph)
            {
                spare.Clear();
                paragraph.Lines = spare;
                context.Spare = default;
            }
            return state;
        }
    }
}

/// <summary>Inline code with its backticks, by offsets.</summary>
/// <param name="End">Just behind the last backtick.</param>
internal readonly record struct CodeSpan(int Start, int Ticks, int End)
{
    public int Length => End - Start;

    public int ContentStart => Start + Ticks;

    public int ContentEnd => End - Ticks;
}
