using Holdpoint.Cli.Runs;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Cli.Watching;

/// <summary>A watch as text: charts, rules, availability, and what a person can do. Pure: the same picture gives the same lines.</summary>
/// <param name="Over">How far back charts look; null: to the first sample.</param>
internal sealed record WatchView(int Width, TimeSpan? Over, TimeProvider Time)
{
    /// <summary>Charts higher than this say no more.</summary>
    private const int HighestChart = 12;

    private const int UsualChart = 8;

    /// <summary>Below this share, that a rule was blind is no news.</summary>
    private const double WorthSaying = 0.05;

    /// <summary>Before its first look every rule is blind.</summary>
    private static readonly TimeSpan s_settled = TimeSpan.FromMinutes(5);

    /// <summary>Its head, and three rows with the axis.</summary>
    private const int LowestChart = 1 + CharacterChart.LeastHeight;

    /// <param name="height">In lines; rules that are quiet and charts give way until it fits. Null: as long as it gets.</param>
    public IReadOnlyList<ViewLine> Render(WatchPicture picture, int? height)
    {
        var head = Head(picture).ToList();
        var foot = Foot(picture).ToList();
        var rules = Rules(picture, int.MaxValue);
        var charts = picture.Metrics.Count;
        if (height is not { } most)
            return Within([.. head, .. Charts(picture, UsualChart * Math.Max(1, charts) + 1), .. rules, .. Availability(picture), .. foot]);
        var availability = Availability(picture).ToList();
        // Rules may take what charts of the least height leave, but never less than three lines.
        var left = most - head.Count - availability.Count - foot.Count;
        rules = Rules(picture, Math.Clamp(left - Math.Min(charts, 2) * LowestChart - 1, Math.Min(3, rules.Count), Math.Max(3, rules.Count)));
        var lines = Within([.. head, .. Charts(picture, Math.Max(0, left - rules.Count)), .. rules, .. availability, .. foot]);
        return lines.Count <= most ? lines : [.. lines.Take(2), .. lines.TakeLast(Math.Max(0, most - 2))];
    }

    private List<ViewLine> Within(IEnumerable<ViewLine> lines) => [.. lines.Select(l => l.Within(Width))];

    private IEnumerable<ViewLine> Head(WatchPicture picture)
    {
        var clock = Clock.Local(picture.Now, Time);
        yield return ViewLine.Of(Ink.Strong, picture.Title).Add("  ").Add($"{picture.Version} → {picture.Environment}").To(Width - clock.Length).Add(Ink.Faint, clock);
        var sign = picture.Ending.Tone switch { Records.Tone.Good => Sign.Passed, Records.Tone.Bad => Sign.Failed, Records.Tone.Unknown => Sign.Unknown, Records.Tone.Caution => Sign.Warned, _ => Sign.Running };
        yield return ViewLine.Of(sign.Ink, $"{sign.Glyph} {picture.Ending.Word}").Add($"  {Progress(picture)}").Add(Ink.Faint, $"  run {picture.Run}");
        if (picture.HasEnded)
            foreach (var line in RunView.Wrapped(RunView.OneLine(picture.Ending.Because), Width - 2))
                yield return ViewLine.Of(Ink.Plain, $"  {line}");
        foreach (var hold in picture.Holds)
            foreach (var (text, first) in RunView.Wrapped(RunView.OneLine(hold), Width - 2).Select((t, i) => (t, i == 0)))
                yield return ViewLine.Of(Sign.Holds.Ink, first ? $"{Sign.Holds.Glyph} " : "  ").Add(text);
    }

    private static string Progress(WatchPicture picture)
    {
        if (picture.Watch is not { } watch)
            return picture.HasEnded ? "nothing was watched" : "the watch has not begun";
        if (picture.HasEnded || picture.Ends is not { } ends)
            return $"watched {Clock.Span(TimeSpan.FromSeconds(watch.WatchedSeconds))} of {Units.Duration(watch.PlannedSeconds + watch.Extensions.Sum(e => e.Seconds))}{(watch.EndedBy is { } by ? $", ended early by {by}" : "")}";
        var extended = watch.Extensions.Count > 0 ? $", extended by {Units.Duration(watch.Extensions.Sum(e => e.Seconds))}" : "";
        return $"watched for {Clock.Span(picture.Now - watch.BeganAt)}, {Clock.Span(ends - picture.Now)} left{extended}";
    }

    private IEnumerable<ViewLine> Charts(WatchPicture picture, int height)
    {
        var metrics = picture.Metrics;
        if (height <= 0)
            yield break;
        if (metrics.Count == 0)
        {
            yield return ViewLine.Of(Ink.Faint, "no samples yet");
            yield break;
        }

        var (from, to) = Window(picture);
        var each = Math.Min(HighestChart, (height - 1) / metrics.Count);
        if (each < LowestChart)
        {
            var shown = metrics.Count <= height ? metrics.Count : height - 1;
            foreach (var metric in metrics.Take(shown))
                yield return Spark(metric, picture, from);
            if (shown < metrics.Count)
                yield return ViewLine.Of(Ink.Faint, $"and {metrics.Count - shown} more: a higher window shows them, or --metric NAME");
            yield break;
        }

        foreach (var metric in metrics)
        {
            yield return Title(metric, picture);
            foreach (var row in CharacterChart.Draw(metric.Chart with { From = from, To = to }, Width, each - 1))
                yield return Row(row);
        }

        yield return Times(from, to);
    }

    private (DateTimeOffset From, DateTimeOffset To) Window(WatchPicture picture)
    {
        var first = picture.Metrics.Min(m => m.Chart.Samples[0].At);
        var from = Over is { } over && picture.Now - over > first ? picture.Now - over : first;
        return (from, picture.Now > from ? picture.Now : from.AddSeconds(1));
    }

    private static ViewLine Title(WatchedMetric metric, WatchPicture picture)
    {
        var line = ViewLine.Of(Ink.Strong, metric.Name).Add("  ");
        Value(line, metric);
        if (!picture.HasEnded && metric.Next is { } next)
            line.Add(Ink.Faint, next > picture.Now ? $"  next in {Clock.Span(next - picture.Now)}" : "  next now");
        if (metric.Chart.Baseline is { } baseline)
            line.Add(Ink.Good, $"  · baseline {Shown(baseline.Median, metric)}");
        foreach (var (from, median) in metric.Elsewhere)
            line.Add(Ink.Good, $"  · {RunView.OneLine(from)} {Shown(median, metric)}");
        foreach (var limit in metric.Chart.Limits)
            line.Add(Ink.Bad, $"  ╌ {Shown(limit.Value, metric)}").Add(Ink.Faint, $" {limit.Label}");
        return line;
    }

    /// <summary>One line where there is no room for a chart.</summary>
    private ViewLine Spark(WatchedMetric metric, WatchPicture picture, DateTimeOffset from)
    {
        var line = ViewLine.Of(Ink.Strong, metric.Name).Add(" ");
        Value(line, metric);
        foreach (var limit in metric.Chart.Limits.Take(1))
            line.Add(Ink.Bad, $" ╌ {Shown(limit.Value, metric)}");
        line.Add(" ");
        var values = metric.Chart.Samples.Where(s => s.At >= from && s.At <= picture.Now).Select(s => s.Number).ToList();
        return line.Add(Sparkline.Of(values, Math.Max(10, Width - line.Width)));
    }

    private static void Value(ViewLine line, WatchedMetric metric)
    {
        switch (metric.Newest)
        {
            case Sample.Measured m:
                line.Add(Shown(m.Value, metric));
                break;
            case { } none:
                line.Add(Ink.Unsure, $"? {RunView.OneLine(none.Reason)}");
                break;
        }
    }

    private static string Shown(double value, WatchedMetric metric) => new Value.Number(value, metric.Chart.Dimension).ToString();

    private static ViewLine Row(IReadOnlyList<ChartCell> cells)
    {
        var line = new ViewLine();
        for (var i = 0; i < cells.Count;)
        {
            var end = i;
            while (end < cells.Count && cells[end].Ink == cells[i].Ink)
                end++;
            line.Add(InkOf(cells[i].Ink), string.Concat(cells.Skip(i).Take(end - i).Select(c => c.Glyph)));
            i = end;
        }

        return line;
    }

    private static Ink InkOf(ChartInk ink) => ink switch
    {
        ChartInk.Plain => Ink.Plain,
        ChartInk.Axis => Ink.Faint,
        ChartInk.Line => Ink.Plain,
        ChartInk.Breach or ChartInk.Limit => Ink.Bad,
        ChartInk.Baseline => Ink.Good,
        ChartInk.Marker => Ink.Strong,
        _ => throw new InvalidOperationException($"no such ink: {ink}"),
    };

    private ViewLine Times(DateTimeOffset from, DateTimeOffset to)
    {
        const int left = CharacterChart.LabelWidth + 1;
        var (begin, middle, end) = (Clock.Local(from, Time), Clock.Local(from + (to - from) / 2, Time), Clock.Local(to, Time));
        var line = ViewLine.Of(Ink.Faint, "").To(left).Add(Ink.Faint, begin);
        return line.To(left + (Width - left - middle.Length) / 2).Add(Ink.Faint, middle).To(Width - end.Length).Add(Ink.Faint, end);
    }

    /// <summary>What is worst first; quiet ones that have no room are counted.</summary>
    private List<ViewLine> Rules(WatchPicture picture, int most)
    {
        var rules = picture.Rules.Where(r => r.State != "asked").OrderBy(r => Array.IndexOf((string[])["fired", "breaching", "blind", "sparse"], r.State) is >= 0 and var place ? place : int.MaxValue).ToList();
        var shown = rules.Count <= most ? rules.Count : Math.Max(0, most - 1);
        var lines = rules.Take(shown).Select(r => Rule(r, picture)).ToList();
        if (shown < rules.Count)
            lines.Add(ViewLine.Of(Ink.Faint, $"and {rules.Count - shown} more: {string.Join(", ", rules.Skip(shown).GroupBy(r => r.State).Select(g => $"{g.Count()} {g.Key}"))}"));
        return lines;
    }

    private static ViewLine Rule(WatchedRule rule, WatchPicture picture)
    {
        var sign = Sign.OfRule(rule.State);
        var since = rule.State is "quiet" or "not judged" || rule.Since is not { } at ? "" : $" for {Clock.Span(picture.Now - at)}";
        var blind = rule.BlindShare is >= WorthSaying and var share && picture.Now - picture.Began > s_settled ? $"  blind {Units.Ratio(share)} of the watch" : "";
        return ViewLine.Of(sign.Ink, $"{sign.Glyph} {rule.State}{since}").Add($"  {RunView.OneLine(rule.Text)}").Add(Ink.Faint, $"{(rule.Shown.Length > 0 ? $"  {RunView.OneLine(rule.Shown)}" : "")}{blind}");
    }

    private IEnumerable<ViewLine> Availability(WatchPicture picture)
    {
        if (picture.Availability is not { } seen)
            yield break;
        var sign = seen.Measured.Missed.Count > 0 ? Sign.Failed : seen.Up switch { true => Sign.Passed, false => Sign.Failed, null => Sign.Unknown };
        var word = seen.Up switch { true => "up", false => "down", null => "nobody can tell" };
        var since = !picture.HasEnded && seen.Since is { } at ? $" for {Clock.Span(picture.Now - at)}" : "";
        var measured = seen.Measured;
        var line = ViewLine.Of(sign.Ink, $"{sign.Glyph} availability {word}{since}").Add($"  {(measured.Share is { } share ? $"{Holdpoint.Watching.Availability.Percent(share)} of {Units.Duration(Math.Round(measured.ObservedSeconds))} watched" : "nothing seen yet")}, down {Units.Duration(measured.DownSeconds)}");
        if (seen.Up is false)
            line.Add(Ink.Faint, $"  {RunView.OneLine(seen.Because)}");
        yield return line;
        if (measured.Budget is { } budget)
            foreach (var text in RunView.Wrapped(budget, Width - 2))
                yield return ViewLine.Of(measured.Missed.Count > 0 ? Ink.Bad : Ink.Faint, $"  {text}");
    }

    private IEnumerable<ViewLine> Foot(WatchPicture picture)
    {
        foreach (var line in picture.Tail.TakeLast(1))
            yield return ViewLine.Of(Ink.Faint, $"{Clock.Local(line.At, Time)} {line.Sign.Glyph} {line.Subject}{(line.Message.Length > 0 ? $": {RunView.OneLine(line.Message)}" : "")}");
        if (picture.HasEnded)
            yield break;
        if (picture.Driver is null)
            yield return ViewLine.Of(Ink.Bad, $"! nobody drives it and nobody looks: holdpoint resume {picture.Run}");
        foreach (var line in RunView.Wrapped("holdpoint hold | extend --for 30m | end-watch | rollback, each with --reason …", Width))
            yield return ViewLine.Of(Ink.Faint, line);
    }
}
