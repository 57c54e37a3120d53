using System.Text;
using Markdig.Syntax;

namespace Holdpoint.Checklists;

/// <summary>Gives fences to the marks that take one, and tells of those that are missing, misplaced or unclosed.</summary>
internal sealed class Bodies(SourceText source, Findings findings, IReadOnlySet<string> verbs)
{
    private readonly string _text = source.Text;
    private readonly StringBuilder _content = new();
    private readonly HashSet<FencedCodeBlock> _taken = [];
    private readonly Dictionary<FencedCodeBlock, (string What, string Fix)> _unclosed = [];

    /// <summary>The verbs whose marks take a body.</summary>
    public IReadOnlySet<string> Verbs => verbs;

    public void CheckClosed(FencedCodeBlock fence)
    {
        if (fence.ClosingFencedCharCount > 0)
            return;
        // The span of such a fence covers its first line only.
        var line = source.PositionAt(fence.Span.Start).Line + fence.Lines.Count;
        var next = line < source.LineCount ? FirstVisible(source.LineStart(line + 1)) : _text.Length;
        var what = next < _text.Length
            ? $"This fence is cut short: line {source.PositionAt(next).Line} leaves the list item or quotation that it stands in"
            : "This fence is never closed: all that follows belongs to it";
        var fix = next < _text.Length
            ? "Indent every line of the fence as the item's text is"
            : $"Close it with a line {new string(fence.FencedChar, fence.OpeningFencedCharCount)}";
        _unclosed.Add(fence, (what, fix));
    }

    public void ReportUnclosed()
    {
        foreach (var (fence, (what, fix)) in _unclosed)
            findings.Warning(fence.Span.Start, what, fix);
    }

    /// <summary>Whether every mark that needs a body can have one of the item's own fences.</summary>
    public bool Suffice(ItemDraft item) => item.Fences.Count >= Wanting(item);

    /// <summary>The first mark that takes a body takes the item's first fence, and so on.</summary>
    /// <param name="marks">The item's, in which those that get a body are replaced.</param>
    public void Give(ItemDraft item, Span<Mark> marks)
    {
        var wanting = Wanting(item);
        var fence = 0;
        foreach (ref var mark in marks)
        {
            if (!TakesBody(mark, out var optional))
                continue;
            var left = item.Fences.Count - fence;
            wanting -= optional ? 0 : 1;
            if (optional ? left > wanting : left > 0)
            {
                var block = item.Fences[fence++];
                _taken.Add(block);
                mark = mark with { Body = Content(block) };
                // Half a script, or a script and the rest of the file, must never run.
                if (_unclosed.Remove(block, out var problem))
                    findings.Error(block.Span.Start, problem.What, problem.Fix);
            }
            else if (!optional && !item.Disabled)
            {
                ReportMissingBody(item, mark);
            }
        }
    }

    private int Wanting(ItemDraft item)
    {
        var wanting = 0;
        foreach (var mark in item.Marks)
            wanting += TakesBody(mark, out var optional) && !optional ? 1 : 0;
        return wanting;
    }

    public bool TakesBody(Mark mark, out bool optional)
    {
        optional = false;
        if (mark.Sign == Sign.Person)
            return false;
        var verb = MarkSyntax.FirstWord(mark.Text);
        // A message has a default text, so its body may be missing (`! tell ops when error_rate > 1%`).
        optional = verb is "tell";
        return verbs.Contains(verb.ToString());
    }

    public bool IsFence(CodeBlock code)
    {
        var text = _text.AsSpan(FirstVisible(code.Span.Start));
        return text.StartsWith("```") || text.StartsWith("~~~");
    }

    private void ReportMissingBody(ItemDraft item, Mark mark)
    {
        var name = $"`{_text[mark.Start - 1 - LeadingBlanks(mark)]} {MarkSyntax.FirstWord(mark.Text)}`";
        var indented = $"Indent the fence by {item.Indent} {(item.Indent == 1 ? "space" : "spaces")}, as the item's text is";
        if (item.Overindented is { } code)
        {
            findings.Error(FirstVisible(code.Span.Start), $"This fence is indented too far to be the body of {name} in line {mark.At.Line}", indented);
            item.Overindented = null;
        }
        else if (item.After is FencedCodeBlock fence && !_taken.Contains(fence))
        {
            findings.Error(fence.Span.Start, $"Its indentation throws this fence out of the item in line {item.At.Line}, whose {name} needs a body", indented);
            _taken.Add(fence);
        }
        else
        {
            findings.Error(mark.Start, $"{name} needs a body and no fence follows it in its item",
                $"Write a fenced block below the item, indented by {item.Indent} spaces");
        }
    }

    private int LeadingBlanks(Mark mark)
    {
        var blanks = 0;
        while (MarkSyntax.SignOf(_text[mark.Start - 1 - blanks]) is null)
            blanks++;
        return blanks;
    }

    private Fence Content(FencedCodeBlock fence)
    {
        var language = MarkSyntax.FirstWord((fence.Info ?? "").AsSpan().Trim()).ToString().ToLowerInvariant();
        if (fence.Lines.Count == 0)
            return new(language, "", new(source.PositionAt(fence.Span.Start).Line + 1, 1));
        var lines = fence.Lines.Lines.AsSpan(0, fence.Lines.Count);
        var at = source.PositionAt(lines[0].Slice.Start);
        if (lines.Length == 1)
            return new(language, lines[0].Slice.AsSpan().TrimEnd('\r').ToString(), at);
        _content.Clear();
        foreach (ref var line in lines)
            _content.Append(line.Slice.AsSpan().TrimEnd('\r')).Append('\n');
        return new(language, _content.ToString(0, _content.Length - 1), at);
    }

    private int FirstVisible(int offset)
    {
        while (offset < _text.Length && char.IsWhiteSpace(_text[offset]))
            offset++;
        return offset;
    }
}
