using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Metrics;

/// <summary>A line for <c>bash</c> that prints one number; a unit behind it (<c>320ms</c>, <c>1.5%</c>) is read, and then the metric's own unit is not applied again.</summary>
public sealed class CommandSource(MetricDefinition definition, MetricSourceDefinition.Command source, MetricContext context) : MetricSource(definition, context.Time)
{
    protected override string Instrument => $"`{(source.Line.Length > 60 ? $"{source.Line[..59]}…" : source.Line)}`";

    protected override async Task<MetricReading> ReadAsync(CancellationToken cancel)
    {
        // The runner's own limit comes a little later than the sample's, so that a late command is told as such once, by its metric's name.
        var command = new Command("bash", ["-euo", "pipefail", "-c", source.Line]) { WorkingDirectory = context.Directory, Environment = context.ScriptVariables, OutputLimit = 4096 };
        return await context.Commands.RunAsync(command, Definition.Timeout + TimeSpan.FromSeconds(1), cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } r => Number(r.Output.Text.Trim()),
            CommandResult.Exited r => new MetricReading.NoAnswer($"{Instrument} ended with exit code {r.ExitCode}{FirstLine(r.Error.Text)}"),
            CommandResult.TimedOut r => new MetricReading.NoAnswer($"{Instrument} did not end within {Units.Duration(r.Limit)}"),
            CommandResult.NotStarted r => new MetricReading.NoAnswer($"{Instrument} could not be started: {r.Because}"),
            var other => throw new InvalidOperationException($"no such result: {other.GetType().Name}"),
        };
    }

    private MetricReading Number(string printed)
    {
        if (ScrapePage.ReadNumber(printed) is { } plain)
            return new MetricReading.Number(plain);
        // "3 GB" is one number, "3 1" are two.
        var isOne = printed.IndexOf(' ', StringComparison.Ordinal) is var blank && (blank < 0 || !char.IsAsciiDigit(printed[blank..].TrimStart()[0]));
        if (!isOne || Units.ParseNumber(printed.Replace(" ", "", StringComparison.Ordinal)) is not { } number)
            return new MetricReading.NoAnswer(printed.Length == 0 ? $"{Instrument} printed nothing, a number is meant" : $"{Instrument} printed {new Value.Text(printed)}, one number is meant");
        return number.Dimension == Definition.Dimension
            ? new MetricReading.Number(number.Amount / Definition.Factor)
            : new MetricReading.NoAnswer($"{Instrument} printed {printed}, which is a {number.Dimension.ToString().ToLowerInvariant()}; the metric is declared as {Definition.Dimension.ToString().ToLowerInvariant()}");
    }

    private static string FirstLine(string error) => error.Trim() is { Length: > 0 } text ? $": {text.Split('\n')[0].Trim()}" : "";
}
