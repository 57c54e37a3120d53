using Holdpoint.Backtesting;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Tests.Watching;

namespace Holdpoint.Tests.Backtesting;

/// <summary>Pasts as tests make them up, a number every 15 s from a Monday morning on.</summary>
internal static class Pasts
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    public static DateTimeOffset At(double minutes) => Start.AddMinutes(minutes);

    public static MetricDefinition Definition(string name) =>
        new(name, name == "latency_p95" ? Dimension.Duration : Dimension.Ratio, 1, new MetricSourceDefinition.Prometheus("main", name));

    /// <param name="value">By the minutes since the start, which may be before it; null: a gap.</param>
    public static MetricPast Of(string name, double minutes, Func<double, double?> value)
    {
        var past = MetricPast.Over(Definition(name), Step, Start - PastBaselines.Reach, At(minutes));
        for (var i = 0; i < past.Count; i++)
            if (value((past.MomentOf(i) - Start).TotalMinutes) is { } number)
                past.Put(i, new Sample.Measured(past.MomentOf(i), number));
        return past;
    }

    public static BacktestRequest Request(string rule, double minutes, Func<double, double?> value) => Request([rule], minutes, value);

    public static BacktestRequest Request(string[] rules, double minutes, Func<double, double?> value)
    {
        var read = rules.Select((r, i) => Rules.Read(r, $"rule-{i}")).ToList();
        return new(read, read.SelectMany(r => r.Metrics).Distinct().ToDictionary(m => m, m => Of(m, minutes, value)), Start, At(minutes));
    }

    public static RulePast Replay(string rule, double minutes, Func<double, double?> value) => Assert.Single(Run(Request(rule, minutes, value)).Rules);

    public static BacktestResult Run(BacktestRequest request) => Backtest.Run(request, TestContext.Current.CancellationToken);
}
