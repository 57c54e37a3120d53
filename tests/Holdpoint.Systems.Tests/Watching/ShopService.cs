using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Watching;

/// <summary>
/// A service in this process, with steady requests of its own and a page of metrics. The version that is deployed says how it behaves: one with
/// <c>errors</c> in its name fails every other request, one with <c>slow</c> takes 2 s, one with <c>leak</c> keeps 20 MB of each. Series of errors come with the first error.
/// </summary>
internal sealed class ShopService : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    private static readonly double[] Bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5];

    private readonly Func<string> _version;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private readonly Lock _lock = new();
    private readonly Task _accepting;
    private readonly Task _load;
    private long _served;
    private long _failed;
    private long _memory;
    private long[] _buckets = new long[Bounds.Length];

    /// <param name="version">The one that is deployed now.</param>
    public ShopService(Func<string> version)
    {
        _version = version;
        Restart();
        _listener.Start();
        _accepting = AcceptAsync();
        _load = LoadAsync();
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>As after a crash: every counter begins at 0.</summary>
    public void Restart()
    {
        lock (_lock)
            (_served, _failed, _memory, _buckets) = (0, 0, 100_000_000, new long[Bounds.Length]);
    }

    public void FailOnce()
    {
        lock (_lock)
            _failed++;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll(_accepting, _load).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
    }

    private async Task LoadAsync()
    {
        while (true)
        {
            await Task.Delay(Between, TimeProvider.System, _stop.Token);
            try
            {
                using var answer = await _http.GetAsync(new Uri($"http://{Address}/"), _stop.Token);
            }
            catch (HttpRequestException)
            {
                // A request that the machine has dropped; the next one comes.
                continue;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
                if (await HttpRequestText.ReadAsync(client.GetStream(), _stop.Token) is { } request)
                {
                    var (status, body) = request.Target == "/metrics" ? (200, Page()) : (Serve() ? 200 : 500, "");
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Answer\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), _stop.Token);
                }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Whoever asked has gone; so does this.
            return;
        }
    }

    private bool Serve()
    {
        var version = _version();
        lock (_lock)
        {
            var fails = version.Contains("errors", StringComparison.Ordinal) && (_served + _failed) % 2 == 0;
            _ = fails ? _failed++ : _served++;
            if (version.Contains("leak", StringComparison.Ordinal))
                _memory += 20_000_000;
            var took = version.Contains("slow", StringComparison.Ordinal) ? 2 : 0.01;
            for (var i = 0; i < Bounds.Length; i++)
                _buckets[i] += took <= Bounds[i] ? 1 : 0;
            return !fails;
        }
    }

    private string Page()
    {
        var page = new StringBuilder();
        void Line(FormattableString line) => page.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        lock (_lock)
        {
            Line($"# TYPE shop_requests_total counter");
            Line($"shop_requests_total{{code=\"200\"}} {_served}");
            if (_failed > 0)
                Line($"shop_requests_total{{code=\"500\"}} {_failed}");
            Line($"# TYPE shop_duration_seconds histogram");
            for (var i = 0; i < Bounds.Length; i++)
                Line($"shop_duration_seconds_bucket{{le=\"{Bounds[i]}\"}} {_buckets[i]}");
            Line($"shop_duration_seconds_bucket{{le=\"+Inf\"}} {_served + _failed}");
            Line($"shop_duration_seconds_count {_served + _failed}");
            Line($"# TYPE shop_memory_bytes gauge");
            Line($"shop_memory_bytes {_memory}");
        }

        return page.ToString();
    }
}
