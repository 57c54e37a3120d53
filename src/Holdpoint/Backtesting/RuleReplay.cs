using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Backtesting;

/// <summary>Lets one rule look at the past as a live watch looks at now: sample by sample, through the same series, condition and judge, without a clock.</summary>
public sealed class RuleReplay
{
    private readonly RuleDefinition _rule;
    private readonly IReadOnlyList<MetricPast> _pasts;
    private readonly IReadOnlyDictionary<string, MetricPast> _all;
    private readonly Func<string, string?> _variable;

    /// <param name="pasts">Of every metric that the rule names.</param>
    public RuleReplay(RuleDefinition rule, IReadOnlyDictionary<string, MetricPast> pasts, Func<string, string?> variable)
    {
        _rule = rule;
        _all = pasts;
        _pasts = [.. rule.Metrics.Select(m => pasts[m])];
        _variable = variable;
        // What is sampled less often is seen less often, and not blind in between.
        Every = _pasts.Select(p => p.Step).Append(rule.Timing.Period).Max();
    }

    /// <summary>What is stored of baselines; null where nothing is.</summary>
    public Func<BaselineOrigin, string, BaselineTaking?> Stored { get; init; } = (_, _) => null;

    /// <summary>Times that are no measure of what is usual; null: none is known.</summary>
    internal PastBreaches? Breaches { get; init; }

    /// <summary>How often the rule is judged: when each of its metrics has a new sample.</summary>
    public TimeSpan Every { get; }

    /// <param name="renewed">How often a baseline is taken anew; null: once, before the watch.</param>
    /// <param name="latched">Whether it fires once at most, as in a run.</param>
    public WatchPast Watch(DateTimeOffset from, DateTimeOffset to, Deployment? deployment, TimeSpan? renewed, bool latched)
    {
        // A rule of the first hour is judged for an hour after each deployment.
        if (deployment is not null && _rule.EndsAt(from) is { } end && end < to)
            to = end;
        var baselines = BaselinesFrom(from, renewed);
        var fold = new RuleFold(_rule, latched);
        var sight = Sight.From(from, Every);
        var breaches = new List<BreachPast>();
        var worst = new Worst(RuleLimit.WorstIsLeast(_rule.Rule.When!));
        var (looks, judged, breachedBefore, unjudged) = (0, 0, false, 0);
        string? blind = null;
        BreachPast? breach = null;
        foreach (var (reading, at) in Look(from, to, baselines, worst))
        {
            breachedBefore |= looks == 0 && deployment is not null && reading is RuleReading.Breach;
            if (looks++ == 0 && breachedBefore)
                fold.Disarm();
            fold.Step(reading, at);
            sight = sight.Step(at, reading);
            switch (reading)
            {
                case RuleReading.Breach:
                    judged++;
                    breach = breach is null || unjudged > RuleTiming.BorneSamples ? Opened(at) : breach with { To = at };
                    breaches[^1] = breach;
                    unjudged = 0;
                    break;
                case RuleReading.Quiet:
                    judged++;
                    breach = null;
                    unjudged = 0;
                    break;
                default:
                    unjudged++;
                    blind = reading.Message;
                    break;
            }
        }

        return new(from, to, deployment)
        {
            Firings = fold.Firings,
            Breaches = breaches,
            Sight = sight.EndAt(to),
            Looks = looks,
            JudgedLooks = judged,
            Worst = worst.Found,
            BreachedBefore = breachedBefore,
            BlindBecause = blind,
            Baselines = [.. _rule.Rule.When!.Operands.OfType<Operand.Baseline>().Any() ? _rule.Metrics.Select(m => baselines.Of(m, from)).OfType<Baseline>() : []],
        };

        BreachPast Opened(DateTimeOffset at)
        {
            breaches.Add(new(at, at));
            return breaches[^1];
        }
    }

    /// <summary>
    /// The readings at which only a limit decides: the operand's value where it has one, divided by its baseline where the limit is relative; else the reading.
    /// Searching a limit judges them again and again.
    /// </summary>
    public IReadOnlyList<(DateTimeOffset At, double Value, RuleReading? Otherwise)> Values(RuleLimit limit, DateTimeOffset from, DateTimeOffset to, TimeSpan? renewed)
    {
        var baselines = BaselinesFrom(from, renewed);
        var mildest = new Mildest(limit.IsUpper);
        var values = new List<(DateTimeOffset, double, RuleReading?)>();
        foreach (var (reading, at) in Look(from, to, baselines, mildest))
        {
            var value = reading is RuleReading.Breach or RuleReading.Quiet ? mildest.Value : double.NaN;
            if (limit.OfBaseline && !double.IsNaN(value))
                value = baselines.ValueOf(limit.Metric.Name, at) is Value.Number b ? value / b.Amount : double.NaN;
            values.Add((at, value, double.IsNaN(value) ? reading : null));
            mildest.Value = double.NaN;
        }

        return values;
    }

    private PastBaselines BaselinesFrom(DateTimeOffset from, TimeSpan? renewed) => new(_all, from, renewed) { Origin = _rule.BaselineFrom, Stored = Stored, Breaches = Breaches };

    private IEnumerable<(RuleReading Reading, DateTimeOffset At)> Look(DateTimeOffset from, DateTimeOffset to, PastBaselines baselines, IValueWitness witness)
    {
        var series = _pasts.ToDictionary(p => p.Definition.Name, p => SeriesOf(p, from), StringComparer.Ordinal);
        var each = _pasts.Select(p => (Past: p, Series: series[p.Definition.Name])).ToArray();
        var next = each.Select(p => p.Past.IndexFrom(from)).ToArray();
        var fresh = new bool[each.Length];
        var at = from;
        var lens = new RuleLens(series)
        {
            // The lens is moved through time, and the baseline with it.
            Baseline = metric => baselines.ValueOf(metric, at),
            Variable = _variable,
            OnValue = (metric, value) => witness.See(metric, value, at),
        };
        while (true)
        {
            at = DateTimeOffset.MaxValue;
            for (var i = 0; i < each.Length; i++)
                if (each[i].Past.MomentOf(next[i]) is var moment && moment < at)
                    at = moment;
            if (at > to)
                yield break;
            for (var i = 0; i < each.Length; i++)
            {
                if (each[i].Past.MomentOf(next[i]) > at)
                    continue;
                each[i].Series.Add(each[i].Past.At(next[i]++));
                fresh[i] = true;
            }

            if (Array.IndexOf(fresh, false) >= 0)
                continue;
            Array.Clear(fresh);
            yield return (lens.ReadingOf(_rule, at), at);
        }
    }

    private Series SeriesOf(MetricPast past, DateTimeOffset from)
    {
        // Windows of days have to fit into it.
        var longest = _rule.Rule.Over.Append(_rule.Timing.Window).Max();
        return new(past.Definition.Name, past.Definition.Dimension, Math.Max(Series.DefaultCapacity, (int)(longest / past.Step * 1.25)))
        {
            Objective = past.Definition.Objective,
            Reach = 3 * past.Step,
            CountsFrom = from,
        };
    }

    private interface IValueWitness
    {
        void See(Operand.Metric metric, Value value, DateTimeOffset at);
    }

    private sealed class Worst(bool isLeast) : IValueWitness
    {
        private string? _first;

        public WorstPast? Found { get; private set; }

        public void See(Operand.Metric metric, Value value, DateTimeOffset at)
        {
            // Several operands have no common worst: the first one's is told.
            _first ??= metric.Text;
            if (value is Value.Number number && metric.Text == _first
                && (Found is null || (isLeast ? number.Amount < Found.Value.Amount : number.Amount > Found.Value.Amount)))
                Found = new(metric.Text, number, at);
        }
    }

    /// <summary>The value that decides: over several windows each has to breach, so the mildest one does.</summary>
    private sealed class Mildest(bool isUpper) : IValueWitness
    {
        public double Value { get; set; } = double.NaN;

        public void See(Operand.Metric metric, Value value, DateTimeOffset at)
        {
            if (value is Value.Number { Amount: var amount })
                Value = double.IsNaN(Value) ? amount : isUpper ? Math.Min(Value, amount) : Math.Max(Value, amount);
        }
    }
}
