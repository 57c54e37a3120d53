using System.Security;
using System.Text;
using System.Text.Unicode;

namespace Holdpoint.Checklists;

/// <summary>
/// Reads Markdown checklists. No input makes it throw: what can't be read is a <see cref="Checklist"/> without sections
/// whose problems say why and what mends it.
/// </summary>
public static class ChecklistReader
{
    /// <summary>The largest file that is read, in bytes. 10 MB, which is a thousand times a long checklist.</summary>
    public static int SizeLimit => 10_000_000;

    /// <summary>Containers (lists, quotations) inside each other that are followed. 100.</summary>
    public static int NestingLimit => 100;

    /// <summary>Verbs whose mark takes the item's next fence as its body.</summary>
    public static IReadOnlySet<string> VerbsWithBody { get; } = new HashSet<string>(["run", "scenario", "sql", "tell"], StringComparer.Ordinal);

    /// <summary>Reads a file; not more of it than <see cref="SizeLimit"/>.</summary>
    /// <param name="verbsWithBody">By default <see cref="VerbsWithBody"/>.</param>
    /// <param name="knownVerbs">Every probe and action; tells a mark that was meant from somebody's code. Without it any word may be one.</param>
    public static Checklist Read(string path, IReadOnlySet<string>? verbsWithBody = null, IReadOnlySet<string>? knownVerbs = null)
    {
        if (Directory.Exists(path))
            return Refused(path, default, "is a folder, not a checklist", "Name the Markdown file in it");
        byte[] bytes;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            if (file.CanSeek && file.Length > SizeLimit)
                return TooLarge(path);
            bytes = ReadUpTo(file, SizeLimit + 1);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refused(path, default, "there is no such file", "Check the path, or make the file with 'holdpoint init'");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or SecurityException)
        {
            return Refused(path, default, "may not be read by this user", "Give yourself the right to read it");
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            return Refused(path, default, $"can't be read: {e.Message}", "Check the path and the disk");
        }
        return ReadBytes(path, bytes, verbsWithBody, knownVerbs);
    }

    /// <summary>Reads a file's content: UTF-8 with or without a byte order mark.</summary>
    public static Checklist ReadBytes(string path, ReadOnlySpan<byte> bytes, IReadOnlySet<string>? verbsWithBody = null, IReadOnlySet<string>? knownVerbs = null)
    {
        if (bytes.Length > SizeLimit)
            return TooLarge(path);
        if (bytes.StartsWith<byte>([0xFF, 0xFE]) || bytes.StartsWith<byte>([0xFE, 0xFF]))
            return Refused(path, default, "is UTF-16", "Save it as UTF-8");
        var hasByteOrderMark = bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF]);
        var content = hasByteOrderMark ? bytes[3..] : bytes;
        var zero = content.IndexOf((byte)0);
        if (!Utf8.IsValid(content))
        {
            var wrong = FirstInvalid(content);
            if (zero < 0 || wrong < zero)
            {
                return Refused(path, PlaceOf(content, wrong), $"byte 0x{content[wrong]:X2} is not UTF-8",
                    "Save the file as UTF-8; a file in Latin-1 or Windows-1252 has to be converted");
            }
        }
        if (zero >= 0)
            return Refused(path, PlaceOf(content, zero), "holds a zero byte, so it is no text", "Name the Markdown file");
        return Parse(new(path, Encoding.UTF8.GetString(content), hasByteOrderMark), verbsWithBody, knownVerbs);
    }

    /// <inheritdoc cref="Read"/>
    public static Checklist Parse(SourceText source, IReadOnlySet<string>? verbsWithBody = null, IReadOnlySet<string>? knownVerbs = null) =>
        new ChecklistBuilder(source, verbsWithBody ?? VerbsWithBody, knownVerbs).Build();

    private static Checklist TooLarge(string path) =>
        Refused(path, default, $"is larger than {SizeLimit / 1_000_000} MB", "A checklist is text that people read: split it, or name the right file");

    private static Checklist Refused(string path, Position at, string what, string fix)
    {
        var place = at.Line == 0 ? new Position(1, 1) : at;
        return new(new(path, ""), null, [], [new(path, place, what, fix)]);
    }

    private static byte[] ReadUpTo(Stream file, int limit)
    {
        // Pipes and /proc tell no length, so the length found is only a first guess.
        using var content = new MemoryStream(file.CanSeek ? (int)Math.Min(file.Length, limit) : 4096);
        var buffer = new byte[64 * 1024];
        while (content.Length < limit)
        {
            var read = file.Read(buffer, 0, (int)Math.Min(buffer.Length, limit - content.Length));
            if (read == 0)
                break;
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;
        return at;
    }

    /// <summary>What stands before <paramref name="offset"/> is valid UTF-8.</summary>
    private static Position PlaceOf(ReadOnlySpan<byte> bytes, int offset)
    {
        var before = bytes[..offset];
        var line = before.LastIndexOf((byte)'\n') + 1;
        return new(before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[line..]) + 1);
    }
}
