using System.Text;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>One stream of a shell that runs many commands: cuts it at the marks between which a command's own output lies.</summary>
internal sealed class StreamMarks(Stream stream)
{
    /// <summary>A mark and its word, in bytes.</summary>
    private const int LongestLine = 256;

    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _start;
    private int _end;

    /// <summary>Gives everything up to the next mark to a capture, and returns the word behind the mark; null: the stream has ended.</summary>
    /// <param name="capture">Null: what comes before the mark is nobody's.</param>
    public async Task<string?> NextAsync(string mark, OutputCapture? capture)
    {
        var wanted = Encoding.ASCII.GetBytes(mark + " ");
        while (true)
        {
            var held = _buffer.AsSpan(_start, _end - _start);
            var at = held.IndexOf(wanted);
            if (at >= 0 && held[at..].IndexOf((byte)'\n') is > 0 and var line)
            {
                capture?.Append(held[..at]);
                var word = Encoding.ASCII.GetString(held[(at + wanted.Length)..(at + line)]);
                _start += at + line + 1;
                return word;
            }

            // The mark may straddle two reads, so its length is held back; one without a line end in sight is none of ours.
            var sure = at < 0 || held.Length - at > LongestLine ? Math.Max(0, held.Length - wanted.Length) : at;
            capture?.Append(held[..sure]);
            _start += sure;
            if (!await FillAsync())
            {
                capture?.Append(_buffer.AsSpan(_start, _end - _start));
                _start = _end;
                return null;
            }
        }
    }

    private async Task<bool> FillAsync()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), CancellationToken.None);
        _end += read;
        return read > 0;
    }
}
