using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdpoint.Bench;

/// <summary>Stands in for many services that are well: every request gets a page of metrics whose counters grow. Prints its port and serves until it is ended.</summary>
internal static class Services
{
    private static readonly double[] Bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, double.PositiveInfinity];

    public static async Task<int> RunAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(512);
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        var began = Stopwatch.GetTimestamp();
        while (true)
            _ = ServeAsync(await listener.AcceptSocketAsync(), began);
    }

    private static async Task ServeAsync(Socket socket, long began)
    {
        using var mine = socket;
        socket.NoDelay = true;
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
                await socket.SendAsync(Page(Stopwatch.GetElapsedTime(began).TotalSeconds + 1000));
        }
        catch (SocketException)
        {
            // The other side is gone.
        }
    }

    private static byte[] Page(double seconds)
    {
        var page = new StringBuilder();
        var requests = Math.Floor(seconds * 50);
        page.Append("# TYPE http_requests_total counter\n");
        foreach (var (code, share) in new[] { ("200", 0.95), ("304", 0.04), ("404", 0.0098), ("500", 0.0002) })
            page.Append(CultureInfo.InvariantCulture, $"http_requests_total{{code=\"{code}\"}} {Math.Floor(requests * share)}\n");
        page.Append("# TYPE http_request_duration_seconds histogram\n");
        foreach (var bound in Bounds)
            page.Append(CultureInfo.InvariantCulture, $"http_request_duration_seconds_bucket{{le=\"{(double.IsPositiveInfinity(bound) ? "+Inf" : bound)}\"}} {Math.Floor(requests * (1 - Math.Exp(-bound * 20)))}\n");
        page.Append(CultureInfo.InvariantCulture, $"http_request_duration_seconds_count {requests}\nhttp_request_duration_seconds_sum {requests * 0.05}\n");
        page.Append("# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes 1.01e+09\n# TYPE pool_used gauge\npool_used 0.4\n# TYPE jobs_waiting gauge\njobs_waiting 3\n");
        page.Append(CultureInfo.InvariantCulture, $"# TYPE jobs_done_total counter\njobs_done_total {Math.Floor(seconds * 2)}\n");
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {page.Length}\r\n\r\n{page}");
    }
}
