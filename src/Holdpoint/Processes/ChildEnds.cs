using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Holdpoint.Processes;

/// <summary>
/// Waits for children that .NET knows nothing of. .NET only ever reaps those that it started itself, but for a parent
/// that ignores SIGCHLD (<see cref="SpawnedChild.IsPossible"/>).
/// </summary>
[SupportedOSPlatform("linux")]
internal static class ChildEnds
{
    private static readonly Lock Reaping = new();
    private static readonly Dictionary<int, TaskCompletionSource<int>> Living = [];

    /// <summary>Kept: it ends when it is collected. Signals of several children may arrive as one.</summary>
    private static readonly PosixSignalRegistration Told = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => ReapAll());

    /// <summary>The exit code of a child that was just started; 128 + the signal's number where a signal ended it.</summary>
    public static Task<int> Of(int pid)
    {
        GC.KeepAlive(Told);
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Reaping)
        {
            Living[pid] = ended;
            // It may have ended before anybody listened.
            Reap(pid, ended);
        }
        return ended.Task;
    }

    private static void ReapAll()
    {
        lock (Reaping)
        {
            foreach (var (pid, ended) in Living.ToArray())
                Reap(pid, ended);
        }
    }

    /// <summary>Within the lock: a number that was reaped is given out again, and must not be taken for the old child's.</summary>
    private static void Reap(int pid, TaskCompletionSource<int> ended)
    {
        var reaped = Posix.TryReap(pid, out var status);
        if (reaped == 0)
            return;
        Living.Remove(pid);
        if (reaped < 0)
            ended.SetException(new InvalidOperationException($"the exit code of process {pid} is lost: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}"));
        else
            ended.SetResult((status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F));
    }
}
