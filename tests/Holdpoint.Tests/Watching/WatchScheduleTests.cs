using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

public class WatchScheduleTests
{
    [Fact]
    public void A_schedule_thins_out()
    {
        var schedule = Read("every 15m until 2h, every 1h until 24h");
        var at = schedule.Occurrences.ToArray();
        Assert.Equal(8 + 22, at.Length);
        Assert.Equal(TimeSpan.FromMinutes(15), at[0]);
        Assert.Equal(TimeSpan.FromHours(3), at[8]);
        Assert.Equal(TimeSpan.FromHours(24), at[^1]);
        Assert.Equal(schedule.Length, at[^1]);
        Assert.Equal("every 15m until 2h, every 1h until 1d", schedule.ToString());
    }

    [Fact]
    public void The_next_moment_is_the_one_after_and_the_end_is_always_one()
    {
        var schedule = Read("every 15m until 40m, every 1h until 2h");
        var walked = new List<double>();
        for (var at = schedule.NextAfter(TimeSpan.Zero); at is { } next; at = schedule.NextAfter(next))
            walked.Add(next.TotalMinutes);
        Assert.Equal([15, 30, 40, 100, 120], walked);
        Assert.Equal(schedule.Occurrences.Select(o => o.TotalMinutes), walked);
        Assert.Equal(TimeSpan.FromMinutes(30), schedule.NextAfter(TimeSpan.FromMinutes(29)));
        Assert.Null(schedule.NextAfter(TimeSpan.FromHours(2)));
    }

    [Fact]
    public void What_was_missed_in_a_gap_runs_once_and_is_called_late()
    {
        var schedule = Read("every 15m until 2h");
        var tolerance = TimeSpan.FromMinutes(1);
        Assert.Null(schedule.Due(TimeSpan.Zero, TimeSpan.FromMinutes(14), tolerance));
        Assert.Equal(new DueCheck(TimeSpan.FromMinutes(15), IsLate: false, Missed: 0), schedule.Due(TimeSpan.Zero, TimeSpan.FromMinutes(15.1), tolerance));
        Assert.Equal(new DueCheck(TimeSpan.FromMinutes(15), IsLate: true, Missed: 0), schedule.Due(TimeSpan.Zero, TimeSpan.FromMinutes(20), tolerance));
        Assert.Equal(new DueCheck(TimeSpan.FromMinutes(60), IsLate: true, Missed: 3), schedule.Due(TimeSpan.Zero, TimeSpan.FromMinutes(60), tolerance));
        Assert.Null(schedule.Due(TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(60), tolerance));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("15m until 2h", "does not begin with every")]
    [InlineData("every 15m", "has no end")]
    [InlineData("every 15 until 2h", "every 15 is no duration")]
    [InlineData("every 15m until soon", "until soon is no duration")]
    [InlineData("every 15m until 2h, every 1h until 1h", "is not after until 2h")]
    [InlineData("every 3h until 2h", "does not fit")]
    [InlineData("every 1ms until 24h", "more than 86400 checks")]
    [InlineData("every 15m until 2h,", "is empty")]
    public void A_mistake_is_told_with_its_mend(string text, string what)
    {
        Assert.False(WatchSchedule.TryParse(text, out _, out var mistake));
        Assert.Contains(what, mistake.What, StringComparison.Ordinal);
        Assert.NotEmpty(mistake.Fix);
    }

    [Theory]
    [InlineData("7d before", -7)]
    [InlineData("24h after", 1)]
    [InlineData("1d 12h before", -1.5)]
    public void A_due_time_is_relative_to_the_planned_one(string text, double days)
    {
        Assert.True(DueTime.TryParse(text, out var due, out _));
        Assert.Equal(TimeSpan.FromDays(days), due.Offset);
    }

    [Theory]
    [InlineData("tomorrow")]
    [InlineData("7 before")]
    [InlineData("24h")]
    [InlineData("-1h after")]
    public void An_unreadable_due_time_is_told_with_its_mend(string text)
    {
        Assert.False(DueTime.TryParse(text, out _, out var mistake));
        Assert.NotEmpty(mistake.Fix);
    }

    private static WatchSchedule Read(string text)
    {
        Assert.True(WatchSchedule.TryParse(text, out var schedule, out var mistake), mistake?.What);
        return schedule;
    }
}
