using System.Security.Cryptography;
using System.Text;
using Holdpoint.Journal;

namespace Holdpoint.Records;

/// <summary>Takes out of evidence what a page bears: the beginning, where a program says what it does, and the end, where it says what went wrong.</summary>
internal static class Excerpts
{
    private const int Beginning = 1024;
    private const int End = RunRecord.ExcerptBytes - Beginning;

    public static EvidenceExcerpt Of(EvidenceReference reference, int attempt, Func<EvidenceReference, byte[]?> read)
    {
        EvidenceExcerpt Told(string? text, string note) => new(reference.Name, reference.Sha256, reference.Bytes, attempt, text, note);

        if (read(reference) is not { } content)
            return Told(null, "it is missing or can't be read");
        if (Convert.ToHexStringLower(SHA256.HashData(content)) != reference.Sha256)
            return Told(null, "it is not what was stored: its hash is another one");
        if (content.Length == 0)
            return Told(null, "empty");
        if (!IsText(content))
            return Told(null, "no text");
        if (content.Length <= RunRecord.ExcerptBytes)
            return Told(Text(content), "");
        var first = Head(content);
        var last = Tail(content);
        return Told($"{Text(content.AsSpan(0, first))}\n[… {content.Length - first - last} bytes left out …]\n{Text(content.AsSpan(content.Length - last))}", "the beginning and the end");
    }

    private static string Text(ReadOnlySpan<byte> bytes) => CleanText.Block(Encoding.UTF8.GetString(bytes)).TrimEnd();

    /// <summary>To the end of a line where there is one near, else of a character.</summary>
    private static int Head(byte[] content)
    {
        var line = Array.LastIndexOf(content, (byte)'\n', Beginning - 1, Beginning / 2);
        var length = line >= 0 ? line : Beginning;
        while (length > 0 && IsInside(content[length]))
            length--;
        return length;
    }

    private static int Tail(byte[] content)
    {
        var from = content.Length - End;
        var line = Array.IndexOf(content, (byte)'\n', from, End / 2);
        from = line >= 0 ? line + 1 : from;
        while (from < content.Length && IsInside(content[from]))
            from++;
        return content.Length - from;
    }

    private static bool IsInside(byte b) => (b & 0xC0) == 0x80;

    private static bool IsText(byte[] content) => content.AsSpan(0, Math.Min(content.Length, 8192)).IndexOf((byte)0) < 0;
}
