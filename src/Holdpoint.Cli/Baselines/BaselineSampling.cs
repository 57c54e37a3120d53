using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Holdpoint.Watching;

namespace Holdpoint.Cli.Baselines;

/// <summary>Takes the baselines of a checklist outside of a run: by sampling now, or from where its fields say.</summary>
internal sealed class BaselineSampling(Workspace workspace, CommandContext context, BaselineArchive archive)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);

    /// <summary>Twenty samples, but none more often than four a second, nor rarer than the rules would look.</summary>
    private static TimeSpan PeriodOf(TimeSpan length) => length / 20 is var period && period < Shortest ? Shortest : period > RuleTiming.LongestPeriod ? RuleTiming.LongestPeriod : period;

    private IReadOnlyList<RuleDefinition> Rules => [.. workspace.Plan.Rules.Where(r => !r.Rule.WhenAsked).Select(r => new RuleDefinition(r.Id, r.Rule, r.Rule.Mark.Text)).Where(r => r.Metrics.Count > 0)];

    /// <summary>Samples every metric for so long.</summary>
    public async Task<Levels> NowAsync(string name, PlannedSection? section, TimeSpan length)
    {
        var (sources, broken) = Sources(section);
        var samples = sources.Keys.ToDictionary(m => m, _ => new List<Sample>(), StringComparer.Ordinal);
        var period = PeriodOf(length);
        var count = Math.Max(Baseline.LeastSamples, (int)(length / period) + 1);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                await Task.Delay(period, context.Time, context.Stop);
            context.Terminal.Progress($"{name}: sample {i + 1} of {count}, {Units.Duration(period * (count - i - 1))} left");
            var at = context.Time.GetUtcNow();
            await Task.WhenAll(sources.Select(async s => samples[s.Key].Add(await s.Value.SampleAsync(at, context.Stop))));
        }

        var breaches = PastBreach.In(Rules, samples.ToDictionary(s => s.Key, s => (IReadOnlyList<Sample>)s.Value), VariableOf(section));
        var taken = new Dictionary<string, StoredLevel>(StringComparer.Ordinal);
        foreach (var (metric, source) in sources.OrderBy(s => s.Key, StringComparer.Ordinal))
            if (breaches.TryGetValue(metric, out var breach))
                broken[metric] = $"a rule would fire now ({breach}), so that what it shows is no measure of what is usual";
            else if (Baseline.Take(metric, source.Definition.Dimension, samples[metric]) is BaselineTaking.Taken { Baseline: { } b })
                taken[metric] = new(b.Median, b.Spread, b.Count, b.Dimension);
            else
                broken[metric] = samples[metric].LastOrDefault(s => s is not Sample.Measured)?.Reason ?? "it gave too few samples";
        return new(name, $"{count} samples in {Units.Duration(period * (count - 1))}", taken, broken.ToDictionary(b => b.Key, b => workspace.Secrets.Mask(b.Value))) { Definitions = workspace.Metrics };
    }

    /// <summary>What a run would take now for everything that its checklist compares with.</summary>
    public async Task<IReadOnlyList<Levels>> WouldBeTakenAsync(TimeSpan length)
    {
        var plan = workspace.Plan;
        var all = new List<Levels> { await NowAsync(BaselineOrigin.BeforeWord, null, length) };
        foreach (var origin in plan.Sections.Select(s => s.BaselineFrom).Concat(plan.Rules.Select(r => r.BaselineFrom)).OfType<BaselineOrigin>().Distinct())
            all.Add(await OfAsync(origin, length));
        return all;
    }

    private async Task<Levels> OfAsync(BaselineOrigin origin, TimeSpan length)
    {
        var metrics = workspace.Metrics;
        switch (origin)
        {
            case BaselineOrigin.OfEnvironment e:
                return workspace.Plan.Sections.FirstOrDefault(s => s.Environment == e.Name) is { } section
                    ? await NowAsync(e.Name, section, length)
                    : Levels.Of(e.Name, ArchivedBaseline.None($"no section of the checklist has the environment {e.Name}"), metrics.Keys, metrics);
            case BaselineOrigin.LastWeek:
                var (sources, _) = Sources(null);
                var then = context.Time.GetUtcNow() - BaselineOrigin.Week;
                var (from, to) = (then - BaselineOrigin.HalfHour, then + BaselineOrigin.HalfHour);
                var past = await PastBaseline.TakeAsync(sources, [.. sources.Keys], Rules, VariableOf(null), from, to, RunBaselines.Step, context.Stop);
                return Levels.Of(origin.ToString(), $"{from:yyyy-MM-dd HH:mm} to {to:HH:mm} UTC", past, metrics);
            case BaselineOrigin.OfRun r:
                return Levels.Of(origin.ToString(), await archive.OfRunAsync(r.Id, workspace.EnvironmentName, null, metrics, context.Stop), metrics.Keys, metrics);
            case BaselineOrigin.Taken t:
                return Levels.Of(origin.ToString(), archive.OfTaken(t.Name, workspace.EnvironmentName, metrics), metrics.Keys, metrics);
            default:
                throw new InvalidOperationException($"no such origin: {origin.GetType().Name}");
        }
    }

    private Func<string, string?> VariableOf(PlannedSection? section) => workspace.ScopeOf(section, context.Time.GetUtcNow()).Value;

    private (Dictionary<string, MetricSource> Sources, Dictionary<string, string> Broken) Sources(PlannedSection? section)
    {
        var scope = workspace.ScopeOf(section, context.Time.GetUtcNow());
        var around = new MetricContext
        {
            Http = context.World.Http,
            Commands = context.World.Commands,
            Time = context.Time,
            Directory = workspace.Project.Folder,
            ScriptVariables = scope.ScriptVariables(),
            Variable = scope.Value,
            Server = (kind, name) => scope.Server(kind, name, out _),
        };
        var sources = new Dictionary<string, MetricSource>(StringComparer.Ordinal);
        var broken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, definition) in workspace.Metrics)
            try
            {
                sources[name] = MetricSources.Create(definition, around);
            }
            catch (Exception e) when (e is FormatException or UndefinedVariable)
            {
                broken[name] = e.Message;
            }

        return (sources, broken);
    }
}
