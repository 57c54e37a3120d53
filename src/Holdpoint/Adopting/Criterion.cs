using System.Text.RegularExpressions;
using Holdpoint.Adopting.Words;

namespace Holdpoint.Adopting;

/// <summary>A limit on a metric, read from words: <c>Error rate &gt; 5%</c>, <c>Response time &gt; 3x baseline</c>, <c>service outage &gt;2min</c>.</summary>
/// <param name="Condition">As a mark writes it.</param>
internal sealed record Criterion(string Condition, NeededMetric Metric)
{
    /// <summary>How long it has to hold; empty where the text does not say.</summary>
    public string For { get; init; } = "";
}

internal static partial class Criteria
{
    /// <summary>What one clause says; null where no number on a known metric stands in it.</summary>
    public static Criterion? Of(string clause, int line)
    {
        // What it was elsewhere is no limit here.
        var text = Aside().Replace(clause, " ");
        if (Alternatives().IsMatch(text))
            return null;
        var source = $"line {line}";
        if (MetricWords.OfState(text) is { } state)
            return Expectations.Limit(text) is Expectation.Duration { Comparison: ">" or ">=" } lasts
                ? new($"{state.Name} > 0", new(state.Name, state.Unit, source)) { For = $" for {lasts.Amount}" }
                : null;
        if (MetricWords.Of(text) is not { } metric)
            return null;
        if (Baseline().Match(text) is { Success: true } times)
            return new($"{metric.Name} {Sign(times.Groups["sign"].Value)} {times.Groups["n"].Value}x baseline", new(metric.Name, metric.Unit, source));
        if (Growth().Match(text) is { Success: true } growth && metric.Unit == "seconds" && int.TryParse(growth.Groups["n"].Value, out var percent))
            return new($"{metric.Name} > {((100 + percent) / 100m).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)}x baseline", new(metric.Name, metric.Unit, source));
        if (Relative().IsMatch(text))
            return null;
        var found = Expectations.Limits().Matches(text);
        if (found.Count is 0 or > 2 || Expectations.OfLimit(found[0]) is not { } limit)
            return null;
        // "> 5% for 2 minutes": the second number says how long.
        var lasting = found.Count == 1 ? Lasting().Match(text) is { Success: true } l && Expectations.Of("> " + l.Groups["time"].Value) is Expectation.Duration time ? $" for {time.Amount}" : "" : Expectations.OfLimit(found[1]) is Expectation.Duration second ? $" for {second.Amount}" : null;
        if (lasting is null)
            return null;
        return (limit, metric.Unit) switch
        {
            (Expectation.Share share, "ratio") => new($"{metric.Name} {share.Comparison} {share.Amount}", new(metric.Name, metric.Unit, source)) { For = lasting },
            (Expectation.Duration duration, "seconds") => new($"{metric.Name} {duration.Comparison} {duration.Amount}", new(metric.Name, metric.Unit, source)) { For = lasting },
            _ => null,
        };
    }

    /// <summary>The clauses of a text with their criteria; empty where one of them has a limit that can't be read.</summary>
    public static IReadOnlyList<Criterion> In(string text, int line) => [.. Clauses().Split(Aside().Replace(text, " ")).Select(c => Of(c, line)).OfType<Criterion>()];

    private static string Sign(string sign) => sign is "≥" ? ">=" : sign is "≤" ? "<=" : sign.Length == 0 ? ">" : sign;

    [GeneratedRegex(@"\((?:was|previously|vorher|antes|avant|baseline|vs)\b[^)]*\)", RegexOptions.IgnoreCase)]
    private static partial Regex Aside();

    [GeneratedRegex(@"(?<sign>[<>]=?|≥|≤)\s*(?<n>[0-9]+(?:\.[0-9]+)?)\s*[x×х倍]\s*(?:the\s+|的|の|от\s+|de (?:la |a )?|der |die )?(?:baseline|normal|usual|basis(?:wert|linie)?|línea base|linha de base|(?:la )?référence|базов\w*|базы|基线|基准|ベースライン|基準値)", RegexOptions.IgnoreCase)]
    private static partial Regex Baseline();

    [GeneratedRegex(@"\+\s*(?<n>[0-9]{1,3})\s*%")]
    private static partial Regex Growth();

    /// <summary>A share of what it was, of a day: no share of the metric itself.</summary>
    [GeneratedRegex(@"\b(?:degrad|increase|ris(?:e|ing)|above baseline|over baseline|from baseline|drop|higher than|slower|decrease|jump|grow|anstieg|aumento|hausse)\w*|下降|上升|增加", RegexOptions.IgnoreCase)]
    private static partial Regex Relative();

    [GeneratedRegex(@"(?:\b(?:for|für|über|während|pendant|durante|por|в течение)|持续(?:超过)?)\s*(?:more than |over |at least |mehr als |plus de |más de |mais de |более )?(?<time>[0-9]+\s*(?:sec\w*|min\w*|минут|hours?|stunden|heures|horas|分钟|秒|s\b|m\b|h\b))", RegexOptions.IgnoreCase)]
    private static partial Regex Lasting();

    [GeneratedRegex(@"\b(?:or|oder|ou|o bien|или)\b|或", RegexOptions.IgnoreCase)]
    private static partial Regex Alternatives();

    [GeneratedRegex(@"[,;，；]\s+|\s+(?:or|oder|ou)\s+")]
    private static partial Regex Clauses();
}
