using Markdig.Syntax;

namespace Holdpoint.Checklists;

/// <summary>An item while its blocks are read. Its list of marks goes on to the item as it is, so that one that gets its body late has it there too.</summary>
internal sealed class ItemDraft
{
    private static readonly IReadOnlyList<Mark> s_noMarks = [];
    private static readonly IReadOnlyList<Tag> s_noTags = [];
    private static readonly IReadOnlyList<Item> s_noChildren = [];

    public required Position At { get; init; }

    /// <summary>Offset of the character between the brackets.</summary>
    public required int Box { get; init; }

    public required int End { get; init; }

    public required int Indent { get; init; }

    public required bool Ticked { get; init; }

    /// <summary>Quotations that the item stands in.</summary>
    public required int Quotes { get; init; }

    /// <summary>The block that follows the item, when nothing of its own list does: where a fence stands that fell out of it.</summary>
    public required Block? After { get; init; }

    public string Text { get; set; } = "";

    public bool Disabled { get; set; }

    public string? Link { get; set; }

    // Most items have few of these; a list is made when there is something to put in it.
    public List<Mark>? Marks { get; private set; }

    public List<Tag>? Tags { get; private set; }

    public List<Item>? Children { get; private set; }

    public List<FencedCodeBlock>? Fences { get; private set; }

    /// <summary>Signs that touch a role (<c>@sre</c>): meant as marks when there is no other.</summary>
    public List<(int Offset, string Code)>? TouchedRoles { get; private set; }

    /// <summary>Marks in a struck-out part of the text.</summary>
    public List<int>? StruckMarks { get; private set; }

    /// <summary>Whether one of the marks takes a body.</summary>
    public bool WantsBody { get; private set; }

    /// <summary>A fence indented so far that Markdown takes it for plain code.</summary>
    public CodeBlock? Overindented { get; set; }

    public void Add(Mark mark, bool wantsBody)
    {
        (Marks ??= new(1)).Add(mark);
        WantsBody |= wantsBody;
    }

    public void Add(Tag tag) => (Tags ??= new(1)).Add(tag);

    public void Add(Item child) => (Children ??= []).Add(child);

    public void Add(FencedCodeBlock fence) => (Fences ??= new(1)).Add(fence);

    public void AddTouchedRole(int offset, string code) => (TouchedRoles ??= []).Add((offset, code));

    public void AddStruckMark(int offset) => (StruckMarks ??= []).Add(offset);

    public Item ToItem() => new(
        Text, At, Box, End, Indent, Ticked, Disabled, Link,
        Marks ?? s_noMarks,
        Tags ?? s_noTags,
        Children ?? s_noChildren);
}
