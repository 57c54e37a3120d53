using System.Globalization;
using System.Text;

namespace Shop;

/// <summary>Requests by status, and how long they took, as a page for Prometheus.</summary>
internal sealed class Figures(string version)
{
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, long> _byCode = new() { [200] = 0 };
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private double _sum;

    public async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.Value is "/health" or "/metrics" || context.WebSockets.IsWebSocketRequest)
        {
            await next(context);
            return;
        }

        var began = TimeProvider.System.GetTimestamp();
        var code = 500;
        try
        {
            await next(context);
            code = context.Response.StatusCode;
        }
        finally
        {
            var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            lock (_lock)
            {
                _byCode[code] = _byCode.GetValueOrDefault(code) + 1;
                _buckets[Array.FindIndex(Bounds, b => seconds <= b) is >= 0 and var at ? at : Bounds.Length]++;
                _sum += seconds;
            }
        }
    }

    public string ToText()
    {
        var text = new StringBuilder("# TYPE http_requests_total counter\n");
        lock (_lock)
        {
            foreach (var (code, count) in _byCode)
                text.Append(CultureInfo.InvariantCulture, $"http_requests_total{{code=\"{code}\"}} {count}\n");
            text.Append("# TYPE http_request_duration_seconds histogram\n");
            var below = 0L;
            for (var i = 0; i <= Bounds.Length; i++)
                text.Append(CultureInfo.InvariantCulture, $"http_request_duration_seconds_bucket{{le=\"{(i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf")}\"}} {below += _buckets[i]}\n");
            text.Append(CultureInfo.InvariantCulture, $"http_request_duration_seconds_sum {_sum}\nhttp_request_duration_seconds_count {below}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"# TYPE shop_info gauge\nshop_info{{version=\"{version}\"}} 1\n").ToString();
    }
}
