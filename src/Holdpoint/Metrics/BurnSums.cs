using System.Runtime.InteropServices;

namespace Holdpoint.Metrics;

/// <summary>Running sums over a series, so that a window of days costs as much as one of minutes. They follow the series: what is changed in it is summed anew from there on.</summary>
/// <param name="reach">See <see cref="Series.Reach"/>.</param>
internal sealed class BurnSums(TimeSpan reach)
{
    // One more than samples: the sums before each, and after the last.
    private readonly List<BurnSum> _before = [default];

    /// <summary>Samples from this place on are others than before.</summary>
    public void ChangedFrom(int place)
    {
        if (_before.Count > place + 1)
            _before.RemoveRange(place + 1, _before.Count - place - 1);
    }

    /// <summary>The oldest samples are gone; differences between the others' sums stay what they are.</summary>
    public void Dropped(int count)
    {
        if (_before.Count > count)
            _before.RemoveRange(0, count);
        else
            ChangedFrom(0);
    }

    /// <summary>Of the samples [start, end), the first of which speaks for no time before <paramref name="from"/>.</summary>
    public BurnSum Between(List<Sample> series, int start, int end, DateTimeOffset from)
    {
        var samples = CollectionsMarshal.AsSpan(series);
        for (var i = _before.Count - 1; i < end; i++)
            _before.Add(_before[i] + BurnSum.Of(samples[i], i > 0 ? BurnSum.Spoken(samples[i - 1].At, samples[i].At, reach) : reach));
        return start == end ? default : BurnSum.Of(samples[start], BurnSum.Spoken(from, samples[start].At, reach)) + (_before[end] - _before[start + 1]);
    }
}

/// <param name="Seen">Time that some sample speaks for.</param>
/// <param name="Measured">Time of it that has a share.</param>
/// <param name="Failed">Σ share · seconds.</param>
/// <param name="FailedOfEvents">Σ share · events · seconds.</param>
/// <param name="Events">Σ events · seconds.</param>
/// <param name="Uncounted">Samples whose source does not count events.</param>
internal readonly record struct BurnSum(TimeSpan Seen, TimeSpan Measured, double Failed, double FailedOfEvents, double Events, int Uncounted)
{
    /// <summary>Of the measured time: by events where each sample has some, else by time.</summary>
    public double Mean => Uncounted == 0 && Events > 0 ? FailedOfEvents / Events : Failed / Measured.TotalSeconds;

    public static BurnSum Of(Sample sample, TimeSpan spoken) => sample switch
    {
        Sample.Measured { Events: { } events } m => new(spoken, spoken, m.Value * spoken.TotalSeconds, m.Value * events * spoken.TotalSeconds, events * spoken.TotalSeconds, 0),
        Sample.Measured m => new(spoken, spoken, m.Value * spoken.TotalSeconds, 0, 0, 1),
        Sample.Missing { TargetFails: true } => new(spoken, spoken, spoken.TotalSeconds, 0, 0, 1),
        Sample.Sparse => new(spoken, TimeSpan.Zero, 0, 0, 0, 0),
        _ => default,
    };

    /// <summary>Of samples in the order of time, the first of which speaks for no time before <paramref name="from"/>.</summary>
    public static BurnSum Of(ReadOnlySpan<Sample> samples, DateTimeOffset from, TimeSpan reach)
    {
        var sum = default(BurnSum);
        foreach (var sample in samples)
        {
            sum += Of(sample, Spoken(from, sample.At, reach));
            from = sample.At;
        }

        return sum;
    }

    /// <summary>A sample speaks for the time since the one before it, three periods at most.</summary>
    public static TimeSpan Spoken(DateTimeOffset since, DateTimeOffset at, TimeSpan reach) => at - since < reach ? at - since : reach;

    public static BurnSum operator +(BurnSum a, BurnSum b) =>
        new(a.Seen + b.Seen, a.Measured + b.Measured, a.Failed + b.Failed, a.FailedOfEvents + b.FailedOfEvents, a.Events + b.Events, a.Uncounted + b.Uncounted);

    public static BurnSum operator -(BurnSum a, BurnSum b) =>
        new(a.Seen - b.Seen, a.Measured - b.Measured, a.Failed - b.Failed, a.FailedOfEvents - b.FailedOfEvents, a.Events - b.Events, a.Uncounted - b.Uncounted);
}
