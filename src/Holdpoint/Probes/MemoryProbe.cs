using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>Main memory, from <c>/proc/meminfo</c> (proc_meminfo(5)).</summary>
public sealed class MemoryProbe : Probe
{
    private readonly string _proc;

    public MemoryProbe()
        : this("/proc")
    {
    }

    internal MemoryProbe(string proc) => _proc = proc;

    public override Signature Signature { get; } = new("memory", "Main memory of a machine.")
    {
        Facts =
        [
            new("free", Dimension.Bytes, "What programs can still get without swapping (MemAvailable)."),
            new("used", Dimension.Ratio, "What is not free, of the whole."),
            new("size", Dimension.Bytes, "The whole (MemTotal)."),
        ],
        OnHosts = true,
        Example = "memory free > 2GB",
        Needs = "Linux",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var path = Path.Combine(_proc, "meminfo");
        try
        {
            var lines = (await Machine.Of(call).ReadAsync(path, cancel)).Split('\n');
            if (Amount(lines, "MemTotal") is not { } size || Amount(lines, "MemAvailable") is not { } free || size <= 0)
                return new Reading.NoAnswer($"{path} tells no MemTotal and MemAvailable");
            return Reading.Of(("free", Value.Bytes(free)), ("used", Value.Ratio(1 - (free / size))), ("size", Value.Bytes(size)));
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Reading.NoAnswer($"memory is read from {path}, as Linux has it: {e.Message}");
        }
    }

    /// <summary><c>MemTotal:  24684084 kB</c>, where kB means 1024 bytes.</summary>
    private static double? Amount(string[] lines, string name)
    {
        var words = lines.FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [_, var number, "kB"] && double.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes * 1024 : null;
    }
}
