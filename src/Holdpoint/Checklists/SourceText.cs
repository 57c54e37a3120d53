using System.Text;

namespace Holdpoint.Checklists;

/// <summary>A file's bytes and its text, with offsets turned into lines and columns. UTF-8 with or without a byte order mark.</summary>
public sealed class SourceText
{
    private readonly int[] _lineStarts;

    // The line that was asked for last. Whoever reads a file asks for one place after the other; a wrong guess costs a search and nothing else.
    private int _near;

    public SourceText(string path, string text, bool hasByteOrderMark = false)
    {
        Path = path;
        Text = text;
        HasByteOrderMark = hasByteOrderMark;
        _lineStarts = new int[text.AsSpan().Count('\n') + 1];
        var line = 0;
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
            _lineStarts[++line] = i + 1;
    }

    public string Path { get; }

    /// <summary>The text after the byte order mark, line ends as in the file.</summary>
    public string Text { get; }

    public bool HasByteOrderMark { get; }

    public int LineCount => _lineStarts.Length;

    public Position PositionAt(int offset)
    {
        offset = Math.Clamp(offset, 0, Text.Length);
        var line = _near;
        // Most often it is on the same line or on one of the next.
        for (var last = line + 8; line < last && line + 1 < _lineStarts.Length && _lineStarts[line + 1] <= offset; line++)
        {
        }
        if (!IsIn(line, offset))
        {
            line = Array.BinarySearch(_lineStarts, offset);
            if (line < 0)
                line = ~line - 1;
        }
        _near = line;
        return new(line + 1, offset - _lineStarts[line] + 1);
    }

    private bool IsIn(int line, int offset)
    {
        var starts = _lineStarts;
        return line < starts.Length && starts[line] <= offset && (line + 1 == starts.Length || offset < starts[line + 1]);
    }

    /// <summary>Offset of the first character of a line (from 1).</summary>
    public int LineStart(int line) => _lineStarts[line - 1];

    /// <summary>The text as bytes again, equal to what was read.</summary>
    public byte[] ToBytes(string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        return HasByteOrderMark ? [0xEF, 0xBB, 0xBF, .. body] : body;
    }
}
