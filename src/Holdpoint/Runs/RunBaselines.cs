using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>
/// The baselines of a run, by where they come from: taken at the door of <c>deploy</c>, journaled, and from then on what <c>baseline</c> stands for.
/// What an origin does not give stays unknown, with the reason.
/// </summary>
public sealed class RunBaselines
{
    /// <summary>Between two points of a store's history: 120 in the hour of last week.</summary>
    public static TimeSpan Step { get; } = TimeSpan.FromSeconds(30);

    private readonly RunSession _session;
    private readonly RunWorld _world;
    private readonly Func<Plan> _plan;
    private readonly IReadOnlyList<RuleDefinition> _rules;
    private readonly IReadOnlyDictionary<string, MetricSource> _sources;
    private readonly Dictionary<string, EnvironmentSampling> _elsewhere = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Event.BaselineTaken> _taken = [];

    /// <param name="sources">The run's own.</param>
    public RunBaselines(RunSession session, RunWorld world, Func<Plan> plan, IReadOnlyList<RuleDefinition> rules, IReadOnlyDictionary<string, MetricSource> sources)
    {
        (_session, _world, _plan, _rules, _sources) = (session, world, plan, rules, sources);
        if (session.Run.Baseline is { } before)
            _taken[BaselineOrigin.BeforeWord] = before;
        foreach (var (origin, taken) in session.Run.Baselines)
            _taken[origin] = taken;
        if (session.Run.Entered.ContainsKey(Stage.Deploy))
            return;
        foreach (var environment in Wanted.OfType<BaselineOrigin.OfEnvironment>())
            if (plan().Sections.FirstOrDefault(s => s.Environment == environment.Name) is { } section)
                _elsewhere[environment.Name] = new(session, world, section, rules);
    }

    /// <summary>Origins that something in the checklist is compared with, other than before the deployment.</summary>
    public IReadOnlyList<BaselineOrigin> Wanted =>
        [.. _plan().Sections.Select(s => s.BaselineFrom).Concat(_plan().Rules.Select(r => r.BaselineFrom)).OfType<BaselineOrigin>().Distinct()];

    /// <summary>Metrics that something is compared with at an origin; null: before the deployment.</summary>
    public HashSet<string> Compared(BaselineOrigin? origin) => [.. _plan().Rules.Where(r => r.BaselineFrom == origin).Select(r => r.Rule.When)
        .Concat(_plan().Sections.Where(s => s.BaselineFrom == origin).SelectMany(s => s.Steps).OfType<PlannedStep.Ask>().Where(a => a.Check.Call is null).Select(a => a.Check.Condition))
        .OfType<Condition>().Where(c => c.Operands.Any(o => o is Operand.Baseline)).SelectMany(c => c.Operands).OfType<Operand.Metric>().Select(m => m.Name)];

    /// <summary>What <c>baseline</c> stands for.</summary>
    /// <param name="origin">Null: before the deployment.</param>
    public Value Of(BaselineOrigin? origin, string metric)
    {
        Event.BaselineTaken? taken;
        lock (_lock)
            taken = _taken.GetValueOrDefault(origin?.ToString() ?? BaselineOrigin.BeforeWord);
        var definition = _world.Project.Metrics.GetValueOrDefault(metric);
        if (taken?.Metrics.GetValueOrDefault(metric) is { } record)
            return new Value.Number(Math.Max(record.Median, definition?.Floor ?? record.Median), definition?.Dimension ?? Dimension.Any);
        var because = taken?.Refused.FirstOrDefault(r => r.StartsWith($"{metric}: ", StringComparison.Ordinal) || r.StartsWith($"{metric} ", StringComparison.Ordinal));
        return new Value.Unknown($"{metric} has no baseline{(origin is null ? "" : $" from {origin}")}{(because is null ? "" : $" ({because})")}");
    }

    /// <summary>Holds from now on, also before it is journaled: rules are tried with it.</summary>
    public Event.BaselineTaken Set(Event.BaselineTaken taken)
    {
        lock (_lock)
            _taken[taken.Origin ?? BaselineOrigin.BeforeWord] = taken;
        return taken;
    }

    /// <summary>Whether other environments have been sampled for long enough.</summary>
    public bool IsReady => _elsewhere.All(e => e.Value.HasAll(Compared(new BaselineOrigin.OfEnvironment(e.Key))));

    /// <summary>Samples other environments until <c>deploy</c> is entered.</summary>
    public Task SampleAsync(CancellationToken cancel) => Task.WhenAll(_elsewhere.Values.Select(e => e.RunAsync(cancel)));

    /// <summary>Asks every origin but the one before the deployment.</summary>
    public async Task<IReadOnlyList<Event.BaselineTaken>> TakeAsync(CancellationToken cancel)
    {
        var taken = await Task.WhenAll(Wanted.Select(origin => TakeAsync(origin, cancel)));
        return [.. taken.Select(Set)];
    }

    private async Task<Event.BaselineTaken> TakeAsync(BaselineOrigin origin, CancellationToken cancel)
    {
        var compared = Compared(origin);
        switch (origin)
        {
            case BaselineOrigin.OfEnvironment e:
                return _elsewhere.TryGetValue(e.Name, out var sampling)
                    ? sampling.Take(origin, compared)
                    : Nothing(origin, compared, _plan().Sections.Any(s => s.Environment == e.Name)
                        ? $"{e.Name} was not sampled: the checklist did not ask for it when this driver began"
                        : $"no section of the checklist has the environment {e.Name}");
            case BaselineOrigin.LastWeek:
                return await LastWeekAsync(origin, compared, cancel);
            case BaselineOrigin.OfRun or BaselineOrigin.Taken when _world.Archive is null:
                return Nothing(origin, compared, "there is no record of earlier runs here");
            case BaselineOrigin.OfRun r:
                return From(origin, compared, await _world.Archive.OfRunAsync(r.Id, _session.Run.Environment, _session.Run.Id, _world.Project.Metrics, cancel));
            case BaselineOrigin.Taken t:
                return From(origin, compared, _world.Archive.OfTaken(t.Name, _session.Run.Environment, _world.Project.Metrics));
            default:
                throw new InvalidOperationException($"no such origin: {origin.GetType().Name}");
        }
    }

    private async Task<Event.BaselineTaken> LastWeekAsync(BaselineOrigin origin, HashSet<string> compared, CancellationToken cancel)
    {
        var then = _world.Time.GetUtcNow() - BaselineOrigin.Week;
        var past = await PastBaseline.TakeAsync(_sources, compared, _rules, name => _world.ScopeOf(_session.Run).Value(name), then - BaselineOrigin.HalfHour, then + BaselineOrigin.HalfHour, Step, cancel);
        return new Event.BaselineTaken(past.Taken.ToDictionary(t => t.Key, t => Record(t.Value)), [.. past.Refused.Select(r => $"{r.Key}: {r.Value}")])
        {
            Origin = origin.ToString(),
            Found = $"{then - BaselineOrigin.HalfHour:yyyy-MM-dd HH:mm} to {then + BaselineOrigin.HalfHour:HH:mm} UTC",
        };
    }

    private static Event.BaselineTaken From(BaselineOrigin origin, HashSet<string> compared, ArchivedBaseline archived) =>
        new(archived.Metrics, [.. compared.Where(m => !archived.Metrics.ContainsKey(m)).Order(StringComparer.Ordinal).Select(m => $"{m}: {archived.WhyNot(m)}")]) { Origin = origin.ToString(), Found = archived.Found };

    private static Event.BaselineTaken Nothing(BaselineOrigin origin, HashSet<string> compared, string because) =>
        From(origin, compared, ArchivedBaseline.None(because));

    internal static BaselineRecord Record(Baseline baseline) => new(baseline.Median, baseline.Spread, baseline.Count);
}
