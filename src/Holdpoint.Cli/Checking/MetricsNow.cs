using System.Collections.Concurrent;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Cli.Checking;

/// <summary>Values of metrics outside of a run, where nobody has sampled them yet: asked of their source when a check wants them.</summary>
internal sealed class MetricsNow(IReadOnlyDictionary<string, MetricDefinition> definitions, MetricContext context)
{
    /// <summary>Between the two pages that a rate needs: 2 s.</summary>
    private static readonly TimeSpan BetweenPages = TimeSpan.FromSeconds(2);

    /// <summary>At most as many points of a store's history are asked for one window.</summary>
    private const int Points = 60;

    private readonly ConcurrentDictionary<string, MetricSource> _sources = new(StringComparer.Ordinal);

    public async Task<Value> ValueAsync(Operand.Metric metric, TimeSpan? over, CancellationToken cancel)
    {
        if (!definitions.TryGetValue(metric.Name, out var definition))
            return new Value.Unknown($"there is no metric {metric.Name}");
        try
        {
            var source = _sources.GetOrAdd(metric.Name, _ => MetricSources.Create(definition, context));
            return metric.Statistic is null && over is null
                ? await NowAsync(source, cancel)
                : await WindowAsync(source, metric, over ?? RuleTiming.DefaultWindow, cancel);
        }
        catch (FormatException e)
        {
            return new Value.Unknown(e.Message);
        }
    }

    private async Task<Value> NowAsync(MetricSource source, CancellationToken cancel)
    {
        var sample = await source.SampleAsync(context.Time.GetUtcNow(), cancel);
        if (sample is Sample.Missing { TargetFails: false } && source.Definition.Source is MetricSourceDefinition.Scrape { Measure: not ScrapeMeasure.Value })
        {
            await Task.Delay(BetweenPages, context.Time, cancel);
            sample = await source.SampleAsync(context.Time.GetUtcNow(), cancel);
        }

        return sample is Sample.Measured measured ? new Value.Number(measured.Value, source.Definition.Dimension) : new Value.Unknown(sample.Reason);
    }

    private async Task<Value> WindowAsync(MetricSource source, Operand.Metric metric, TimeSpan window, CancellationToken cancel)
    {
        var now = context.Time.GetUtcNow();
        var step = TimeSpan.FromSeconds(Math.Max(5, Math.Ceiling(window.TotalSeconds / Points)));
        if (await source.HistoryAsync(now - window, now, step, cancel) is not { } history)
            return new Value.Unknown($"{metric.Name} keeps no past; only a run, which samples it, can look back over {Units.Duration(window)}");
        var series = new Series(metric.Name, source.Definition.Dimension);
        foreach (var sample in history)
            series.Add(sample);
        return series.Summarise(metric.Statistic ?? new Statistic("avg"), window, now);
    }
}
