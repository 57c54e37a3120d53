using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Holdpoint.Cli.Demo;

/// <summary>A request as it was read from a connection.</summary>
/// <param name="Path">Without its query.</param>
internal sealed record HttpRequest(string Method, string Target, string Version, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public string Path => Target.Split('?')[0];

    public string? Header(string name) => Headers.FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public bool WantsClose => Header("Connection") is { } c ? c.Contains("close", StringComparison.OrdinalIgnoreCase) : Version == "HTTP/1.0";
}

/// <summary>An answer that is not a success by the meaning of HTTP alone: what could not be read of the request.</summary>
internal sealed class BadRequest(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

internal sealed record HttpReply(int Status, string ContentType, byte[] Body)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static HttpReply Json(int status, string json) => new(status, "application/json", Encoding.UTF8.GetBytes(json));

    public static HttpReply Text(int status, string text) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    public byte[] ToBytes(bool close, bool withBody)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {Phrase(Status)}\r\n");
        if (Status != 204)
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {ContentType}\r\nContent-Length: {Body.Length}\r\n");
        foreach (var (name, value) in Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        head.Append("Cache-Control: no-store\r\n").Append(close ? "Connection: close\r\n\r\n" : "\r\n");
        var bytes = Encoding.ASCII.GetBytes(head.ToString());
        return withBody && Status != 204 ? [.. bytes, .. Body] : bytes;
    }

    private static string Phrase(int status) => status switch
    {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Unknown",
    };
}

/// <summary>Requests from one connection, one after another: what HTTP/1.1 (RFC 9112) needs and no more.</summary>
internal sealed class HttpRequestReader(NetworkStream stream)
{
    private const int HeadLimit = 16 * 1024;
    private const int BodyLimit = 1024 * 1024;

    private readonly byte[] _buffer = new byte[HeadLimit];
    private int _filled;

    /// <summary>Null: the client closed the connection between two requests.</summary>
    /// <exception cref="BadRequest">The bytes are no request that is served.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<HttpRequest?> NextAsync(CancellationToken cancel)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_filled == _buffer.Length)
                throw new BadRequest(431, "the head of the request is longer than 16 KiB");
            var n = await stream.ReadAsync(_buffer.AsMemory(_filled), cancel);
            if (n == 0)
                return _filled == 0 ? null : throw new IOException("the client closed the connection within a request");
            _filled += n;
        }

        var lines = Encoding.Latin1.GetString(_buffer, 0, end).Split("\r\n");
        Consume(end + 4);
        if (lines[0].Split(' ') is not [var method, var target, var version] || !version.StartsWith("HTTP/1.", StringComparison.Ordinal))
            throw new BadRequest(400, $"'{lines[0]}' is no request line of HTTP/1.1");
        var headers = new List<(string Name, string Value)>();
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                throw new BadRequest(400, $"'{line}' is no header");
            headers.Add((line[..colon], line[(colon + 1)..].Trim()));
        }

        var request = new HttpRequest(method, target, version, headers, []);
        return request with { Body = await BodyAsync(request, cancel) };
    }

    private async Task<byte[]> BodyAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.Header("Transfer-Encoding") is { } coding)
            return coding.Equals("chunked", StringComparison.OrdinalIgnoreCase) ? await ChunksAsync(cancel) : throw new BadRequest(411, "send the body with a Content-Length");
        if (request.Header("Content-Length") is not { } text)
            return [];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            throw new BadRequest(400, $"Content-Length '{text}' is no number");
        if (length > BodyLimit)
            throw new BadRequest(413, "a body may have 1 MiB");
        if (request.Header("Expect")?.Equals("100-continue", StringComparison.OrdinalIgnoreCase) == true && _filled < length)
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancel);
        return await ExactlyAsync(length, cancel);
    }

    /// <summary>RFC 9112, section 7.1; trailers are read and dropped.</summary>
    private async Task<byte[]> ChunksAsync(CancellationToken cancel)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var size = (await LineAsync(cancel)).Split(';')[0].Trim();
            if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length < 0)
                throw new BadRequest(400, $"'{size}' is no size of a chunk");
            if (body.Length + length > BodyLimit)
                throw new BadRequest(413, "a body may have 1 MiB");
            body.Write(await ExactlyAsync(length, cancel));
            if (length > 0)
            {
                await LineAsync(cancel);
                continue;
            }

            while ((await LineAsync(cancel)).Length > 0)
            {
            }

            return body.ToArray();
        }
    }

    private async Task<string> LineAsync(CancellationToken cancel)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _filled).IndexOf("\r\n"u8)) < 0)
        {
            if (_filled == _buffer.Length)
                throw new BadRequest(400, "a line between chunks is longer than 16 KiB");
            var n = await stream.ReadAsync(_buffer.AsMemory(_filled), cancel);
            if (n == 0)
                throw new IOException("the client closed the connection within a request");
            _filled += n;
        }

        var line = Encoding.Latin1.GetString(_buffer, 0, end);
        Consume(end + 2);
        return line;
    }

    private async Task<byte[]> ExactlyAsync(int length, CancellationToken cancel)
    {
        var bytes = new byte[length];
        var have = Math.Min(_filled, length);
        _buffer.AsSpan(0, have).CopyTo(bytes);
        Consume(have);
        await stream.ReadExactlyAsync(bytes.AsMemory(have), cancel);
        return bytes;
    }

    private void Consume(int bytes)
    {
        _buffer.AsSpan(bytes, _filled - bytes).CopyTo(_buffer);
        _filled -= bytes;
    }
}
