using System.Xml.Linq;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

public class ChartTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_model_gives_the_same_well_formed_text()
    {
        var model = Model([.. Minutes(0, 60, _ => 0.1)]) with { Title = "a < b & \"c\"" };
        Assert.Equal(Chart.Draw(model), Chart.Draw(model));
        var svg = XElement.Parse(Chart.Draw(model));
        Assert.Equal("720", svg.Attribute("width")!.Value);
        Assert.Equal("a < b & \"c\"", svg.Elements().First(e => e.Name.LocalName == "title").Value);
    }

    [Fact]
    public void A_breach_of_one_sample_in_a_day_is_not_smoothed_away()
    {
        Sample[] day = [.. Enumerable.Range(0, 86_400).Select(i => new Sample.Measured(Start.AddSeconds(i), i == 40_000 ? 1.0 : 0.1))];
        // Axis from 0 to 1.25, 168 pixels high, its foot at 232.
        Assert.Equal(232 - 168 / 1.25, Points(Chart.Draw(Model(day) with { To = Start.AddDays(1) })).Min(p => p.Y), 0.5);
    }

    [Fact]
    public void One_spike_of_a_hundred_thousand_samples_is_in_the_path_and_the_text_stays_short()
    {
        Sample[] many = [.. Enumerable.Range(0, 100_000).Select(i => new Sample.Measured(Start.AddMilliseconds(36 * i), i == 61_803 ? 1.0 : 0.1 + i % 7 * 0.001))];
        var svg = Chart.Draw(Model(many));
        Assert.Equal(232 - 168 / 1.25, Points(svg).Min(p => p.Y), 0.5);
        Assert.InRange(svg.Length, 10_000, 60_000);
    }

    [Fact]
    public void A_series_full_of_holes_and_breaches_keeps_its_extremes_and_takes_no_more_room_than_its_pixels()
    {
        Sample[] holes = [.. Enumerable.Range(0, 100_000).Select(i => i % 2 == 0
            ? (Sample)new Sample.Measured(Start.AddMilliseconds(36 * i), i == 50_000 ? 1.0 : 0.1) { FilledIn = i % 4 == 0 }
            : new Sample.Missing(Start.AddMilliseconds(36 * i), $"no answer {i}"))];
        ChartRange[] breaches = [.. Enumerable.Range(0, 5_000).Select(i => new ChartRange(Start.AddMilliseconds(720 * i), Start.AddMilliseconds(720 * i + 300), $"breach {i}"))];
        var svg = Chart.Draw(Model(holes) with { Breaches = breaches, Markers = [.. breaches.Select(b => new ChartMarker(b.From, b.Label, MarkerKind.Note))] });
        Assert.Equal(232 - 168 / 1.25, Points(svg).Min(p => p.Y), 0.5);
        Assert.InRange(svg.Length, 10_000, 250_000);
        Assert.Contains("And 4988 more breaches", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_of_the_screen_hears_one_picture_with_a_title_and_a_description()
    {
        var svg = XElement.Parse(Chart.Draw(Model([.. Minutes(0, 60, _ => 0.1)])));
        Assert.Equal("img", svg.Attribute("role")!.Value);
        string[] named = [.. svg.Elements().Where(e => e.Name.LocalName is "title" or "desc").Select(e => e.Attribute("id")!.Value)];
        Assert.Equal(svg.Attribute("aria-labelledby")!.Value.Split(' '), named);
    }

    [Fact]
    public void A_gap_stays_a_gap()
    {
        var svg = Chart.Draw(Model([.. Minutes(0, 20, _ => 0.1), .. Minutes(40, 60, _ => 0.1)]));
        Assert.Equal(2, Count(svg, "class=\"hp-line\""));
        Assert.Contains("<title>nobody looked</title>", svg, StringComparison.Ordinal);
        Assert.Contains("1 stretch without numbers: from 2026-03-02 09:20:00 to 2026-03-02 09:40:00", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_sample_breaks_the_line_and_tells_why()
    {
        var svg = Chart.Draw(Model([.. Minutes(0, 20, _ => 0.1), new Sample.Missing(Start.AddMinutes(21), "no answer <here>"), .. Minutes(22, 60, _ => 0.1)]));
        Assert.Equal(2, Count(svg, "class=\"hp-line\""));
        Assert.Contains("<title>no answer &lt;here&gt;</title>", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_baseline_markers_and_breaches_are_drawn_and_said()
    {
        var svg = Chart.Draw(Model([.. Minutes(0, 60, i => i / 100.0)]) with
        {
            Limits = [new(0.36, "rollback when latency_p95 > 3x baseline")],
            Baseline = new("latency_p95", Dimension.Duration, 0.12, 0.01, 40, Start, Start),
            Markers = [new(Start.AddMinutes(5), "deploy 2.4.0", MarkerKind.Deploy), new(Start.AddMinutes(50), "rollback to 2.3.1", MarkerKind.Rollback)],
            Breaches = [new(Start.AddMinutes(37), null, "latency_p95 (370ms) > 360ms")],
        });
        foreach (var part in (string[])["hp-limit", "hp-band", "hp-deploy", "hp-rollback", "hp-breach", "Limit 360ms: rollback when", "Baseline 120ms &#177; 10ms", "deploy 2.4.0 at 2026-03-02 09:05:00", "Breach from 2026-03-02 09:37:00 on", ">600ms<", ">09:30<"])
            Assert.Contains(part, svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Filled_in_samples_are_drawn_apart() =>
        Assert.Equal(1, Count(Chart.Draw(Model([.. Minutes(0, 20, _ => 0.1), .. Minutes(20, 40, _ => 0.1).Select(s => s with { FilledIn = true }), .. Minutes(40, 60, _ => 0.1)])), "hp-line hp-filled"));

    [Fact]
    public void Nothing_sampled_is_drawn_as_nothing()
    {
        var svg = Chart.Draw(Model([]));
        Assert.DoesNotContain("<path class=\"hp-line", svg, StringComparison.Ordinal);
        Assert.Contains("no numbers", svg, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Dimension.Ratio, 0.004, "0.4%")]
    [InlineData(Dimension.Bytes, 3.2e9, "4 GB")]
    [InlineData(Dimension.Duration, 240, "4m")]
    [InlineData(Dimension.Duration, 0.00009, "100us")]
    [InlineData(Dimension.Count, 120_000, "100k")]
    public void Axes_are_written_in_the_metrics_units(Dimension dimension, double value, string label) =>
        Assert.Contains($">{label}<", Chart.Draw(Model([.. Minutes(0, 60, _ => value)]) with { Dimension = dimension }), StringComparison.Ordinal);

    [Fact]
    public void A_sparkline_keeps_peaks_and_leaves_gaps_blank()
    {
        Assert.Equal("▁▂▃▄▅▆▇█", Sparkline.Of([0, 1, 2, 3, 4, 5, 6, 7], 8));
        Assert.Equal("▁█▁▁", Sparkline.Of([0, 0, 0, 9, 0, 0, 0, 0], 4));
        Assert.Equal("▁ █", Sparkline.Of([1, null, 2], 10));
        Assert.Equal("▁▁", Sparkline.Of([5, 5], 10));
        Assert.Equal("", Sparkline.Of([], 10));
    }

    private static ChartModel Model(IReadOnlyList<Sample> samples) => new("latency_p95", Dimension.Duration, Start, Start.AddHours(1), samples);

    private static IEnumerable<Sample> Minutes(int from, int to, Func<int, double> value) =>
        Enumerable.Range(from, to - from + 1).Select(i => new Sample.Measured(Start.AddMinutes(i), value(i)));

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static IEnumerable<(double X, double Y)> Points(string svg) =>
        from path in XElement.Parse(svg).Elements()
        where path.Name.LocalName == "path" && path.Attribute("class")?.Value == "hp-line"
        from point in path.Attribute("d")!.Value.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)
        let numbers = point.Split(' ')
        select (double.Parse(numbers[0]), double.Parse(numbers[1]));
}
