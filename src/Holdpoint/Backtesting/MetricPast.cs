using System.Runtime.InteropServices;
using Holdpoint.Metrics;

namespace Holdpoint.Backtesting;

/// <summary>
/// A metric's samples of the past, on an even grid in time: what a watch that looked at these moments would have got.
/// Where nothing is known there is a missing sample with its reason; a gap stays a gap.
/// </summary>
public sealed class MetricPast
{
    /// <summary>Of the form on disk.</summary>
    private const int Format = 1;

    private enum Kind : byte
    {
        Missing,
        Measured,
        Sparse,
        Failing,
    }

    private readonly Kind[] _kinds;
    private readonly double[] _values;
    private readonly Dictionary<int, double> _events = [];
    private readonly Dictionary<int, string> _reasons = [];

    public MetricPast(MetricDefinition definition, TimeSpan step, DateTimeOffset first, int count)
    {
        (Definition, Step, First) = (definition, step, first);
        (_kinds, _values) = (new Kind[count], new double[count]);
        Nothing = $"{definition.Name}: nothing is known of that time";
    }

    public MetricDefinition Definition { get; }

    public TimeSpan Step { get; }

    /// <summary>The first moment of the grid.</summary>
    public DateTimeOffset First { get; }

    public DateTimeOffset Last => First + Step * (Count - 1);

    public int Count => _kinds.Length;

    /// <summary>How many samples have a number.</summary>
    public int Numbers => _kinds.Count(k => k == Kind.Measured);

    /// <summary>Why there is nothing where nothing was put.</summary>
    public string Nothing { get; set; }

    /// <summary>Moments of all grids are multiples of their step since 1970, so that pieces of different requests fit together.</summary>
    public static DateTimeOffset OnGrid(DateTimeOffset at, TimeSpan step)
    {
        var ticks = at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(ticks - ((ticks % step.Ticks + step.Ticks) % step.Ticks));
    }

    /// <summary>Empty, and covering a time.</summary>
    public static MetricPast Over(MetricDefinition definition, TimeSpan step, DateTimeOffset from, DateTimeOffset to)
    {
        var first = OnGrid(from, step);
        return new(definition, step, first, (int)((OnGrid(to, step) - first) / step) + 1);
    }

    /// <summary>The moment of the grid at or after another.</summary>
    public int IndexFrom(DateTimeOffset at) => (int)Math.Ceiling((at - First) / Step);

    public DateTimeOffset MomentOf(int index) => First + Step * index;

    public bool Has(int index) => index >= 0 && index < Count && (_kinds[index] != Kind.Missing || _reasons.ContainsKey(index));

    /// <summary>Outside of what is known, too: there it is missing.</summary>
    public Sample At(int index)
    {
        var at = MomentOf(index);
        if (index < 0 || index >= Count)
            return new Sample.Missing(at, Nothing);
        return _kinds[index] switch
        {
            Kind.Measured => new Sample.Measured(at, _values[index], _events.Count > 0 && _events.TryGetValue(index, out var events) ? events : null),
            Kind.Sparse => new Sample.Sparse(at, _reasons.GetValueOrDefault(index, Nothing)),
            var kind => new Sample.Missing(at, _reasons.GetValueOrDefault(index, Nothing), TargetFails: kind == Kind.Failing),
        };
    }

    public IEnumerable<Sample> Between(DateTimeOffset from, DateTimeOffset to)
    {
        for (var i = IndexFrom(from); MomentOf(i) <= to; i++)
            yield return At(i);
    }

    /// <summary>Puts a sample at the moment of the grid nearest to it; what lies outside is left out.</summary>
    public void Put(Sample sample)
    {
        var index = (int)Math.Round((sample.At - First) / Step);
        if (index >= 0 && index < Count)
            Put(index, sample);
    }

    public void Put(int index, Sample sample)
    {
        switch (sample)
        {
            case Sample.Measured m:
                (_kinds[index], _values[index]) = (Kind.Measured, m.Value);
                _reasons.Remove(index);
                if (m.Events is { } events)
                    _events[index] = events;
                break;
            case Sample.Sparse s:
                (_kinds[index], _reasons[index]) = (Kind.Sparse, s.Because);
                break;
            case Sample.Missing m:
                (_kinds[index], _reasons[index]) = (m.TargetFails ? Kind.Failing : Kind.Missing, m.Because);
                break;
        }
    }

    /// <summary>Takes over what a piece on the same grid knows.</summary>
    public void Take(MetricPast piece)
    {
        var shift = (int)Math.Round((piece.First - First) / Step);
        var (from, to) = (Math.Max(0, -shift), Math.Min(piece.Count, Count - shift));
        if (to <= from)
            return;
        Array.Copy(piece._kinds, from, _kinds, from + shift, to - from);
        Array.Copy(piece._values, from, _values, from + shift, to - from);
        foreach (var (index, events) in piece._events)
            if (index >= from && index < to)
                _events[index + shift] = events;
        for (var i = from; i < to; i++)
            if (piece._kinds[i] != Kind.Measured)
                _reasons[i + shift] = piece._reasons.GetValueOrDefault(i, piece.Nothing);
    }

    internal void Write(BinaryWriter to)
    {
        to.Write(Format);
        to.Write(First.UtcTicks);
        to.Write(Step.Ticks);
        to.Write(Count);
        to.Write(MemoryMarshal.AsBytes(_kinds.AsSpan()));
        to.Write(MemoryMarshal.AsBytes(_values.AsSpan()));
        to.Write(_events.Count);
        foreach (var (index, events) in _events)
        {
            to.Write(index);
            to.Write(events);
        }

        to.Write(_reasons.Count);
        foreach (var (index, reason) in _reasons)
        {
            to.Write(index);
            to.Write(reason);
        }

        to.Write(Nothing);
    }

    /// <exception cref="IOException">It ends too early.</exception>
    /// <exception cref="FormatException">It is something else.</exception>
    internal static MetricPast Read(BinaryReader from, MetricDefinition definition, TimeSpan step, DateTimeOffset first, int count)
    {
        if (from.ReadInt32() != Format || from.ReadInt64() != first.UtcTicks || from.ReadInt64() != step.Ticks || from.ReadInt32() != count)
            throw new FormatException("it is another piece");
        var past = new MetricPast(definition, step, first, count);
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(past._kinds.AsSpan()));
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(past._values.AsSpan()));
        if (past._kinds.Any(k => k > Kind.Failing))
            throw new FormatException("it holds no samples");
        for (var left = from.ReadInt32(); left > 0; left--)
            past._events[from.ReadInt32()] = from.ReadDouble();
        var shared = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var index = from.ReadInt32();
            var reason = from.ReadString();
            past._reasons[index] = shared.TryAdd(reason, reason) ? reason : shared[reason];
        }

        past.Nothing = from.ReadString();
        return past;
    }
}
