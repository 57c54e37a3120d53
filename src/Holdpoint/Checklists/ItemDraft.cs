using Markdig.Syntax;

namespace Holdpoint.Checklists;

/// <summary>An item while its blocks are read. Filled again and again: a file has tens of thousands of items, and few of them inside each other.</summary>
internal sealed class ItemDraft
{
    public required Position At { get; set; }

    /// <summary>Offset of the character between the brackets.</summary>
    public required int Box { get; set; }

    public required int End { get; set; }

    public required int Indent { get; set; }

    public required bool Ticked { get; set; }

    /// <summary>Quotations that the item stands in.</summary>
    public required int Quotes { get; set; }

    /// <summary>The block that follows the item, when nothing of its own list does: where a fence stands that fell out of it.</summary>
    public required Block? After { get; set; }

    public string Text { get; set; } = "";

    public bool Disabled { get; set; }

    public string? Link { get; set; }

    public List<Mark> Marks { get; } = [];

    public List<Tag> Tags { get; } = [];

    public List<Item> Children { get; } = [];

    public List<FencedCodeBlock> Fences { get; } = [];

    /// <summary>Signs that touch a role (<c>@sre</c>): meant as marks when there is no other.</summary>
    public List<(int Offset, string Code)> TouchedRoles { get; } = [];

    /// <summary>Marks in a struck-out part of the text.</summary>
    public List<int> StruckMarks { get; } = [];

    /// <summary>Whether one of the marks takes a body.</summary>
    public bool WantsBody { get; private set; }

    /// <summary>A fence indented so far that Markdown takes it for plain code.</summary>
    public CodeBlock? Overindented { get; set; }

    public void Add(Mark mark, bool wantsBody)
    {
        Marks.Add(mark);
        WantsBody |= wantsBody;
    }

    /// <summary>Takes out what the last item has left, so that the next one can be read.</summary>
    public void Clear()
    {
        (Text, Disabled, Link, WantsBody, Overindented) = ("", false, null, false, null);
        Marks.Clear();
        Tags.Clear();
        Children.Clear();
        Fences.Clear();
        TouchedRoles.Clear();
        StruckMarks.Clear();
    }

    /// <param name="marks">The draft's own; a body that is found later is put in there.</param>
    public Item ToItem(out Mark[] marks)
    {
        marks = Marks.Count == 0 ? [] : [.. Marks];
        return new(Text, At, Box, End, Indent, Ticked, Disabled, Link, marks, Tags.Count == 0 ? [] : Tags.ToArray(), Children.Count == 0 ? [] : Children.ToArray());
    }
}
