using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

public class CharacterChartTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static ChartModel s_told => Model([.. Minutes(0, 60, i => i < 40 ? 0.1 : i < 50 ? 0.35 : 0.1)]) with
    {
        Limits = [new(0.3, "rollback when latency > 300ms")],
        Baseline = new("latency", Dimension.Duration, 0.1, 0.01, 40, s_start, s_start),
        Markers = [new(s_start.AddMinutes(10), "deploy web", MarkerKind.Deploy), new(s_start.AddMinutes(55), "rollback web", MarkerKind.Rollback)],
        Breaches = [new(s_start.AddMinutes(40), s_start.AddMinutes(50), "latency > 300ms")],
    };

    [Fact]
    public void A_line_its_limit_its_baseline_and_what_happened_are_told_by_glyphs_alone()
    {
        Assert.Equal(
            """
               400ms│                     ⡤⠤⠤⠤⠤⢤
               300ms│╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌⡇╌╌╌╌⢸╌╌╌╌╌
               100ms│⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡇····⢸⣀⣀⣀⣀⣀
                   0│
                    └─────D───────────────!!!!!!──R──
            """, Text(CharacterChart.Draw(s_told, 41, 5)), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void One_sample_of_a_hundred_thousand_stands_out_and_a_gap_is_a_gap()
    {
        Sample[] day = [.. Enumerable.Range(0, 100_000).Where(i => i is < 20_000 or > 40_000).Select(i => new Sample.Measured(s_start.AddSeconds(i), i == 70_000 ? 1.0 : 0.1))];
        var rows = CharacterChart.Draw(Model(day) with { To = s_start.AddSeconds(100_000) }, 60, 6);
        Assert.Single(rows[1], c => c.Ink == ChartInk.Line);
        Assert.Equal(10, rows[5].Count(c => c.Glyph == '?'), 1.5);
        Assert.Equal(41, rows[4].Count(c => c.Ink == ChartInk.Line), 1.5);
    }

    [Fact]
    public void Every_row_is_as_wide_as_asked_for_whatever_there_is_to_draw()
    {
        foreach (var samples in (Sample[][])[[], [new Sample.Measured(s_start, double.PositiveInfinity)], [new Sample.Missing(s_start, "no answer")], [.. Minutes(0, 3, i => -i)]])
            Assert.All(CharacterChart.Draw(Model(samples) with { Breaches = [new(s_start.AddDays(-2), s_start.AddDays(-1), "before"), new(s_start.AddDays(2), null, "after")] }, 33, 4), row => Assert.Equal(33, row.Count));
    }

    private static ChartModel Model(IReadOnlyList<Sample> samples) => new("latency", Dimension.Duration, s_start, s_start.AddHours(1), samples);

    private static IEnumerable<Sample> Minutes(int from, int to, Func<int, double> value) =>
        Enumerable.Range(from, to - from + 1).Select(i => new Sample.Measured(s_start.AddMinutes(i), value(i)));

    internal static string Text(IReadOnlyList<IReadOnlyList<ChartCell>> rows) => string.Join('\n', rows.Select(r => string.Concat(r.Select(c => c.Glyph)).TrimEnd()));
}
