namespace Holdpoint.Metrics;

/// <summary>
/// What counters grew by between the pages of a window. A counter that fell was reset and grew by what it shows now;
/// a series that is new on a later page began at 0, since the page before it was whole.
/// </summary>
internal sealed class ScrapeWindow(TimeSpan over)
{
    private readonly Queue<(TimeSpan Took, (ScrapedSample Series, double Increase)[] Grown)> _steps = new();

    // The series as it was first seen, and its newest value: a page of text is not kept for each step.
    private Dictionary<string, (ScrapedSample Series, double Value)>? _last;
    private long _lastTimestamp;
    private TimeSpan _elapsed;

    /// <summary>The time that the increases cover; null before there are two pages.</summary>
    public TimeSpan? Elapsed => _elapsed > TimeSpan.Zero ? _elapsed : null;

    /// <param name="page">Those of its series that are looked at; always the same ones.</param>
    public void Add(IEnumerable<ScrapedSample> page, TimeProvider time, long timestamp)
    {
        var now = new Dictionary<string, (ScrapedSample Series, double Value)>(_last?.Count ?? 4, StringComparer.Ordinal);
        foreach (var sample in page)
        {
            var series = _last is not null && _last.TryGetValue(sample.Key, out var known) ? known.Series : sample;
            now[series.Key] = (series, sample.Value);
        }

        if (_last is { } last)
        {
            var grown = new List<(ScrapedSample, double)>(now.Count);
            foreach (var (key, (series, value)) in now)
            {
                var before = last.TryGetValue(key, out var found) ? found.Value : 0;
                var increase = value >= before ? value - before : value;
                if (double.IsFinite(increase))
                    grown.Add((series, increase));
            }

            var took = time.GetElapsedTime(_lastTimestamp, timestamp);
            _steps.Enqueue((took, [.. grown]));
            _elapsed += took;
            while (_steps.Count > 1 && _elapsed - _steps.Peek().Took >= over)
                _elapsed -= _steps.Dequeue().Took;
        }

        _last = now;
        _lastTimestamp = timestamp;
    }

    /// <summary>Keeps the newest page as the one to compare with, and forgets what grew before it.</summary>
    public void BeginAnew()
    {
        _steps.Clear();
        _elapsed = TimeSpan.Zero;
    }

    public double Increase(Func<ScrapedSample, bool> matches) => Increases(matches).Sum(s => s.Increase);

    public IEnumerable<(ScrapedSample Series, double Increase)> Increases(Func<ScrapedSample, bool> matches) =>
        _steps.SelectMany(s => s.Grown).Where(g => matches(g.Series));
}
