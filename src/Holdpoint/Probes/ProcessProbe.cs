using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Processes by name, from <c>/proc/PID</c> (proc_pid_stat(5)). Zombies don't count: they run no more.</summary>
public sealed class ProcessProbe : Probe
{
    /// <summary>How long the processes are looked at for <c>cpu_used</c>: 200 ms.</summary>
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(200);

    /// <summary>USER_HZ: what the kernel shows to programs is 100 a second on every architecture that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private readonly string _proc;

    public ProcessProbe()
        : this("/proc")
    {
    }

    internal ProcessProbe(string proc) => _proc = proc;

    public override Signature Signature { get; } = new("process", "Processes of a machine with a given name.")
    {
        Arguments = [new("NAME", "The program's file name without its folder, or the name it gave itself: nginx, postgres, node.")],
        Facts =
        [
            new("count", Dimension.Count, "Processes of that name; zombies don't count."),
            new("cpu_used", Dimension.Ratio, "Processor time of all of them over 200 ms; 100% is one processor, so it may be more."),
            new("memory", Dimension.Bytes, "Resident memory of all of them; what they share is counted in each."),
            new("age", Dimension.Duration, "Time since the oldest of them was started."),
        ],
        DefaultCondition = "count >= 1",
        OnHosts = true,
        Example = "process nginx count >= 2 and memory < 500MB",
        Needs = "Linux",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        try
        {
            var table = await ProcessTable.LookAsync(call, _proc, cancel);
            var processes = await Task.Run(() => Find(table, name), cancel);
            if (processes.Count == 0)
            {
                var none = new Value.Unknown($"no process is called {name}");
                return Reading.Of(("count", Value.Count(0)), ("cpu_used", none), ("memory", none), ("age", none));
            }

            List<(string, Value)> facts =
            [
                ("count", Value.Count(processes.Count)),
                ("memory", Value.Bytes(processes.Sum(p => Resident(table, p.Id)))),
                ("age", Age(table, processes.Min(p => p.Stat.Started))),
            ];
            if (call.Wants("cpu_used"))
                facts.Add(("cpu_used", await UsedAsync(table, processes, call, cancel)));
            return Reading.Of([.. facts]);
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Reading.NoAnswer($"processes are read from {_proc}, as Linux has it: {e.Message}");
        }
    }

    private static List<(string Id, Stat Stat)> Find(ProcessTable table, string name)
    {
        var found = new List<(string, Stat)>();
        foreach (var id in table.Ids)
            if (table.Read(id, "stat") is { } text && Stat.Parse(text) is { State: not ('Z' or 'X') } stat && (stat.Name == name || ProgramOf(table, id) == name))
                found.Add((id, stat));
        return found;
    }

    /// <summary>The kernel cuts a process's name at 15 characters; the first argument has it whole.</summary>
    private static string ProgramOf(ProcessTable table, string id) =>
        (table.Read(id, "cmdline") ?? "").Split('\0')[0] is var first && first.StartsWith('-') ? first[1..] : Path.GetFileName(first);

    private async Task<Value> UsedAsync(ProcessTable table, IReadOnlyList<(string Id, Stat Stat)> processes, ProbeCall call, CancellationToken cancel)
    {
        double Ticks(ProcessTable now) => processes.Sum(p => now.Read(p.Id, "stat") is { } text && Stat.Parse(text) is { } stat && stat.Started == p.Stat.Started ? stat.Ticks : 0);
        var time = call.Context.Time;
        var (before, began) = (Ticks(table), time.GetTimestamp());
        await Task.Delay(Sample, time, cancel);
        var later = await ProcessTable.LookAsync(call, _proc, cancel);
        // Between two looks at another machine lies the way there and back as well; its own clock counts without it.
        var elapsed = call.Context.Host is null ? time.GetElapsedTime(began).TotalSeconds : Seconds(later) - Seconds(table);
        var after = Ticks(later);
        return after < before || !(elapsed > 0)
            ? new Value.Unknown($"a process ended while it was looked at for {Units.Duration(Sample)}")
            : Value.Ratio((after - before) / TicksPerSecond / elapsed.Value);
    }

    private Value Age(ProcessTable table, double startedTicks) => Seconds(table) is { } uptime
        ? Value.Duration(TimeSpan.FromSeconds(Math.Max(0, uptime - (startedTicks / TicksPerSecond))))
        : new Value.Unknown($"{_proc}/uptime does not read as seconds");

    private static double? Seconds(ProcessTable table) =>
        double.TryParse((table.Uptime ?? "").Split(' ')[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var uptime) ? uptime : null;

    private static double Resident(ProcessTable table, string id)
    {
        var line = (table.Read(id, "status") ?? "").Split('\n').FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return line?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [_, var number, ..] && double.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes * 1024 : 0;
    }

    /// <param name="Ticks">Processor time in user and kernel mode.</param>
    /// <param name="Started">Ticks after the machine's start.</param>
    private sealed record Stat(string Name, char State, double Ticks, double Started)
    {
        /// <summary><c>4711 (name) S …</c>: the name may hold blanks and brackets, so the last bracket ends it.</summary>
        public static Stat? Parse(string text)
        {
            var (open, close) = (text.IndexOf('('), text.LastIndexOf(')'));
            if (open < 0 || close < open)
                return null;
            var words = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 20 || !double.TryParse(words[11], out var user) || !double.TryParse(words[12], out var kernel) || !double.TryParse(words[19], out var started))
                return null;
            return new(text[(open + 1)..close], words[0][0], user + kernel, started);
        }
    }
}
