using System.Text;

namespace Holdpoint.Cli.Runs;

/// <summary>A line for a terminal: pieces of text, each with what its colour stands for.</summary>
internal sealed class ViewLine
{
    private readonly List<(Ink Ink, string Text)> _parts = [];

    public static ViewLine Empty => new();

    public static ViewLine Of(Ink ink, string text) => new ViewLine().Add(ink, text);

    public int Width => _parts.Sum(p => Columns.Of(p.Text));

    public string Plain => string.Concat(_parts.Select(p => p.Text)).TrimEnd();

    /// <summary>What steers a terminal does not get in, wherever the text came from.</summary>
    public ViewLine Add(Ink ink, string text)
    {
        if (text.Length > 0)
            _parts.Add((ink, Terminal.Clean(text)));
        return this;
    }

    public ViewLine Add(string text) => Add(Ink.Plain, text);

    /// <summary>Blanks up to a column (from 0).</summary>
    public ViewLine To(int column)
    {
        if (column > Width)
            _parts.Add((Ink.Plain, new string(' ', column - Width)));
        return this;
    }

    /// <summary>Cut to a width.</summary>
    public ViewLine Within(int width)
    {
        var line = new ViewLine();
        var left = width;
        foreach (var (ink, text) in _parts)
        {
            if (left <= 0)
                break;
            var cut = Columns.Cut(text, left);
            line._parts.Add((ink, cut));
            left -= Columns.Of(cut);
        }

        return line;
    }

    public string Painted(Func<Ink, string, string> paint)
    {
        var line = new StringBuilder();
        foreach (var (ink, text) in _parts)
            line.Append(paint(ink, text));
        return line.ToString();
    }

    public override string ToString() => Plain;
}
