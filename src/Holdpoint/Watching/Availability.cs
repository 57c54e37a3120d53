using System.Collections.Immutable;
using Holdpoint.Expressions;

namespace Holdpoint.Watching;

/// <summary>A time in which the environment did not answer as it should.</summary>
/// <param name="To">When it answered again; null: it still doesn't.</param>
public sealed record Outage(DateTimeOffset From, DateTimeOffset? To, string Because)
{
    public TimeSpan LengthAt(DateTimeOffset now) => (To ?? now) - From;
}

/// <summary>
/// What a check every second says about an environment: a pure fold over its samples.
/// Each sample speaks for the time up to the next one, three seconds at most; what is beyond that, and where the instrument was silent, nobody saw.
/// </summary>
public sealed record Availability
{
    public static Availability None { get; } = new();

    public static TimeSpan Period { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The built-in rule: an outage this long is a failure.</summary>
    public static RuleTiming Rule { get; } = new(TimeSpan.FromSeconds(30), Period);

    /// <summary>How long a sample speaks for at most.</summary>
    public static TimeSpan Reach { get; } = 3 * Period;

    /// <summary>More outages than this are counted in the downtime, and no longer listed one by one.</summary>
    public const int MostOutages = 1000;

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>Time in which the environment was seen to work.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>Time in which it was seen not to.</summary>
    public TimeSpan Downtime { get; init; }

    /// <summary>Time that nobody saw.</summary>
    public TimeSpan Unseen { get; init; }

    /// <summary>In the order of time; the last one may not have ended.</summary>
    public ImmutableList<Outage> Outages { get; init; } = [];

    /// <summary>What the newest sample said; null: the instrument was silent.</summary>
    public bool? Newest { get; init; }

    public TimeSpan Seen => Uptime + Downtime;

    /// <summary>Uptime as a share of what was seen; null where nothing was.</summary>
    public double? Share => Seen > TimeSpan.Zero ? Uptime / Seen : null;

    /// <summary>Downtime as a share of a whole day: the rest of it is taken as up.</summary>
    public double DowntimeOfDay => Downtime / TimeSpan.FromDays(1);

    /// <summary>Downtime as a share of the month in which the watch began.</summary>
    public double DowntimeOfMonth => Downtime / Month;

    /// <param name="passed">Null: the instrument did not answer, which says nothing about the environment.</param>
    /// <param name="because">What failed, for the outage that it begins.</param>
    public Availability Step(DateTimeOffset at, bool? passed, string because = "")
    {
        if (at <= Until)
            return this;
        var next = Until is { } last ? Account(at - last) : this with { Since = at };
        var outages = next.Outages;
        var open = outages.Count > 0 && outages[^1].To is null;
        if (passed is true && open)
            outages = outages.SetItem(outages.Count - 1, outages[^1] with { To = at });
        else if (passed is false && !open && outages.Count < MostOutages)
            outages = outages.Add(new(at, null, because));
        return next with { Until = at, Newest = passed, Outages = outages };
    }

    /// <summary>What an objective (0.9995) allows in a month of downtime, and what of it is left.</summary>
    public ErrorBudget BudgetFor(double objective) => new(Month * (1 - objective), Downtime);

    public override string ToString() => Share is { } share
        ? $"{Units.Ratio(share)} over {Units.Duration(Seen)}, down {Units.Duration(Downtime)} in {Outages.Count} {(Outages.Count == 1 ? "outage" : "outages")}{(Unseen > TimeSpan.Zero ? $", {Units.Duration(Unseen)} unseen" : "")}"
        : "nothing was seen";

    private TimeSpan Month => TimeSpan.FromDays(Since is { } since ? DateTime.DaysInMonth(since.Year, since.Month) : 30);

    private Availability Account(TimeSpan passed)
    {
        var spoken = passed < Reach ? passed : Reach;
        var next = this with { Unseen = Unseen + passed - spoken };
        return Newest switch
        {
            true => next with { Uptime = next.Uptime + spoken },
            false => next with { Downtime = next.Downtime + spoken },
            null => next with { Unseen = next.Unseen + spoken },
        };
    }
}

/// <param name="Allowed">Downtime that the objective leaves for a month.</param>
public sealed record ErrorBudget(TimeSpan Allowed, TimeSpan Spent)
{
    /// <summary>Negative where it is overspent.</summary>
    public TimeSpan Left => Allowed - Spent;

    /// <summary>Share of the budget that is spent; 1 and more: all of it. An objective of 100 % is spent by the first second.</summary>
    public double SpentShare => Allowed > TimeSpan.Zero ? Spent / Allowed : Spent > TimeSpan.Zero ? double.PositiveInfinity : 0;

    public override string ToString() => Left >= TimeSpan.Zero
        ? $"{Units.Duration(Left)} of {Units.Duration(Allowed)} left"
        : $"overspent by {Units.Duration(-Left)} (allowed {Units.Duration(Allowed)})";
}
