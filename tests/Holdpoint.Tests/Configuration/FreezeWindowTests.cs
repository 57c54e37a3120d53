using Holdpoint.Configuration;

namespace Holdpoint.Tests.Configuration;

public sealed class FreezeWindowTests
{
    private static FreezeWindow Window(string text) => Assert.Single(Environment(text).Freeze);

    private static EnvironmentDefinition Environment(string freeze) => Yaml.Read($"environments: {{ p: {{ freeze: [ {freeze} ] }} }}").Environments["p"];

    private static DateTimeOffset At(string utc) => DateTimeOffset.Parse(utc + "Z", System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("Europe/Zurich", "2026-12-19T22:59:59", false)]
    [InlineData("Europe/Zurich", "2026-12-19T23:00:00", true)]
    [InlineData("Europe/Zurich", "2027-01-03T22:59:59", true)]
    [InlineData("Europe/Zurich", "2027-01-03T23:00:00", false)]
    [InlineData("UTC", "2026-12-19T23:59:59", false)]
    [InlineData("UTC", "2026-12-20T00:00:00", true)]
    [InlineData("UTC", "2027-01-03T23:59:59", true)]
    [InlineData("America/New_York", "2026-12-20T04:59:59", false)]
    [InlineData("America/New_York", "2026-12-20T05:00:00", true)]
    [InlineData("America/New_York", "2027-01-04T04:59:59", true)]
    [InlineData("America/New_York", "2027-01-04T05:00:00", false)]
    public void Dates_belong_to_a_window_whole_on_its_zones_clocks(string zone, string now, bool covered) =>
        Assert.Equal(covered, Window($"{{ from: 2026-12-20, until: 2027-01-03, zone: {zone} }}").Covers(At(now)));

    [Fact]
    public void A_moment_given_as_the_end_no_longer_belongs_to_it()
    {
        var window = Window("{ from: 2026-12-20 18:00, until: 2026-12-21T06:00, zone: UTC }");
        Assert.False(window.Covers(At("2026-12-20T17:59:59")));
        Assert.Equal(At("2026-12-21T06:00"), window.Until(At("2026-12-20T18:00")));
        Assert.False(window.Covers(At("2026-12-21T06:00")));
    }

    [Theory]
    [InlineData("2026-07-03T13:59:59", null)] // Friday 15:59 in Zurich, summer
    [InlineData("2026-07-03T14:00:00", "2026-07-06T04:00:00")]
    [InlineData("2026-07-05T12:00:00", "2026-07-06T04:00:00")] // Sunday, over the end of the week
    [InlineData("2026-07-06T03:59:59", "2026-07-06T04:00:00")]
    [InlineData("2026-07-06T04:00:00", null)]
    [InlineData("2026-01-02T14:59:59", null)] // winter: an hour later in UTC
    [InlineData("2026-01-02T15:00:00", "2026-01-05T05:00:00")]
    [InlineData("2026-03-28T12:00:00", "2026-03-30T04:00:00")] // clocks go forward on Sunday: begun at +01, over at +02
    [InlineData("2026-10-24T12:00:00", "2026-10-26T05:00:00")] // and back
    public void A_weekly_window_goes_over_the_weekend_and_over_changes_of_the_clock(string now, string? until)
    {
        var window = Window("{ weekly: Fri 16:00 .. Mon 06:00, zone: Europe/Zurich }");
        Assert.Equal(until is null ? null : At(until), window.Until(At(now)));
    }

    [Theory]
    [InlineData("America/New_York", "2026-03-06T20:59:59", null)]
    [InlineData("America/New_York", "2026-03-06T21:00:00", "2026-03-09T10:00:00")] // clocks go forward on 8 March
    [InlineData("America/New_York", "2026-10-30T20:00:00", "2026-11-02T11:00:00")] // back on 1 November
    [InlineData("UTC", "2026-03-06T16:00:00", "2026-03-09T06:00:00")]
    public void Each_zone_has_its_own_weekend(string zone, string now, string? until) =>
        Assert.Equal(until is null ? null : At(until), Window($"{{ weekly: Fri 16:00 .. Mon 06:00, zone: {zone} }}").Until(At(now)));

    [Theory]
    [InlineData("2026-10-25T00:30:00", true)] // the first 02:30 of that night
    [InlineData("2026-10-25T01:30:00", true)] // the second
    [InlineData("2026-10-25T02:00:00", false)]
    public void A_time_that_comes_twice_belongs_to_it_both_times(string now, bool covered) =>
        Assert.Equal(covered, Window("{ weekly: Sun 02:00 .. Sun 03:00, zone: Europe/Zurich }").Covers(At(now)));

    [Fact]
    public void A_time_that_a_zone_skips_counts_as_far_after_the_jump()
    {
        var window = Window("{ from: 2026-03-29 02:30, until: 2026-03-29 05:00, zone: Europe/Zurich }");
        Assert.False(window.Covers(At("2026-03-29T01:29:59")));
        Assert.Equal(At("2026-03-29T03:00"), window.Until(At("2026-03-29T01:30")));
    }

    [Theory]
    [InlineData("Sat .. Sun", "2026-07-04T00:00:00", "2026-07-06T00:00:00")]
    [InlineData("Sunday", "2026-07-05T10:00:00", "2026-07-06T00:00:00")]
    [InlineData("sat 10:00..sun 24:00", "2026-07-05T23:59:59", "2026-07-06T00:00:00")]
    [InlineData("Mon 08:00 .. Mon 06:00", "2026-07-06T05:00:00", "2026-07-06T06:00:00")]
    [InlineData("Mon 08:00 .. Mon 06:00", "2026-07-06T07:00:00", null)]
    [InlineData("Tue 9:00 .. Tue 17:30", "2026-07-07T17:29:59", "2026-07-07T17:30:00")]
    public void Days_alone_are_whole(string weekly, string now, string? until) =>
        Assert.Equal(until is null ? null : At(until), Window($"{{ weekly: '{weekly}', zone: UTC }}").Until(At(now)));

    [Fact]
    public void Windows_that_follow_each_other_are_one_freeze_to_whoever_waits()
    {
        var environment = Environment("{ weekly: Sat .. Sun, zone: UTC, reason: weekend }, { from: 2026-07-06, until: 2026-07-07, zone: UTC }");
        var freeze = environment.FrozenAt(At("2026-07-05T12:00"));
        Assert.Equal(At("2026-07-08T00:00"), freeze!.Until);
        Assert.Equal("Sat .. Sun (UTC): weekend", freeze.Window.ToString());
        Assert.Null(environment.FrozenAt(At("2026-07-08T00:00")));
    }

    [Fact]
    public void Windows_without_an_end_between_them_end_the_search() =>
        Assert.NotNull(Environment("{ weekly: Mon .. Thu 12:00, zone: UTC }, { weekly: Thu 12:00 .. Sun, zone: UTC }").FrozenAt(At("2026-07-05T12:00")));

    [Theory]
    [InlineData("{ weekly: Sat }", "lacks `zone`")]
    [InlineData("{ zone: UTC }", "lacks its beginning or its end")]
    [InlineData("{ from: 2026-01-01, zone: UTC }", "lacks its beginning or its end")]
    [InlineData("{ from: 2026-01-02, until: 2026-01-01, zone: UTC }", "ends (2026-01-01) before it begins")]
    [InlineData("{ from: 2026-02-30, until: 2026-03-01, zone: UTC }", "this is no date")]
    [InlineData("{ from: 01.02.2026, until: 2026-03-01, zone: UTC }", "this is no date")]
    [InlineData("{ from: 2026-12-31, until: 9999-12-31, zone: UTC }", "this is no date")]
    [InlineData("{ weekly: Mon .. Sun, zone: UTC }", "covers the whole week")]
    [InlineData("{ weekly: Mon 06:00 .. Mon 06:00, zone: UTC }", "covers the whole week")]
    [InlineData("{ weekly: Fri 16:00, zone: UTC }", "has no end")]
    [InlineData("{ weekly: Fri 25:00 .. Mon 06:00, zone: UTC }", "`25:00` is no time of day")]
    [InlineData("{ weekly: Fry 16:00 .. Mon 06:00, zone: UTC }", "`Fry` is no day of the week")]
    [InlineData("{ weekly: Sat, from: 2026-01-01, until: 2026-01-01, zone: UTC }", "weekly and has dates")]
    [InlineData("{ weekly: Sat, zone: Local }", "`Local` is no time zone")]
    [InlineData("{ weekly: Sat, zone: ../../etc/passwd }", "is no time zone")]
    [InlineData("{ weekly: Sat, zone: Zurich }", "`Zurich` is no time zone (did you mean `Europe/Zurich`?)")]
    public void A_window_that_cant_be_is_a_problem(string window, string what) =>
        Assert.Contains(what, Yaml.Problem($"environments: {{ p: {{ freeze: [ {window} ] }} }}"), StringComparison.Ordinal);
}
