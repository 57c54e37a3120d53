using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>
/// A metric over time as one SVG element of 720 by 260, to be put into an HTML page as it is. Text and axes take the page's own colour,
/// and the other colours are seen on light and on dark. The same model gives the same text, and however many samples, gaps and breaches it has,
/// the text stays as long as so many pixels need (<see cref="MostRanges"/>).
/// </summary>
public static class Chart
{
    private const int Width = 720;
    private const int Height = 260;
    private const int Left = 62;
    private const int Right = Width - 14;
    private const int Top = 64;
    private const int Bottom = Height - 28;

    /// <summary>More gaps, breaches or markers than this are drawn and told together where they touch, or not one by one.</summary>
    private const int MostRanges = 120;

    private const string Style = """
        .hp-chart{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;max-width:100%;height:auto}
        .hp-chart text{fill:currentColor}
        .hp-title{font-size:14px;font-weight:600}
        .hp-quiet{opacity:.68}
        .hp-grid{stroke:currentColor;stroke-opacity:.13}
        .hp-axis{stroke:currentColor;stroke-opacity:.45}
        .hp-line{fill:none;stroke:#3b82f6;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}
        .hp-filled{stroke-dasharray:2 3}
        .hp-dot{fill:#3b82f6}
        .hp-band{fill:#16a34a;fill-opacity:.16}
        .hp-baseline{stroke:#16a34a;stroke-width:1.2}
        .hp-limit{stroke:#e5484d;stroke-width:1.3;stroke-dasharray:6 4}
        .hp-breach{fill:#e5484d;fill-opacity:.17}
        .hp-hatch{stroke:currentColor;stroke-opacity:.22}
        .hp-deploy,.hp-note{stroke:currentColor;stroke-opacity:.75;stroke-width:1.2}
        .hp-rollback{stroke:#9061f9;stroke-width:1.6}
        .hp-tag{fill:#9061f9;stroke:none}
        .hp-flag{fill:currentColor;stroke:none}
        """;

    public static string Draw(ChartModel model)
    {
        var seen = model.Samples.Where(s => s.At >= model.From && s.At <= model.To).ToArray();
        var numbers = seen.OfType<Sample.Measured>().Select(s => s.Value).ToArray();
        var step = LongestStep(model, seen);
        var ticks = ValueTicks(model, numbers);
        var span = Math.Max(1, (model.To - model.From).Ticks);
        double X(DateTimeOffset at) => Left + (Right - Left) * Math.Clamp((double)(at - model.From).Ticks / span, 0, 1);
        double Y(double value) => Bottom - (Bottom - Top) * Math.Clamp((value - ticks[0]) / (ticks[^1] - ticks[0]), 0, 1);

        var id = "hp" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{model.Title}|{model.Subtitle}|{model.From.UtcTicks}|{model.To.UtcTicks}|{seen.Length}")))[..8];
        var gaps = Gaps(model, seen, step);
        var svg = new StringBuilder();
        svg.Append($"""<svg xmlns="http://www.w3.org/2000/svg" class="hp-chart" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" role="img" aria-labelledby="{id}-t {id}-d">""")
            .Append($"\n<title id=\"{id}-t\">{Text(model.Title)}</title>\n<desc id=\"{id}-d\">{Text(ChartWords.Describe(model, seen, gaps))}</desc>\n<style>{Style}</style>\n")
            .Append($"""<defs><pattern id="{id}-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hp-hatch" d="M0 0V6"/></pattern></defs>""")
            .Append('\n');

        DrawHead(svg, model, seen);
        DrawRanges(svg, model, gaps, id, X);
        DrawAxes(svg, model, ticks, X, Y);
        DrawBaseline(svg, model, Y);
        DrawLine(svg, seen, new ChartLine(X, Y, step), X, Y);
        DrawLimits(svg, model, Y);
        DrawMarkers(svg, model, X);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawHead(StringBuilder svg, ChartModel model, Sample[] seen)
    {
        svg.Append($"<text class=\"hp-title\" x=\"8\" y=\"20\">{Text(model.Title)}</text>\n");
        svg.Append($"<text class=\"hp-quiet\" x=\"{Right}\" y=\"20\" text-anchor=\"end\">{Text(model.Subtitle ?? ChartWords.Subtitle(model, seen))}</text>\n");
    }

    private static void DrawRanges(StringBuilder svg, ChartModel model, IReadOnlyList<ChartRange> gaps, string id, Func<DateTimeOffset, double> x)
    {
        foreach (var gap in Few(gaps))
            Rectangle(gap, $"fill=\"url(#{id}-h)\"", 1);
        foreach (var breach in Few(model.Breaches))
            Rectangle(breach, "class=\"hp-breach\"", 2);

        // Those that stand less than a pixel apart are one to the eye.
        IReadOnlyList<ChartRange> Few(IReadOnlyList<ChartRange> ranges)
        {
            if (ranges.Count <= MostRanges)
                return ranges;
            var few = new List<ChartRange>();
            foreach (var range in ranges.OrderBy(r => r.From))
                if (few.Count > 0 && x(range.From) - x(few[^1].To ?? model.To) < 1)
                    few[^1] = few[^1] with { To = few[^1].To is { } a && range.To is { } b ? a > b ? a : b : null };
                else
                    few.Add(range);
            return few;
        }

        void Rectangle(ChartRange range, string look, double least)
        {
            var (from, to) = (x(range.From), x(range.To ?? model.To));
            svg.Append($"<rect {look} x=\"{Number(from)}\" y=\"{Top}\" width=\"{Number(Math.Max(least, to - from))}\" height=\"{Bottom - Top}\"><title>{Text(range.Label)}</title></rect>\n");
        }
    }

    private static void DrawAxes(StringBuilder svg, ChartModel model, double[] ticks, Func<DateTimeOffset, double> x, Func<double, double> y)
    {
        foreach (var tick in ticks)
        {
            svg.Append($"<path class=\"{(tick == ticks[0] ? "hp-axis" : "hp-grid")}\" d=\"M{Left} {Number(y(tick))}H{Right}\"/>");
            svg.Append($"<text class=\"hp-quiet\" x=\"{Left - 8}\" y=\"{Number(y(tick) + 4)}\" text-anchor=\"end\">{Text(ChartAxis.Label(tick, ticks, model.Dimension))}</text>\n");
        }

        foreach (var (at, label) in ChartAxis.Times(model.From, model.To, 7))
        {
            // The left corner belongs to the zone's name.
            if (x(at) < Left + 14)
                continue;
            svg.Append($"<path class=\"hp-axis\" d=\"M{Number(x(at))} {Bottom}v4\"/>");
            svg.Append($"<text class=\"hp-quiet\" x=\"{Number(Math.Min(x(at), Right - 16))}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">{label}</text>\n");
        }

        svg.Append($"<text class=\"hp-quiet\" x=\"{Left - 8}\" y=\"{Bottom + 18}\" text-anchor=\"end\">UTC</text>\n");
    }

    private static void DrawBaseline(StringBuilder svg, ChartModel model, Func<double, double> y)
    {
        if (model.Baseline is not { } baseline)
            return;
        var (low, high) = (y(baseline.Median - baseline.Spread), y(baseline.Median + baseline.Spread));
        svg.Append($"<rect class=\"hp-band\" x=\"{Left}\" y=\"{Number(high)}\" width=\"{Right - Left}\" height=\"{Number(Math.Max(2, low - high))}\"><title>baseline {Text(baseline.ToString())}</title></rect>")
            .Append($"<path class=\"hp-baseline\" d=\"M{Left} {Number(y(baseline.Median))}H{Right}\"/>\n");
    }

    private static void DrawLine(StringBuilder svg, Sample[] seen, ChartLine line, Func<DateTimeOffset, double> x, Func<double, double> y)
    {
        foreach (var stroke in line.Strokes(seen))
        {
            if (stroke.Points is [var only])
                svg.Append($"<circle class=\"hp-dot\" cx=\"{Number(x(only.At))}\" cy=\"{Number(y(only.Value))}\" r=\"2\"/>\n");
            else
                svg.Append($"<path class=\"hp-line{(stroke.FilledIn ? " hp-filled" : "")}\" d=\"{line.Path(stroke.Points)}\"/>\n");
        }
    }

    private static void DrawLimits(StringBuilder svg, ChartModel model, Func<double, double> y)
    {
        var taken = new List<double>();
        foreach (var limit in model.Limits.Where(l => double.IsFinite(l.Value)).Take(MostRanges).OrderByDescending(l => l.Value))
        {
            var at = y(limit.Value);
            // Above its line where there is room, below it else; and never on another label.
            var label = at - 5;
            if (at < Top + 14 || taken.Any(t => Math.Abs(t - label) < 13))
                label = at + 14;
            taken.Add(label);
            svg.Append($"<path class=\"hp-limit\" d=\"M{Left} {Number(at)}H{Right}\"/><text x=\"{Right - 4}\" y=\"{Number(label)}\" text-anchor=\"end\">{Text(Short(limit.Label, 70))}</text>\n");
        }
    }

    private static void DrawMarkers(StringBuilder svg, ChartModel model, Func<DateTimeOffset, double> x)
    {
        // Labels stand in two rows above the plot; one that would cover another is left to its tooltip.
        double[] free = [double.MinValue, double.MinValue];
        var markers = model.Markers.Where(m => m.At >= model.From && m.At <= model.To).OrderBy(m => m.At).Take(MostRanges).ToArray();
        for (var i = 0; i < markers.Length; i++)
        {
            var marker = markers[i];
            var at = x(marker.At);
            var (line, flag) = marker.Kind switch
            {
                MarkerKind.Deploy => ("hp-deploy", "hp-flag"),
                MarkerKind.Rollback => ("hp-rollback", "hp-tag"),
                _ => ("hp-note", "hp-flag"),
            };
            var label = Short(marker.Label, 28);
            var width = label.Length * 6.6 + 10;
            var toTheLeft = at + width > Right;
            var start = toTheLeft ? at - width : at;
            // The upper row where the next marker's line would cross the label.
            var crossed = !toTheLeft && i + 1 < markers.Length && x(markers[i + 1].At) < start + width;
            int[] rows = crossed ? [1, 0] : [0, 1];
            var row = Array.Find([.. rows, -1], r => r < 0 || start >= free[r]);
            var height = row == 1 ? Top - 20 : Top - 6;
            svg.Append($"<g><title>{Text(marker.Label)}, {marker.At.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} UTC</title><path class=\"{line}\" d=\"M{Number(at)} {height - 6}V{Bottom}\"/><path class=\"{flag}\" d=\"M{Number(at)} {height - 10}l{(toTheLeft ? -5 : 5)} 4l{(toTheLeft ? 5 : -5)} 4z\"/>");
            if (row >= 0)
            {
                free[row] = start + width + 4;
                svg.Append($"<text x=\"{Number(toTheLeft ? at - 8 : at + 8)}\" y=\"{height - 2}\"{(toTheLeft ? " text-anchor=\"end\"" : "")}>{Text(label)}</text>");
            }

            svg.Append("</g>\n");
        }
    }

    /// <summary>Where the axis of values begins, ends and has its lines: limits and baseline are on it.</summary>
    internal static double[] ValueTicks(ChartModel model, double[] numbers)
    {
        double[] all = [.. numbers, .. model.Limits.Select(l => l.Value), .. model.Baseline is { } b ? [b.Median + b.Spread, b.Median - b.Spread] : Array.Empty<double>()];
        // Quantities are seen against zero; only what goes below it moves the axis.
        var low = Math.Min(0, all.Where(double.IsFinite).DefaultIfEmpty(0).Min());
        var high = Math.Max(0, all.Where(double.IsFinite).DefaultIfEmpty(0).Max());
        if (high <= low)
            high = low + (model.Dimension == Dimension.Ratio ? 0.01 : 1);
        return ChartAxis.Values(low, high + (high - low) * 0.04, model.Dimension, 5);
    }

    /// <summary>Stretches without a number, from the last one before to the first one after.</summary>
    internal static List<ChartRange> Gaps(ChartModel model, Sample[] seen, TimeSpan longestStep)
    {
        var gaps = new List<ChartRange>();
        Sample? before = null;
        var why = "";
        foreach (var sample in seen)
        {
            if (sample is not Sample.Measured)
            {
                why = sample.Reason;
                continue;
            }

            if (before is not null && (why.Length > 0 || sample.At - before.At > longestStep))
                gaps.Add(new(before.At, sample.At, why.Length > 0 ? why : "nobody looked"));
            else if (before is null && why.Length > 0)
                gaps.Add(new(seen[0].At, sample.At, why));
            before = sample;
            why = "";
        }

        if (why.Length > 0)
            gaps.Add(new(before?.At ?? seen[0].At, model.To, why));
        return gaps;
    }

    /// <summary>Samples further apart are not joined.</summary>
    internal static TimeSpan LongestStep(ChartModel model, Sample[] seen) => model.LongestStep ?? UsualStep(seen) * 3.5;

    private static TimeSpan UsualStep(Sample[] samples) => samples.Length < 2
        ? TimeSpan.FromDays(3650)
        : TimeSpan.FromTicks((long)Baseline.MedianOf([.. samples.Zip(samples.Skip(1), (a, b) => (double)(b.At - a.At).Ticks)]));

    private static string Short(string text, int most) => text.Length > most ? text[..(most - 1)] + "…" : text;

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
