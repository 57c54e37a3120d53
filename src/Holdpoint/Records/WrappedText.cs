using System.Text;

namespace Holdpoint.Records;

/// <summary>Lines of a fixed width, broken between words, with what follows indented below what it belongs to. Columns are counted as terminals count them.</summary>
internal sealed class WrappedText(int width)
{
    private readonly StringBuilder _text = new();

    public void Blank() => _text.Append('\n');

    /// <param name="lead">Stands before the first line only; the others begin below its end.</param>
    public void Line(int indent, string lead, string words)
    {
        var start = Math.Min(indent, width / 3);
        _text.Append(' ', start).Append(lead);
        var hang = start + Cells(lead);
        var column = hang;
        var first = true;
        foreach (var word in words.Split(' '))
        {
            var rest = word;
            var cells = Cells(rest);
            if (!first && column + 1 + cells > width)
                column = Break(hang);
            else if (!first)
            {
                _text.Append(' ');
                column++;
            }

            // A word longer than the line is cut: the width is a promise.
            while (column + cells > width && cells > 1)
            {
                var cut = Cut(rest, Math.Max(1, width - column));
                _text.Append(rest, 0, cut);
                rest = rest[cut..];
                cells = Cells(rest);
                column = Break(hang);
            }

            _text.Append(rest);
            column += cells;
            first = false;
        }

        End();
    }

    /// <summary>A line as it is, cut at the width.</summary>
    public void Raw(int indent, string line)
    {
        var start = Math.Min(indent, width / 3);
        _text.Append(' ', start);
        var room = width - start;
        _text.Append(Cells(line) <= room ? line : line[..Cut(line, room - 1)] + "…");
        End();
    }

    public override string ToString() => _text.ToString();

    private int Break(int hang)
    {
        End();
        _text.Append(' ', hang);
        return hang;
    }

    private void End()
    {
        while (_text.Length > 0 && _text[^1] == ' ')
            _text.Length--;
        _text.Append('\n');
    }

    /// <summary>How many characters fit into so many columns, at least one whole character.</summary>
    private static int Cut(string text, int cells)
    {
        var (used, at) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            used += Cells(rune);
            if (used > cells && at > 0)
                break;
            at += rune.Utf16SequenceLength;
        }

        return at;
    }

    private static int Cells(string text)
    {
        var cells = 0;
        foreach (var rune in text.EnumerateRunes())
            cells += Cells(rune);
        return cells;
    }

    /// <summary>Two for East Asian wide characters and emoji, none for marks that sit on others (Unicode Standard Annex 11).</summary>
    private static int Cells(Rune rune) => rune.Value switch
    {
        < 0x300 => 1,
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) => 2,
        0x200B or 0x200C or 0x200D or (>= 0xFE00 and <= 0xFE0F) => 0,
        _ => Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark ? 0 : 1,
    };
}
