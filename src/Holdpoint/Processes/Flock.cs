namespace Holdpoint.Processes;

/// <summary>An advisory lock on a file that exists (flock(2)); it belongs to the open file, so it lives as long as any process that inherited it.</summary>
internal sealed class Flock : IDisposable
{
    private readonly int _descriptor;

    private Flock(int descriptor) => _descriptor = descriptor;

    /// <summary>Null: somebody holds it, or the file does not exist.</summary>
    public static Flock? TryTake(string path, bool exclusive)
    {
        var descriptor = Posix.OpenToWrite(path);
        if (descriptor < 0)
            return null;
        if (Posix.TryLock(descriptor, exclusive))
            return new Flock(descriptor);
        Posix.CloseDescriptor(descriptor);
        return null;
    }

    public void Dispose()
    {
        // Closing alone would not do: a program that is being started just now holds a copy until its exec.
        Posix.Unlock(_descriptor);
        Posix.CloseDescriptor(_descriptor);
    }
}
