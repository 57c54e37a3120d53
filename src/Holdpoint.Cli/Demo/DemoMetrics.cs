using System.Globalization;
using System.Text;

namespace Holdpoint.Cli.Demo;

/// <summary>Counts requests by status code and their durations, and writes them as OpenMetrics 1.0 text.</summary>
internal sealed class DemoMetrics(string version)
{
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    // A series that is not there before the first error can't be told from a service that is gone.
    private readonly SortedDictionary<int, long> _codes = new() { [200] = 0, [500] = 0 };
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private readonly Lock _lock = new();
    private double _sum;

    public void Count(int status, TimeSpan time)
    {
        lock (_lock)
        {
            _codes[status] = _codes.GetValueOrDefault(status) + 1;
            var bucket = Array.FindIndex(Bounds, b => time.TotalSeconds <= b);
            _buckets[bucket < 0 ? Bounds.Length : bucket]++;
            _sum += time.TotalSeconds;
        }
    }

    public HttpReply Page()
    {
        var page = new StringBuilder();
        void Line(FormattableString line) => page.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        lock (_lock)
        {
            Line($"# TYPE demo_build info");
            Line($"demo_build_info{{version=\"{version.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"}} 1");
            Line($"# HELP http_requests Requests to the page and the API, by status code.");
            Line($"# TYPE http_requests counter");
            foreach (var (code, count) in _codes)
                Line($"http_requests_total{{code=\"{code}\"}} {count}");
            Line($"# HELP http_request_duration_seconds How long these requests took.");
            Line($"# TYPE http_request_duration_seconds histogram");
            Line($"# UNIT http_request_duration_seconds seconds");
            long total = 0;
            for (var i = 0; i < _buckets.Length; i++)
                Line($"http_request_duration_seconds_bucket{{le=\"{(i < Bounds.Length ? Bounds[i].ToString("0.0##", CultureInfo.InvariantCulture) : "+Inf")}\"}} {total += _buckets[i]}");
            Line($"http_request_duration_seconds_sum {_sum:R}");
            Line($"http_request_duration_seconds_count {total}");
            Line($"# EOF");
        }

        return new(200, "application/openmetrics-text; version=1.0.0; charset=utf-8", Encoding.UTF8.GetBytes(page.ToString()));
    }
}
