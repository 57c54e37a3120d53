using System.Text;

namespace Holdpoint.Cli.Runs;

/// <summary>A picture on the terminal that the next one replaces in place. The last one stays.</summary>
/// <param name="output">Standard error, as a terminal.</param>
internal sealed class Screen(TextWriter output, Func<Ink, string, string> paint)
{
    private int _lines;
    private int _width;

    /// <summary>Columns and lines of the terminal; lines leave room for the cursor.</summary>
    public static (int Width, int Height) Size => (Math.Max(40, Console.WindowWidth), Math.Max(10, Console.WindowHeight - 1));

    public void Draw(IReadOnlyList<ViewLine> lines)
    {
        var frame = new StringBuilder();
        // Hidden while it moves, and drawn in one piece where the terminal knows how (mode 2026): nothing flickers.
        frame.Append("\e[?2026h\e[?25l");
        var width = Size.Width;
        if (_lines > 0 && width < _width)
            // Longer lines were broken by the terminal: how far up the last picture began is not known any more.
            frame.Append("\e[H\e[2J");
        else if (_lines > 0)
            frame.Append("\r\e[").Append(_lines).Append('A');
        foreach (var line in lines)
            frame.Append('\r').Append(line.Painted(paint)).Append("\e[K\n");
        frame.Append("\e[J\e[?25h\e[?2026l");
        output.Write(frame.ToString());
        output.Flush();
        (_lines, _width) = (lines.Count, width);
    }
}
