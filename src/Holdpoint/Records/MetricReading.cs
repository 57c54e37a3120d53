using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Records;

/// <summary>Puts the chunks of samples together to series, with the limits that rules and checks hold them against.</summary>
internal sealed class MetricReading(Plan plan, Run run, History history, IReadOnlyList<RuleRecord> rules, IReadOnlyDictionary<string, MetricDefinition> definitions, Func<EvidenceReference, byte[]?> evidence)
{
    /// <summary>More limits than this on one chart cannot be told apart.</summary>
    private const int MostLimits = 6;

    private readonly List<(Condition Condition, string Label, string? Rule, BaselineOrigin? From)> _conditions =
    [
        .. plan.Rules.Where(r => r.Rule.When is not null).Select(r => (r.Rule.When!, CleanText.Line(r.Rule.Mark.Text), (string?)r.Id, r.BaselineFrom)),
        .. plan.Sections.SelectMany(s => s.Steps.OfType<PlannedStep.Ask>().Where(a => a.Check is { Call: null, Condition: not null }).Select(a => (a.Check.Condition!, CleanText.Line(a.Text), (string?)null, s.BaselineFrom))),
    ];

    /// <param name="unwritten">Of which no chunk is full yet.</param>
    public IReadOnlyList<MetricRecord> Read(IReadOnlyDictionary<string, IReadOnlyList<Sample>>? unwritten = null)
    {
        var samples = new Dictionary<string, SortedDictionary<DateTimeOffset, Sample>>(StringComparer.Ordinal);
        var missing = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (sampled, _) in history.All<Event.Sampled>())
        {
            Add(sampled.Metric, Chunk(sampled, out var why) ?? []);
            if (why is not null)
                (missing.TryGetValue(sampled.Metric, out var all) ? all : missing[sampled.Metric] = []).Add(why);
        }

        foreach (var (metric, some) in unwritten ?? new Dictionary<string, IReadOnlyList<Sample>>())
            Add(metric, some);
        return [.. samples.Select(s => Read(s.Key, [.. s.Value.Values], missing.GetValueOrDefault(s.Key) ?? [])).OrderBy(m => m.Name, StringComparer.Ordinal)];

        void Add(string metric, IReadOnlyList<Sample> some)
        {
            if (!samples.TryGetValue(metric, out var series))
                samples[metric] = series = [];
            foreach (var sample in some)
                if (!series.TryGetValue(sample.At, out var known) || known is not Sample.Measured)
                    series[sample.At] = sample;
        }
    }

    private MetricRecord Read(string name, IReadOnlyList<Sample> samples, IReadOnlyList<string> missing)
    {
        var baseline = BaselineOf(name, null);
        var judging = _conditions.Where(c => c.Condition.Operands.OfType<Operand.Metric>().Any(m => m.Name == name)).ToList();
        var dimension = definitions.GetValueOrDefault(name)?.Dimension ?? judging.SelectMany(c => c.Condition.Operands.OfType<Operand.Metric>()).Where(m => m.Name == name).Select(m => m.Dimension).FirstOrDefault();
        return new(name, dimension, samples, baseline)
        {
            Limits = [.. judging.SelectMany(c => LimitsIn(c.Condition, name, BaselineOf(name, c.From)).Select(v => new ChartLimit(v, c.Label))).DistinctBy(l => (l.Value, l.Label)).Take(MostLimits)],
            Elsewhere = [.. judging.Where(c => c.Condition.Operands.Any(o => o is Operand.Baseline)).Select(c => c.From).OfType<BaselineOrigin>().Distinct()
                .SelectMany(from => BaselineOf(name, from) is { } elsewhere ? [(from.ToString(), elsewhere)] : Array.Empty<(string, BaselineRecord)>())],
            Markers = [.. Markers()],
            Breaches = [.. judging.Select(c => c.Rule).OfType<string>().Distinct().SelectMany(Breaches)],
            Missing = missing,
        };
    }

    private BaselineRecord? BaselineOf(string metric, BaselineOrigin? from) =>
        (from is null ? run.Baseline : run.Baselines.GetValueOrDefault(from.ToString()))?.Metrics.GetValueOrDefault(metric);

    private IReadOnlyList<Sample>? Chunk(Event.Sampled sampled, out string? why)
    {
        why = null;
        try
        {
            if (evidence(sampled.Chunk) is { } content)
                return SeriesChunk.Read(Encoding.UTF8.GetString(content));
            why = $"{sampled.Count} samples are gone: {sampled.Chunk.Name}";
        }
        catch (FormatException e)
        {
            why = $"{sampled.Chunk.Name} can't be read: {e.Message}";
        }

        return null;
    }

    /// <summary>Numbers that a metric is compared with; what only a variable or another metric says can't be drawn.</summary>
    private static IEnumerable<double> LimitsIn(Condition condition, string metric, BaselineRecord? baseline) => condition switch
    {
        Condition.And c => LimitsIn(c.Left, metric, baseline).Concat(LimitsIn(c.Right, metric, baseline)),
        Condition.Or c => LimitsIn(c.Left, metric, baseline).Concat(LimitsIn(c.Right, metric, baseline)),
        Condition.Not c => LimitsIn(c.Inner, metric, baseline),
        Condition.Compare { Left: Operand.Metric m } c when m.Name == metric => Number(c.Right, baseline),
        Condition.Compare { Right: Operand.Metric m } c when m.Name == metric => Number(c.Left, baseline),
        Condition.InRange { Left: Operand.Metric m } c when m.Name == metric => Number(c.Low, baseline).Concat(Number(c.High, baseline)),
        _ => [],
    };

    private static IEnumerable<double> Number(Operand operand, BaselineRecord? baseline) => operand switch
    {
        Operand.Literal { Value: Value.Number n } => [n.Amount],
        Operand.Baseline b when baseline is { Median: not 0 } => [b.Factor * baseline.Median],
        _ => [],
    };

    private IEnumerable<ChartMarker> Markers()
    {
        foreach (var (started, at) in history.All<Event.ActionStarted>())
            if (started.Verb is "deploy" or "rollback")
                yield return new(at, $"{started.Verb} {started.Target}", started.Verb == "deploy" ? MarkerKind.Deploy : MarkerKind.Rollback);
        if (run.Rollback is { } back && !history.All<Event.ActionStarted>().Any(a => a.Event.Verb == "rollback"))
            yield return new(back.DecidedAt, "rollback", MarkerKind.Rollback);
    }

    private IEnumerable<ChartRange> Breaches(string rule)
    {
        RuleChange? open = null;
        var record = rules.FirstOrDefault(r => r.Id == rule);
        foreach (var change in record?.Changes ?? [])
        {
            var bad = change.State is "breaching" or "fired";
            if (bad && open is null)
                open = change;
            else if (!bad && open is not null)
            {
                yield return new(open.Since, change.At, record!.Text);
                open = null;
            }
        }

        if (open is not null)
            yield return new(open.Since, run.Rollback?.Ended is not null ? run.Rollback.DecidedAt : run.EndedAt, record!.Text);
    }
}
