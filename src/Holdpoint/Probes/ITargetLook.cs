using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>A target of the configuration, as far as it can be looked at.</summary>
public interface ITargetLook
{
    /// <summary>What runs on it now. Looks, and changes nothing.</summary>
    Task<TargetLook> LookAsync(CancellationToken cancel);
}

public abstract record TargetLook
{
    /// <param name="Version">What people call it.</param>
    /// <param name="Units">Those that are to serve; null: this target tells of none (then <paramref name="WhyNoUnits"/> says why).</param>
    public sealed record Seen(string Version, IReadOnlyList<UnitLook>? Units, string WhyNoUnits = "") : TargetLook;

    public sealed record Unreadable(string Because) : TargetLook;

    private TargetLook() { }
}

/// <param name="Version">What it runs; empty: nothing.</param>
/// <param name="Condition">In words: <c>running, unhealthy</c>.</param>
/// <param name="Restarts">By what supervises it; null: that is not told.</param>
/// <param name="Since">When it began to run; null: that is not told, or it does not run.</param>
public sealed record UnitLook(string Name, string Version, bool IsReady, string Condition, int? Restarts, DateTimeOffset? Since);
