using System.Globalization;
using System.Text;

namespace Holdpoint.Probes.Redis;

/// <summary>Reads answers off the wire, within limits: a line of 64 KiB, a text of 4 MiB, lists of 1024 in four levels. INFO has some kilobytes.</summary>
/// <param name="where">For messages.</param>
internal sealed class RedisReader(Stream stream, string where)
{
    private const int LongestLine = 64 * 1024;
    private const int LongestText = 4 * 1024 * 1024;
    private const int LongestList = 1024;
    private const int Deepest = 4;

    private readonly byte[] _buffer = new byte[8 * 1024];
    private int _at;
    private int _end;

    public bool HasReadNothing { get; private set; } = true;

    /// <exception cref="Unanswered">What comes is not RESP2.</exception>
    /// <exception cref="EndOfStreamException">The connection ended first.</exception>
    public Task<RedisReply> ReadAsync(CancellationToken cancel) => ReadAsync(0, cancel);

    private async Task<RedisReply> ReadAsync(int depth, CancellationToken cancel)
    {
        var kind = (char)await ByteAsync(cancel);
        // Known by its first byte: a line of something else may never end.
        if (kind is not ('+' or '-' or ':' or '$' or '*'))
            throw Foreign();
        var line = await LineAsync(cancel);
        return kind switch
        {
            '+' => new RedisReply.Simple(line),
            '-' => new RedisReply.Error(line),
            ':' => new RedisReply.Integer(Number(line, long.MinValue, long.MaxValue)),
            '$' => Number(line, -1, LongestText) is >= 0 and var length ? new RedisReply.Bulk(await TextAsync((int)length, cancel)) : new RedisReply.Bulk(null),
            _ => new RedisReply.Several(await ItemsAsync((int)Number(line, -1, depth < Deepest ? LongestList : -1), depth, cancel)),
        };
    }

    private async Task<IReadOnlyList<RedisReply>> ItemsAsync(int count, int depth, CancellationToken cancel)
    {
        var items = new List<RedisReply>();
        while (items.Count < count)
            items.Add(await ReadAsync(depth + 1, cancel));
        return items;
    }

    private async Task<string> TextAsync(int length, CancellationToken cancel)
    {
        var text = new byte[length];
        for (var i = 0; i < length; i++)
            text[i] = await ByteAsync(cancel);
        return await ByteAsync(cancel) == '\r' && await ByteAsync(cancel) == '\n' ? Encoding.UTF8.GetString(text) : throw Foreign();
    }

    private async Task<string> LineAsync(CancellationToken cancel)
    {
        var line = new List<byte>();
        while (line.Count < LongestLine)
        {
            var next = await ByteAsync(cancel);
            if (next == '\n' && line.Count > 0 && line[^1] == '\r')
                return Encoding.UTF8.GetString([.. line[..^1]]);
            line.Add(next);
        }

        throw Foreign();
    }

    private async ValueTask<byte> ByteAsync(CancellationToken cancel)
    {
        if (_at == _end)
        {
            (_at, _end) = (0, await stream.ReadAsync(_buffer, cancel));
            if (_end == 0)
                throw new EndOfStreamException();
            HasReadNothing = false;
        }

        return _buffer[_at++];
    }

    private long Number(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : throw Foreign();

    private Unanswered Foreign() => new($"{where} answers, but not as Redis does: is this its port?");
}
