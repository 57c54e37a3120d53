using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Holdpoint.Journal;

/// <summary>What the file <c>head</c> says: <c>sequence length hash</c> and a line feed.</summary>
/// <param name="Sequence">Of the newest entry; 0 for none.</param>
/// <param name="Length">Bytes of <c>journal.jsonl</c> that belong to the journal; anything behind is no part of it.</param>
/// <param name="Hash">Of the newest entry.</param>
internal sealed record JournalHead(long Sequence, long Length, string Hash)
{
    public static readonly JournalHead Empty = new(0, 0, EntryLine.NoHash);

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    public byte[] Render() => Encoding.ASCII.GetBytes($"{Sequence} {Length} {Hash}\n");

    /// <param name="text">The file's bytes.</param>
    /// <returns>Null unless the bytes are exactly what <see cref="Render"/> writes.</returns>
    public static JournalHead? Parse(ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out long sequence, out var used) || sequence < 0 || text.Length <= used + 1
            || !Utf8Parser.TryParse(text[(used + 1)..], out long length, out var usedByLength) || length < 0)
        {
            return null;
        }

        var hash = used + 1 + usedByLength + 1;
        if (text.Length != hash + 64 + 1 || text.Slice(hash, 64).IndexOfAnyExcept(Digits) >= 0)
        {
            return null;
        }

        var head = new JournalHead(sequence, length, Encoding.ASCII.GetString(text.Slice(hash, 64)));
        return text.SequenceEqual(head.Render()) ? head : null;
    }
}
