using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Holdpoint.Expressions;

namespace Holdpoint.Watching;

/// <summary>The value of <c>Watch:</c>: how often a section's checks run, and until when, counted from the start of the watch.</summary>
public sealed record WatchSchedule(ImmutableArray<WatchPhase> Phases)
{
    /// <summary>More checks than one a second for a day are no watch but a load.</summary>
    private const int MostOccurrences = 86_400;

    public TimeSpan Length => Phases[^1].Until;

    /// <summary>Every moment a check is due, from the start of the watch. The end is always one: the last word of a watch is a look.</summary>
    public IEnumerable<TimeSpan> Occurrences
    {
        get
        {
            var from = TimeSpan.Zero;
            foreach (var phase in Phases)
            {
                for (var at = from + phase.Every; at < phase.Until; at += phase.Every)
                    yield return at;
                yield return from = phase.Until;
            }
        }
    }

    /// <summary>The same with more behind its end, at the pace of its last phase. Every end stays a moment of a check, so that the moments before it keep their numbers.</summary>
    public WatchSchedule Extended(IEnumerable<TimeSpan> extensions) =>
        new(extensions.Aggregate(Phases, (phases, more) => phases.Add(new(Phases[^1].Every < more ? Phases[^1].Every : more, phases[^1].Until + more))));

    /// <summary>The first moment after an offset; null: the watch is over.</summary>
    public TimeSpan? NextAfter(TimeSpan offset)
    {
        var from = TimeSpan.Zero;
        foreach (var phase in Phases)
        {
            if (offset < phase.Until)
            {
                var steps = offset < from ? 0 : (offset - from).Ticks / phase.Every.Ticks;
                var next = from + phase.Every * (steps + 1);
                return next < phase.Until ? next : phase.Until;
            }

            from = phase.Until;
        }

        return null;
    }

    /// <summary>What is due now. Those missed while nobody looked are run once, together, and marked as late.</summary>
    /// <param name="done">The last moment that was served, as an offset; zero at the start.</param>
    /// <param name="now">The time since the start of the watch.</param>
    /// <param name="tolerance">How late a moment may be served without being called late.</param>
    public DueCheck? Due(TimeSpan done, TimeSpan now, TimeSpan tolerance)
    {
        DueCheck? due = null;
        for (var at = NextAfter(done); at is { } offset && offset <= now; at = NextAfter(offset))
            due = new(offset, now - offset > tolerance || due is not null, Missed: due is null ? 0 : due.Missed + 1);
        return due;
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out WatchSchedule? schedule, [NotNullWhen(false)] out Mistake? mistake)
    {
        schedule = null;
        var phases = ImmutableArray.CreateBuilder<WatchPhase>();
        var from = TimeSpan.Zero;
        foreach (var part in text.Split(','))
        {
            if (ParsePhase(part.Trim(), from, out var phase) is { } wrong)
            {
                mistake = wrong;
                return false;
            }

            phases.Add(phase!);
            from = phase!.Until;
        }

        var read = new WatchSchedule(phases.ToImmutable());
        if (read.Phases.Select((p, i) => (p.Until - (i > 0 ? read.Phases[i - 1].Until : TimeSpan.Zero)) / p.Every).Sum() > MostOccurrences)
        {
            mistake = new($"{text} makes more than {MostOccurrences} checks", "check less often, or for a shorter time; rules look every few seconds anyway");
            return false;
        }

        schedule = read;
        mistake = null;
        return true;
    }

    public override string ToString() => string.Join(", ", Phases);

    private static Mistake? ParsePhase(string part, TimeSpan from, out WatchPhase? phase)
    {
        phase = null;
        const string form = "write for example every 15m until 2h, every 1h until 24h";
        var words = part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var until = Array.IndexOf(words, "until");
        if (words.Length == 0)
            return new("a part of the schedule is empty", form);
        if (words[0] != "every")
            return new($"{part} does not begin with every", form);
        if (until < 0)
            return new($"{part} has no end", $"{form}: a watch ends");
        var every = string.Concat(words[1..until]);
        var end = string.Concat(words[(until + 1)..]);
        if (Units.ParseDuration(every) is not { } everyTime || everyTime <= TimeSpan.Zero)
            return new($"every {every} is no duration", $"write a number with {Units.UnitsOf(Dimension.Duration)}: every 15m");
        if (Units.ParseDuration(end) is not { } untilTime || untilTime <= TimeSpan.Zero)
            return new($"until {end} is no duration", $"write a number with {Units.UnitsOf(Dimension.Duration)}: until 24h");
        if (untilTime <= from)
            return new($"until {end} is not after until {Units.Duration(from)}", "put the parts in the order of time; until counts from the start of the watch");
        if (everyTime > untilTime - from)
            return new($"every {every} does not fit between {Units.Duration(from)} and {end}", "make the interval shorter, or the end later");
        phase = new(everyTime, untilTime);
        return null;
    }
}

/// <param name="Until">Counted from the start of the watch, not of the phase.</param>
public sealed record WatchPhase(TimeSpan Every, TimeSpan Until)
{
    public override string ToString() => $"every {Units.Duration(Every)} until {Units.Duration(Until)}";
}

/// <param name="At">The newest moment that is due, as an offset from the start of the watch.</param>
/// <param name="Missed">How many moments before it were missed and are not made up for one by one.</param>
public sealed record DueCheck(TimeSpan At, bool IsLate, int Missed);
