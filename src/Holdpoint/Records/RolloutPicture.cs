using System.Globalization;
using System.Net;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Records;

/// <summary>A rollout over time.</summary>
/// <param name="Title"><c>web: 1.4.0 to 1.5.0, canary</c>.</param>
/// <param name="Steps">In the order in which they began.</param>
public sealed record RolloutModel(string Title, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<RolloutBar> Steps)
{
    /// <summary>By version, answers in each second from <see cref="From"/> on; drawn above the steps. Empty: nobody counted.</summary>
    public IReadOnlyList<(string Version, IReadOnlyList<int> PerSecond)> Answers { get; init; } = [];
}

/// <param name="To">Null: it has not ended.</param>
/// <param name="Verdict">Null while it is under way.</param>
public sealed record RolloutBar(string Name, DateTimeOffset From, DateTimeOffset? To, VerdictKind? Verdict);

/// <summary>Draws a rollout as one SVG element, 720 wide: who answered, and below it each step as a bar. The same model gives the same text.</summary>
public static class RolloutPicture
{
    private const int Width = 720;
    private const int Left = 300;
    private const int Right = Width - 60;
    private const int Row = 20;
    private const int Head = 34;
    private const int AreaHeight = 110;

    private static readonly string[] Inks = ["#3b82f6", "#16a34a", "#9061f9"];

    public static string Draw(RolloutModel model)
    {
        var area = model.Answers.Count > 0 ? AreaHeight + 44 : 0;
        var height = Head + area + model.Steps.Count * Row + 30;
        var span = Math.Max(1, (model.To - model.From).TotalSeconds);
        double X(DateTimeOffset at) => Left + (Right - Left) * Math.Clamp((at - model.From).TotalSeconds / span, 0, 1);

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\" style=\"font:12px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;max-width:100%;height:auto\" fill=\"currentColor\">\n")
            .Append($"<title>{Text(model.Title)}</title>\n<desc>{Text(Describe(model))}</desc>\n")
            .Append($"<text x=\"8\" y=\"20\" style=\"font-size:14px;font-weight:600\">{Text(model.Title)}</text>\n");
        if (area > 0)
            DrawAnswers(svg, model, X);
        for (var i = 0; i < model.Steps.Count; i++)
            DrawStep(svg, model.Steps[i], Head + area + i * Row, X, model.To);
        DrawTime(svg, model, Head + area + model.Steps.Count * Row, X);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawAnswers(StringBuilder svg, RolloutModel model, Func<DateTimeOffset, double> x)
    {
        var seconds = model.Answers.Max(a => a.PerSecond.Count);
        var below = new double[seconds];
        var most = Math.Max(1, Enumerable.Range(0, seconds).Max(s => model.Answers.Sum(a => At(a.PerSecond, s))));
        double Y(double count) => Head + 24 + AreaHeight * (1 - count / most);

        for (var v = 0; v < model.Answers.Count; v++)
        {
            var (version, counts) = model.Answers[v];
            var ink = version == "failed" ? "#e5484d" : Inks[v % Inks.Length];
            var (up, down) = (new StringBuilder(), new StringBuilder());
            for (var s = 0; s < seconds; s++)
            {
                var at = Number(x(model.From.AddSeconds(s)));
                down.Insert(0, $"L{at} {Number(Y(below[s]))}");
                below[s] += At(counts, s);
                up.Append($"{(s == 0 ? 'M' : 'L')}{at} {Number(Y(below[s]))}");
            }

            svg.Append($"<path fill=\"{ink}\" fill-opacity=\".75\" d=\"{up}{down}Z\"><title>{Text(version)}</title></path>\n")
                .Append(CultureInfo.InvariantCulture, $"<rect x=\"{8}\" y=\"{Head + 28 + v * 20}\" width=\"11\" height=\"11\" fill=\"{ink}\" fill-opacity=\".75\"/><text x=\"26\" y=\"{Head + 38 + v * 20}\">{Text(version)}: {counts.Sum()} answers</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Right + 6}\" y=\"{Head + 30}\" opacity=\".68\">{most}/s</text>\n");
    }

    private static void DrawStep(StringBuilder svg, RolloutBar step, int y, Func<DateTimeOffset, double> x, DateTimeOffset end)
    {
        var (from, to) = (x(step.From), x(step.To ?? end));
        var ink = step.Verdict switch { VerdictKind.Passed => "#16a34a", VerdictKind.Warned => "#d97706", null => "#3b82f6", _ => "#e5484d" };
        var took = Units.Duration((step.To ?? end) - step.From);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"8\" y=\"{y + 14}\">{Text(step.Name.Length > 46 ? step.Name[..45] + "…" : step.Name)}</text>")
            .Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y + 10}H{Right}\" stroke=\"currentColor\" stroke-opacity=\".1\"/>")
            .Append(CultureInfo.InvariantCulture, $"<rect x=\"{Number(from)}\" y=\"{y + 4}\" width=\"{Number(Math.Max(2, to - from))}\" height=\"12\" rx=\"2\" fill=\"{ink}\"><title>{Text($"{step.Name}: {took}")}</title></rect>")
            .Append(CultureInfo.InvariantCulture, $"<text x=\"{Right + 6}\" y=\"{y + 14}\" opacity=\".68\">{took}</text>\n");
    }

    private static void DrawTime(StringBuilder svg, RolloutModel model, int y, Func<DateTimeOffset, double> x)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y + 4}H{Right}\" stroke=\"currentColor\" stroke-opacity=\".45\"/>\n");
        foreach (var (at, label) in ChartAxis.Times(model.From, model.To, 4))
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Number(x(at))}\" y=\"{y + 20}\" text-anchor=\"middle\" opacity=\".68\">{label}</text>\n");
    }

    private static string Describe(RolloutModel model) =>
        $"{model.Steps.Count} steps in {Units.Duration(model.To - model.From)}: {string.Join("; ", model.Steps.Select(s => $"{s.Name} {(s.Verdict is { } v ? v.ToString().ToLowerInvariant() : "under way")}"))}.";

    private static int At(IReadOnlyList<int> counts, int second) => second < counts.Count ? counts[second] : 0;

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(CleanText.Line(text));
}
