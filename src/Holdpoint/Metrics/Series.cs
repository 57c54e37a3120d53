using System.Buffers;
using System.Runtime.InteropServices;
using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>The samples of one metric in the order of time. Old ones fall out when it is full; gaps stay gaps.</summary>
public sealed class Series(string metric, Dimension dimension = Dimension.Any, int capacity = Series.DefaultCapacity)
{
    /// <summary>A day of samples, one every 2 seconds.</summary>
    public const int DefaultCapacity = 43_200;

    /// <summary>Windows of up to this many samples need no memory of their own.</summary>
    private const int OnStack = 128;

    /// <summary>Running sums take as much room as the samples themselves; so many are summed as fast each time.</summary>
    private const int FewToSum = 512;

    private readonly List<Sample> _samples = [];
    private readonly List<DateTimeOffset> _beginnings = [];
    private BurnSums? _burned;

    /// <summary>See <see cref="MetricDefinition.Objective"/>.</summary>
    public double? Objective { get; init; }

    /// <summary>How long a sample speaks for at most: three periods.</summary>
    public TimeSpan Reach { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>What a budget burned before this moment is not counted: the deploy, or the start of the watch where there was none.</summary>
    public DateTimeOffset CountsFrom { get; set; } = DateTimeOffset.MinValue;

    public string Metric => metric;

    public Dimension Dimension => dimension;

    public IReadOnlyList<Sample> Samples => _samples;

    public Sample? Newest => _samples.Count > 0 ? _samples[^1] : null;

    /// <summary>Moments at which windows began anew: the deploy, the end of a gap.</summary>
    public IReadOnlyList<DateTimeOffset> Beginnings => _beginnings;

    /// <summary>Puts a sample at its place in time; a second one of the same moment replaces the first only where that had no number.</summary>
    public void Add(Sample sample)
    {
        var at = _samples.Count;
        while (at > 0 && _samples[at - 1].At > sample.At)
            at--;
        if (at > 0 && _samples[at - 1].At == sample.At)
        {
            if (_samples[at - 1] is Sample.Measured)
                return;
            _samples[at - 1] = sample;
            _burned?.ChangedFrom(at - 1);
            return;
        }

        // Not more room than it may ever need: doubling would take up to twice that.
        if (_samples.Count == _samples.Capacity)
            _samples.Capacity = Math.Max(_samples.Count + 1, Math.Min(Math.Max(4, 2 * _samples.Count), capacity + 1));
        _samples.Insert(at, sample);
        _burned?.ChangedFrom(at);
        // Cutting a tenth at a time keeps adding cheap.
        if (_samples.Count <= capacity)
            return;
        var dropped = Math.Max(1, capacity / 10);
        _samples.RemoveRange(0, dropped);
        _burned?.Dropped(dropped);
    }

    /// <summary>No window looks back past this moment any more.</summary>
    public void BeginAnew(DateTimeOffset at)
    {
        if (_beginnings.Count == 0 || _beginnings[^1] < at)
            _beginnings.Add(at);
    }

    /// <summary>Samples in (now - over, now], and none from before windows began anew.</summary>
    public IReadOnlyList<Sample> Window(TimeSpan over, DateTimeOffset now) => WindowSpan(over, now).ToArray();

    /// <summary>The newest sample up to a moment.</summary>
    public Sample? NewestAt(DateTimeOffset now)
    {
        for (var i = _samples.Count - 1; i >= 0; i--)
            if (_samples[i].At <= now)
                return _samples[i];
        return null;
    }

    /// <summary>The newest sample up to a moment as a value; unknown with its reason where it has no number.</summary>
    public Value ValueAt(DateTimeOffset now) => NewestAt(now) switch
    {
        Sample.Measured m => new Value.Number(m.Value, dimension),
        { } sample => new Value.Unknown(sample.Reason),
        null => new Value.Unknown($"{metric} has no sample yet"),
    };

    /// <summary>A summary of a window. Unknown where most of its samples are missing: half a picture is no proof.</summary>
    public Value Summarise(Statistic statistic, TimeSpan over, DateTimeOffset now)
    {
        if (statistic.Kind == "last")
            return ValueAt(now);
        if (statistic.IsBurn)
            return BurnRate.Of(this, over, now);
        var window = WindowSpan(over, now);
        if (window.IsEmpty)
            return new Value.Unknown($"{metric} has no sample in the last {Units.Duration(over)}");
        // A rule is judged every few seconds for days: the numbers live on the stack, or are borrowed.
        double[]? borrowed = null;
        Span<double> numbers = window.Length <= OnStack ? stackalloc double[OnStack] : borrowed = ArrayPool<double>.Shared.Rent(window.Length);
        var count = 0;
        Sample? gap = null;
        foreach (var sample in window)
            if (sample is Sample.Measured measured)
                numbers[count++] = measured.Value;
            else
                gap = sample;
        try
        {
            if (count * 2 < window.Length)
                return new Value.Unknown($"{window.Length - count} of {window.Length} samples of {metric} in the last {Units.Duration(over)} have no number: {gap!.Reason}");
            return WindowStatistics.Compute(statistic, numbers[..count]) is { } number
                ? new Value.Number(number, dimension)
                : new Value.Unknown($"{metric} has no finite {statistic.Kind} in the last {Units.Duration(over)}");
        }
        finally
        {
            if (borrowed is not null)
                ArrayPool<double>.Shared.Return(borrowed);
        }
    }

    /// <summary>What the samples in (from, to] say of a budget, whether or not windows began anew in between, and the newest of them.</summary>
    internal (BurnSum Sum, Sample? Newest) Burned(DateTimeOffset from, DateTimeOffset to)
    {
        var (start, end) = (FirstAfter(from), FirstAfter(to));
        if (start >= end)
            return default;
        var sum = end - start <= FewToSum ? BurnSum.Of(CollectionsMarshal.AsSpan(_samples)[start..end], from, Reach) : (_burned ??= new(Reach)).Between(_samples, start, end, from);
        return (sum, _samples[end - 1]);
    }

    /// <summary>The place of the first sample after a moment. Windows may be of days, and are looked at every few seconds.</summary>
    private int FirstAfter(DateTimeOffset at)
    {
        var (from, to) = (0, _samples.Count);
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            (from, to) = _samples[middle].At > at ? (from, middle) : (middle + 1, to);
        }

        return from;
    }

    private ReadOnlySpan<Sample> WindowSpan(TimeSpan over, DateTimeOffset now)
    {
        var beginning = DateTimeOffset.MinValue;
        for (var i = _beginnings.Count - 1; i >= 0 && beginning == DateTimeOffset.MinValue; i--)
            if (_beginnings[i] <= now)
                beginning = _beginnings[i];
        var samples = CollectionsMarshal.AsSpan(_samples);
        var end = samples.Length;
        while (end > 0 && samples[end - 1].At > now)
            end--;
        var start = end;
        var after = now - over;
        while (start > 0 && samples[start - 1].At > after && samples[start - 1].At >= beginning)
            start--;
        return samples[start..end];
    }
}
