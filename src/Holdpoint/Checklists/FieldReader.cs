using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Holdpoint.Checklists;

/// <summary>Reads <c>**Name:** value</c> and <c>**Name**: value</c>, one a line, also where a formatter has joined the lines.</summary>
internal sealed class FieldReader(SourceText source, Findings findings, FlatText flat)
{
    private int _nameEnd;

    public void Read(ParagraphBlock paragraph, List<Field> fields)
    {
        if (paragraph.Inline?.FirstChild is null)
            return;
        var startsLine = true;
        string? name = null;
        flat.Clear();
        for (var inline = paragraph.Inline.FirstChild; inline is not null; inline = inline.NextSibling)
        {
            if (inline is EmphasisInline { DelimiterCount: 2, DelimiterChar: '*' or '_' } strong && (startsLine || name is not null)
                && NameOf(strong, out var colonFollows) is { } bold)
            {
                var isField = FieldNames.IsField(bold);
                var variant = isField ? null : FieldNames.VariantOf(bold);
                if (isField || variant is not null || startsLine)
                {
                    Take(name, fields);
                    name = isField ? bold : null;
                    startsLine = false;
                    if (variant is not null)
                        findings.ErrorWhenMarked(strong.Span.Start, $"'{bold}' is not a field", $"Write **{variant}:**");
                    if (colonFollows && inline.NextSibling is LiteralInline rest && isField)
                    {
                        flat.Append(rest, from: rest.Span.End + 2 - rest.Content.Length);
                        inline = rest;
                    }
                    continue;
                }
            }
            startsLine = inline is LineBreakInline || startsLine && inline is LiteralInline { Content: var literal } && literal.IsEmptyOrWhitespace();
            if (name is not null)
                flat.Append(inline);
        }
        Take(name, fields);
    }

    private void Take(string? name, List<Field> fields)
    {
        if (name is not null)
        {
            var first = flat.FirstVisible(0);
            // A field without a value is where its name ends; the planner says what is missing.
            var at = first >= 0 ? flat.OffsetAt(first) : _nameEnd;
            fields.Add(new(name, flat.Collapse(0, flat.Length), source.PositionAt(at)));
        }
        flat.Clear();
    }

    private string? NameOf(EmphasisInline strong, out bool colonFollows)
    {
        colonFollows = strong.NextSibling is LiteralInline next && next.Content.AsSpan() is [':', ..];
        // A name is one literal; anything richer is prose.
        if (strong.FirstChild is not LiteralInline literal || literal.NextSibling is not null)
            return null;
        _nameEnd = strong.Span.End + 1;
        var text = literal.Content.AsSpan().Trim();
        if (text is [.., ':'])
        {
            colonFollows = false;
            return text[..^1].TrimEnd().ToString();
        }
        return colonFollows ? text.ToString() : null;
    }
}
