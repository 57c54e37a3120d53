using Holdpoint.Metrics;
using Holdpoint.Runs;
using Holdpoint.Watching;

namespace Holdpoint.Cli.Backtesting;

/// <summary>Baselines of earlier runs and those that were taken by name, as the record has them now.</summary>
internal sealed class StoredBaselines(CommandContext context, Workspace workspace, string folder)
{
    public async Task<Func<BaselineOrigin, string, BaselineTaking?>> ReadAsync(IReadOnlyList<RuleDefinition> rules)
    {
        var archive = new BaselineArchive(new(folder, context.Time), context.Time);
        var known = new Dictionary<BaselineOrigin, ArchivedBaseline>();
        foreach (var origin in rules.Select(r => r.BaselineFrom).OfType<BaselineOrigin>().Distinct())
            switch (origin)
            {
                case BaselineOrigin.Taken taken:
                    known[origin] = archive.OfTaken(taken.Name, workspace.EnvironmentName, workspace.Metrics);
                    break;
                case BaselineOrigin.OfRun { Id: { } id } when workspace.EnvironmentName is { } environment:
                    known[origin] = await archive.OfRunAsync(id, environment, null, workspace.Metrics, context.Stop);
                    break;
            }

        return (origin, metric) => known.TryGetValue(origin, out var archived) ? Of(archived, metric, workspace.Metrics[metric]) : null;
    }

    private BaselineTaking Of(ArchivedBaseline archived, string metric, MetricDefinition definition) => archived.Metrics.TryGetValue(metric, out var record)
        ? new BaselineTaking.Taken(new(metric, definition.Dimension, record.Median, record.Spread, record.Count, context.Time.GetUtcNow(), context.Time.GetUtcNow()) { Floor = definition.Floor })
        : new BaselineTaking.Refused($"{metric} has no baseline: {archived.WhyNot(metric)}");
}
