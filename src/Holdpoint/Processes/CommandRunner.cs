using System.Text;

namespace Holdpoint.Processes;

/// <summary>
/// Runs each program in a session of its own, so that Ctrl-C in a terminal does not reach it and that it can be ended
/// with all it started. On Linux nothing of it is left when the task completes; where there is no setsid (macOS) what
/// detached itself from the program's process tree may stay.
/// A command whose <see cref="Command.Environment"/> names HOLDPOINT_JOB keeps that value, and processes of it that left
/// its group (a shared ssh connection) are then not searched for.
/// </summary>
public sealed class CommandRunner(TimeProvider time) : ICommandRunner
{
    /// <summary>From SIGTERM to SIGKILL.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>How long a background child may keep the pipes open after the program's end.</summary>
    private static readonly TimeSpan PipesAfterEnd = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan GraceAfterEnd = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <summary>The full path of an executable program, or null.</summary>
    public static string? FindOnPath(string program) =>
        (ProgramSearch.For(program, Environment.GetEnvironmentVariable("PATH"), null) as ProgramSearch.Found)?.Path;

    public async Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        // Starting a process keeps a thread for a millisecond or two; the caller's goes on to start the next.
        await Task.Yield();

        var job = command.Environment.ContainsKey(Job.Variable) ? null : Job.New();
        using var child = Begin(command, job, out var because);
        return child is null ? new CommandResult.NotStarted(because) : await FollowAsync(child, job, command, timeout, cancel);
    }

    /// <summary>What the system refuses to start in bash's place, bash has a word about.</summary>
    private static Child? Begin(Command command, Job? job, out string because) =>
        OperatingSystem.IsLinux() && PlainLine.Of(command) is { } plain && Child.Begin(plain, job, out because) is { } begun ? begun : Child.Begin(command, job, out because);

    private async Task<CommandResult> FollowAsync(Child child, Job? job, Command command, TimeSpan timeout, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var output = new OutputCapture(command.OutputLimit, command.OnOutputLine);
        var error = new OutputCapture(command.OutputLimit);
        using var leave = new CancellationTokenSource();
        using var broken = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(Timer(timeout), time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token, broken.Token);

        // On the pool from the first read: a program that writes without a pause would never give the thread back.
        var streams = Task.WhenAll(
            Task.Run(() => ReadAsync(child.Output, output, broken, leave.Token), CancellationToken.None),
            Task.Run(() => ReadAsync(child.Error, error, broken, leave.Token), CancellationToken.None),
            WriteAsync(child.Input, command.Input, leave.Token));

        var inTime = await EndedAsync(child, end.Token);
        var elapsed = time.GetElapsedTime(began);
        if (inTime)
        {
            await Task.WhenAny(streams, Task.Delay(PipesAfterEnd, time, leave.Token));
            if (child.OwnSession && Posix.SignalGroup(child.Id, 0))
                await EndAsync(child, job: null, GraceAfterEnd);
        }
        else
        {
            await EndAsync(child, job, Grace);
            elapsed = time.GetElapsedTime(began);
        }
        await leave.CancelAsync();
        await streams;

        if (!inTime)
        {
            cancel.ThrowIfCancellationRequested();
            return new CommandResult.TimedOut(timeout, output.Captured(), error.Captured(), elapsed);
        }
        var exited = new CommandResult.Exited(await child.Ended, output.Captured(), error.Captured(), elapsed);
        return child.Misfire(command, exited) is { } notStarted ? new CommandResult.NotStarted(notStarted) : exited;
    }

    private static async Task<bool> EndedAsync(Child child, CancellationToken end)
    {
        try
        {
            await child.Ended.WaitAsync(end);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task ReadAsync(Stream stream, OutputCapture capture, CancellationTokenSource broken, CancellationToken leave)
    {
        try
        {
            await OutputReader.ReadAsync(stream, capture, leave);
        }
        catch
        {
            // The caller's OnOutputLine threw. Nobody reads any more, so the program would hang at a full pipe.
            await broken.CancelAsync();
            throw;
        }
    }

    private static async Task WriteAsync(Stream stream, string? input, CancellationToken leave)
    {
        try
        {
            await using (stream)
            {
                if (!string.IsNullOrEmpty(input))
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(input), leave);
            }
        }
        catch (Exception unread) when (unread is IOException or OperationCanceledException)
        {
            // A program need not read its input to the end; what it makes of that is in its exit code.
            _ = unread;
        }
    }

    /// <summary>SIGTERM, and after the grace SIGKILL, to all that belongs to the program.</summary>
    private async Task EndAsync(Child child, Job? job, TimeSpan grace)
    {
        // The number of a session is not given out again while it has members; that it is within milliseconds after
        // its last member's end would need the kernel to go round all pids in that time.
        IReadOnlyList<int> Members() =>
            [.. (child.OwnSession ? Job.InSession(child.Id) : []).Concat(job?.Processes() ?? []).Distinct()];
        bool IsAlive() => !child.Ended.IsCompleted || Members().Count > 0;

        var began = time.GetTimestamp();
        Signal(Posix.Terminate);
        while (IsAlive() && time.GetElapsedTime(began) < grace)
            await Task.Delay(Look, time);

        // Again and again: what is being killed may have forked in the meantime. Bounded: nothing can end a process
        // that hangs in the kernel or belongs to another user.
        for (var round = 0; round < 100 && IsAlive(); round++)
        {
            Signal(Posix.KillAtOnce);
            await Task.Delay(Look, time);
        }

        void Signal(int signal)
        {
            var members = Members();
            foreach (var member in members)
                Posix.Signal(member, signal);
            // Once only: to many programs a second SIGTERM means to leave without cleaning up.
            if (child.Ended.IsCompleted || members.Contains(child.Id))
                return;
            if (signal == Posix.KillAtOnce && !child.OwnSession)
                child.KillTree();
            else
                Posix.Signal(child.Id, signal);
        }
    }

    private static TimeSpan Timer(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan || timeout > LongestTimer ? Timeout.InfiniteTimeSpan
        : timeout < TimeSpan.Zero ? TimeSpan.Zero
        : timeout;
}
