namespace Holdpoint.Watching;

/// <summary>
/// A rule has fired and acts at a deadline, unless a person holds it. The deadline is absolute and goes into the journal:
/// that the rule turns quiet, or that the driver starts anew, changes nothing about it.
/// </summary>
/// <param name="Deadline">When it acts where nobody holds it.</param>
public sealed record GraceClock(string RuleId, DateTimeOffset FiredAt, DateTimeOffset Deadline)
{
    /// <summary>A hold ends after this long unless it is renewed.</summary>
    public static TimeSpan HoldLasts { get; } = TimeSpan.FromMinutes(30);

    /// <summary>Null: nobody holds it.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    public string? HeldBy { get; init; }

    /// <summary>When it acts, as things stand.</summary>
    public DateTimeOffset ActsAt => HeldUntil > Deadline ? HeldUntil.Value : Deadline;

    /// <param name="told">Whether anybody could be told; a grace that nobody knows of is none.</param>
    public static GraceClock Start(string ruleId, DateTimeOffset firedAt, TimeSpan grace, bool told) =>
        new(ruleId, firedAt, told ? firedAt + grace : firedAt);

    /// <summary>Holds, or renews a hold. Null: too late, it acts already.</summary>
    public GraceClock? Hold(DateTimeOffset at, string by) => at >= ActsAt ? null : this with { HeldUntil = at + HoldLasts, HeldBy = by };

    /// <summary>Takes a hold back: it acts at its deadline, which may be now.</summary>
    public GraceClock Unhold() => this with { HeldUntil = null, HeldBy = null };

    public GraceState StateAt(DateTimeOffset now) =>
        now >= ActsAt ? new GraceState.Acts()
        : HeldUntil is { } until && now < until ? new GraceState.Held(until, HeldBy ?? "")
        : new GraceState.Waits(Deadline - now);
}

public abstract record GraceState
{
    public sealed record Waits(TimeSpan Left) : GraceState;

    public sealed record Held(DateTimeOffset Until, string By) : GraceState;

    public sealed record Acts : GraceState;

    private GraceState() { }
}
