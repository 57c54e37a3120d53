using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Holdpoint.Notifications;

/// <summary>Posts JSON once and says what came of it. An address may itself be a secret, so messages name its host alone.</summary>
internal static class HttpPost
{
    /// <summary>How much of an answer is read for the reason.</summary>
    private const int AnswerLimit = 2048;

    public static async Task<Delivery> SendAsync(string url, byte[] json, string? authorization, ChannelCall call, CancellationToken cancel)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return new Delivery.NotTold("its url is no http or https address", IsFinal: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("holdpoint", null));
        if (authorization is not null && !request.Headers.TryAddWithoutValidation("Authorization", authorization))
            return new Delivery.NotTold("its authorization can't be a header", IsFinal: true);
        try
        {
            using var response = await call.Context.Http.SendAsync(request, cancel);
            var status = (int)response.StatusCode;
            if (status is >= 200 and < 300)
                return new Delivery.Told();
            if (status is >= 300 and < 400)
                return new Delivery.NotTold($"{uri.Host} answers {status} and sends elsewhere{Host(response.Headers.Location, uri)}: write the final address", IsFinal: true);
            var isPassing = status >= 500 || response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;
            return new Delivery.NotTold($"{uri.Host} answers {status}{await ReasonAsync(response, cancel)}", IsFinal: !isPassing) { RetryAfter = RetryAfter(response, call.Context.Time) };
        }
        catch (HttpRequestException e)
        {
            return new Delivery.NotTold($"{uri.Host} can't be reached: {e.InnerException?.Message ?? e.Message}");
        }
        catch (IOException e)
        {
            return new Delivery.NotTold($"{uri.Host} broke the connection off: {e.Message}");
        }
    }

    private static string Host(Uri? location, Uri from) =>
        location is not null && Uri.TryCreate(from, location, out var to) ? $" (to {to.Host})" : "";

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[AnswerLimit];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        var text = string.Concat(Encoding.UTF8.GetString(buffer, 0, length).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return text.Length == 0 ? "" : $": {(text.Length > 200 ? text[..200] + "…" : text)}";
    }
}
