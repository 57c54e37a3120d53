using Holdpoint.Checklists;
using Holdpoint.Metrics;

namespace Holdpoint.Backtesting;

/// <summary>Numbers of the past from a file, in the unit that the metric declares. NaN: the file says that there is none.</summary>
/// <param name="Several">Whether more than one series gave a number there, so that none counts.</param>
public readonly record struct DumpedNumber(DateTimeOffset At, double Value, bool Several = false);

/// <summary>What a file of numbers holds: a table (CSV), or OpenMetrics text with time stamps.</summary>
/// <param name="Series">By metric, in the order of time.</param>
/// <param name="Names">Every name in the file, for who looks for one.</param>
public sealed record Dump(string File, IReadOnlyDictionary<string, IReadOnlyList<DumpedNumber>> Series, IReadOnlyList<string> Names)
{
    /// <summary>More mistakes than this are told by their number.</summary>
    internal const int MostProblems = 8;

    public DateTimeOffset? First => Series.Values.Where(s => s.Count > 0).Select(s => (DateTimeOffset?)s[0].At).Min();

    public DateTimeOffset? Last => Series.Values.Where(s => s.Count > 0).Select(s => (DateTimeOffset?)s[^1].At).Max();

    /// <summary>Which of both it is is told by its first line, not by its name.</summary>
    /// <param name="wanted">The metrics that are looked for.</param>
    public static (Dump Dump, IReadOnlyList<Problem> Problems) Read(string file, TextReader text, IReadOnlyList<MetricDefinition> wanted)
    {
        string? first;
        var line = 0;
        do
        {
            first = text.ReadLine();
            line++;
        }
        while (first is not null && first.Trim().Length == 0);
        if (first is null)
            return (new(file, new Dictionary<string, IReadOnlyList<DumpedNumber>>(), []), [new(file, new(1, 1), "the file is empty", CsvDump.Form)]);
        return CsvDump.IsHeader(first) ? CsvDump.Read(file, first, line, text, wanted) : OpenMetricsDump.Read(file, first, line, text, wanted);
    }

    /// <summary>The metrics' pasts as a watch would have seen them that looked at the newest number at each of its moments.</summary>
    public async Task<IReadOnlyDictionary<string, MetricPast>> PastAsync(
        IReadOnlyList<(MetricDefinition Definition, TimeSpan Step)> metrics, DateTimeOffset from, DateTimeOffset to, TimeProvider time, CancellationToken cancel)
    {
        var pasts = metrics.ToDictionary(m => m.Definition.Name, m => MetricPast.Over(m.Definition, m.Step, from, to), StringComparer.Ordinal);
        await Parallel.ForEachAsync(pasts.Values, cancel, async (past, stop) =>
        {
            if (!Series.TryGetValue(past.Definition.Name, out var numbers))
            {
                past.Nothing = $"{past.Definition.Name} is not in {File}{(Names.Count > 0 ? $", which has {string.Join(", ", Names.Take(12))}" : "")}";
                return;
            }

            foreach (var sample in await new DumpSource(past.Definition, numbers, File, time).HistoryAsync(past.First, past.Last, past.Step, stop) ?? [])
                past.Put(sample);
        });
        return pasts;
    }
}

/// <summary>A metric whose numbers are in a file: units, absence and sparseness are as in every other source.</summary>
internal sealed class DumpSource(MetricDefinition definition, IReadOnlyList<DumpedNumber> numbers, string file, TimeProvider time) : MetricSource(definition, time)
{
    /// <summary>A number speaks until the next one is due, and half as long again: rows come late now and then.</summary>
    private const double Reach = 1.5;

    protected override string Instrument => file;

    protected override Task<MetricReading> ReadAsync(CancellationToken cancel) => Task.FromResult<MetricReading>(new MetricReading.NoAnswer($"{file} knows the past alone"));

    protected override Task<IReadOnlyList<(DateTimeOffset At, MetricReading Reading)>?> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancel)
    {
        var usual = UsualStep();
        var reach = usual * Reach > step ? usual * Reach : step;
        var none = new MetricReading.NoAnswer($"{file} has no number of that time");
        var several = new MetricReading.NoAnswer($"{file} has several series of it where one number is meant");
        var readings = new List<(DateTimeOffset, MetricReading)>((int)((to - from) / step) + 1);
        var next = 0;
        for (var at = from; at <= to; at += step)
        {
            while (next < numbers.Count && numbers[next].At <= at)
                next++;
            MetricReading reading = next == 0 || at - numbers[next - 1].At >= reach ? none
                : numbers[next - 1].Several ? several
                : new MetricReading.Number(numbers[next - 1].Value);
            readings.Add((at, reading));
        }

        return Task.FromResult<IReadOnlyList<(DateTimeOffset, MetricReading)>?>(readings);
    }

    private TimeSpan UsualStep()
    {
        var steps = new List<long>();
        for (var i = 1; i < numbers.Count && steps.Count < 10_001; i++)
            steps.Add((numbers[i].At - numbers[i - 1].At).Ticks);
        steps.Sort();
        return steps.Count > 0 ? TimeSpan.FromTicks(steps[steps.Count / 2]) : TimeSpan.Zero;
    }
}
