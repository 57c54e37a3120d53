using System.Runtime.InteropServices;

namespace Holdpoint.Processes;

/// <summary>posix_spawn(3) as Linux has it.</summary>
internal static partial class Posix
{
    private const short DefaultSignals = 0x04, OwnSession = 0x80;
    private const int BrokenPipe = 13;

    /// <summary>The directory to begin in can be given since glibc 2.29 and musl 1.1.24.</summary>
    public static bool CanSpawnInDirectory =>
        NativeLibrary.TryLoad("libc", typeof(Posix).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, "posix_spawn_file_actions_addchdir_np", out _);

    /// <summary>Adds the end to read from and the end to write to; started programs inherit neither.</summary>
    public static unsafe bool OpenPipe(List<int> descriptors)
    {
        var ends = stackalloc int[2];
        if (Pipe(ends, CloseOnExec) != 0)
            return false;
        descriptors.Add(ends[0]);
        descriptors.Add(ends[1]);
        return true;
    }

    /// <summary>
    /// Starts a program in a session of its own, with the three descriptors as its standard streams and SIGPIPE ending it.
    /// </summary>
    /// <returns>0, or the number of the error of what could not be done, the program's own exec among it.</returns>
    public static unsafe int Spawn(string program, byte** arguments, byte** environment, string? directory, int input, int output, int error, out int pid)
    {
        // The C libraries' own types, all of them smaller than this: 336, 80 and 128 bytes in glibc on 64 bits.
        const int room = 128;
        var attributes = stackalloc long[room];
        var actions = stackalloc long[room];
        var signals = stackalloc long[room];
        pid = 0;
        var failure = AttributesInit(attributes);
        if (failure != 0)
            return failure;
        failure = ActionsInit(actions);
        if (failure != 0)
        {
            _ = AttributesDestroy(attributes);
            return failure;
        }

        try
        {
            _ = EmptySignals(signals);
            _ = AddSignal(signals, BrokenPipe);
            failure = AttributesSetFlags(attributes, DefaultSignals | OwnSession);
            if (failure == 0)
                failure = AttributesSetDefaults(attributes, signals);
            if (failure == 0 && directory is not null)
                failure = ActionsChangeDirectory(actions, directory);
            if (failure == 0)
                failure = ActionsDuplicate(actions, input, 0);
            if (failure == 0)
                failure = ActionsDuplicate(actions, output, 1);
            if (failure == 0)
                failure = ActionsDuplicate(actions, error, 2);
            return failure == 0 ? SpawnProgram(out pid, program, actions, attributes, arguments, environment) : failure;
        }
        finally
        {
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
        }
    }

    /// <summary>The pid where the child has ended and is now gone; 0 where it runs; negative where it is no child.</summary>
    public static int TryReap(int pid, out int status)
    {
        const int withoutWaiting = 1;
        return WaitFor(pid, out status, withoutWaiting);
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static unsafe partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitFor(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int SpawnProgram(out int pid, string path, long* actions, long* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static unsafe partial int AttributesInit(long* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static unsafe partial int AttributesDestroy(long* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static unsafe partial int AttributesSetFlags(long* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static unsafe partial int AttributesSetDefaults(long* attributes, long* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static unsafe partial int ActionsInit(long* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static unsafe partial int ActionsDestroy(long* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static unsafe partial int ActionsDuplicate(long* actions, int descriptor, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int ActionsChangeDirectory(long* actions, string path);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static unsafe partial int EmptySignals(long* signals);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    private static unsafe partial int AddSignal(long* signals, int signal);
}
