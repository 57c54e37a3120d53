using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Watching;

/// <summary>What a watch has to take account of, in the order in which it came.</summary>
internal abstract record Look
{
    public sealed record OfMetric(string Metric, Sample Sample) : Look;

    public sealed record OfCheck(string RuleId, DateTimeOffset At, Verdict Verdict) : Look;

    /// <summary>Judged before, and in the record.</summary>
    public sealed record OfMemory(IReadOnlyDictionary<string, IReadOnlyList<Sample>> Samples) : Look;

    public sealed record OfGap(SamplingGap Gap, IReadOnlyDictionary<string, IReadOnlyList<Sample>> Histories) : Look;

    private Look() { }
}
