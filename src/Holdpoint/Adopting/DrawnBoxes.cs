using System.Text.RegularExpressions;

namespace Holdpoint.Adopting;

/// <summary>Boxes that are drawn with a sign of Unicode, for people to tick on paper: <c>☐</c>, <c>⬜</c>; and ticks that stand in a file for good: <c>✅</c>.</summary>
internal static partial class DrawnBoxes
{
    /// <summary>How many characters an open box at the start takes, white space behind it included; 0 where there is none.</summary>
    public static int LengthAtStart(string text) => Open().Match(text) is { Success: true } match ? match.Length : 0;

    /// <summary>Whether a cell of a table, or a line of a block, is there to be ticked.</summary>
    public static bool IsIn(string text) => Any().IsMatch(text);

    public static bool IsTickedAtStart(string text) => Ticked().IsMatch(text);

    /// <summary>A line of a block that begins with a box, as Markdown or Unicode writes it.</summary>
    public static bool IsLine(string line) => Line().IsMatch(line);

    [GeneratedRegex(@"^[☐⬜□▢][\uFE0F\s]*(?=\S)")]
    private static partial Regex Open();

    [GeneratedRegex(@"[☐☑⬜□▢]|\[[ xX]?\](?!\()")]
    private static partial Regex Any();

    [GeneratedRegex(@"^(?:✅|☑|✔)")]
    private static partial Regex Ticked();

    [GeneratedRegex(@"^\s*(?:(?:[-*+]|[0-9]+[.)])\s+)?(?:\[[ xX]\]\s|[☐⬜□▢]\s*)")]
    private static partial Regex Line();
}
