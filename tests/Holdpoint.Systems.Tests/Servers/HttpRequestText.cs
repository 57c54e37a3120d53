using System.Text;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A request as it comes over a connection (RFC 9112), its body by its length.</summary>
internal sealed record HttpRequestText(string Method, string Target, string Body)
{
    public string ContentType { get; init; } = "";

    /// <summary>The body as it came.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <returns>Null where the connection ends before the request does.</returns>
    public static async Task<HttpRequestText?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var received = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var n = await stream.ReadAsync(buffer, cancel);
            if (n == 0)
                return null;
            received.Write(buffer, 0, n);
            var bytes = received.GetBuffer().AsSpan(0, (int)received.Length);
            var end = bytes.IndexOf("\r\n\r\n"u8);
            if (end < 0)
                continue;
            var head = Encoding.ASCII.GetString(bytes[..end]).Split("\r\n");
            var length = head.FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line ? int.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1)) : 0;
            if (bytes.Length < end + 4 + length)
                continue;
            var words = head[0].Split(' ');
            return new(words[0], words[1], Encoding.UTF8.GetString(bytes.Slice(end + 4, length))) 
            {
                Bytes = bytes.Slice(end + 4, length).ToArray(),
                ContentType = head.FirstOrDefault(l => l.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase))?.Split(':')[1].Trim() ?? "",
            };
        }
    }
}
