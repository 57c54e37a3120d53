namespace Holdpoint.Watching;

/// <summary>
/// How much of a watch a rule really saw: a pure fold over its readings. A reading speaks for the time up to the next one, three periods at most;
/// what is beyond that nobody saw, and counts as blind.
/// </summary>
/// <param name="Period">How often the rule is looked at.</param>
public sealed record Sight(TimeSpan Period)
{
    /// <summary>A watch that was blind for longer than this proves nothing.</summary>
    public const double MostBlind = 0.2;

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public TimeSpan Blind { get; init; }

    public TimeSpan Sparse { get; init; }

    public RuleReading? Newest { get; init; }

    public TimeSpan Watched => Until - Since ?? TimeSpan.Zero;

    public double BlindShare => Watched > TimeSpan.Zero ? Blind / Watched : Newest is RuleReading.Blind or null ? 1 : 0;

    public double SparseShare => Watched > TimeSpan.Zero ? Sparse / Watched : Newest is RuleReading.Sparse ? 1 : 0;

    /// <summary>Blind at the end, or for more than a fifth of the watch: that nothing fired is no proof.</summary>
    public bool ProvesNothing => Newest is RuleReading.Blind or null || BlindShare > MostBlind;

    public static Sight From(DateTimeOffset since, TimeSpan period) => new(period) { Since = since, Until = since };

    public Sight Step(DateTimeOffset at, RuleReading reading) => EndAt(at) with { Newest = reading };

    /// <summary>Accounts for the time up to a moment at which nothing was read: the end of the watch.</summary>
    public Sight EndAt(DateTimeOffset at)
    {
        if (Until is not { } last)
            return this with { Since = at, Until = at };
        if (at <= last)
            return this;
        var passed = at - last;
        var spoken = passed < 3 * Period ? passed : 3 * Period;
        var blind = passed - spoken + (Newest is RuleReading.Blind or null ? spoken : TimeSpan.Zero);
        return this with { Until = at, Blind = Blind + blind, Sparse = Sparse + (Newest is RuleReading.Sparse ? spoken : TimeSpan.Zero) };
    }
}
