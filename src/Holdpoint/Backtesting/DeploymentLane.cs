using System.Globalization;
using System.Text;
using Holdpoint.Metrics;
using Holdpoint.Records;

namespace Holdpoint.Backtesting;

/// <summary>
/// What a rule made of each deployment, as a strip below its chart: a stroke for each, in its place in time. Many deployments would hide the metric's line;
/// here each has its colour, its height and its words.
/// </summary>
internal static class DeploymentLane
{
    /// <summary>With more than this, they stand in the strip alone.</summary>
    public const int MostInChart = 8;

    // The plot's edges in Chart, so that both share their axis.
    private const int Width = 720;
    private const int Left = 62;
    private const int Right = Width - 14;
    private const int Height = 34;

    private const string Style = """
        .lane text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:currentColor;opacity:.68}
        .lane .axis{stroke:currentColor;stroke-opacity:.3}
        .lane .quiet{fill:currentColor;opacity:.4}.lane .hit{fill:#16a34a}.lane .miss{fill:#e5484d}.lane .falsealarm{fill:#d98a00}.lane .blind{fill:none;stroke:#9061f9;stroke-width:1.4}.lane .uncounted{fill:none;stroke:currentColor;stroke-opacity:.5}
        """;

    public static string Draw(RulePast rule, DateTimeOffset from, DateTimeOffset to)
    {
        var watches = rule.Watches.Where(w => w.Deployment is not null && w.From >= from && w.From <= to).ToList();
        var words = string.Join(", ", watches.GroupBy(w => w.Judged).OrderBy(g => g.Key).Select(g => BacktestWords.Counted(g.Count(), g.Key)));
        var svg = new StringBuilder($"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"hp-chart lane\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"{HtmlText.Encode($"{watches.Count} deployments: {words}")}\">\n<style>{Style}</style>\n");
        svg.Append($"<text x=\"{Left - 8}\" y=\"13\" text-anchor=\"end\">deploys</text><path class=\"axis\" d=\"M{Left} 17.5H{Right}\"/>\n");
        var last = double.MinValue;
        foreach (var watch in watches)
        {
            var x = Left + (Right - Left) * ((watch.From - from) / (to - from));
            // Strokes that would lie on each other stand side by side.
            x = Math.Min(Right, Math.Max(x, last + 3));
            last = x;
            // What needs a look is taller, for eyes that don't tell the colours apart.
            var tall = watch.Judged is Judged.Miss or Judged.FalseAlarm ? 15 : watch.Judged is Judged.Hit ? 11 : 7;
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{watch.Judged.ToString().ToLowerInvariant()}\" x=\"{x - 1.5:0.#}\" y=\"{17 - tall}\" width=\"3\" height=\"{tall}\"><title>{HtmlText.Encode($"{watch.Deployment!.Name}, {Moment.Show(watch.From)} UTC: {BacktestWords.Name(watch.Judged)}")}</title></rect>");
        }

        svg.Append('\n');
        var left = (double)Left;
        foreach (var judged in watches.Select(w => w.Judged).Distinct().Order())
        {
            var label = BacktestWords.Counted(watches.Count(w => w.Judged == judged), judged);
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{judged.ToString().ToLowerInvariant()}\" x=\"{left:0.#}\" y=\"24\" width=\"7\" height=\"7\"/><text x=\"{left + 11:0.#}\" y=\"31\">{label}</text>");
            left += 11 + label.Length * 6.2 + 14;
        }

        return svg.Append("\n</svg>\n").ToString();
    }
}
