using System.Globalization;
using System.Net;
using System.Text;
using System.Web;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Metrics;

/// <summary>What a store knows at one moment.</summary>
/// <param name="Value">Of the query; null: it has no series.</param>
internal sealed record Known(double? Value)
{
    /// <summary>Since each of the query's series was measured, in seconds; a series that has ended (null) is not there.</summary>
    public double? Ago { get; init; } = 5;

    /// <summary>Since the series of <c>absent: … while</c> was measured; null: it isn't there.</summary>
    public double? WhileAgo { get; init; } = 5;

    /// <summary>How often a target was measured in the time in which samples are fresh; 0: there is no <c>up</c>.</summary>
    public double Alive { get; init; } = 8;

    public double? Events { get; init; }

    /// <summary>Series of the query.</summary>
    public int Series { get; init; } = 1;
}

/// <summary>Answers queries as Prometheus does, from a function of the time since its start.</summary>
internal sealed class StandInPrometheus(ManualTime time, Func<TimeSpan, Known> knows) : HttpMessageHandler
{
    private const int MostPoints = 11_000;

    private readonly DateTimeOffset _start = time.Now;

    /// <summary>Set: the server is away, or answers this.</summary>
    public Func<HttpResponseMessage?>? Instead { get; set; }

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>More points are too many samples for it.</summary>
    public int Capacity { get; init; } = int.MaxValue;

    /// <summary>Forms of the requests, in order.</summary>
    public List<(string Path, System.Collections.Specialized.NameValueCollection Form)> Asked { get; } = [];

    public MetricContext Context => new()
    {
        Http = new HttpClient(this),
        ServersOver = new HttpMessageInvoker(this),
        Commands = new PageServer(time),
        Time = time,
        Directory = "/",
        Server = (kind, name) => (kind, name) == ("prometheus", "main") ? new Dictionary<string, string> { ["url"] = "http://prometheus:9090" } : null,
    };

    public const string Query = "sum(rate(http_requests_total{code=~\"5..\"}[1m])) / sum(rate(http_requests_total[1m]))";

    public static MetricDefinition ErrorRate => new("error_rate", Dimension.Ratio, 1, new MetricSourceDefinition.Prometheus("main", Query)) { Absence = new(0, "http_requests_total") };

    public MetricSource Source(MetricDefinition? definition = null) => MetricSources.Create(definition ?? ErrorRate, Context);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var form = HttpUtility.ParseQueryString(await request.Content!.ReadAsStringAsync(cancellationToken));
        var path = request.RequestUri!.AbsolutePath;
        Asked.Add((path, form));
        if (Instead?.Invoke() is { } other)
            return other;
        if (path == "/api/v1/query")
            return Success("vector", Parts(form["query"]!, [time.Now + Skew], "value"));
        var (from, to, step) = (At(form["start"]!), At(form["end"]!), TimeSpan.FromSeconds(Number(form["step"]!)));
        var points = (int)((to - from) / step) + 1;
        if (points > MostPoints)
            return Error("bad_data", "exceeded maximum resolution of 11,000 points per timeseries");
        if (points > Capacity)
            return Error("execution", "query processing would load too many samples into memory in query execution");
        return Success("matrix", Parts(form["query"]!, [.. Enumerable.Range(0, points).Select(i => from + i * step)], "values"));
    }

    public static HttpResponseMessage Error(string type, string error, HttpStatusCode status = HttpStatusCode.UnprocessableEntity) =>
        new(status) { Content = Json($"{{\"status\":\"error\",\"errorType\":\"{type}\",\"error\":\"{error}\"}}") };

    private static HttpResponseMessage Success(string kind, string result) => new(HttpStatusCode.OK) { Content = Json($"{{\"status\":\"success\",\"data\":{{\"resultType\":\"{kind}\",\"result\":[{result}]}}}}") };

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private string Parts(string query, IReadOnlyList<DateTimeOffset> moments, string key)
    {
        var known = moments.Select(at => (Unix: (at - DateTimeOffset.UnixEpoch).TotalSeconds, Known: knows(at - Skew - _start))).ToArray();
        var series = new List<string>();
        void Add(string labels, Func<double, Known, double?> value)
        {
            var pairs = known.Select(k => (k.Unix, Value: value(k.Unix, k.Known))).Where(p => p.Value is not null)
                .Select(p => string.Create(CultureInfo.InvariantCulture, $"[{p.Unix:0.###},\"{(double.IsPositiveInfinity(p.Value!.Value) ? "+Inf" : p.Value)}\"]")).ToArray();
            if (pairs.Length > 0)
                series.Add($"{{\"metric\":{{{labels}}},\"{key}\":{(key == "value" ? pairs[0] : $"[{string.Join(',', pairs)}]")}}}");
        }

        for (var i = 0; i < known.Max(k => k.Known.Series); i++)
            Add(i == 0 ? "" : $"\"instance\":\"{i}\"", (_, k) => i < k.Series ? k.Value : null);
        for (var i = 0; query.Contains($"\"holdpoint\", \"{i}\"", StringComparison.Ordinal); i++)
            Add($"\"holdpoint\":\"{i}\"", (at, k) => at - k.Ago);
        if (query.Contains("\"holdpoint\", \"while\"", StringComparison.Ordinal))
        {
            Add("\"holdpoint\":\"while\"", (at, k) => at - k.WhileAgo);
            Add("\"holdpoint\":\"alive\"", (_, k) => k.Alive > 0 ? k.Alive : null);
        }

        if (query.Contains("\"holdpoint\", \"count\"", StringComparison.Ordinal))
            Add("\"holdpoint\":\"count\"", (_, k) => k.Events);
        return string.Join(',', series);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(Number(text));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
