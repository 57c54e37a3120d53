using System.Globalization;
using System.Text;

namespace Holdpoint.Journal;

/// <summary>Who drives a run, as its lock's file says.</summary>
/// <param name="Pid">Process number on that host.</param>
public sealed record Driver(int Pid, string Host, int Epoch);

/// <summary>
/// Held by a run's driver as long as its process lives (flock(2) on <c>driver.lock</c> in the run's folder), so that a successor
/// on the same machine knows at once, without waiting for a lease, whether the driver is dead. Started processes don't inherit it.
/// </summary>
public sealed class DriverLock : IDisposable
{
    private const string Name = "driver.lock";

    /// <summary>Attempts against the moment in which another only looks whether it is held.</summary>
    private const int Attempts = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Flock held;

    private DriverLock(Flock held, string runId)
    {
        this.held = held;
        RunId = runId;
    }

    public string RunId { get; }

    /// <summary>The lock's file, in full.</summary>
    public static string PathIn(string runFolder) => Path.Combine(Path.GetFullPath(runFolder), Name);

    /// <returns>Null when a living driver holds it.</returns>
    /// <exception cref="JournalUnwritable">The file can't be made.</exception>
    public static async ValueTask<DriverLock?> TryHoldAsync(string runFolder, int epoch, CancellationToken cancel)
    {
        var path = PathIn(runFolder);
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                if (Flock.TryTake(path) is { } held)
                {
                    var driver = new DriverLock(held, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(runFolder))));
                    driver.Write(epoch);
                    return driver;
                }

                await Task.Delay(Pause, TimeProvider.System, cancel);
            }

            return null;
        }
        catch (IOException e)
        {
            throw new JournalUnwritable($"the driver's lock can't be taken: {e.Message}. Check the folder's permissions", e);
        }
    }

    /// <summary>Whether a living process on this machine drives the run.</summary>
    public static bool IsHeld(string runFolder)
    {
        var path = PathIn(runFolder);
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using var file = Posix.OpenReading(path);
            if (!Posix.TryLock(file, exclusive: false, path))
            {
                return true;
            }

            Posix.Unlock(file);
            return false;
        }
        catch (IOException e)
        {
            throw new DamagedJournal($"whether the run is driven can't be told: {e.Message}");
        }
    }

    /// <summary>Who holds it, or held it last; null where nobody ever did, or where the text is not readable.</summary>
    public static Driver? Read(string runFolder)
    {
        var path = PathIn(runFolder);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var file = Posix.OpenReading(path);
            var bytes = new byte[512];
            var fields = Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0)).Split(' ', '\n');
            return fields is ["pid", var pid, "host", var host, "epoch", var epoch, ..]
                && int.TryParse(pid, CultureInfo.InvariantCulture, out var number) && int.TryParse(epoch, CultureInfo.InvariantCulture, out var fence)
                ? new(number, host, fence)
                : null;
        }
        catch (IOException e)
        {
            throw new DamagedJournal($"who drives the run can't be read: {e.Message}");
        }
    }

    /// <summary>Renews the text beside the lock once the driver's epoch is known.</summary>
    /// <returns>False when the disk didn't take it: the lock holds all the same, and a rollback must go on.</returns>
    public bool Write(int epoch)
    {
        var text = Encoding.UTF8.GetBytes($"pid {Environment.ProcessId} host {Environment.MachineName} epoch {epoch}\n");
        try
        {
            RandomAccess.SetLength(held.File, 0);
            RandomAccess.Write(held.File, text, 0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose() => held.Dispose();
}
