using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

public class AvailabilityTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Outages_and_downtime_are_counted_to_the_second()
    {
        var day = Fold(86_400, second => second is < 40_000 or >= 40_047 && second is not 50_000);
        Assert.Equal(TimeSpan.FromSeconds(48), day.Downtime);
        Assert.Equal(2, day.Outages.Count);
        Assert.Equal(TimeSpan.FromSeconds(47), day.Outages[0].LengthAt(Start));
        Assert.Equal(48 / 86_400.0, day.DowntimeOfDay, 12);
        Assert.Equal(48 / (31 * 86_400.0), day.DowntimeOfMonth, 12);
        Assert.Equal(1 - 48 / 86_400.0, day.Share!.Value, 12);
    }

    [Fact]
    public void What_the_instrument_did_not_see_is_neither_up_nor_down()
    {
        var watch = Fold(100, second => second switch { < 50 => true, < 80 => null, _ => true });
        Assert.Equal(TimeSpan.FromSeconds(30), watch.Unseen);
        Assert.Equal(TimeSpan.FromSeconds(70), watch.Uptime);
        Assert.Empty(watch.Outages);
    }

    [Fact]
    public void A_sample_does_not_speak_for_a_gap()
    {
        var watch = Availability.None.Step(Start, true).Step(Start.AddHours(1), false, "refused").Step(Start.AddHours(1).AddSeconds(1), false);
        Assert.Equal(TimeSpan.FromSeconds(3), watch.Uptime);
        Assert.Equal(TimeSpan.FromSeconds(1), watch.Downtime);
        Assert.Equal(TimeSpan.FromSeconds(3597), watch.Unseen);
        Assert.Equal(new Outage(Start.AddHours(1), null, "refused"), Assert.Single(watch.Outages));
    }

    [Fact]
    public void The_error_budget_is_what_the_objective_leaves_of_the_month()
    {
        var budget = Fold(600, second => second >= 300).BudgetFor(0.9995);
        Assert.Equal(TimeSpan.FromDays(31) * 0.0005, budget.Allowed);
        Assert.Equal(budget.Allowed - TimeSpan.FromSeconds(300), budget.Left);
        Assert.Equal("17m 19s of 22m 19s left", budget.ToString());
        Assert.Contains("overspent by", Fold(600, _ => false).BudgetFor(0.99999).ToString(), StringComparison.Ordinal);
        Assert.Equal(double.PositiveInfinity, Fold(600, _ => false).BudgetFor(1).SpentShare);
    }

    [Fact]
    public void A_days_budget_is_missed_by_the_second_after_it()
    {
        Assert.False(Fold(600, second => second >= 43).DayBudgetFor(Availability.DefaultObjective).IsMissed);
        var missed = Fold(600, second => second >= 44);
        Assert.True(missed.DayBudgetFor(Availability.DefaultObjective).IsMissed);
        Assert.False(missed.BudgetFor(Availability.DefaultObjective).IsMissed);
    }

    [Theory]
    [InlineData(1, "100%")]
    [InlineData(0.9995, "99.95%")]
    [InlineData(0.99999, "99.999%")]
    [InlineData(0.999949999, "99.9949%")]
    [InlineData(0.5, "50%")]
    [InlineData(0, "0%")]
    [InlineData(86_399 / 86_400.0, "99.9988%")]
    public void Less_than_everything_is_never_shown_as_everything(double share, string shown) => Assert.Equal(shown, Availability.Percent(share));

    [Fact]
    public void Nothing_seen_is_no_uptime()
    {
        Assert.Null(Availability.None.Share);
        Assert.Equal("nothing was seen", Availability.None.ToString());
    }

    private static Availability Fold(int seconds, Func<int, bool?> passed)
    {
        var watch = Availability.None;
        for (var second = 0; second <= seconds; second++)
            watch = watch.Step(Start.AddSeconds(second), passed(second));
        return watch;
    }
}
