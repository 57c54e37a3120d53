using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

public class RuleJudgeTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly RuleTiming AMinute = RuleTiming.Of(TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData("quiet")]
    [InlineData("breach", "breaching")]
    [InlineData("breach breach breach breach", "breaching")]
    [InlineData("breach breach breach breach breach", "breaching fired")]
    [InlineData("breach breach breach breach quiet breach", "breaching quiet breaching")]
    [InlineData("breach breach blind breach breach", "breaching fired")]
    [InlineData("breach blind blind blind breach", "breaching")]
    [InlineData("breach blind blind blind breach breach", "breaching fired")]
    [InlineData("breach blind blind blind blind breach breach", "breaching blind breaching")]
    [InlineData("quiet blind blind blind quiet")]
    [InlineData("quiet blind blind blind blind blind", "blind")]
    [InlineData("sparse sparse sparse sparse quiet", "sparse quiet")]
    [InlineData("sparse sparse sparse sparse blind blind blind blind", "sparse blind")]
    [InlineData("breach breach breach breach breach quiet blind", "breaching fired")]
    public void Samples_every_15_seconds_of_a_rule_for_a_minute(string readings, string transitions = "") =>
        Assert.Equal(transitions, Judge(RuleState.Start, readings).Transitions);

    [Theory]
    [InlineData("breach breach breach breach breach breach", "unarmed")]
    [InlineData("breach quiet", "quiet")]
    [InlineData("blind blind blind blind breach", "unarmed")]
    [InlineData("blind blind blind blind quiet breach", "breaching")]
    public void A_rule_accepted_as_breaching_arms_after_it_was_quiet_once(string readings, string ends) =>
        Assert.Equal(ends, Judge(new RuleState.Unarmed(), readings).State.Name);

    [Fact]
    public void Three_samples_are_needed_however_short_the_time()
    {
        var atOnce = RuleTiming.Of(TimeSpan.Zero);
        Assert.Equal("breaching", Judge(RuleState.Start, "breach breach", atOnce).State.Name);
        Assert.Equal("fired", Judge(RuleState.Start, "breach breach breach", atOnce).State.Name);
    }

    [Fact]
    public void The_same_sample_counts_once()
    {
        var (state, _) = RuleJudge.Step("r", RuleState.Start, new RuleReading.Breach(""), Start, AMinute);
        var (again, transition) = RuleJudge.Step("r", state, new RuleReading.Breach(""), Start, AMinute);
        Assert.Equal(1, Assert.IsType<RuleState.Breaching>(again).Samples);
        Assert.Null(transition);
    }

    [Fact]
    public void What_held_before_a_gap_is_forgotten_and_what_fired_is_not()
    {
        Assert.IsType<RuleState.Quiet>(RuleJudge.AfterGap(new RuleState.Breaching(Start, 4, "")));
        Assert.IsType<RuleState.Fired>(RuleJudge.AfterGap(new RuleState.Fired(Start, Start, "")));
        Assert.IsType<RuleState.Unarmed>(RuleJudge.AfterGap(new RuleState.Unarmed()));
    }

    [Theory]
    [InlineData(60, 15)]
    [InlineData(30, 7.5)]
    [InlineData(600, 15)]
    [InlineData(0.4, 0.25)]
    [InlineData(0, 15)]
    public void A_rule_is_looked_at_four_times_in_its_time_and_every_15_seconds_at_least(double seconds, double period) =>
        Assert.Equal(TimeSpan.FromSeconds(period), RuleTiming.Of(TimeSpan.FromSeconds(seconds)).Period);

    [Fact]
    public void A_filled_in_breach_that_is_over_only_holds()
    {
        var (state, transitions) = FilledIn.Judge("r", RuleState.Start, Past(6), new RuleReading.Quiet("error_rate (0%) > 5%"), Start.AddMinutes(10), AMinute);
        Assert.IsType<RuleState.Fired>(state);
        var fired = Assert.Single(transitions, t => t.Fires);
        Assert.True(fired.OnlyHolds);
        Assert.Contains("while nobody looked", fired.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filled_in_breach_of_which_nobody_knows_whether_it_is_over_only_holds() =>
        Assert.True(FilledIn.Judge("r", RuleState.Start, Past(6), new RuleReading.Blind("no answer"), Start.AddMinutes(10), AMinute).Transitions.Single(t => t.Fires).OnlyHolds);

    [Fact]
    public void A_filled_in_breach_that_was_over_only_holds_also_where_the_first_look_is_bad_again() =>
        Assert.True(FilledIn.Judge("r", RuleState.Start, [.. Past(6), (Start.AddMinutes(5), new RuleReading.Quiet(""))], new RuleReading.Breach(""), Start.AddMinutes(10), AMinute).Transitions.Single(t => t.Fires).OnlyHolds);

    [Fact]
    public void A_filled_in_breach_that_still_is_one_acts()
    {
        var (_, transitions) = FilledIn.Judge("r", RuleState.Start, Past(3), new RuleReading.Breach(""), Start.AddMinutes(1), AMinute);
        Assert.False(transitions.Single(t => t.Fires).OnlyHolds);
    }

    private static IEnumerable<(DateTimeOffset, RuleReading)> Past(int breaches) =>
        Enumerable.Range(0, breaches).Select(i => (Start.AddSeconds(15 * i), (RuleReading)new RuleReading.Breach("error_rate (12%) > 5%")));

    private static (RuleState State, string Transitions) Judge(RuleState state, string readings, RuleTiming? timing = null)
    {
        var transitions = new List<string>();
        var at = Start;
        foreach (var word in readings.Split(' '))
        {
            RuleReading reading = word switch
            {
                "breach" => new RuleReading.Breach("error_rate (12%) > 5%"),
                "quiet" => new RuleReading.Quiet("error_rate (0%) > 5%"),
                "sparse" => new RuleReading.Sparse("2 events"),
                _ => new RuleReading.Blind("no answer"),
            };
            (state, var transition) = RuleJudge.Step("rule", state, reading, at, timing ?? AMinute);
            if (transition is not null)
                transitions.Add(transition.To.Name);
            at += TimeSpan.FromSeconds(15);
        }

        return (state, string.Join(' ', transitions));
    }
}
