using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Holdpoint.Probes;

/// <summary>The types of records that checks ask for. Their numbers: RFC 1035, 3596 (AAAA), 2782 (SRV), 8659 (CAA).</summary>
internal enum DnsType : ushort
{
    A = 1,
    NS = 2,
    CNAME = 5,
    MX = 15,
    TXT = 16,
    AAAA = 28,
    SRV = 33,
    CAA = 257,
}

/// <param name="Text">As a zone file writes it: <c>10 mail.example.org</c>; the text of TXT without quotes.</param>
/// <param name="Target">The name alone, where the record has numbers before it (MX, SRV, CAA); else the text.</param>
internal sealed record DnsRecord(string Name, ushort Type, uint Seconds, string Text, string Target);

/// <param name="Code">RCODE: 0 no error, 2 server failure, 3 the name does not exist, 5 refused.</param>
/// <param name="IsCut">The answer did not fit into a datagram (TC).</param>
internal sealed record DnsMessage(ushort Id, bool IsAnswer, int Code, bool IsCut, string Question, ushort QuestionType, IReadOnlyList<DnsRecord> Answers)
{
    private const int HeaderLength = 12;
    private const ushort Opt = 41;

    /// <summary>A query for one name, recursion desired, with room for 1232 bytes in the answer (EDNS, RFC 6891).</summary>
    /// <exception cref="FormatException">The name has an empty label, one of more than 63 bytes, or is too long.</exception>
    public static byte[] Query(ushort id, string name, DnsType type)
    {
        var message = new List<byte>(64);
        Put(message, id, 0x0100, 1, 0, 0, 1);
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            var bytes = Encoding.ASCII.GetBytes(label);
            if (bytes.Length is 0 or > 63)
                throw new FormatException($"'{name}' is no name: each part between dots has 1 to 63 characters");
            message.Add((byte)bytes.Length);
            message.AddRange(bytes);
        }

        message.Add(0);
        if (message.Count - HeaderLength > 255)
            throw new FormatException($"'{name}' is longer than the 255 bytes of a name");
        Put(message, (ushort)type, 1);
        message.Add(0);
        Put(message, Opt, 1232, 0, 0, 0);
        return [.. message];
    }

    /// <exception cref="FormatException">The bytes are no DNS message, or only a part of one.</exception>
    public static DnsMessage Parse(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderLength)
            throw new FormatException($"{message.Length} bytes are too few for a DNS message");
        var flags = Number(message, 2);
        var at = HeaderLength;
        var (question, questionType) = ("", (ushort)0);
        for (var i = Number(message, 4); i > 0; i--)
        {
            question = Name(message, ref at);
            questionType = Number(message, at);
            at += 4;
        }

        var answers = new List<DnsRecord>();
        var cut = (flags & 0x0200) != 0;
        for (var i = Number(message, 6); i > 0 && !cut; i--)
        {
            var owner = Name(message, ref at);
            var type = Number(message, at);
            var seconds = ((uint)Number(message, at + 4) << 16) | Number(message, at + 6);
            var length = Number(message, at + 8);
            at += 10;
            if (at + length > message.Length)
                throw new FormatException("the DNS message ends within a record");
            // RFC 2181, section 8: a TTL with its highest bit set counts as 0.
            answers.Add(Record(message, owner, type, seconds > int.MaxValue ? 0 : seconds, at, length));
            at += length;
        }

        return new(Number(message, 0), (flags & 0x8000) != 0, flags & 0xF, cut, question, questionType, answers);
    }

    private static DnsRecord Record(ReadOnlySpan<byte> message, string owner, ushort type, uint seconds, int at, int length)
    {
        var end = at + length;
        var data = message[at..end];
        string text;
        var target = "";
        switch ((DnsType)type)
        {
            case DnsType.A when length == 4:
            case DnsType.AAAA when length == 16:
                text = new IPAddress(data).ToString();
                break;
            case DnsType.NS or DnsType.CNAME:
                text = Name(message, ref at);
                break;
            case DnsType.MX:
                var preference = Number(message, at);
                at += 2;
                target = Name(message, ref at);
                text = $"{preference} {target}";
                break;
            case DnsType.SRV:
                var (priority, weight, port) = (Number(message, at), Number(message, at + 2), Number(message, at + 4));
                at += 6;
                target = Name(message, ref at);
                text = $"{priority} {weight} {port} {target}";
                break;
            case DnsType.TXT:
                var parts = new StringBuilder();
                for (var i = 0; i < data.Length; i += data[i] + 1)
                {
                    if (i + 1 + data[i] > data.Length)
                        throw new FormatException("the DNS message ends within a TXT record");
                    parts.Append(Encoding.UTF8.GetString(data.Slice(i + 1, data[i])));
                }

                text = parts.ToString();
                break;
            case DnsType.CAA when length >= 2 && 2 + data[1] <= length:
                target = Encoding.UTF8.GetString(data[(2 + data[1])..]);
                text = $"{data[0]} {Encoding.ASCII.GetString(data.Slice(2, data[1]))} {target}";
                break;
            default:
                text = Convert.ToHexString(data);
                break;
        }

        return new(owner, type, seconds, text, target.Length > 0 ? target : text);
    }

    /// <summary>A name with its compression (RFC 1035, section 4.1.4); pointers only lead backwards, so that none goes in circles.</summary>
    private static string Name(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new StringBuilder();
        var i = at;
        var jumped = false;
        var lowest = at;
        while (true)
        {
            var length = Byte(message, i++);
            if (length == 0)
                break;
            if ((length & 0xC0) == 0xC0)
            {
                var to = ((length & 0x3F) << 8) | Byte(message, i++);
                if (!jumped)
                    at = i;
                jumped = true;
                if (to >= lowest)
                    throw new FormatException("a name in the DNS message points forward");
                lowest = i = to;
                continue;
            }

            if (length > 63 || i + length > message.Length)
                throw new FormatException("the DNS message ends within a name");
            if (name.Length > 0)
                name.Append('.');
            name.Append(Encoding.ASCII.GetString(message.Slice(i, length)));
            i += length;
        }

        if (!jumped)
            at = i;
        return name.ToString();
    }

    private static byte Byte(ReadOnlySpan<byte> message, int at) =>
        at < message.Length ? message[at] : throw new FormatException("the DNS message breaks off");

    private static ushort Number(ReadOnlySpan<byte> message, int at) =>
        at + 2 <= message.Length ? BinaryPrimitives.ReadUInt16BigEndian(message[at..]) : throw new FormatException("the DNS message breaks off");

    private static void Put(List<byte> message, params ReadOnlySpan<ushort> numbers)
    {
        foreach (var number in numbers)
        {
            message.Add((byte)(number >> 8));
            message.Add((byte)number);
        }
    }

    /// <summary>The word for <see cref="Code"/>.</summary>
    public string CodeName => Code switch
    {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        _ => Code.ToString(CultureInfo.InvariantCulture),
    };
}
