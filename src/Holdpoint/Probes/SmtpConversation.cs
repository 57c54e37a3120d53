using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdpoint.Probes;

/// <param name="Lines">Without their codes.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    public override string ToString() => $"{Code} {string.Join(" / ", Lines)}".TrimEnd();
}

/// <summary>Commands and replies of SMTP (RFC 5321, section 4), and all of it as text.</summary>
internal sealed class SmtpConversation(Stream stream, string with)
{
    /// <summary>A reply's line has at most 512 octets (RFC 5321, 4.5.3.1.5); some servers write longer ones.</summary>
    private const int LongestLine = 4096;

    private const int MostLines = 200;

    private readonly byte[] _buffer = new byte[4096];
    private readonly StringBuilder _transcript = new();
    private int _at;
    private int _filled;

    public string Transcript => _transcript.ToString();

    /// <summary>Nothing has been read beyond the replies: what follows STARTTLS must not have been sent before it.</summary>
    public bool IsDrained => _at == _filled;

    public async Task<SmtpReply> SayAsync(string command, CancellationToken cancel)
    {
        _transcript.Append("> ").AppendLine(command);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancel);
        return await HearAsync(cancel);
    }

    /// <summary>One reply, of one line or several: <c>250-SIZE</c> … <c>250 STARTTLS</c>.</summary>
    /// <exception cref="Unanswered">Not SMTP, or only half a reply.</exception>
    public async Task<SmtpReply> HearAsync(CancellationToken cancel)
    {
        var lines = new List<string>();
        int? code = null;
        while (lines.Count < MostLines)
        {
            var line = await LineAsync(cancel);
            _transcript.Append("< ").AppendLine(line);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var read) || read is < 200 or > 599 || (line.Length > 3 && line[3] is not (' ' or '-')) || (code is not null && code != read))
                throw NoSmtp(line);
            code = read;
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
                return new(read, lines);
        }

        throw new Unanswered($"{with} answers with a reply of more than {MostLines} lines");
    }

    /// <summary>How a client without a name of its own calls itself (RFC 5321, 4.1.3).</summary>
    public static string AddressLiteral(EndPoint? local) => (local as IPEndPoint)?.Address switch
    {
        null => "[127.0.0.1]",
        { IsIPv4MappedToIPv6: true } a => $"[{a.MapToIPv4()}]",
        { AddressFamily: AddressFamily.InterNetworkV6 } a => $"[IPv6:{new IPAddress(a.GetAddressBytes())}]",
        var a => $"[{a}]",
    };

    private async Task<string> LineAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_at == _filled)
            {
                (_at, _filled) = (0, await stream.ReadAsync(_buffer, cancel));
                if (_filled == 0)
                    throw new Unanswered(line.Length > 0 || _transcript.Length > 0 ? $"{with} closed the connection in the middle of the conversation" : $"{with} closed the connection without a greeting");
            }

            var c = (char)_buffer[_at++];
            if (c == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(char.IsAsciiLetterOrDigit(c) || char.IsPunctuation(c) || char.IsSymbol(c) || c is ' ' or '\r' ? c : '?');
            if (line.Length > LongestLine)
                throw NoSmtp(line.ToString());
        }
    }

    private Unanswered NoSmtp(string line) => new($"{with} answers, but not in SMTP: {(line.Length > 60 ? line[..59] + "…" : line)}");
}
