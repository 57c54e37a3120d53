using Markdig.Syntax;

namespace Holdpoint.Checklists;

/// <summary>An item while its blocks are read: its marks get their bodies once all its fences are known.</summary>
internal sealed class ItemDraft
{
    public required int Start { get; init; }

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

    public List<Mark> Marks { get; } = [];

    public List<Tag> Tags { get; } = [];

    public List<ItemDraft> Children { get; } = [];

    public List<FencedCodeBlock> Fences { get; } = [];

    /// <summary>A fence indented so far that Markdown takes it for plain code.</summary>
    public CodeBlock? Overindented { get; set; }

    /// <summary>Signs that touch a role (<c>@sre</c>): meant as marks when there is no other.</summary>
    public List<(int Offset, string Code)> TouchedRoles { get; } = [];

    /// <summary>Marks in a struck-out part of the text.</summary>
    public List<int> StruckMarks { get; } = [];

    /// <summary>Recursion is bounded by <see cref="ChecklistReader.NestingLimit"/>.</summary>
    public Item ToItem() => new(Text, At, Box, End, Indent, Ticked, Disabled, Link, Marks, Tags, Children.ConvertAll(c => c.ToItem()));
}
