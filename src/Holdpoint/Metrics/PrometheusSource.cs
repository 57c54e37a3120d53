using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Metrics;

/// <summary>
/// A PromQL query by Prometheus's HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api/), which many other stores speak too.
/// A value that the store only goes on to show (its lookback is 5 minutes) is none. The store's clock says what is fresh; its past is told in our time.
/// </summary>
public sealed class PrometheusSource : MetricSource
{
    /// <summary>Prometheus refuses more than 11,000 points of a series.</summary>
    internal const int LargestChunk = 10_000;

    /// <summary>A chunk that is too much for the server is halved, down to so many points.</summary>
    private const int SmallestChunk = 100;

    private static readonly TimeSpan LeastChunkLimit = TimeSpan.FromSeconds(30);

    /// <summary>Below it, the two clocks can't be told apart from the time that an answer takes.</summary>
    private static readonly TimeSpan LeastSkew = TimeSpan.FromSeconds(2);

    private readonly string _query;
    private readonly PrometheusClient _client;
    private readonly PrometheusQuestion _question;
    private volatile bool _isScalar;
    private long _skewTicks = long.MinValue;

    /// <exception cref="UndefinedVariable">A variable in it has no value.</exception>
    /// <exception cref="FormatException">The server is not configured, or a setting of it can't be used.</exception>
    public PrometheusSource(MetricDefinition definition, MetricSourceDefinition.Prometheus source, MetricContext context) : base(definition, context.Time)
    {
        var settings = context.Server("prometheus", source.Server)
            ?? throw new FormatException($"{definition.Name}: there is no Prometheus called {source.Server}; name it in holdpoint.yaml under servers: prometheus: {source.Server}: {{ url: … }}");
        try
        {
            var api = new WebApi("prometheus", source.Server, settings, context.Time, definition.Timeout, context.Directory, over: context.ServersOver).With("Content-Type", "application/x-www-form-urlencoded");
            _client = new(api, source.Server, source.TakesParts);
        }
        catch (Unanswered e)
        {
            throw new FormatException($"{definition.Name}: {e.Message}");
        }

        _query = Word.Resolve(source.Query, context.Variable);
        var count = source.Count is null ? definition.MinCount > 0 ? PromQl.EventsOf(_query) : null : Word.Resolve(source.Count, context.Variable);
        _question = new(definition, source, _query, count);
    }

    protected override string Instrument => _client.Server;

    protected override async Task<MetricReading> ReadAsync(CancellationToken cancel)
    {
        switch (await AskAsync("query", [new("timeout", Seconds(Definition.Timeout))], cancel))
        {
            case PrometheusAnswer.Data data:
                var now = Time.GetUtcNow();
                var moment = _question.MomentOf(data.Result, At(data.Date ?? now));
                Interlocked.Exchange(ref _skewTicks, (From(moment.At) - now).Ticks);
                return _question.Read(moment, Instrument);
            case var none:
                return new MetricReading.NoAnswer(Because(none));
        }
    }

    protected override async Task<IReadOnlyList<(DateTimeOffset At, MetricReading Reading)>?> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancel)
    {
        step = step < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : step;
        var past = new List<(DateTimeOffset, MetricReading)>();
        var steps = (int)((to - from) / step);
        var skew = await SkewAsync(cancel);
        for (var done = 0; done < steps;)
        {
            var count = Math.Min(LargestChunk, steps - done);
            if (await ChunkAsync(from + (done + 1) * step, step, count, skew, past, cancel) is { } because)
            {
                past.Add((to, new MetricReading.NoAnswer(because)));
                break;
            }

            done += count;
        }

        return past;
    }

    /// <returns>Why the server does not answer at all; null where it does.</returns>
    private async Task<string?> ChunkAsync(DateTimeOffset first, TimeSpan step, int count, TimeSpan skew, List<(DateTimeOffset, MetricReading)> past, CancellationToken cancel)
    {
        var limit = Definition.Timeout > LeastChunkLimit ? Definition.Timeout : LeastChunkLimit;
        using var clock = new CancellationTokenSource(limit, Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        PrometheusAnswer answer;
        try
        {
            answer = await AskAsync("query_range",
                [new("start", Stamp(first + skew)), new("end", Stamp(first + skew + (count - 1) * step)), new("step", Seconds(step)), new("timeout", Seconds(limit))], both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            answer = new PrometheusAnswer.TooMuch($"{Instrument} does not answer for {count} points within {Units.Duration(limit)}; choose fewer series, or raise the metric's timeout");
        }

        switch (answer)
        {
            case PrometheusAnswer.Data data:
                var moments = _question.MomentsOf(data.Result, At(first + skew), step.TotalSeconds, count);
                past.AddRange(moments.Select((m, i) => (first + i * step, _question.Read(m, Instrument))));
                return null;
            case PrometheusAnswer.TooMuch when count > SmallestChunk && !clock.IsCancellationRequested:
                return await ChunkAsync(first, step, count / 2, skew, past, cancel) ?? await ChunkAsync(first + count / 2 * step, step, count - count / 2, skew, past, cancel);
            case var none:
                return Because(none);
        }
    }

    /// <summary>The whole question. Where the server refuses it, the query alone is asked: its mistakes are told as those of what the person wrote.</summary>
    private async Task<PrometheusAnswer> AskAsync(string path, KeyValuePair<string, string>[] form, CancellationToken cancel)
    {
        var isScalar = _isScalar;
        var answer = await _client.AskAsync(path, [new("query", _question.Text(isScalar)), .. form], cancel);
        if (answer is not PrometheusAnswer.Refused)
            return answer;
        switch (await _client.AskAsync("query", [new("query", _query)], cancel))
        {
            case PrometheusAnswer.Data { Kind: "scalar" } when !isScalar:
                _isScalar = true;
                return await AskAsync(path, form, cancel);
            case PrometheusAnswer.Data { Kind: "matrix" }:
                return new PrometheusAnswer.Refused("the query answers with a range of samples where one number is meant; put rate(…), or max_over_time(…), around it");
            case PrometheusAnswer.Data { Kind: "string" }:
                return new PrometheusAnswer.Refused("the query answers with text where one number is meant");
            case PrometheusAnswer.Data when _question.CountQuery is { } count:
                return await _client.AskAsync("query", [new("query", count)], cancel) is PrometheusAnswer.Refused wrong ? new PrometheusAnswer.Refused($"count: {wrong.Because}") : answer;
            case PrometheusAnswer.Data:
                return answer;
            case var alone:
                return alone;
        }
    }

    /// <summary>How far the server's clock is ahead of ours, as its last answer told it.</summary>
    private async Task<TimeSpan> SkewAsync(CancellationToken cancel)
    {
        if (Interlocked.Read(ref _skewTicks) == long.MinValue)
        {
            using var clock = new CancellationTokenSource(Definition.Timeout, Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
            try
            {
                await ReadAsync(both.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // The chunks will say that it does not answer.
            }
        }

        var skew = Interlocked.Read(ref _skewTicks) is var ticks and not long.MinValue ? TimeSpan.FromTicks(ticks) : TimeSpan.Zero;
        return skew.Duration() < LeastSkew ? TimeSpan.Zero : skew;
    }

    private static string Because(PrometheusAnswer answer) => answer switch
    {
        PrometheusAnswer.Refused a => a.Because,
        PrometheusAnswer.TooMuch a => a.Because,
        PrometheusAnswer.None a => a.Because,
        _ => throw new InvalidOperationException($"an answer is no reason: {answer.GetType().Name}"),
    };

    private static double At(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static DateTimeOffset From(double at) => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(at);

    private static string Stamp(DateTimeOffset at) => At(at).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
