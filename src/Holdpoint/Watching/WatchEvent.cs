using Holdpoint.Metrics;

namespace Holdpoint.Watching;

/// <summary>What a watch tells its driver.</summary>
public abstract record WatchEvent
{
    public sealed record Changed(RuleTransition Transition) : WatchEvent;

    /// <summary>Samples for the evidence, some dozens at a time.</summary>
    public sealed record Sampled(string Metric, IReadOnlyList<Sample> Samples) : WatchEvent;

    /// <summary>What the environment's own check says, after each look at it.</summary>
    public sealed record Available(Availability Now) : WatchEvent;

    /// <param name="FilledIn">Names of the metrics whose stores could fill it.</param>
    public sealed record Gap(SamplingGap When, IReadOnlyList<string> FilledIn) : WatchEvent;

    private WatchEvent() { }
}
