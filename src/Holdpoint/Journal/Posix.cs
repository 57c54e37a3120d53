using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdpoint.Journal;

/// <summary>
/// The three calls that .NET doesn't offer: flushing a folder, and flock(2) without a share mode. Linux's numbers (open(2), flock(2)).
/// Everything is opened with O_CLOEXEC, so that a started process never inherits a lock by accident.
/// </summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int CloseOnExec = 0x80000;
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int Unlocked = 8;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;

    /// <summary>The one flag whose number differs between the architectures.</summary>
    private static readonly int Folder = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    /// <exception cref="IOException">The folder can't be opened or flushed.</exception>
    public static void FlushFolder(string path)
    {
        using var folder = Open(path, ReadOnly | Folder | CloseOnExec, 0);
        while (FSync(folder) != 0)
        {
            Throw(path, "flush");
        }
    }

    /// <exception cref="IOException">The file can't be flushed; what the disk holds of it is unknown.</exception>
    public static void Flush(SafeFileHandle file, string path)
    {
        while (FSync(file) != 0)
        {
            Throw(path, "flush");
        }
    }

    /// <summary>Opens for locking, creating the file where it is missing.</summary>
    public static SafeFileHandle OpenLock(string path) => Open(path, ReadWrite | Create | CloseOnExec, 0b110_110_110);

    /// <summary>Opens for reading without the shared lock that .NET would want, and that a holder would make fail.</summary>
    public static SafeFileHandle OpenReading(string path) => Open(path, ReadOnly | CloseOnExec, 0);

    /// <returns>False when another open file has it.</returns>
    public static bool TryLock(SafeFileHandle file, bool exclusive, string path)
    {
        while (FLock(file, (exclusive ? LockExclusive : LockShared) | LockNonBlocking) != 0)
        {
            if (Marshal.GetLastPInvokeError() == WouldBlock)
            {
                return false;
            }

            Throw(path, "lock");
        }

        return true;
    }

    /// <summary>Unlocks explicitly: a child between fork and exec may still hold the same open file for a moment.</summary>
    public static void Unlock(SafeFileHandle file) => _ = FLock(file, Unlocked);

    private static SafeFileHandle Open(string path, int flags, int mode)
    {
        while (true)
        {
            var file = OpenFile(path, flags, mode);
            if (!file.IsInvalid)
            {
                return file;
            }

            // The number must be read before anything else is called.
            var error = Marshal.GetLastPInvokeError();
            file.Dispose();
            Throw(path, "open", error);
        }
    }

    private static void Throw(string path, string what) => Throw(path, what, Marshal.GetLastPInvokeError());

    /// <summary>Returns for an interrupted call, which is to be repeated.</summary>
    private static void Throw(string path, string what, int error)
    {
        if (error != Interrupted)
        {
            throw new IOException($"can't {what} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FLock(SafeFileHandle file, int operation);
}
