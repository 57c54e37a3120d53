using Holdpoint.Processes;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>A driver of its own for a run: this program again, in a session of its own, its talk in the run's folder.</summary>
internal static class Detached
{
    public const string Log = "driver.log";

    private static readonly TimeSpan ToBegin = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns once the new driver has the run. The caller must have let go of the wheel.</summary>
    /// <exception cref="CliError">It could not be started, or did not take the run.</exception>
    public static async Task StartAsync(CommandContext context, OpenRun run, string recordFolder, Person by)
    {
        var log = Path.Combine(run.Folder, Log);
        var epoch = run.Session.Run.Epoch;
        // setsid --fork and its own streams: neither this terminal's end nor a closed pipe ends the driver.
        var command = new Processes.Command("setsid",
            ["--fork", "sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, "env", "-u", "HOLDPOINT_JOB", .. ThisProgram.Words, "resume", run.Session.Run.Id, "--detached-child", "--record", recordFolder, "--by", by.Name])
        { WorkingDirectory = context.World.Directory };
        switch (await context.World.Commands.RunAsync(command, ToBegin, CancellationToken.None))
        {
            case CommandResult.NotStarted refused:
                throw new CliError($"a driver of its own could not be started: {refused.Because}", "leave --detach out, or install util-linux (setsid)", ExitCode.Unknown);
            case CommandResult.Exited { ExitCode: not 0 } failed:
                throw new CliError($"a driver of its own could not be started: {failed.Error.Text.Trim()}", "leave --detach out", ExitCode.Unknown);
        }

        var began = context.Time.GetTimestamp();
        while (context.Time.GetElapsedTime(began) < ToBegin)
        {
            await run.Session.RefreshAsync(CancellationToken.None);
            if (run.Session.Run.Epoch > epoch)
                return;
            await Task.Delay(Look, context.Time, CancellationToken.None);
        }

        throw new CliError($"the driver did not take the run within {(int)ToBegin.TotalSeconds}s", $"see {log}, then: holdpoint resume {run.Session.Run.Id}", ExitCode.Unknown);
    }

    public static void TellHowToFollow(Terminal terminal, OpenRun run)
    {
        var id = run.Session.Run.Id;
        terminal.Say($"run {id} goes on by itself; this terminal is free");
        terminal.Say($"  follow it: holdpoint status {id} --watch");
        terminal.Say($"  its log:   {Path.Combine(run.Folder, Log)}");
    }
}
