namespace Holdpoint.Probes;

/// <summary>A target of the configuration, as the probe <c>target</c> sees it.</summary>
public interface IObservedTarget
{
    /// <summary>Looks, and changes nothing.</summary>
    Task<TargetSight> SeeAsync(CancellationToken cancel);
}

/// <summary>What is to be seen of a target.</summary>
public abstract record TargetSight
{
    /// <summary>Its version alone, by commands of the user's own; null: nothing runs.</summary>
    public sealed record VersionOnly(string? Version) : TargetSight;

    /// <summary>Each unit that is to be well; of two colours those of the one that gets requests.</summary>
    public sealed record OfUnits(IReadOnlyList<UnitSight> Units) : TargetSight;

    public sealed record Unreadable(string Because) : TargetSight;

    private TargetSight() { }
}

/// <param name="Version">Empty: it runs nothing.</param>
/// <param name="Condition">In words: <c>running, unhealthy</c>.</param>
/// <param name="Restarts">By whatever supervises it; null: that is not told.</param>
/// <param name="Since">Since when it runs; null: it does not, or that is not told.</param>
public sealed record UnitSight(string Name, string Version, bool IsReady, string Condition, long? Restarts, DateTimeOffset? Since);
