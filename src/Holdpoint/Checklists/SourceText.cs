using System.Text;

namespace Holdpoint.Checklists;

/// <summary>A file's bytes and its text, with offsets turned into lines and columns. UTF-8 with or without a byte order mark.</summary>
public sealed class SourceText
{
    private readonly int[] _lineStarts;

    public SourceText(string path, string text, bool hasByteOrderMark = false)
    {
        Path = path;
        Text = text;
        HasByteOrderMark = hasByteOrderMark;
        var starts = new List<int>(text.Length / 32 + 1) { 0 };
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
            starts.Add(i + 1);
        _lineStarts = [.. starts];
    }

    public string Path { get; }

    /// <summary>The text after the byte order mark, line ends as in the file.</summary>
    public string Text { get; }

    public bool HasByteOrderMark { get; }

    public int LineCount => _lineStarts.Length;

    public Position PositionAt(int offset)
    {
        var line = Array.BinarySearch(_lineStarts, Math.Clamp(offset, 0, Text.Length));
        if (line < 0)
            line = ~line - 1;
        return new(line + 1, Math.Clamp(offset, 0, Text.Length) - _lineStarts[line] + 1);
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
