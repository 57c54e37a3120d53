using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

/// <summary>A source whose answers a test makes up from the time since its start.</summary>
internal sealed class ScriptedSource(MetricDefinition definition, ManualTime time, Func<TimeSpan, MetricReading> script) : MetricSource(definition, time)
{
    private readonly DateTimeOffset _start = time.Now;

    public Func<TimeSpan, MetricReading>? History { get; init; }

    /// <summary>How long an answer takes.</summary>
    public TimeSpan Takes { get; set; }

    public int Asked { get; private set; }

    protected override string Instrument => "the script";

    public static ScriptedSource Of(string name, Dimension dimension, ManualTime time, Func<TimeSpan, double> value) =>
        new(new(name, dimension, 1, new MetricSourceDefinition.Command("script")), time, at => new MetricReading.Number(value(at)));

    protected override async Task<MetricReading> ReadAsync(CancellationToken cancel)
    {
        Asked++;
        if (Takes > TimeSpan.Zero)
            await Task.Delay(Takes, Time, cancel);
        return script(Time.GetUtcNow() - _start);
    }

    protected override Task<IReadOnlyList<(DateTimeOffset At, MetricReading Reading)>?> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancel)
    {
        if (History is null)
            return base.ReadHistoryAsync(from, to, step, cancel);
        var past = new List<(DateTimeOffset, MetricReading)>();
        for (var at = from + step; at <= to; at += step)
            past.Add((at, History(at - _start)));
        return Task.FromResult<IReadOnlyList<(DateTimeOffset, MetricReading)>?>(past);
    }
}
