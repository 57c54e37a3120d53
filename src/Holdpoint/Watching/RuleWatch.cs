using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Watching;

/// <summary>
/// Samples metrics and checks and judges rules by them, from the start of a run to the end of its watch.
/// Until <see cref="Arm"/> it only looks: for the baseline, and to try every rule before the deploy.
/// </summary>
public sealed class RuleWatch
{
    /// <summary>The rule and the check that belong to the environment, not to the checklist.</summary>
    public const string AvailabilityId = "availability";

    private readonly RuleWatchSetup _setup;
    private readonly TimeProvider _time;
    private readonly SamplingPlan _sampling;
    private readonly Sampler _sampler;
    private readonly Lock _lock = new();
    private readonly Channel<Look> _looks = Channel.CreateUnbounded<Look>(new() { SingleReader = true });
    private readonly Dictionary<string, Series> _series;
    private readonly Dictionary<string, WatchedRule> _rules;
    private readonly RuleLens _lens;
    private readonly Dictionary<string, List<Sample>> _batches = [];
    private Availability _availability;
    private bool _armed;

    // Downtime counts from the deploy to the end, also while a rollback runs and nothing is judged.
    private bool _counts;

    // A look that was begun before the last deploy says nothing about it, even where its answer comes after.
    private DateTimeOffset _since = DateTimeOffset.MinValue;

    // What `until` counts from.
    private DateTimeOffset _deployed;

    public RuleWatch(RuleWatchSetup setup, TimeProvider time)
    {
        _setup = setup;
        _time = time;
        _sampling = new(setup);
        _armed = setup.Armed;
        _deployed = setup.DeployedAt ?? time.GetUtcNow();
        // What of it no driver saw, and no record and no store has kept, counts as unseen.
        var countsFrom = setup.LookedLast is null ? time.GetUtcNow() : setup.DeployedAt ?? DateTimeOffset.MinValue;
        _series = setup.Sources.ToDictionary(s => s.Key, s => new Series(s.Key, s.Value.Definition.Dimension, _sampling.CapacityFor(s.Value.Definition))
        {
            Objective = s.Value.Definition.Objective,
            Reach = 3 * _sampling.PeriodOf(s.Key),
            CountsFrom = countsFrom,
        });
        _lens = new(_series) { BaselineFor = setup.BaselineFor, Variable = setup.Variable };
        _counts = setup.Armed || setup.Availability is not null;
        _availability = setup.Availability ?? Availability.None;
        _rules = setup.Rules.Where(r => r.IsMeasured).ToDictionary(r => r.Id, r => new WatchedRule(r, setup.States.GetValueOrDefault(r.Id, RuleState.Start)) { Sight = new(_sampling.PeriodOf(r)) });
        if (setup.DeployedAt is { } deployed)
            foreach (var series in _series.Values)
                series.BeginAnew(deployed);
        _sampler = new([.. Samplings()], time);
    }

    public IReadOnlyDictionary<string, RuleState> States
    {
        get
        {
            lock (_lock)
                return _rules.ToDictionary(r => r.Key, r => r.Value.State);
        }
    }

    /// <summary>What the newest look said about each rule, also before the deploy, where each rule is tried.</summary>
    public IReadOnlyDictionary<string, RuleReading> Readings
    {
        get
        {
            lock (_lock)
                return _rules.ToDictionary(r => r.Key, r => r.Value.Newest ?? new RuleReading.Blind($"{r.Value.Definition.Text} was not looked at yet"));
        }
    }

    public Availability Availability
    {
        get
        {
            lock (_lock)
                return _availability;
        }
    }

    /// <summary>All that it sees at this moment, for whoever looks on.</summary>
    public WatchNow Now()
    {
        lock (_lock)
            return new(_time.GetUtcNow(),
                [.. _series.Values.Select(s => new MetricNow(s.Metric, _sampling.PeriodOf(s.Metric).TotalSeconds, SeriesChunk.Write(_batches.GetValueOrDefault(s.Metric) is { Count: > 0 } untold ? untold : s.Samples.TakeLast(1))))],
                [.. _rules.Values.Select(r => RuleNow.Of(r.Definition, r.State, r.Newest, _armed ? r.Sight.BlindShare : 0))],
                _rules.ContainsKey(AvailabilityId) && _counts ? AvailabilityNow.Of(_availability) : null);
    }

    /// <summary>How much of the time since <see cref="Arm"/> a rule has seen, up to now.</summary>
    public Sight SightOf(string ruleId)
    {
        lock (_lock)
        {
            var (rule, now) = (_rules[ruleId], _time.GetUtcNow());
            return rule.Sight.EndAt(rule.Definition.EndsAt(_deployed) is { } end && end < now ? end : now);
        }
    }

    /// <summary>Names of what is sampled.</summary>
    public IEnumerable<string> Metrics => _setup.Sources.Keys;

    /// <summary>A metric's samples so far, as they are now.</summary>
    public IReadOnlyList<Sample> SamplesOf(string metric)
    {
        lock (_lock)
            return _series.TryGetValue(metric, out var series) ? [.. series.Samples] : [];
    }

    /// <summary>A metric's newest value, or a statistic of what was sampled since windows began anew; for a check that names one.</summary>
    /// <param name="over">How far back a statistic looks; null: a minute.</param>
    public Value ValueOf(Operand.Metric metric, TimeSpan? over)
    {
        lock (_lock)
            return _lens.ValueOf(metric, over ?? RuleTiming.DefaultWindow, _time.GetUtcNow());
    }

    public BaselineTaking TakeBaseline(string metric)
    {
        lock (_lock)
            return _series.TryGetValue(metric, out var series)
                ? Baseline.Take(series, _time.GetUtcNow(), _setup.Sources[metric].Definition.Floor)
                : new BaselineTaking.Refused($"{metric} is not sampled in this run");
    }

    /// <summary>Rules are judged from now on; windows begin anew, and everything is looked at once.</summary>
    /// <param name="acceptedBreaching">Rules that breach already, which a person accepted: each arms after it was quiet once.</param>
    public void Arm(IEnumerable<string> acceptedBreaching)
    {
        lock (_lock)
        {
            var accepted = acceptedBreaching.ToHashSet(StringComparer.Ordinal);
            foreach (var (id, rule) in _rules)
            {
                rule.State = accepted.Contains(id) ? new RuleState.Unarmed() : RuleState.Start;
                rule.Sight = Sight.From(_time.GetUtcNow(), _sampling.PeriodOf(rule.Definition));
                rule.Past.Clear();
            }

            _armed = true;
            _counts = true;
            BeginAnew();
        }
    }

    /// <summary>A person knows of what this rule fired on, and went on: it arms after it was quiet once.</summary>
    public void Accept(string ruleId)
    {
        lock (_lock)
            if (_rules.TryGetValue(ruleId, out var rule) && rule.State is RuleState.Fired fired)
                rule.State = new RuleState.Unarmed { Seen = fired.Seen };
    }

    /// <summary>Looks on and judges nothing: a rollback runs.</summary>
    public void Disarm()
    {
        lock (_lock)
            _armed = false;
    }

    /// <summary>Nothing from before now is compared with what comes: another deploy. Everything is looked at once.</summary>
    public void BeginAnew()
    {
        lock (_lock)
        {
            _since = _deployed = _time.GetUtcNow();
            foreach (var series in _series.Values)
            {
                series.BeginAnew(_since);
                series.CountsFrom = _since;
            }

            foreach (var source in _setup.Sources.Values)
                source.BeginAnew();
            foreach (var rule in _rules.Values)
                rule.State = RuleJudge.AfterGap(rule.State);
        }

        _sampler.LookNow();
    }

    /// <summary>Looks until it is cancelled; then what was sampled and not yet told is told, and the sequence ends.</summary>
    public async IAsyncEnumerable<WatchEvent> RunAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var sampling = SampleAsync(cancel);
        while (await _looks.Reader.WaitToReadAsync(CancellationToken.None))
            while (_looks.Reader.TryRead(out var look))
                foreach (var told in Take(look))
                    yield return told;
        await sampling;
        foreach (var rest in Untold())
            yield return rest;
    }

    private async Task SampleAsync(CancellationToken cancel)
    {
        try
        {
            if (_setup.LookedLast is { } last && last < _time.GetUtcNow())
            {
                _looks.Writer.TryWrite(new Look.OfMemory(await RecallAsync(last, cancel)));
                await FillAsync(new(last, _time.GetUtcNow()), cancel);
            }

            await _sampler.RunAsync(FillAsync, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopped while a gap was being filled: the gap is found again by whoever goes on.
        }
        finally
        {
            _looks.Writer.Complete();
        }
    }

    private IEnumerable<Sampling> Samplings()
    {
        foreach (var (name, source) in _setup.Sources)
        {
            yield return new(name, _sampling.PeriodOf(name), async (at, cancel) => _looks.Writer.TryWrite(new Look.OfMetric(name, await source.SampleAsync(at, cancel))));
        }

        foreach (var rule in _rules.Values)
            if (rule.Definition.Rule.Unless is { } check)
                yield return new(rule.Definition.Id, rule.Definition.Timing.Period, async (at, cancel) => _looks.Writer.TryWrite(new Look.OfCheck(rule.Definition.Id, at, await _setup.Measure(check, cancel))));
    }

    /// <summary>What rules look back over and the driver before this one has judged: as it is in the record, and where the record breaks off, from the stores.</summary>
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<Sample>>> RecallAsync(DateTimeOffset last, CancellationToken cancel)
    {
        var deployed = _setup.DeployedAt ?? last;
        var recorded = await _setup.Earlier(deployed, cancel);
        return (await Task.WhenAll(_setup.Sources.Select(async source =>
        {
            var period = _sampling.PeriodOf(source.Key);
            var from = _time.GetUtcNow() - _sampling.LooksBack(source.Key);
            List<Sample> known = [.. recorded.GetValueOrDefault(source.Key, []).Where(s => s.At > from && s.At <= last)];
            var until = known.Count > 0 ? known[^1].At : from > deployed ? from : deployed;
            if (last - until > 2 * period && await source.Value.HistoryAsync(until, last, period, cancel) is { } past)
                known.AddRange(past.Where(Speaks));
            return (source.Key, Samples: (IReadOnlyList<Sample>)known);
        }))).ToDictionary(r => r.Key, r => r.Samples, StringComparer.Ordinal);
    }

    private async Task FillAsync(SamplingGap gap, CancellationToken cancel)
    {
        var histories = await Task.WhenAll(_setup.Sources.Select(async s =>
            (s.Key, Samples: await s.Value.HistoryAsync(gap.From, gap.To, RuleTiming.PeriodOf(_setup.Rules.Where(r => r.Metrics.Contains(s.Key))), cancel))));
        _looks.Writer.TryWrite(new Look.OfGap(gap, histories.Where(h => h.Samples?.Any(Speaks) == true).ToDictionary(h => h.Key, h => h.Samples!)));
    }

    /// <summary>A history that knows nothing closes no gap; that the target was gone, or hardly used, is something to know.</summary>
    private static bool Speaks(Sample sample) => sample is not Sample.Missing { TargetFails: false };

    private List<WatchEvent> Take(Look look)
    {
        var told = new List<WatchEvent>();
        lock (_lock)
        {
            switch (look)
            {
                case Look.OfMetric m:
                    Keep(m.Metric, m.Sample, told);
                    foreach (var rule in _rules.Values)
                        if (rule.HasAllAfter(m.Metric))
                            Judge(rule, _lens.ReadingOf(rule.Definition, m.Sample.At), m.Sample.At, told);
                    break;
                case Look.OfCheck c:
                    if (c.RuleId == AvailabilityId && _counts)
                    {
                        _availability = _availability.Step(c.At, c.Verdict switch { Verdict.Passed or Verdict.Warned => true, Verdict.Failed => false, _ => null }, c.Verdict.Message);
                        told.Add(new WatchEvent.Available(_availability));
                    }

                    Judge(_rules[c.RuleId], RuleReading.Of(c.Verdict), c.At, told);
                    break;
                case Look.OfMemory memory:
                    foreach (var (metric, known) in memory.Samples)
                        foreach (var sample in known)
                            _series[metric].Add(sample);
                    break;
                case Look.OfGap g:
                    TakeGap(g, told);
                    break;
            }
        }

        return told;
    }

    private void Judge(WatchedRule rule, RuleReading reading, DateTimeOffset at, List<WatchEvent> told)
    {
        rule.Newest = reading;
        if (!_armed || at < _since)
            return;
        var end = rule.Definition.EndsAt(_deployed) ?? DateTimeOffset.MaxValue;
        if (at > end)
        {
            rule.Newest = reading = new RuleReading.Quiet($"it was to be judged for {Units.Duration(end - _deployed)} after the deploy, which are over");
            rule.Past.RemoveAll(p => p.At > end);
            // How much it saw in its time stays as it is, and blindness at its end too.
            if (rule.Past.Count == 0 && rule.State is not RuleState.Breaching)
                return;
        }

        foreach (var (pastAt, past) in rule.Past)
            rule.Sight = rule.Sight.Step(pastAt, past);
        if (at <= end)
            rule.Sight = rule.Sight.Step(at, reading);
        (rule.State, var transitions) = FilledIn.Judge(rule.Definition.Id, rule.State, rule.Past, reading, at, rule.Definition.Timing);
        rule.Past.Clear();
        // What a rule fired on is in the evidence before it is told.
        if (transitions.Any(t => t.Fires))
            told.AddRange(Untold());
        told.AddRange(transitions.Select(t => new WatchEvent.Changed(t)));
    }

    private void TakeGap(Look.OfGap look, List<WatchEvent> told)
    {
        foreach (var (metric, series) in _series)
        {
            if (look.Histories.TryGetValue(metric, out var history))
            {
                foreach (var sample in history)
                    Keep(metric, sample, told);
                continue;
            }

            series.BeginAnew(look.Gap.To);
            _setup.Sources[metric].BeginAnew();
        }

        foreach (var rule in _rules.Values)
        {
            if (rule.Definition.Metrics.Count > 0 && rule.Definition.Metrics.All(look.Histories.ContainsKey))
                rule.Past.AddRange(rule.Definition.Metrics.SelectMany(m => look.Histories[m]).Select(s => s.At).Distinct().Order().Select(at => (at, _lens.ReadingOf(rule.Definition, at))));
            else
                rule.State = RuleJudge.AfterGap(rule.State);
        }

        told.Add(new WatchEvent.Gap(look.Gap, [.. look.Histories.Keys.Order(StringComparer.Ordinal)]));
    }

    private void Keep(string metric, Sample sample, List<WatchEvent> told)
    {
        _series[metric].Add(sample);
        if (!_batches.TryGetValue(metric, out var batch))
            _batches[metric] = batch = [];
        batch.Add(sample);
        if (batch.Count < _setup.BatchSize)
            return;
        told.Add(new WatchEvent.Sampled(metric, batch));
        _batches[metric] = [];
    }

    private List<WatchEvent> Untold()
    {
        List<WatchEvent> rest = [.. _batches.Where(b => b.Value.Count > 0).Select(b => new WatchEvent.Sampled(b.Key, b.Value))];
        _batches.Clear();
        return rest;
    }
}
