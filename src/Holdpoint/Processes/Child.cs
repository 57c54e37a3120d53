using System.Diagnostics;

namespace Holdpoint.Processes;

/// <summary>A program that was started, with its three streams on pipes.</summary>
internal abstract class Child : IDisposable
{
    /// <summary>Its pid; where it owns a session, the number of that and of its process group, too.</summary>
    public abstract int Id { get; }

    public abstract bool OwnSession { get; }

    public abstract Stream Input { get; }

    public abstract Stream Output { get; }

    public abstract Stream Error { get; }

    /// <summary>Its exit code, 128 + the signal's number where a signal ended it. Once that is known its pid may belong to another.</summary>
    public abstract Task<int> Ended { get; }

    /// <summary>With all that it started, as far as its process tree tells.</summary>
    public abstract void KillTree();

    /// <summary>What a program in front of it reported in its place: a missing interpreter, a foreign binary, a file being written. Null: nothing.</summary>
    public virtual string? Misfire(Command command, CommandResult.Exited exited) => null;

    public abstract void Dispose();

    /// <summary>Null where it can't be started, for a reason in one line.</summary>
    /// <param name="job">Marks the program's environment. Null: no mark.</param>
    public static Child? Begin(Command command, Job? job, out string because) =>
        OperatingSystem.IsLinux() && SpawnedChild.IsPossible ? SpawnedChild.Spawn(command, job, out because) : LaunchedChild.Launch(command, job, out because);

    /// <summary>By .NET, with the programs setsid and env in front: where the C library can't do their work at the start.</summary>
    private sealed class LaunchedChild(Launch.Started started) : Child
    {
        private readonly Process _process = started.Process;

        public override int Id => _process.Id;

        public override bool OwnSession => started.OwnSession;

        public override Stream Input => _process.StandardInput.BaseStream;

        public override Stream Output => _process.StandardOutput.BaseStream;

        public override Stream Error => _process.StandardError.BaseStream;

        public override Task<int> Ended { get; } = EndOf(started.Process);

        public override void KillTree() => _process.Kill(entireProcessTree: true);

        public override string? Misfire(Command command, CommandResult.Exited exited) =>
            exited is { ExitCode: 126 or 127, Output.Characters: 0 } && Processes.Launch.IsComplaint(exited.Error.Text, started.Program)
                ? $"{command.Program}: {started.Program} could not be started: {exited.Error.Text.Trim().Split(": ")[^1]} (is the interpreter that its first line names there?)"
                : null;

        public override void Dispose() => _process.Dispose();

        public static Child? Launch(Command command, Job? job, out string because)
        {
            var launch = Processes.Launch.Begin(command, job);
            because = (launch as Launch.Refused)?.Because ?? "";
            return launch is Launch.Started started ? new LaunchedChild(started) : null;
        }

        private static async Task<int> EndOf(Process process)
        {
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode;
        }
    }
}
