using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>The file system that holds a path, as df shows it.</summary>
public sealed class DiskProbe : Probe
{
    private readonly Func<string, (long Available, long Free, long Size)> _space;

    public DiskProbe()
        : this(path => new DriveInfo(path) is var drive ? (drive.AvailableFreeSpace, drive.TotalFreeSpace, drive.TotalSize) : default)
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
        Example = "disk / free > 20GB",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var path = FileGlob.Absolute(call.Arguments[0], call.Context.Directory);
        if (!Path.Exists(path))
            return new Reading.NoAnswer($"{path} does not exist: name a path on the disk that is meant");
        try
        {
            // A network file system whose server is gone keeps the thread; the attempt ends all the same.
            var (available, free, size) = await Task.Run(() => _space(path), cancel).WaitAsync(cancel);
            var used = size - free;
            return Reading.Of(
                ("free", Value.Bytes(available)),
                ("used", used + available > 0 ? Value.Ratio((double)used / (used + available)) : new Value.Unknown($"{path} is on a file system without a size")),
                ("size", Value.Bytes(size)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Reading.NoAnswer($"the space at {path} can't be read: {e.Message}");
        }
    }
}
