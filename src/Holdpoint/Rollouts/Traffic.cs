using Holdpoint.Expressions;

namespace Holdpoint.Rollouts;

/// <summary>What sends requests to units: a proxy, a service's selector. Every operation may be repeated and brings about a state, so that a driver that takes over does it again.</summary>
public abstract class Traffic
{
    /// <summary>What each unit gets now; every unit is in the answer.</summary>
    /// <exception cref="Unreachable">The proxy gives no answer, or knows no such unit.</exception>
    public abstract Task<IReadOnlyDictionary<string, UnitTraffic>> LookAsync(CancellationToken cancel);

    /// <summary>New requests go to these units again, with the weight they had. Ends when they are taking them.</summary>
    /// <returns>Failed: a unit is not taken in.</returns>
    /// <exception cref="Unreachable"/>
    public abstract Task<Verdict> AdmitAsync(IReadOnlyList<string> units, CancellationToken cancel);

    /// <summary>No new request goes to these units; those under way are waited for, at most <paramref name="drain"/>.</summary>
    /// <returns>Warned: some were still under way when the time was over.</returns>
    /// <exception cref="Unreachable"/>
    public abstract Task<Verdict> WithdrawAsync(IReadOnlyList<string> units, TimeSpan drain, CancellationToken cancel);

    /// <summary>Splits new requests among units. A unit with share 0 gets none; what it has under way goes on.</summary>
    /// <param name="shares">Every unit, 0 to 1; their sum is 1.</param>
    /// <exception cref="Unreachable"/>
    public abstract Task<Verdict> SplitAsync(IReadOnlyDictionary<string, double> shares, CancellationToken cancel);

    /// <summary>Why shares other than all and nothing can't be had; null: they can.</summary>
    public virtual string? WhyNoShares => null;
}

/// <summary>What a unit gets.</summary>
/// <param name="Share">Of new requests, 0 to 1.</param>
/// <param name="UnderWay">Requests or sessions that have not ended; null: it can't be told.</param>
public sealed record UnitTraffic(double Share, long? UnderWay)
{
    /// <summary>Answers since the proxy was started, and how many of them failed (5xx, no answer); null: the proxy doesn't count them.</summary>
    public (long Answers, long Failures)? Counted { get; init; }
}
