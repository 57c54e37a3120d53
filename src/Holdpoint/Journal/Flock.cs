using Microsoft.Win32.SafeHandles;

namespace Holdpoint.Journal;

/// <summary>A lock among processes of one machine (flock(2)) on a file that is never replaced or deleted. The system frees it when the process dies.</summary>
internal sealed class Flock : IDisposable
{
    /// <summary>Between two attempts, at first and at most.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(20);

    private Flock(SafeFileHandle file) => File = file;

    /// <summary>The locked file, for text beside the lock.</summary>
    public SafeFileHandle File { get; }

    /// <returns>Null when another holds it.</returns>
    /// <exception cref="IOException">The file can't be opened or locked.</exception>
    public static Flock? TryTake(string path, bool exclusive = true)
    {
        var file = Posix.OpenLock(path);
        var taken = false;
        try
        {
            taken = Posix.TryLock(file, exclusive, path);
            return taken ? new(file) : null;
        }
        finally
        {
            if (!taken)
            {
                file.Dispose();
            }
        }
    }

    /// <exception cref="IOException">The file can't be opened or locked.</exception>
    public static async ValueTask<Flock> TakeAsync(string path, CancellationToken cancel)
    {
        var pause = ShortestPause;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (TryTake(path) is { } held)
            {
                return held;
            }

            // The other process works in the machine's own time, whatever clock the caller was given.
            await Task.Delay(pause, TimeProvider.System, cancel);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public void Dispose()
    {
        if (!File.IsClosed)
        {
            Posix.Unlock(File);
        }

        File.Dispose();
    }
}
