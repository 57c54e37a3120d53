namespace Holdpoint.Metrics;

/// <summary>In which direction a metric gets better.</summary>
public enum Better
{
    /// <summary>Latencies, failures, load.</summary>
    Lower,

    /// <summary>Successes, throughput, cache hits.</summary>
    Higher,
}
