using Holdpoint.Checklists;

namespace Holdpoint.Configuration;

/// <summary>Text of the configuration as it was written, <c>${…}</c> not yet put in, and where it begins (inside its quotes).</summary>
public sealed record PlacedText(string Content, Position At)
{
    public override string ToString() => Content;
}
