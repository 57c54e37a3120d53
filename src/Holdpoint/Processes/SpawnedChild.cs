using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Holdpoint.Processes;

/// <summary>
/// Started by the C library's posix_spawn in a session of its own and with SIGPIPE as programs expect it: .NET ignores
/// that signal and hands this down, by which <c>yes | head</c> would end with an error text instead of silently.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class SpawnedChild : Child
{
    private const int NotAProgram = 8, TooLong = 7, NotFound = 2;

    private static readonly Lazy<bool> Possible = new(() =>
        Posix.CanSpawnInDirectory && !IgnoresEndsOfChildren());

    private SpawnedChild(int pid, int input, int output, int error)
    {
        Id = pid;
        Input = new AnonymousPipeClientStream(PipeDirection.Out, new SafePipeHandle(input, ownsHandle: true));
        Output = new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(output, ownsHandle: true));
        Error = new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(error, ownsHandle: true));
        Ended = ChildEnds.Of(pid);
    }

    /// <summary>Not on macOS, with a C library from before 2019, or where SIGCHLD was ignored at the start: exit codes would be lost.</summary>
    public static bool IsPossible => Possible.Value;

    public override int Id { get; }

    public override bool OwnSession => true;

    public override Stream Input { get; }

    public override Stream Output { get; }

    public override Stream Error { get; }

    public override Task<int> Ended { get; }

    public static Child? Spawn(Command command, Job? job, out string because)
    {
        because = Launch.Obstacle(command) ?? "";
        if (because.Length > 0)
            return null;
        var search = command.CalledAs is null ? Launch.Find(command) : new ProgramSearch.Found(command.Program);
        if (search is not ProgramSearch.Found { Path: var program })
        {
            because = ((ProgramSearch.Missing)search).Because;
            return null;
        }

        var directory = command.WorkingDirectory is { } given ? Path.GetFullPath(given) : null;
        using var environment = new NativeStrings(EnvironmentOf(command, job));
        using var arguments = new NativeStrings([command.CalledAs ?? program, .. command.Arguments]);
        var (child, failure) = Start(program, arguments, environment, directory);
        if (failure == NotAProgram && command.CalledAs is null)
        {
            // A script without a first line that names its interpreter: a shell's and execvp's custom.
            using var script = new NativeStrings(["/bin/sh", program, .. command.Arguments]);
            (child, failure) = Start("/bin/sh", script, environment, directory);
        }
        because = failure switch
        {
            0 => "",
            TooLong => $"{command.Program}: its arguments and environment are too long for the system",
            NotFound => $"{command.Program}: {program} could not be started: {Said(failure)} (is the interpreter that its first line names there?)",
            _ => $"{command.Program}: {program} could not be started: {Said(failure)}",
        };
        return child;
    }

    public override void KillTree() => Posix.SignalGroup(Id, Posix.KillAtOnce);

    public override void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        Error.Dispose();
    }

    private static unsafe (Child? Child, int Failure) Start(string program, NativeStrings arguments, NativeStrings environment, string? directory)
    {
        List<int> open = [];
        try
        {
            if (!Posix.OpenPipe(open) || !Posix.OpenPipe(open) || !Posix.OpenPipe(open))
                return (null, Marshal.GetLastPInvokeError());
            var (toInput, fromOutput, fromError) = (open[1], open[2], open[4]);
            var failure = Posix.Spawn(program, arguments.Pointer, environment.Pointer, directory, open[0], open[3], open[5], out var pid);
            if (failure != 0)
                return (null, failure);
            open = [open[0], open[3], open[5]];
            return (new SpawnedChild(pid, toInput, fromOutput, fromError), 0);
        }
        finally
        {
            open.ForEach(Posix.CloseDescriptor);
        }
    }

    private static List<string> EnvironmentOf(Command command, Job? job)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value;
        if (job is not null)
            variables[Job.Variable] = job.Value;
        foreach (var (name, value) in command.Environment)
            variables[name] = value;
        var lines = new List<string>(variables.Count);
        foreach (var (name, value) in variables)
            if (value is not null)
                lines.Add($"{name}={value}");
        return lines;
    }

    private static bool IgnoresEndsOfChildren()
    {
        const int endOfChild = 17;
        var mask = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal));
        return mask is null || (ulong.Parse(mask.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (endOfChild - 1) & 1) != 0;
    }

    private static string Said(int failure) => new Win32Exception(failure).Message;

    /// <summary>An array of texts as C programs take it: pointers to UTF-8, the last one null.</summary>
    private sealed unsafe class NativeStrings : IDisposable
    {
        private readonly int _count;

        public NativeStrings(List<string> texts)
        {
            _count = texts.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)_count + 1, (nuint)sizeof(byte*));
            for (var i = 0; i < _count; i++)
                Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++)
                Marshal.FreeCoTaskMem((nint)Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}
