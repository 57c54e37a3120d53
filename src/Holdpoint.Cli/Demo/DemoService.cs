using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace Holdpoint.Cli.Demo;

/// <param name="Port">Of the loopback; 0: any free one.</param>
internal sealed record DemoServiceOptions(int Port, string Version)
{
    /// <summary>The share of requests to the page and the API that fail with 500; 0.2: every fifth. 0 by default.</summary>
    public double Errors { get; init; }

    /// <summary>Added to every request to the page and the API; none by default.</summary>
    public TimeSpan Slow { get; init; }
}

/// <summary>A small real web service to try a deployment with: a page that names its version, <c>/health</c>, <c>/metrics</c>, and notes under <c>/v1/notes</c>.</summary>
internal sealed class DemoService : IAsyncDisposable
{
    private readonly DemoServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly DemoMetrics _metrics;
    private readonly DemoNotes _notes = new();
    private readonly DemoListener _listener;
    private long _requests;

    /// <exception cref="SocketException">The port is taken.</exception>
    public DemoService(DemoServiceOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _metrics = new(options.Version);
        _listener = new(options.Port, time, ServeAsync);
    }

    public int Port => _listener.Port;

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>Serves until cancelled, SIGTERM or SIGINT; requests under way are answered first.</summary>
    /// <returns>The exit code: 2 where the port is taken, which is told on standard error.</returns>
    public static async Task<int> RunAsync(DemoServiceOptions options, CancellationToken cancel) =>
        await DemoListener.RunAsync("demo-service", options.Port, () => new DemoService(options, TimeProvider.System)._listener, cancel);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(DemoListener listener, NetworkStream stream, CancellationToken ending)
    {
        var reader = new HttpRequestReader(stream);
        for (var isFirst = true; ; isFirst = false)
        {
            HttpRequest? request;
            try
            {
                request = await reader.NextAsync(isFirst ? listener.Closing : listener.Draining);
            }
            catch (BadRequest e)
            {
                await stream.WriteAsync(HttpReply.Text(e.Status, e.Message + "\n").ToBytes(close: true, withBody: true), ending);
                return;
            }

            if (request is null)
                return;
            var reply = await AnswerAsync(request, ending);
            var close = request.WantsClose || listener.Draining.IsCancellationRequested;
            await stream.WriteAsync(reply.ToBytes(close, withBody: request.Method != "HEAD"), ending);
            if (close)
                return;
        }
    }

    private async Task<HttpReply> AnswerAsync(HttpRequest request, CancellationToken cancel)
    {
        switch (request.Path)
        {
            case "/health":
                return HttpReply.Json(200, new JsonObject { ["status"] = "healthy", ["version"] = _options.Version }.ToJsonString());
            case "/metrics":
                return _metrics.Page();
        }

        var started = _time.GetTimestamp();
        if (_options.Slow > TimeSpan.Zero)
            await Task.Delay(_options.Slow, _time, cancel);
        var n = Interlocked.Increment(ref _requests);
        // The same requests fail in every run: of five one, of a hundred twenty, spread evenly.
        var fails = Math.Floor((n * _options.Errors) + 1e-9) > Math.Floor(((n - 1) * _options.Errors) + 1e-9);
        var reply = fails ? DemoNotes.Fault(500, "this version of the demo fails on purpose") : Route(request);
        _metrics.Count(reply.Status, _time.GetElapsedTime(started));
        return reply;
    }

    private HttpReply Route(HttpRequest request)
    {
        const string Notes = "/v1/notes";
        if (request.Path == "/")
            return request.Method is "GET" or "HEAD" ? Page() : HttpReply.Text(405, "allowed here: GET\n") with { Headers = [("Allow", "GET, HEAD")] };
        if (request.Path == Notes || request.Path.StartsWith(Notes + "/", StringComparison.Ordinal))
            return _notes.Answer(request, request.Path[Notes.Length..].TrimEnd('/'));
        return HttpReply.Text(404, $"there is nothing at {request.Path}\n");
    }

    private HttpReply Page()
    {
        var version = HtmlEncoder.Default.Encode(_options.Version);
        return new(200, "text/html; charset=utf-8", Encoding.UTF8.GetBytes($$"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Demo {{version}}</title>
            <style>body { font: 1.2rem system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem } b { font-size: 3rem; display: block }</style>
            <main>
            <h1>Holdpoint's demo service</h1>
            <p>This is version <b>{{version}}</b></p>
            <p>It answers at <a href="/health">/health</a>, <a href="/metrics">/metrics</a> and <a href="/v1/notes">/v1/notes</a>.</p>
            </main>
            </html>

            """));
    }
}
