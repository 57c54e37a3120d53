using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>
/// Samples the run's metrics on another environment, that of a section of its checklist, for the baseline of a section with <c>Baseline: staging</c>.
/// It begins anew after each action that the checklist does there: what ran before says nothing about what is now to be compared with.
/// </summary>
internal sealed class EnvironmentSampling
{
    private readonly RunSession _session;
    private readonly PlannedSection _section;
    private readonly RuleWatch _watch;
    private readonly IReadOnlyList<RuleDefinition> _rules;
    private readonly Dictionary<string, string> _broken = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _acted;

    public EnvironmentSampling(RunSession session, RunWorld world, PlannedSection section, IReadOnlyList<RuleDefinition> rules)
    {
        (_session, _section) = (session, section);
        // Checks of rules and rules of persons belong to the run's own environment.
        _rules = [.. rules.Where(r => r.Metrics.Count > 0)];
        var sources = new Dictionary<string, MetricSource>(StringComparer.Ordinal);
        foreach (var definition in world.Project.Metrics.Values)
            try
            {
                sources[definition.Name] = MetricSources.Create(definition, world.MetricsOf(session.Run, section));
            }
            catch (Exception e) when (e is FormatException or UndefinedVariable)
            {
                _broken[definition.Name] = e.Message;
            }

        _watch = new(new RuleWatchSetup { Rules = [.. _rules.Where(r => r.Metrics.All(sources.ContainsKey))], Sources = sources, Variable = name => world.ScopeOf(session.Run, section).Value(name) }, world.Time);
        _acted = Acted;
    }

    /// <summary>Until <c>deploy</c> is entered.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (HasEntered)
            return;
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAll(SampleAsync(until.Token), FollowAsync(until));
    }

    private bool HasEntered => _session.Run.Entered.ContainsKey(Stage.Deploy);

    /// <summary>The number of the event with which the newest action there ended.</summary>
    private long Acted => _section.Steps.OfType<PlannedStep.Act>().Select(a => _session.Run.Step(a.Id)).Where(s => s.Running is null).Select(s => s.AtSequence).DefaultIfEmpty().Max();

    private async Task SampleAsync(CancellationToken cancel)
    {
        await foreach (var _ in _watch.RunAsync(cancel))
        {
            // What it has seen is asked of it when the baseline is taken.
        }
    }

    private async Task FollowAsync(CancellationTokenSource until)
    {
        while (true)
        {
            // Taken ahead of the look, so that what happens between the two is not missed.
            var changed = _session.Changed;
            Follow();
            if (HasEntered)
                break;
            await changed.WaitAsync(until.Token);
        }

        await until.CancelAsync();
    }

    /// <summary>Called before whatever looks at the samples, too: the action may have ended a moment ago.</summary>
    private void Follow()
    {
        lock (_lock)
        {
            var acted = Acted;
            if (acted == _acted)
                return;
            _acted = acted;
            _watch.BeginAnew();
        }
    }

    public bool HasAll(IEnumerable<string> metrics)
    {
        Follow();
        return metrics.All(m => _broken.ContainsKey(m) || _watch.TakeBaseline(m) is BaselineTaking.Taken);
    }

    public Event.BaselineTaken Take(BaselineOrigin origin, HashSet<string> compared)
    {
        Follow();
        if (_session.Run.SkippedSections.TryGetValue(_section.Id, out var skipped))
            return new(new Dictionary<string, BaselineRecord>(), [.. compared.Order(StringComparer.Ordinal).Select(m => $"{m}: the section \"{_section.Heading}\" was skipped ({skipped})")]) { Origin = origin.ToString() };
        var (taken, refused) = (new Dictionary<string, BaselineRecord>(), new Dictionary<string, string>(_broken));
        var readings = _watch.Readings;
        var breaching = _rules.Where(r => readings.GetValueOrDefault(r.Id) is RuleReading.Breach).SelectMany(r => r.Metrics.Select(m => (Metric: m, r.Text))).DistinctBy(b => b.Metric).ToDictionary(b => b.Metric, b => b.Text);
        foreach (var metric in _watch.Metrics)
            if (breaching.TryGetValue(metric, out var rule))
                refused[metric] = $"the rule \"{rule}\" is breaching on {_section.Environment}, so that what it shows is no measure of what is usual";
            else if (_watch.TakeBaseline(metric) is BaselineTaking.Taken t)
                taken[metric] = RunBaselines.Record(t.Baseline);
            else if (_watch.TakeBaseline(metric) is BaselineTaking.Refused r)
                refused[metric] = r.Because;
        return new(taken, [.. refused.Where(r => compared.Contains(r.Key)).OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Key}: {r.Value}")]) { Origin = origin.ToString(), Found = $"as in “{_section.Heading}”" };
    }
}
