using Holdpoint.Journal;
using Holdpoint.Processes;
using Posix = Holdpoint.Processes.Posix;

namespace Holdpoint.Runs;

/// <summary>
/// Fencing: makes sure that a run whose lease on an environment is over changes nothing any more. Its driver may only have been
/// asleep (stopped, or starved), and would wake in the middle of what it was about to do; so it is ended, on this machine, before another begins.
/// </summary>
/// <param name="store">The record folder that both runs lie in.</param>
public sealed class Fence(RunStore store, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>A killed process that hangs in the kernel (a dead network file system) holds its lock on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>Null: nothing of it acts. Otherwise what still does, and what to do.</returns>
    /// <exception cref="DamagedJournal">Who drives it can't be read.</exception>
    public async Task<Refusal?> EndAsync(string runId, CancellationToken cancel)
    {
        var folder = store.FolderOf(runId);
        // First the driver, so that it starts nothing after the look at what it has started.
        return await EndDriverAsync(folder, cancel)
            ?? (UnderWay(folder) is { } action ? new($"an action that it started is still under way ({action})", "wait for its end, at most for its timeout; or see holdpoint status") : null);
    }

    private async Task<Refusal?> EndDriverAsync(string folder, CancellationToken cancel)
    {
        if (!DriverLock.IsHeld(folder))
            return null;
        if (DriverLock.Read(folder) is not { } driver)
            return new("its driver still lives, and its lock does not say which process that is", "end that process first");
        var who = $"process {driver.Pid} on {driver.Host}";
        if (driver.Host != Environment.MachineName || driver.Pid == Environment.ProcessId || !HasOpen(driver.Pid, DriverLock.PathIn(folder)) || !Posix.Signal(driver.Pid, Posix.KillAtOnce))
            return new($"its driver, {who}, still lives, and can't be ended from here", $"end {who} first");
        var began = time.GetTimestamp();
        while (DriverLock.IsHeld(folder))
        {
            if (time.GetElapsedTime(began) > Patience)
                return new($"its driver, {who}, was killed and has not gone", "see what it hangs in (ps, dmesg), and try again");
            await Task.Delay(Look, time, cancel);
        }

        return null;
    }

    /// <summary>A number alone proves nothing: it may be that of a process of another container, or have been given away again.</summary>
    private static bool HasOpen(int pid, string path)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Any(fd => File.ResolveLinkTarget(fd, returnFinalTarget: false)?.FullName == path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>An action outlives its driver; nobody may change what it still changes.</summary>
    private string? UnderWay(string folder) => Directory.Exists(Path.Combine(folder, "actions"))
        ? Directory.EnumerateDirectories(Path.Combine(folder, "actions")).Order(StringComparer.Ordinal).FirstOrDefault(a => DetachedAction.Attach(a, time).IsAlive)
        : null;
}
