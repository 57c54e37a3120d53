using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>The file system that holds a path, as df shows it.</summary>
public sealed class DiskProbe : Probe
{
    private readonly Func<string, (long Available, long Free, long Size)>? _space;

    public DiskProbe()
    {
    }

    internal DiskProbe(Func<string, (long Available, long Free, long Size)> space) => _space = space;

    public override Signature Signature { get; } = new("disk", "Space on the file system that holds a path.")
    {
        Arguments = [new("PATH", "Any existing path on it; relative to the checklist's folder.")],
        Facts =
        [
            new("free", Dimension.Bytes, "What this user may still write; the part kept for root is left out."),
            new("used", Dimension.Ratio, "Used of what users may use, as df shows it."),
            new("size", Dimension.Bytes, "Size of the file system."),
        ],
        OnHosts = true,
        Example = "disk / free > 20GB",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var machine = Machine.Of(call);
        var path = machine.Absolute(call.Arguments[0]);
        try
        {
            var space = _space?.Invoke(path) is { } told ? new(told.Available, told.Size - told.Free, told.Size) : await machine.SpaceAsync(path, cancel);
            return Reading.Of(
                ("free", Value.Bytes(space.Available)),
                ("used", space.Used + space.Available > 0 ? Value.Ratio(space.Used / (space.Used + space.Available)) : new Value.Unknown($"{path} is on a file system without a size")),
                ("size", Value.Bytes(space.Size)));
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Reading.NoAnswer($"the space at {path} can't be read: {e.Message}");
        }
    }
}
