using Holdpoint.Checklists;

namespace Holdpoint.Plans;

/// <summary>Turns places in a fence's content into places in its file.</summary>
internal static class FencePlaces
{
    public static Position Of(Fence fence, int offset)
    {
        var before = fence.Content.AsSpan(0, offset);
        var start = before.LastIndexOf('\n') + 1;
        return new(fence.At.Line + before.Count('\n'), fence.At.Column + offset - start);
    }

    /// <summary>Where a text first stands in it; its first line where it does not.</summary>
    public static Position Of(Fence fence, string text) =>
        fence.Content.IndexOf(text, StringComparison.Ordinal) is >= 0 and var at ? Of(fence, at) : fence.At;
}
