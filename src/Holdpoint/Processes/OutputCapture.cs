using System.Buffers;
using System.Text;

namespace Holdpoint.Processes;

/// <summary>Takes the bytes of a stream and keeps its head and its tail; counts everything. Invalid UTF-8 becomes U+FFFD.</summary>
/// <param name="limit">Characters kept of it, half of them from its start.</param>
/// <param name="onLine">Called with every line, without its end; of a line longer than the limit only the start.</param>
internal sealed class OutputCapture(int limit, Action<string>? onLine = null)
{
    // More than the line that tells of a gap is long: a text with a gap is always shorter than what was written,
    // which CapturedOutput.IsWhole relies on.
    private const int Slack = 128;

    private readonly Decoder _decoder = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private readonly int _headSize = Math.Max(0, limit) / 2;
    private readonly int _tailSize = Math.Max(0, limit) - Math.Max(0, limit) / 2 + Slack;
    private readonly int _lineSize = Math.Max(limit, 4096);
    private readonly StringBuilder _head = new();
    private readonly StringBuilder _line = new();
    private char[] _tail = [];
    private int _next;
    private long _characters;
    private long _lineEnds;
    private char _last;

    public void Append(ReadOnlySpan<byte> bytes) => Decode(bytes, flush: false);

    /// <summary>Nothing comes any more.</summary>
    /// <param name="atEnd">False: the stream was left before its end, so what follows the last line end is no line yet.</param>
    public void Finish(bool atEnd)
    {
        Decode([], flush: true);
        if (atEnd && onLine is not null && _characters > 0 && _last != '\n')
            EndLine();
    }

    public CapturedOutput Captured()
    {
        var lines = _lineEnds + (_characters > 0 && _last != '\n' ? 1 : 0);
        var behindHead = _characters - _head.Length;
        if (behindHead <= _tailSize)
            return new CapturedOutput(_head.ToString() + Tail((int)behindHead), _characters, lines);

        var head = _head.ToString();
        if (head.Length > 0 && char.IsHighSurrogate(head[^1]))
            head = head[..^1];
        var tail = Tail(_tailSize - Slack);
        if (tail.Length > 0 && char.IsLowSurrogate(tail[0]))
            tail = tail[1..];
        var gap = $"[… {_characters - head.Length - tail.Length} characters left out …]\n";
        return new CapturedOutput(head + (head.EndsWith('\n') ? "" : "\n") + gap + tail, _characters, lines);
    }

    private void Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var buffer = ArrayPool<char>.Shared.Rent(_decoder.GetCharCount(bytes, flush));
        try
        {
            Add(buffer.AsSpan(0, _decoder.GetChars(bytes, buffer, flush)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private void Add(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        _characters += text.Length;
        _lineEnds += text.Count('\n');
        _last = text[^1];
        if (onLine is not null)
            CutLines(text);

        var toHead = Math.Min(_headSize - _head.Length, text.Length);
        _head.Append(text[..toHead]);
        text = text[toHead..];
        if (text.Length > _tailSize)
            text = text[^_tailSize..];
        if (text.IsEmpty)
            return;

        Grow(_next + text.Length);
        var beforeWrap = Math.Min(text.Length, _tail.Length - _next);
        text[..beforeWrap].CopyTo(_tail.AsSpan(_next));
        text[beforeWrap..].CopyTo(_tail);
        _next = (_next + text.Length) % _tailSize;
    }

    /// <summary>Most programs write little: the ring begins small and doubles; it wraps only at its full size.</summary>
    private void Grow(int needed)
    {
        if (_tail.Length < needed && _tail.Length < _tailSize)
            Array.Resize(ref _tail, Math.Min(_tailSize, Math.Max(needed, _tail.Length * 2)));
    }

    private string Tail(int count)
    {
        var start = _next - count;
        return start >= 0
            ? new string(_tail, start, count)
            : string.Concat(_tail.AsSpan(_tailSize + start, -start), _tail.AsSpan(0, _next));
    }

    private void CutLines(ReadOnlySpan<char> text)
    {
        for (int end; (end = text.IndexOf('\n')) >= 0; text = text[(end + 1)..])
        {
            AddToLine(text[..end]);
            EndLine();
        }
        AddToLine(text);
    }

    private void AddToLine(ReadOnlySpan<char> text) => _line.Append(text[..Math.Min(text.Length, _lineSize - _line.Length)]);

    private void EndLine()
    {
        if (_line.Length > 0 && _line[^1] == '\r')
            _line.Length--;
        var line = _line.ToString();
        _line.Clear();
        onLine!(line);
    }
}
