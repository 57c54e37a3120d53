using System.Diagnostics;
using System.Globalization;

namespace Holdpoint.Processes;

/// <summary>
/// A program that outlives the process that started it: in a session of its own, its output in a file, its timeout
/// enforced beside it, its result and a lock in its folder, by which a successor waits for it. Linux only.
/// Being ended with a whole container or service (cgroup) is not survived, and is told as vanished.
/// </summary>
public sealed class DetachedAction
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>How long after its limit an action whose wrapper was killed is still left alone.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(15);

    private readonly ActionFolder _files;
    private readonly TimeProvider _time;
    private readonly Task _wrapperEnded;
    private readonly ActionOutcome.NotStarted? _refused;

    private DetachedAction(ActionFolder files, TimeProvider time, Task wrapperEnded, ActionOutcome.NotStarted? refused = null) =>
        (_files, _time, _wrapperEnded, _refused) = (files, time, wrapperEnded, refused);

    public string Folder => _files.Path;

    /// <summary>This very object started it: whatever becomes of its files, it was begun.</summary>
    private bool HasBegun { get; init; }

    /// <summary>
    /// Starts the command; when the task completes, its start is durable. One that can't be started is no exception but
    /// the outcome <see cref="ActionOutcome.NotStarted"/>. <see cref="Command.OnOutputLine"/> is not called.
    /// </summary>
    /// <param name="folder">Where its files go; is created. A folder takes one action, once.</param>
    /// <param name="timeout">From its start; then SIGTERM, and 2 s later SIGKILL, to all of it.</param>
    /// <param name="cancel">Only until the action begins.</param>
    public static async Task<DetachedAction> StartAsync(string folder, Command command, TimeSpan timeout, TimeProvider time, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var files = new ActionFolder(Path.GetFullPath(folder));
        DetachedAction Refused(string because) => new(files, time, Task.CompletedTask, new ActionOutcome.NotStarted(because));

        var tools = ActionScript.Tools.Prepend("bash").ToDictionary(t => t, CommandRunner.FindOnPath);
        if (!Launch.CanOwnSession || !OperatingSystem.IsLinux())
            tools["setsid"] = null;
        if (tools.Where(t => t.Value is null).Select(t => t.Key).ToList() is { Count: > 0 } missing)
            return Refused($"actions need {string.Join(", ", missing)} on PATH (on Linux: packages bash, coreutils, util-linux)");
        if ((Launch.Obstacle(command) ?? (Launch.Find(command) as ProgramSearch.Missing)?.Because) is { } obstacle)
            return Refused(obstacle);

        var job = Job.New();
        // timeout(1) takes 0 for no limit at all.
        var limit = timeout < TimeSpan.FromMilliseconds(10) ? TimeSpan.FromMilliseconds(10) : timeout;
        if (files.ReadJob() is not null)
            return Refused($"{files.Path} already holds an action");
        try
        {
            files.Create(new ActionFolder.JobFile(job.Id, limit, command.OutputLimit), command.Input);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return Refused($"the action's files can't be written: {unwritable.Message}");
        }

        var program = ((ProgramSearch.Found)Launch.Find(command)).Path;
        var wrapper = new Command(tools["bash"]!, [
            // -p: neither BASH_ENV nor exported functions change the wrapper.
            "-p", files.Script, files.Path,
            limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture),
            ((long)(limit.TotalMilliseconds / 10)).ToString(CultureInfo.InvariantCulture),
            job.Id, .. ActionScript.Tools.Select(t => tools[t]!), program, .. command.Arguments])
        {
            WorkingDirectory = command.WorkingDirectory,
            // Without the mark what leaves the session could not be found.
            Environment = command.Environment.Where(v => v.Key != Job.Variable).ToDictionary(),
        };
        switch (Launch.Begin(wrapper, job))
        {
            case Launch.Started started:
                var because = await BeginningAsync(started.Process);
                var action = new DetachedAction(files, time, EndedAsync(started.Process), because is null ? null : new(because)) { HasBegun = because is null };
                if (because is not null)
                    files.Close(ActionFolder.Closing.GivenUp, because);
                return action;
            case Launch.Refused refused:
                files.Close(ActionFolder.Closing.GivenUp, refused.Because);
                return Refused(refused.Because);
            case var other:
                throw new UnreachableException($"{other}");
        }
    }

    /// <summary>The action in a folder, whoever started it. Whether there is one is told by <see cref="WaitAsync"/>.</summary>
    public static DetachedAction Attach(string folder, TimeProvider time) =>
        new(new ActionFolder(Path.GetFullPath(folder)), time, Task.CompletedTask);

    /// <summary>Something of it lives and there is no result yet.</summary>
    public bool IsAlive =>
        _refused is null && _files.ReadResult() is null && _files.ReadJob() is { } job
        && _files.ReadStarted() is not { BeforeLastBoot: true } && Lives(job);

    /// <summary>Waits for its end. Cancelling ends the waiting, never the action.</summary>
    public async Task<ActionOutcome> WaitAsync(CancellationToken cancel)
    {
        if (_refused is not null)
            return _refused;
        await _wrapperEnded.WaitAsync(cancel);
        while (true)
        {
            if (await OutcomeAsync(cancel) is { } outcome)
                return outcome;
            await Task.Delay(Poll, _time, cancel);
        }
    }

    /// <summary>The last lines of the output so far.</summary>
    public string Tail(int lines) => _files.Tail(lines);

    /// <summary>
    /// Ends the whole session and what left it; an action that has not begun never will. The outcome is then
    /// <see cref="ActionOutcome.Vanished"/>, or how it ended where the signal let it end by itself.
    /// </summary>
    /// <param name="grace">Between SIGTERM and SIGKILL; zero: SIGKILL at once.</param>
    public async Task KillAsync(TimeSpan grace = default)
    {
        if (_refused is not null || _files.ReadJob() is not { } file)
            return;
        _files.Close(ActionFolder.Closing.Ended, "it was ended on request");
        await EndAsync(file, grace);
    }

    private async Task EndAsync(ActionFolder.JobFile file, TimeSpan grace)
    {
        var job = new Job(file.Id);
        var started = _files.ReadStarted();
        // Without its leader a session's number proves nothing any more; then the mark alone does.
        List<int> Members() => [.. (started is { LeaderLives: true } ? Job.InSession(started.Pid) : []).Concat(job.Processes()).Distinct()];

        if (grace > TimeSpan.Zero)
        {
            var began = _time.GetTimestamp();
            // The wrapper stays, to record how the program takes it.
            foreach (var member in Members().Where(m => m != started?.Pid))
                Posix.Signal(member, Posix.Terminate);
            while (_time.GetElapsedTime(began) < grace && Members().Count > 0)
                await Task.Delay(Look, _time);
        }
        // Bounded: nothing can end a process that hangs in the kernel or belongs to another user.
        for (var round = 0; round < 100 && Members() is { Count: > 0 } members; round++)
        {
            foreach (var member in members.OrderBy(m => m != started?.Pid))
                Posix.Signal(member, Posix.KillAtOnce);
            await Task.Delay(Look, _time);
        }
    }

    /// <summary>Null: it is alive.</summary>
    private async Task<ActionOutcome?> OutcomeAsync(CancellationToken cancel)
    {
        if (_files.ReadJob() is not { } job)
            return HasBegun ? new ActionOutcome.Vanished($"its files in {_files.Path} are gone", CapturedOutput.Nothing) : new ActionOutcome.NotStarted($"there is no action in {_files.Path}");
        if (_files.ReadResult() is { } result)
        {
            var output = await _files.ReadOutputAsync(job.OutputLimit, cancel);
            return result.TimedOut
                ? new ActionOutcome.TimedOut(job.Limit, output, result.Elapsed)
                : new ActionOutcome.Ended(result.ExitCode, output, result.Elapsed);
        }

        var started = _files.ReadStarted();
        if (started is { BeforeLastBoot: true })
            return new ActionOutcome.Vanished("the machine was restarted while it ran", await _files.ReadOutputAsync(job.OutputLimit, cancel));
        if (Lives(job))
        {
            if (started is not null && ProcessStat.Uptime - started.Began > job.Limit + Overdue)
            {
                _files.Close(ActionFolder.Closing.Late, "its own timeout did not end it");
                await EndAsync(job, TimeSpan.FromSeconds(ActionScript.Grace));
            }
            return null;
        }
        return await GoneAsync(job, cancel);
    }

    private async Task<ActionOutcome?> GoneAsync(ActionFolder.JobFile job, CancellationToken cancel)
    {
        // Under the lock: a wrapper on its way finds the folder closed and does not begin.
        using (var mine = Flock.TryTake(_files.Lock, exclusive: true))
        {
            if (mine is null && File.Exists(_files.Lock))
                return null;
            // What was written between the first look and the lock.
            if (_files.ReadResult() is not null)
                return null;
            if (_files.ReadStarted() is null)
                _files.Close(ActionFolder.Closing.GivenUp, "its driver ended before the action began");
        }

        var closed = _files.ReadClosed();
        if (closed is { How: ActionFolder.Closing.GivenUp } || _files.ReadStarted() is null)
            return new ActionOutcome.NotStarted(closed?.Because ?? "its driver ended before the action began");
        var output = await _files.ReadOutputAsync(job.OutputLimit, cancel);
        return closed is { How: ActionFolder.Closing.Late }
            ? new ActionOutcome.TimedOut(job.Limit, output, job.Limit + Overdue)
            : new ActionOutcome.Vanished(closed?.Because ?? "it was killed, or its container was restarted: nothing of it runs and it left no result", output);
    }

    private bool Lives(ActionFolder.JobFile job)
    {
        using var free = Flock.TryTake(_files.Lock, exclusive: false);
        // A program that closed what it inherited holds no lock once its wrapper was killed; it still carries the mark.
        return (free is null && File.Exists(_files.Lock)) || new Job(job.Id).IsAlive;
    }

    /// <summary>Null: it has begun. Otherwise why it did not.</summary>
    private static async Task<string?> BeginningAsync(Process wrapper)
    {
        // Both pipes end when the wrapper turns from them to the action's files, or ends.
        var said = wrapper.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var complaint = await wrapper.StandardError.ReadToEndAsync(CancellationToken.None);
        if ((await said).Trim() == ActionScript.Ready)
            return null;
        return complaint.Trim() is { Length: > 0 } text ? text : "the action's wrapper ended before it began";
    }

    private static async Task EndedAsync(Process wrapper)
    {
        using (wrapper)
        {
            // Without an input: the wrapper has turned from it.
            wrapper.StandardInput.Close();
            await wrapper.WaitForExitAsync(CancellationToken.None);
        }
    }
}
