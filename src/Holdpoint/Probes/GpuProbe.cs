using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Graphics processors, from <c>nvidia-smi --query-gpu</c> (nvidia-smi(1)).</summary>
public sealed class GpuProbe : AskingProbe
{
    public override Signature Signature { get; } = new("gpu", "NVIDIA graphics processors.")
    {
        Facts =
        [
            new("devices", Dimension.Count, "Processors that the driver sees."),
            new("used", Dimension.Ratio, "Share of the last sample period in which a kernel ran; of the busiest one."),
            new("memory_used", Dimension.Ratio, "Memory in use; of the fullest one."),
        ],
        DefaultCondition = "devices >= 1",
        Example = "gpu devices == 4 and memory_used < 90%",
        Needs = "nvidia-smi, which comes with the driver",
        OnHosts = true,
        StandIn = "a program in place of nvidia-smi, with its output",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var smi = new AskedProgram(call, "nvidia-smi", cancel) { Remedy = "it comes with the driver of NVIDIA, so whether there is a device can't be told" };
        var answer = await smi.AskAsync("--query-gpu=index,name,utilization.gpu,memory.used,memory.total", "--format=csv,noheader,nounits");
        if (answer.Exit != 0 && (answer.Output + answer.Error).Contains("No devices were found", StringComparison.Ordinal))
            return None("the driver finds no device");
        if (answer.Exit != 0)
            throw new Unanswered($"the driver gives no answer (nvidia-smi ended with {answer.Exit}): {answer.Complaint}");
        var lines = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines is ["No devices were found"])
            return None("the driver finds no device");
        if (lines.Length == 0)
            throw new Unanswered("nvidia-smi writes nothing: neither devices nor that there are none");

        var devices = lines.Select(Device.Of).ToList();
        return Reading.Of(
            ("devices", Value.Count(devices.Count)),
            ("used", Highest(devices, d => d.Used, "its use")),
            ("memory_used", Highest(devices, d => d.MemoryUsed, "its memory"))) with
        {
            Evidence = [Evidence.OfText("devices.txt", EvidenceTable.Of(["DEVICE", "NAME", "USED", "MEMORY"], devices.Select(d => new[] { d.Index, d.Name, Shown(d.Used), Shown(d.MemoryUsed) })))],
        };
    }

    private static Reading None(string because) =>
        Reading.Of(("devices", Value.Count(0)), ("used", new Value.Unknown(because)), ("memory_used", new Value.Unknown(because)));

    /// <summary>One device that does not tell leaves the highest unknown: it may be its own.</summary>
    private static Value Highest(IReadOnlyList<Device> devices, Func<Device, double?> of, string what) =>
        devices.FirstOrDefault(d => of(d) is null) is { } silent
            ? new Value.Unknown($"device {silent.Index} ({silent.Name}) does not tell {what}")
            : Value.Ratio(devices.Max(d => of(d)!.Value));

    private static string Shown(double? ratio) => ratio is { } r ? Units.Ratio(r) : "not told";

    private sealed record Device(string Index, string Name, double? Used, double? MemoryUsed)
    {
        /// <summary><c>0, NVIDIA A100-SXM4-40GB, 37, 12034, 40960</c>: percent and MiB; <c>[N/A]</c> or <c>[Not Supported]</c> in place of a number.</summary>
        /// <exception cref="Unanswered">Another line.</exception>
        public static Device Of(string line)
        {
            if (line.Split(',', StringSplitOptions.TrimEntries) is not [var index, var name, var used, var memory, var size])
                throw new Unanswered($"nvidia-smi answers with something other than a device: '{(line.Length > 60 ? line[..60] : line)}'");
            return new(index, name, Number(used) / 100, Number(size) is > 0 and var all ? Number(memory) / all : null);
        }

        private static double? Number(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
