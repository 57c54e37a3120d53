using Holdpoint.Backtesting;

namespace Holdpoint.Tests.Backtesting;

public sealed class SuggestTests
{
    /// <summary>Each hour a deployment; every tenth is bad and errs at 30 %, the good ones at up to 9 % in their 20th minute, each a little more than the one before.</summary>
    private static double? Errs(double minutes)
    {
        var (hour, minute) = ((int)Math.Floor(minutes / 60), (minutes % 60 + 60) % 60);
        return minute is >= 20 and < 25 ? hour % 10 == 9 ? 0.3 : 0.01 + (0.08 * (hour % 10) / 8) : 0.005;
    }

    private static List<Deployment> Hourly(int count) => [.. Enumerable.Range(0, count).Select(i => new Deployment($"v{i}", Pasts.At(i * 60), null, i % 10 != 9))];

    private static LimitSuggestion Suggest(string rule, string rate, int hours = 40) => Assert.Single(Pasts.Run(Pasts.Request(rule, hours * 60, Errs) with
    {
        Deployments = Hourly(hours),
        WatchLength = TimeSpan.FromHours(1),
        Suggest = SuggestRate.Parse(rate),
    }).Suggestions);

    [Fact]
    public void The_tightest_limit_is_proposed_that_keeps_to_the_rate_and_its_price_is_told()
    {
        var s = Suggest("rollback when error_rate > 4% for 1m", "0%");

        Assert.Equal((36, 4, 0), (s.Good, s.Bad, s.Allowed));
        Assert.Equal(("error_rate > 4%", 20, 4), (s.Now!.Limit.ToString(), s.Now.FalseAlarms, s.Now.Hits));
        Assert.Equal(("error_rate > 9%", 0, 4), (s.Proposed!.Limit.ToString(), s.Proposed.FalseAlarms, s.Proposed.Hits));
    }

    [Fact]
    public void A_higher_rate_allows_a_tighter_limit()
    {
        var s = Suggest("rollback when error_rate > 4% for 1m", "25%");

        Assert.Equal(9, s.Allowed);
        Assert.Equal(("error_rate > 7%", 8), (s.Proposed!.Limit.ToString(), s.Proposed.FalseAlarms));
    }

    [Fact]
    public void A_proposal_that_costs_hits_says_so()
    {
        // What is good reaches 9 % from below, and so does what must not fall: nothing parts good from bad.
        var s = Suggest("rollback when error_rate < 1% for 10m", "0%");

        Assert.True(s.Now!.Hits > 0);
        Assert.Equal((0, 0), (s.Proposed!.FalseAlarms, s.Proposed.Hits));
    }

    [Fact]
    public void A_limit_that_keeps_to_the_rate_and_finds_as_much_stays()
    {
        var s = Suggest("rollback when error_rate > 20% for 1m", "0%");

        Assert.True(s.Stays);
        Assert.Equal((0, 4), (s.Proposed!.FalseAlarms, s.Proposed.Hits));
    }

    [Fact]
    public void A_limit_that_misses_what_a_tighter_one_finds_is_tightened()
    {
        var s = Suggest("rollback when error_rate > 50% for 1m", "0%");

        Assert.Equal(("error_rate > 9%", 0, 4), (s.Proposed!.Limit.ToString(), s.Now!.Hits, s.Proposed.Hits));
    }

    [Fact]
    public void A_limit_in_baselines_is_proposed_in_baselines()
    {
        var s = Suggest("rollback when error_rate > 2x baseline for 1m", "0%");

        Assert.Equal("error_rate > 18x baseline", s.Proposed!.Limit.ToString());
        Assert.Equal((0, 4), (s.Proposed.FalseAlarms, s.Proposed.Hits));
    }

    [Fact]
    public void Without_deployments_alarms_are_counted_in_time()
    {
        var request = Pasts.Request("rollback when error_rate > 4% for 1m", 24 * 60 * 7, m => Errs(m) is { } e && (int)(m / 60) % 10 == 9 ? (int)(m / 600) % 8 == 0 ? e : 0.1 : 0.005) with { Suggest = SuggestRate.Parse("3/week") };

        var s = Assert.Single(Pasts.Run(request).Suggestions);

        Assert.Equal((3, "error_rate > 10%"), (s.Allowed, s.Proposed!.Limit.ToString()));
        Assert.InRange(s.Proposed.FalseAlarms, 1, 3);
        Assert.True(s.Now!.FalseAlarms > 3);
    }

    [Fact]
    public void A_rule_with_two_limits_gets_no_proposal_and_the_reason()
    {
        var s = Suggest("rollback when error_rate > 4% and latency_p95 > 1s for 1m", "1%");

        Assert.Null(s.Proposed);
        Assert.Contains("no single limit", s.Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1%", true)]
    [InlineData("2/week", true)]
    [InlineData("1 per day", true)]
    [InlineData("week", false)]
    [InlineData("1", false)]
    [InlineData("120%", false)]
    [InlineData("-1/week", false)]
    [InlineData("1/fortnight", false)]
    public void A_rate_is_a_share_or_so_many_in_a_time(string text, bool isOne) => Assert.Equal(isOne, SuggestRate.Parse(text) is not null);
}
