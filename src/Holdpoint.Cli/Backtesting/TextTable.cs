using Holdpoint.Cli.Runs;

namespace Holdpoint.Cli.Backtesting;

/// <summary>Columns under their heads, numbers to the right; the last column is text and takes what is left.</summary>
internal sealed class TextTable(params string[] heads)
{
    private readonly List<(string Sign, Ink Ink, string[] Cells)> _rows = [];

    public void Add(string sign, Ink ink, params string[] cells) => _rows.Add((sign, ink, cells));

    public IEnumerable<string> Lines(Terminal terminal)
    {
        var widths = heads.Select((h, i) => _rows.Select(r => Columns.Of(r.Cells[i])).Append(Columns.Of(h)).Max()).ToArray();
        yield return terminal.Paint(Ink.Faint, Line(" ", heads));
        foreach (var (sign, ink, cells) in _rows)
            yield return terminal.Paint(ink, sign) + Line(sign, cells)[sign.Length..];

        string Line(string sign, string[] cells) => sign + string.Concat(cells.Select((c, i) => "  " + (i == cells.Length - 1 ? c : new string(' ', widths[i] - Columns.Of(c)) + c)));
    }
}
