using System.Runtime.InteropServices;

namespace Holdpoint.Processes;

/// <summary>The few calls of the C library that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int Terminate = 15;
    public const int KillAtOnce = 9;

    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>False: no such process or group, or it is not ours.</summary>
    public static bool Signal(int pid, int signal) => Kill(pid, signal) == 0;

    /// <param name="signal">0 only asks whether the group has a member.</param>
    public static bool SignalGroup(int group, int signal) => Kill(-group, signal) == 0;

    public static bool MayExecute(string path) => Access(path, mode: 1) == 0;

    public static bool MayWrite(string path) => Access(path, mode: 2) == 0;

    /// <summary>The descriptor is not passed on to started programs. Negative: it can't be opened.</summary>
    public static int OpenToRead(string path) => Open(path, CloseOnExec);

    /// <inheritdoc cref="OpenToRead"/>
    public static int OpenToWrite(string path) => Open(path, 2 | CloseOnExec);

    public static void CloseDescriptor(int descriptor) => _ = Close(descriptor);

    public static unsafe int ReadInto(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return (int)Read(descriptor, start, (nuint)buffer.Length);
        }
    }

    /// <summary>Whether a read would return at once: there are bytes, or the other end is closed.</summary>
    public static unsafe bool IsReadable(nint descriptor)
    {
        const short input = 1;
        var polled = new Polled { Descriptor = (int)descriptor, Wanted = input };
        return Poll(&polled, 1, timeout: 0) > 0;
    }

    /// <summary>Takes a lock at once or answers false.</summary>
    public static bool TryLock(int descriptor, bool exclusive)
    {
        const int shared = 1, alone = 2, withoutWaiting = 4;
        return Flock(descriptor, (exclusive ? alone : shared) | withoutWaiting) == 0;
    }

    public static void Unlock(int descriptor) => _ = Flock(descriptor, operation: 8);

    /// <summary>Makes a directory's entries durable: what was created or renamed in it outlives a power failure.</summary>
    public static void SyncDirectory(string path)
    {
        var descriptor = OpenToRead(path);
        if (descriptor < 0 || Sync(descriptor) != 0)
        {
            var because = Marshal.GetLastPInvokeErrorMessage();
            if (descriptor >= 0)
                CloseDescriptor(descriptor);
            throw new IOException($"{path} can't be made durable: {because}");
        }
        CloseDescriptor(descriptor);
    }

    /// <summary>Absolute and without symbolic links (realpath(3)); null where there is no such path.</summary>
    public static unsafe string? RealPath(string path)
    {
        const int longest = 4096;
        var resolved = stackalloc byte[longest];
        return Resolve(path, resolved) == null ? null : Marshal.PtrToStringUTF8((nint)resolved);
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* Resolve(string path, byte* resolved);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    // Only ever without O_CREAT: a third, variadic argument would need another calling convention on some machines.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(Polled* polled, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
