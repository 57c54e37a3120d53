namespace Holdpoint.Configuration;

/// <summary>
/// A time in which nothing is deployed, on the wall clocks of a zone. A time that a zone's clocks skip counts as the moment as
/// far after the jump; of a time that they show twice, a window begins at the first and ends at the second.
/// </summary>
public abstract record FreezeWindow(TimeZoneInfo Zone, string? Reason)
{
    /// <param name="From">On the zone's clocks.</param>
    /// <param name="End">On the zone's clocks; the first moment that no longer belongs to it. A date given as <c>until</c> belongs to it whole.</param>
    /// <param name="Text">As it was written: <c>2026-12-20 until 2027-01-03</c>.</param>
    public sealed record Dates(DateTime From, DateTime End, string Text, TimeZoneInfo Zone, string? Reason) : FreezeWindow(Zone, Reason)
    {
        public override DateTimeOffset? Until(DateTimeOffset now)
        {
            var end = Moment(End, second: true);
            return now >= Moment(From, second: false) && now < end ? end : null;
        }

        public override string ToString() => Describe(Text);
    }

    /// <summary>From a day and time of each week to another, over the end of the week where need be.</summary>
    public sealed record Weekly(WeeklySpan Span, TimeZoneInfo Zone, string? Reason) : FreezeWindow(Zone, Reason)
    {
        public override DateTimeOffset? Until(DateTimeOffset now)
        {
            var today = TimeZoneInfo.ConvertTime(now, Zone).Date;
            var begun = today.AddDays(-(((int)today.DayOfWeek - (int)Span.FromDay + 7) % 7));
            // Of last week's window the end may still lie ahead.
            foreach (var day in (DateTime[])[begun, begun.AddDays(-7)])
            {
                var end = Moment(day.AddDays(Span.Days) + Span.UntilTime, second: true);
                if (now >= Moment(day + Span.FromTime, second: false) && now < end)
                    return end;
            }

            return null;
        }

        public override string ToString() => Describe(Span.Text);
    }

    public bool Covers(DateTimeOffset now) => Until(now) is not null;

    /// <summary>When the window that holds now is over; null where none holds.</summary>
    public abstract DateTimeOffset? Until(DateTimeOffset now);

    private protected string Describe(string text) => $"{text} ({Zone.Id}){(Reason is null ? "" : $": {Reason}")}";

    private protected DateTimeOffset Moment(DateTime local, bool second)
    {
        if (!Zone.IsAmbiguousTime(local))
            return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
        var offsets = Zone.GetAmbiguousTimeOffsets(local);
        return new DateTimeOffset(local, second ? offsets.Min() : offsets.Max()).ToUniversalTime();
    }
}
