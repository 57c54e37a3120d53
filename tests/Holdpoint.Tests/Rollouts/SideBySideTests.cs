using Holdpoint.Expressions;
using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

/// <summary>When the new side of a canary is worse than the stable one, by the failures that a proxy counts.</summary>
public class SideBySideTests
{
    [Theory]
    [InlineData(25, 5, 500, 0)]
    [InlineData(1000, 60, 10_000, 100)]
    public void Failures_that_chance_does_not_explain_end_it(int answers, int failures, int stableAnswers, int stableFailures) =>
        Assert.IsType<Verdict.Failed>(SideBySide.Judge((answers, failures), (stableAnswers, stableFailures), 0.01));

    [Theory]
    [InlineData(25, 0, 500, 0)]
    [InlineData(25, 1, 500, 0)]
    [InlineData(3, 1, 500, 0)]
    [InlineData(1000, 200, 10_000, 2000)]
    [InlineData(1, 0, 0, 0)]
    public void Few_failures_and_those_that_both_sides_have_do_not(int answers, int failures, int stableAnswers, int stableFailures) =>
        Assert.IsType<Verdict.Passed>(SideBySide.Judge((answers, failures), (stableAnswers, stableFailures), 0.01));

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    public void A_side_that_nobody_has_asked_is_unknown(int stableAnswers) =>
        Assert.Contains("no request has reached the new side", Assert.IsType<Verdict.Unknown>(SideBySide.Judge((0, 0), (stableAnswers, 0), 0.01)).Because, StringComparison.Ordinal);

    [Fact]
    public async Task Only_what_came_since_the_first_look_counts()
    {
        var fleet = new FakeFleet("blue", "green");
        (fleet.Counts["blue"], fleet.Counts["green"]) = ((1000, 0), (1000, 900));
        var sides = new SideBySide(fleet.Traffic, ["green"], ["blue"], 0.01);
        Assert.IsType<Verdict.Unknown>(await sides.CompareAsync(TestContext.Current.CancellationToken));
        (fleet.Counts["blue"], fleet.Counts["green"]) = ((2000, 0), (1050, 900));
        Assert.Equal("failed on the new side 0 of 50 (0%), on the stable side 0 of 1000 (0%)", (await sides.CompareAsync(TestContext.Current.CancellationToken)).Message);
        fleet.Counts["green"] = (1100, 910);
        Assert.IsType<Verdict.Failed>(await sides.CompareAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_proxy_that_was_restarted_counts_anew_and_one_that_is_silent_is_unknown()
    {
        var fleet = new FakeFleet("blue", "green");
        (fleet.Counts["blue"], fleet.Counts["green"]) = ((1000, 0), (1000, 0));
        var sides = new SideBySide(fleet.Traffic, ["green"], ["blue"], 0.01);
        await sides.CompareAsync(TestContext.Current.CancellationToken);
        (fleet.Counts["blue"], fleet.Counts["green"]) = ((10, 0), (10, 9));
        Assert.IsType<Verdict.Unknown>(await sides.CompareAsync(TestContext.Current.CancellationToken));
        fleet.ProxySilent = "no such socket";
        Assert.Equal("no such socket", Assert.IsType<Verdict.Unknown>(await sides.CompareAsync(TestContext.Current.CancellationToken)).Because);
    }
}
