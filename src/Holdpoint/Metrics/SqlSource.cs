namespace Holdpoint.Metrics;

/// <summary>One statement that answers with one number. Who runs statements is given: this library has no database driver.</summary>
public sealed class SqlSource(MetricDefinition definition, MetricSourceDefinition.Sql source, MetricContext context) : MetricSource(definition, context.Time)
{
    protected override string Instrument => $"the server {source.Server}";

    protected override Task<MetricReading> ReadAsync(CancellationToken cancel) => context.Sql is { } ask
        ? ask(source.Server, source.Statement, cancel)
        : Task.FromResult<MetricReading>(new MetricReading.NoAnswer($"nothing here can ask the server {source.Server}"));
}
