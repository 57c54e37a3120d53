using System.Collections.Immutable;
using System.Globalization;
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

    /// <summary>The objective of an environment that names none.</summary>
    public const double DefaultObjective = 0.9995;

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

    /// <summary>The same for a day: 43.2 s at 99.95 %.</summary>
    public ErrorBudget DayBudgetFor(double objective) => new(TimeSpan.FromDays(1) * (1 - objective), Downtime);

    /// <summary>A share as a percentage with as many digits as its distance from 100 % needs, rounded down: 100% means that nothing was missing.</summary>
    public static string Percent(double share)
    {
        if (share is >= 1 or <= 0 || double.IsNaN(share))
            return share >= 1 ? "100%" : "0%";
        var digits = Math.Clamp(1 - (int)Math.Floor(Math.Log10((1 - share) * 100)), 1, 8);
        var scale = (decimal)Math.Pow(10, digits);
        // What a double can't hold exactly must not cost the last digit: 0.9995 is 99.95 %.
        return (Math.Floor(Math.Round((decimal)share * 100 * scale, 6)) / scale).ToString("0.########", CultureInfo.InvariantCulture) + "%";
    }

    public override string ToString() => Share is { } share
        ? $"{Percent(share)} over {Units.Duration(Seen)}, down {Units.Duration(Downtime)} in {Outages.Count} {(Outages.Count == 1 ? "outage" : "outages")}{(Unseen > TimeSpan.Zero ? $", {Units.Duration(Unseen)} unseen" : "")}"
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

/// <param name="Allowed">Downtime that the objective leaves for a day or a month.</param>
public sealed record ErrorBudget(TimeSpan Allowed, TimeSpan Spent)
{
    /// <summary>More downtime than the objective leaves: it can't be kept any more in this period, whatever the rest of it is like.</summary>
    public bool IsMissed => Spent > Allowed;

    /// <summary>Negative where it is overspent.</summary>
    public TimeSpan Left => Allowed - Spent;

    /// <summary>Share of the budget that is spent; 1 and more: all of it. An objective of 100 % is spent by the first second.</summary>
    public double SpentShare => Allowed > TimeSpan.Zero ? Spent / Allowed : Spent > TimeSpan.Zero ? double.PositiveInfinity : 0;

    public override string ToString() => Left >= TimeSpan.Zero
        ? $"{Units.Duration(Left)} of {Units.Duration(Allowed)} left"
        : $"overspent by {Units.Duration(-Left)} (allowed {Units.Duration(Allowed)})";
}
