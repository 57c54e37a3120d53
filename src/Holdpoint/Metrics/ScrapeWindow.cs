namespace Holdpoint.Metrics;

/// <summary>
/// What counters grew by between the pages of a window. A counter that fell was reset and grew by what it shows now;
/// a series that is new on a later page began at 0, since the page before it was whole. One that a page lacks, or shows as NaN, and that comes back
/// has grown since it was last seen: an odd page must not turn a counter's whole life into the growth of a moment.
/// </summary>
internal sealed class ScrapeWindow(TimeSpan over)
{
    private readonly Queue<(TimeSpan Took, (ScrapedSample Series, double Increase)[] Grown)> _steps = new();

    // The series as it was first seen, and its newest value: a page of text is not kept for each step.
    private readonly Dictionary<string, (ScrapedSample Series, double Value)> _seen = new(StringComparer.Ordinal);
    private bool _hasPage;
    private long _lastTimestamp;
    private TimeSpan _elapsed;

    /// <summary>The time that the increases cover; null before there are two pages.</summary>
    public TimeSpan? Elapsed => _elapsed > TimeSpan.Zero ? _elapsed : null;

    /// <param name="page">Those of its series that are looked at; always the same ones.</param>
    public void Add(IEnumerable<ScrapedSample> page, TimeProvider time, long timestamp)
    {
        var grown = new List<(ScrapedSample, double)>(_seen.Count);
        foreach (var sample in page)
        {
            if (double.IsNaN(sample.Value))
                continue;
            var (series, before) = _seen.TryGetValue(sample.Key, out var known) ? known : (sample, 0);
            _seen[series.Key] = (series, sample.Value);
            var increase = sample.Value >= before ? sample.Value - before : sample.Value;
            if (double.IsFinite(increase))
                grown.Add((series, increase));
        }

        if (_hasPage)
        {
            var took = time.GetElapsedTime(_lastTimestamp, timestamp);
            _steps.Enqueue((took, [.. grown]));
            _elapsed += took;
            while (_steps.Count > 1 && _elapsed - _steps.Peek().Took >= over)
                _elapsed -= _steps.Dequeue().Took;
        }

        _hasPage = true;
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
