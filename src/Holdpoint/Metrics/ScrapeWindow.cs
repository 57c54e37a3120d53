namespace Holdpoint.Metrics;

/// <summary>
/// What counters grew by between the pages of a window. A counter that fell was reset and grew by what it shows now;
/// a series that is new on a later page began at 0, since the page before it was whole.
/// </summary>
internal sealed class ScrapeWindow(TimeSpan over)
{
    private readonly Queue<(TimeSpan Took, Dictionary<string, (ScrapedSample Sample, double Increase)> Grown)> _steps = new();
    private Dictionary<string, ScrapedSample>? _last;
    private long _lastTimestamp;
    private TimeSpan _elapsed;

    /// <summary>The time that the increases cover; null before there are two pages.</summary>
    public TimeSpan? Elapsed => _elapsed > TimeSpan.Zero ? _elapsed : null;

    public void Add(ScrapePage page, TimeProvider time, long timestamp)
    {
        var now = new Dictionary<string, ScrapedSample>(StringComparer.Ordinal);
        foreach (var sample in page.All)
            now[sample.Key] = sample;
        if (_last is { } last)
        {
            var grown = new Dictionary<string, (ScrapedSample, double)>(StringComparer.Ordinal);
            foreach (var (key, sample) in now)
            {
                var before = last.TryGetValue(key, out var found) ? found.Value : 0;
                var increase = sample.Value >= before ? sample.Value - before : sample.Value;
                if (double.IsFinite(increase))
                    grown[key] = (sample, increase);
            }

            var took = time.GetElapsedTime(_lastTimestamp, timestamp);
            _steps.Enqueue((took, grown));
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

    public IEnumerable<(ScrapedSample Sample, double Increase)> Increases(Func<ScrapedSample, bool> matches) =>
        _steps.SelectMany(s => s.Grown.Values).Where(g => matches(g.Sample));
}
