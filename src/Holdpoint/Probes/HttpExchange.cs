using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <param name="Content">The body's beginning: 1 MiB, of JSON 16 MiB.</param>
/// <param name="Size">Bytes of the whole body; null where it is longer than 256 MiB and was not read to its end.</param>
/// <param name="Time">From the first request, before redirects, to the body's last byte.</param>
internal sealed record HttpAnswer(Uri Address, Version Version, int Status, string Reason, IReadOnlyList<(string Name, string Value)> Headers, ReadOnlyMemory<byte> Content, long? Size, TimeSpan Time)
{
    public bool IsWhole => Size == Content.Length;

    public string? Header(string name)
    {
        var values = Headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).ToList();
        return values.Count == 0 ? null : string.Join(", ", values);
    }

    public string Text => EncodingOf(Header("Content-Type")).GetString(Content.Span);

    /// <summary>Status line, headers and the head of the body, as a person would read it on the wire.</summary>
    public string Transcript
    {
        get
        {
            const int Head = 8 * 1024;
            var text = new StringBuilder().AppendLine($"HTTP/{Version} {Status} {Reason}".TrimEnd());
            foreach (var (name, value) in Headers)
                text.AppendLine(CultureInfo.InvariantCulture, $"{name}: {value}");
            text.AppendLine().Append(EncodingOf(Header("Content-Type")).GetString(Content.Span[..Math.Min(Head, Content.Length)]));
            if (Size is null || Size > Head)
                text.AppendLine().Append(CultureInfo.InvariantCulture, $"… {(Size is { } size ? $"{size} bytes" : "more than 256 MiB")} in all");
            return text.ToString();
        }
    }

    private static Encoding EncodingOf(string? contentType)
    {
        var at = contentType?.IndexOf("charset=", StringComparison.OrdinalIgnoreCase) ?? -1;
        if (at < 0)
            return Encoding.UTF8;
        try
        {
            return Encoding.GetEncoding(contentType![(at + 8)..].Split(';')[0].Trim().Trim('"'));
        }
        catch (ArgumentException)
        {
            // A character set that this machine does not know: most of what is asked for is ASCII.
            return Encoding.UTF8;
        }
    }
}

/// <summary>How a request ended.</summary>
internal abstract record HttpOutcome
{
    public sealed record Answered(HttpAnswer Answer) : HttpOutcome;

    /// <summary>No connection, because the target or the name service says no.</summary>
    public sealed record Refused(string Because) : HttpOutcome;

    /// <summary>Nothing that can be judged: garbage, half an answer, an untrusted certificate.</summary>
    public sealed record Failed(string Because) : HttpOutcome;

    /// <summary>The token was cancelled first.</summary>
    /// <param name="Where">How far it came, to be followed by "within 2s".</param>
    public sealed record Cut(string Where) : HttpOutcome;

    private HttpOutcome() { }
}

/// <summary>Sends requests over connections that all probes share.</summary>
internal static class HttpExchange
{
    private const int KeptOfText = 1024 * 1024;
    private const int KeptOfJson = 16 * 1024 * 1024;
    private const long ReadAtMost = 256L * 1024 * 1024;

    private static readonly HttpMessageInvoker Trusting = Client(insecure: true);
    private static readonly HttpMessageInvoker Strict = Client(insecure: false);

    /// <param name="over">In place of the shared connections; null: those.</param>
    public static async Task<HttpOutcome> SendAsync(HttpQuestion question, TimeProvider time, CancellationToken cancel, HttpMessageInvoker? over = null)
    {
        var started = time.GetTimestamp();
        var where = $"no answer from {question.Address}";
        if (over is null && question.Certificates is { } certificates)
        {
            over = certificates.Invoker(question.Insecure, out var unreadable);
            if (over is null)
                return new HttpOutcome.Failed(unreadable);
        }

        over ??= question.Dialer?.Web(question.Insecure);
        try
        {
            while (true)
            {
                using var request = Request(question, out var problem);
                if (request is null)
                    return new HttpOutcome.Failed(problem);
                using var response = await (over ?? (question.Insecure ? Trusting : Strict)).SendAsync(request, cancel);
                if (question.After((int)response.StatusCode, response.Headers.Location?.OriginalString) is { } next)
                {
                    question = next;
                    where = $"no answer from {question.Address}, to where it redirects,";
                    continue;
                }

                where = $"{question.Address} answers {(int)response.StatusCode}, but its body does not end";
                var (content, size) = await ReadAsync(response, cancel);
                return new HttpOutcome.Answered(new(question.Address, response.Version, (int)response.StatusCode, response.ReasonPhrase ?? "", HeadersOf(response), content, size, time.GetElapsedTime(started)));
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new HttpOutcome.Cut(where);
        }
        catch (Exception e) when (e is HttpRequestException or Unanswered or IOException or SocketException or NotSupportedException or InvalidOperationException or UriFormatException)
        {
            return await ExplainAsync(e, question, time, cancel);
        }
    }

    /// <param name="dial">Null: connections of this machine, or of the proxy that its environment names.</param>
    internal static HttpMessageInvoker Client(bool insecure, SslClientAuthenticationOptions? tls = null, Func<HostAndPort, CancellationToken, Task<Stream>>? dial = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A connection that is kept goes on to reach the old container after a switch: it is given up soon.
            PooledConnectionLifetime = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
            SslOptions = tls ?? new(),
        };
        if (dial is not null)
        {
            handler.UseProxy = false;
            handler.ConnectCallback = async (context, cancel) => await dial(new(context.DnsEndPoint.Host.Trim('[', ']'), context.DnsEndPoint.Port), cancel);
        }

        // The file says insecure=true: it wants to know how the service answers, whatever its certificate.
#pragma warning disable CA5359
        if (insecure)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return new(handler);
    }

    private static HttpRequestMessage? Request(HttpQuestion question, out string problem)
    {
        problem = question.Problem ?? "";
        if (problem.Length > 0)
            return null;
        var request = new HttpRequestMessage(new HttpMethod(question.Method.ToUpperInvariant()), question.Address);
        if (question.Body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(question.Body));
        foreach (var (name, value) in question.AllHeaders)
        {
            if (request.Headers.TryAddWithoutValidation(name, value) || (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value))
                continue;
            problem = HttpQuestion.NoHeader(name);
            request.Dispose();
            return null;
        }

        return request;
    }

    private static async Task<(ReadOnlyMemory<byte> Content, long? Size)> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var keep = response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true ? KeptOfJson : KeptOfText;
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        using var kept = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            long size = 0;
            while (await stream.ReadAsync(buffer, cancel) is > 0 and var n)
            {
                size += n;
                kept.Write(buffer, 0, (int)Math.Min(n, keep - kept.Length));
                if (size > ReadAtMost)
                    return (kept.GetBuffer().AsMemory(0, (int)kept.Length), null);
            }

            return (kept.GetBuffer().AsMemory(0, (int)kept.Length), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static List<(string, string)> HeadersOf(HttpResponseMessage response) =>
        [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).SelectMany(h => h.Value.Select(v => (h.Key, v)))];

    /// <summary>Why a request came to nothing, in words; a certificate that is not trusted is looked at once more.</summary>
    internal static async Task<HttpOutcome> ExplainAsync(Exception failure, HttpQuestion question, TimeProvider time, CancellationToken cancel)
    {
        var address = question.Address;
        var target = new HostAndPort(address.IdnHost.Trim('[', ']'), address.Port);
        if (Unanswered.In(failure) is { } unanswered)
            return unanswered is TargetRefused ? new HttpOutcome.Refused(unanswered.Message) : new HttpOutcome.Failed(unanswered.Message);
        switch ((failure as HttpRequestException)?.HttpRequestError ?? (failure as HttpIOException)?.HttpRequestError)
        {
            case HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError when NetworkFailure.In(failure) is { } socket:
                var network = NetworkFailure.Of(socket, target.ToString(), target.Host);
                return network.TargetRefused ? new HttpOutcome.Refused(network.Because) : new HttpOutcome.Failed(network.Because);
            case HttpRequestError.SecureConnectionError:
                return await ExplainCertificateAsync(failure, target, question.Dialer, time, cancel);
            case HttpRequestError.InvalidResponse:
                return new HttpOutcome.Failed($"{target} answers, but not in HTTP: {Line(failure)}");
            case HttpRequestError.ResponseEnded:
                return new HttpOutcome.Failed($"the answer of {address} broke off before its end");
            case HttpRequestError.ProxyTunnelError:
                return new HttpOutcome.Failed($"the proxy of this machine's environment refuses the way to {target}: {Line(failure)}");
            default:
                return new HttpOutcome.Failed(NetworkFailure.In(failure) is null ? $"{address}: {Line(failure)}" : $"the connection to {target} broke off before the answer's end");
        }
    }

    /// <summary>The failed handshake does not tell what is wrong with the certificate: a second one that takes any certificate looks at it.</summary>
    private static async Task<HttpOutcome> ExplainCertificateAsync(Exception failure, HostAndPort target, Dialer? dialer, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await using var connection = dialer is null ? null : await dialer.DialAsync(target, cancel);
            var tls = connection is null ? await TlsExamination.OfAsync(target, target.Host, null, time, cancel) : await TlsExamination.OfAsync(connection, target.Host, null, time, cancel);
            if (tls.Faults.Count > 0)
                return new HttpOutcome.Failed($"{target} is not trusted: {string.Join("; ", tls.Faults)}");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new HttpOutcome.Cut($"no TLS handshake from {target}");
        }
        catch (Unanswered e)
        {
            return new HttpOutcome.Failed(e.Message);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException)
        {
            failure = e;
        }

        return new HttpOutcome.Failed($"{target} does not complete a TLS handshake: {TlsProbe.Reason(failure)}");
    }

    private static string Line(Exception e) => (e.InnerException ?? e).Message.Split('\n')[0].TrimEnd('.', '\r');
}
