using System.Globalization;
using System.Text;

namespace Holdpoint.Cli.Runs;

/// <summary>How many columns a terminal gives to a text, and texts cut or filled to that.</summary>
internal static class Columns
{
    public static int Of(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
            columns += Of(rune);
        return columns;
    }

    /// <summary>At most so many columns; an ellipsis stands for what is missing.</summary>
    public static string Cut(string text, int most)
    {
        if (most <= 0)
            return "";
        if (Of(text) <= most)
            return text;
        var cut = new StringBuilder();
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns += Of(rune);
            if (columns > most - 1)
                break;
            cut.Append(rune.ToString());
        }

        return cut.Append('…').ToString();
    }

    public static string Fill(string text, int columns) => text + new string(' ', Math.Max(0, columns - Of(text)));

    private static int Of(Rune rune) => rune.Value switch
    {
        < 0x20 => 0,
        < 0x300 => 1,
        0x200D or (>= 0xFE00 and <= 0xFE0F) => 0,
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        // East Asian Width W and F (Unicode Annex 11), in its large blocks, and pictures.
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F)
            or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) => 2,
        _ => 1,
    };
}
