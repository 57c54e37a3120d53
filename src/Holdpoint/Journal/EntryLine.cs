using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Holdpoint.Journal;

/// <summary>
/// One entry as a line of JSON: <c>seq, at, actor, epoch, type, data, prev, hash</c>, in this order, ended by a line feed.
/// The hash is the SHA-256 of the line's own bytes with the member <c>hash</c> left out, so any rewriting shows, also one that means the same JSON.
/// </summary>
internal static class EntryLine
{
    /// <summary>What precedes the first entry: the hash of the empty text.</summary>
    public static readonly string NoHash = Hex(SHA256.HashData([]));

    /// <summary>Levels of nesting that an entry may have; the writer refuses deeper ones, so that readers never meet them.</summary>
    private const int MaxDepth = 256;

    private const int HashLength = 64;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = MaxDepth };

    private static ReadOnlySpan<byte> BeforeHash => ",\"hash\":\""u8;
    private static ReadOnlySpan<byte> AfterHash => "\"}"u8;

    /// <summary>Where and why a line isn't an entry.</summary>
    /// <param name="Byte">From 0, within the line; null where only the whole line can be named.</param>
    /// <param name="ComputedHash">The hash that the line's content has; null where that can't be told.</param>
    public sealed record Fault(string What, int? Byte, string? ComputedHash = null, string? StatedHash = null);

    /// <returns>The line's bytes, line feed included, and the entry exactly as a reader will see it.</returns>
    /// <exception cref="ArgumentException">The entry can't be written as JSON; nothing has happened.</exception>
    public static (byte[] Line, JournalEntry Entry) Compose(NewEntry entry, long sequence, int epoch, string previous)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(entry.Actor, nameof(entry));
        ArgumentException.ThrowIfNullOrWhiteSpace(entry.Type, nameof(entry));
        var buffer = new ArrayBufferWriter<byte>(512);
        try
        {
            using var json = new Utf8JsonWriter(buffer, Writing);
            json.WriteStartObject();
            json.WriteNumber("seq"u8, sequence);
            json.WriteString("at"u8, entry.At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
            json.WriteString("actor"u8, entry.Actor);
            json.WriteNumber("epoch"u8, epoch);
            json.WriteString("type"u8, entry.Type);
            json.WritePropertyName("data"u8);
            entry.Data.WriteTo(json);
            json.WriteString("prev"u8, previous);
            json.WriteEndObject();
        }
        catch (InvalidOperationException e)
        {
            throw new ArgumentException($"the data of '{entry.Type}' can't be written as JSON: {e.Message}", nameof(entry), e);
        }

        var content = buffer.WrittenSpan;
        var hash = Hex(SHA256.HashData(content));
        var line = new byte[content.Length + BeforeHash.Length + HashLength + 2];
        content[..^1].CopyTo(line);
        var at = content.Length - 1;
        BeforeHash.CopyTo(line.AsSpan(at));
        Encoding.ASCII.GetBytes(hash, line.AsSpan(at + BeforeHash.Length));
        AfterHash.CopyTo(line.AsSpan(at + BeforeHash.Length + HashLength));
        line[^1] = (byte)'\n';
        return Read(line.AsSpan(0, line.Length - 1), out var fault) is { } stored
            ? (line, stored)
            : throw new ArgumentException($"'{entry.Type}' could be written, but not read again: {fault?.What}", nameof(entry));
    }

    /// <param name="line">Without its line feed.</param>
    /// <returns>The entry; null and the fault where the line's own bytes are wrong. Its place in the chain is not judged here.</returns>
    public static JournalEntry? Read(ReadOnlySpan<byte> line, out Fault? fault)
    {
        var suffix = BeforeHash.Length + HashLength + AfterHash.Length;
        if (line.Length <= suffix)
        {
            fault = new("too short for an entry", null);
            return null;
        }

        var start = line.Length - suffix;
        var wrong = FirstWrongByteOfSuffix(line[start..]);
        if (wrong is { } inSuffix)
        {
            fault = new("the end of the line is not its member hash", start + inSuffix);
            return null;
        }

        var stated = Encoding.ASCII.GetString(line.Slice(start + BeforeHash.Length, HashLength));
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(line[..start]);
        sha.AppendData("}"u8);
        var computed = Hex(sha.GetHashAndReset());
        if (computed != stated)
        {
            fault = new("the content does not match the line's own hash", null, computed, stated);
            return null;
        }

        return ReadMembers(line, stated, out fault);
    }

    /// <summary>Where the fixed characters and the hexadecimal digits of the last member are not what they must be.</summary>
    private static int? FirstWrongByteOfSuffix(ReadOnlySpan<byte> suffix)
    {
        for (var i = 0; i < suffix.Length; i++)
        {
            var digit = i - BeforeHash.Length;
            var right = digit < 0 ? suffix[i] == BeforeHash[i]
                : digit < HashLength ? suffix[i] is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f')
                : suffix[i] == AfterHash[digit - HashLength];
            if (!right)
            {
                return i;
            }
        }

        return null;
    }

    private static JournalEntry? ReadMembers(ReadOnlySpan<byte> line, string hash, out Fault? fault)
    {
        var json = new Utf8JsonReader(line, Reading);
        fault = null;
        try
        {
            json.Read();
            var sequence = Member(ref json, "seq"u8).GetInt64();
            var at = DateTimeOffset.ParseExact(Member(ref json, "at"u8).GetString()!, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            var actor = Member(ref json, "actor"u8).GetString()!;
            var epoch = Member(ref json, "epoch"u8).GetInt32();
            var type = Member(ref json, "type"u8).GetString()!;
            var data = Member(ref json, "data"u8);
            var previous = Member(ref json, "prev"u8).GetString()!;
            return new(sequence, at, actor, epoch, type, data, previous, hash);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            fault = new($"not an entry of this format: {e.Message}", (int)json.TokenStartIndex, hash, hash);
            return null;
        }
    }

    private static JsonElement Member(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals(name))
        {
            throw new FormatException($"expected the member '{Encoding.UTF8.GetString(name)}'");
        }

        json.Read();
        return JsonElement.ParseValue(ref json);
    }

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
