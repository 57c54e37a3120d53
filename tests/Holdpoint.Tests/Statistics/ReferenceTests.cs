using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Statistics;

namespace Holdpoint.Tests.Statistics;

/// <summary>Against what SciPy and NumPy say (reference.tsv, which reference.py has written).</summary>
public class ReferenceTests
{
    private static readonly ILookup<string, string[]> Cases = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Statistics", "reference.tsv"))
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).ToLookup(columns => columns[0]);

    [Fact]
    public void The_rank_test_agrees() => Agree("rank", 33, c =>
    {
        var result = RankTest.Compare(Numbers(c[1]), Numbers(c[2]), AlternativeOf(c[3]));
        return (c[4], [result.U, result.Chance]);
    });

    [Fact]
    public void The_effect_sizes_agree() => Agree("effect", 11, c =>
        (c[3], [EffectSize.VarghaDelaney(Numbers(c[1]), Numbers(c[2])), EffectSize.CliffsDelta(Numbers(c[1]), Numbers(c[2]))]));

    [Fact]
    public void The_exact_binomial_test_agrees() => Agree("binomial", 48, c =>
        (c[5], [ExactBinomial.Chance((long)Numbers(c[1])[0], (long)Numbers(c[2])[0], Numbers(c[3])[0], AlternativeOf(c[4]))]));

    [Fact]
    public void The_test_of_two_rates_agrees() => Agree("rates", 18, c =>
        (c[6], [ExactBinomial.TwoRates((long)Numbers(c[1])[0], Numbers(c[2])[0], (long)Numbers(c[3])[0], Numbers(c[4])[0], AlternativeOf(c[5]))]));

    [Fact]
    public void Quantiles_agree() => Agree("quantile", 40, c =>
        (c[3], [WindowStatistics.Quantile([.. Numbers(c[1]).Order()], Numbers(c[2])[0])]));

    private static void Agree(string function, int count, Func<string[], (string Expected, double[] Actual)> compute)
    {
        Assert.Equal(count, Cases[function].Count());
        foreach (var columns in Cases[function])
        {
            var (expected, actual) = compute(columns);
            foreach (var (wanted, got) in Numbers(expected).Zip(actual))
                // Small chances also agree in their leading digits, not only in being small.
                Assert.True(Math.Abs(wanted - got) <= 1e-6 * Math.Max(Math.Abs(wanted), 1e-12), $"{string.Join(' ', columns)}: {got}");
        }
    }

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];

    private static Alternative AlternativeOf(string text) => text switch
    {
        "greater" => Alternative.Greater,
        "less" => Alternative.Less,
        _ => Alternative.TwoSided,
    };
}
