using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

public class TrafficWeightsTests
{
    [Theory]
    [InlineData(new[] { 0.95, 0.05 }, new[] { 19, 1 })]
    [InlineData(new[] { 0.5, 0.5 }, new[] { 1, 1 })]
    [InlineData(new[] { 0.75, 0.25 }, new[] { 3, 1 })]
    [InlineData(new[] { 0, 1.0 }, new[] { 0, 1 })]
    [InlineData(new[] { 0.99, 0.01 }, new[] { 99, 1 })]
    [InlineData(new[] { 0.475, 0.475, 0.05 }, new[] { 19, 19, 2 })]
    [InlineData(new[] { 1.0 / 3, 1.0 / 3, 1.0 / 3 }, new[] { 1, 1, 1 })]
    public void Shares_become_the_smallest_weights_that_give_them(double[] shares, int[] weights) => Assert.Equal(weights, Of(shares, 256));

    [Fact]
    public void A_share_that_no_weights_give_is_as_near_as_they_can() => Assert.Equal([256, 1], Of([0.9999, 0.0001], 256));

    [Theory]
    [InlineData(256)]
    [InlineData(1000)]
    public void Any_percentage_is_met_to_a_fiftieth_of_a_percent(int most)
    {
        for (var percent = 1; percent < 100; percent++)
        {
            var weights = Of([percent / 100.0, 1 - percent / 100.0], most);
            Assert.InRange((double)weights[0] / weights.Sum(), percent / 100.0 - 0.0002, percent / 100.0 + 0.0002);
            Assert.True(weights.Max() <= most && weights.Min() >= 1);
        }
    }

    [Fact]
    public void Nobody_can_get_nothing_at_all() => Assert.Throws<ArgumentException>(() => Of([0, 0], 256));

    private static int[] Of(double[] shares, int most) =>
        [.. TrafficWeights.Of(shares.Select((s, i) => (s, i)).ToDictionary(s => $"{s.i}", s => s.s), most).OrderBy(w => w.Key).Select(w => w.Value)];
}
