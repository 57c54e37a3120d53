using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>Load averages and the processors' use, from <c>/proc/loadavg</c> and <c>/proc/stat</c> (proc_stat(5)).</summary>
public sealed class LoadProbe : Probe
{
    /// <summary>How long the processors are looked at: 200 ms.</summary>
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(200);

    private readonly string _proc;

    public LoadProbe()
        : this("/proc")
    {
    }

    internal LoadProbe(string proc) => _proc = proc;

    public override Signature Signature { get; } = new("load", "Load of a machine.")
    {
        Facts =
        [
            new("one", Dimension.Count, "Load average of the last minute."),
            new("five", Dimension.Count, "Load average of the last five minutes."),
            new("fifteen", Dimension.Count, "Load average of the last fifteen minutes."),
            new("cpu_used", Dimension.Ratio, "Processor time not idle over 200 ms, of all processors together."),
        ],
        OnHosts = true,
        Example = "load five < 4 and cpu_used < 80%",
        Needs = "Linux",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var machine = Machine.Of(call);
        try
        {
            var words = (await machine.ReadAsync(Path.Combine(_proc, "loadavg"), cancel)).Split(' ');
            if (words.Length < 3 || !TryParse(words[0], out var one) || !TryParse(words[1], out var five) || !TryParse(words[2], out var fifteen))
                return new Reading.NoAnswer($"{_proc}/loadavg does not read as three load averages");
            List<(string, Value)> facts = [("one", Value.Count(one)), ("five", Value.Count(five)), ("fifteen", Value.Count(fifteen))];
            if (call.Wants("cpu_used"))
                facts.Add(("cpu_used", await UsedAsync(machine, call.Context.Time, cancel)));
            return Reading.Of([.. facts]);
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Reading.NoAnswer($"load is read from {_proc}, as Linux has it: {e.Message}");
        }
    }

    private async Task<Value> UsedAsync(Machine machine, TimeProvider time, CancellationToken cancel)
    {
        var before = await TicksAsync(machine, cancel);
        await Task.Delay(Sample, time, cancel);
        var after = await TicksAsync(machine, cancel);
        if (before is null || after is null)
            return new Value.Unknown($"{_proc}/stat has no readable line 'cpu'");
        var total = after.Value.Total - before.Value.Total;
        return total > 0
            ? Value.Ratio(Math.Clamp(1 - ((after.Value.Idle - before.Value.Idle) / total), 0, 1))
            : new Value.Unknown($"no processor time was counted in {Units.Duration(Sample)}");
    }

    private async Task<(double Total, double Idle)?> TicksAsync(Machine machine, CancellationToken cancel)
    {
        var lines = (await machine.ReadAsync(Path.Combine(_proc, "stat"), cancel)).Split('\n');
        var words = lines.FirstOrDefault(l => l.StartsWith("cpu ", StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is null || words.Length < 5)
            return null;
        // user nice system idle iowait irq softirq steal; guest time, after them, is counted in user already.
        var ticks = new List<double>();
        foreach (var word in words.Skip(1).Take(8))
        {
            if (!TryParse(word, out var tick))
                return null;
            ticks.Add(tick);
        }

        return (ticks.Sum(), ticks[3] + ticks.ElementAtOrDefault(4));
    }

    private static bool TryParse(string word, out double number) => double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
