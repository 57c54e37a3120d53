using Holdpoint.Journal;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <param name="Stay">Stay while people are awaited, though nobody sits at this terminal.</param>
/// <param name="Report">Where the HTML page goes when the run has ended; null: nowhere.</param>
internal sealed record DriveRequest(Person By, RunOffice Office)
{
    public bool Stay { get; init; }

    public bool Json { get; init; }

    public string? Report { get; init; }

    /// <summary>The log goes to stderr: stdout has said its part.</summary>
    public bool Quiet { get; init; }

    /// <summary>It was started by a terminal that is gone: nobody is asked, whatever the streams are.</summary>
    public bool Alone { get; init; }
}

/// <summary>Drives a run in this process, and shows it: as a tree with a prompt where a person sits here, else as lines.</summary>
internal static class Driving
{
    /// <returns>The exit code; how it ended has been told.</returns>
    public static async Task<int> DriveAsync(CommandContext context, OpenRun run, DriveRequest request)
    {
        var terminal = context.Terminal;
        var interactive = terminal is { IsInteractive: true, ShowsProgress: true } && !request.Alone && !request.Json;
        DriveEnd end;
        var detach = false;
        using (var wheel = await RunOffice.TakeWheelAsync(run, context.Stop) ?? throw Driven(run))
        {
            Conductor Conduct(Action<TranscriptLine> tell) => new(run.Session, run.World with { Announce = said => tell(new(context.Time.GetUtcNow(), Sign.Warned, "check", said)) }, wheel);
            var patience = interactive || request.Stay ? Patience.Stay : Patience.Leave;
            if (interactive)
                (end, detach) = await LiveAsync(context, run, request, Conduct);
            else
                end = await LoggedAsync(context, run, request, Conduct, patience);
        }

        if (detach && end is DriveEnd.Stopped)
        {
            await Detached.StartAsync(context, run, request.Office.Folder, request.By);
            Detached.TellHowToFollow(terminal, run);
            return ExitCode.Passed;
        }

        await RecordPages.WriteAsync(context, run, request, end);
        if (request.Json)
            DriveReport.Json(terminal, end, run);
        else if (!request.Quiet)
            DriveReport.Tell(terminal, end, run);
        return DriveReport.ExitCodeOf(end, run.Session.Run);
    }

    public static CliError Driven(OpenRun run)
    {
        var driver = DriverLock.Read(run.Folder);
        var who = driver is null ? "another process" : $"process {driver.Pid} on {driver.Host}";
        return new($"run {run.Session.Run.Id} is driven by {who} already", "holdpoint status --watch follows it; sign, waive, retry, rollback and abort reach it from here", ExitCode.Refused);
    }

    private static async Task<DriveEnd> LoggedAsync(CommandContext context, OpenRun run, DriveRequest request, Func<Action<TranscriptLine>, Conductor> conduct, Patience patience)
    {
        var terminal = context.Terminal;
        var log = new RunLog(RunLog.IsGitHub(context.World), line =>
        {
            // With --json the document has stdout for itself.
            if (request.Json || request.Quiet)
                terminal.Say(line);
            else
                terminal.Print(line);
            terminal.Flush();
        });
        var conductor = conduct(log.Tell);
        void Heard(Run state, Event happened, JournalEntry entry)
        {
            if (Transcript.Of(conductor.Plan, entry, happened) is { } line)
                log.Tell(line, happened);
        }

        run.Session.Happened += Heard;
        try
        {
            return await conductor.DriveAsync(request.By.Name, patience, context.Stop);
        }
        finally
        {
            run.Session.Happened -= Heard;
        }
    }

    private static async Task<(DriveEnd End, bool Detach)> LiveAsync(CommandContext context, OpenRun run, DriveRequest request, Func<Action<TranscriptLine>, Conductor> conduct)
    {
        var expected = Task.Run(() => ExpectedTimes.OfAsync(request.Office.Store, run.Session.Run.Environment, run.Session.Run.Id, CancellationToken.None));
        LiveTree? tree = null;
        var conductor = conduct(line => tree?.Tell(line));
        tree = new(context, run, conductor, expected);
        var dialogue = new Dialogue(run, () => conductor.Standing, request.By, new Keys().Reader);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Stop, dialogue.Detach.Token);
        using var ended = new CancellationTokenSource();
        void Heard(Run state, Event happened, JournalEntry entry)
        {
            if (Transcript.Of(conductor.Plan, entry, happened) is { } line)
                tree.Tell(line);
        }

        run.Session.Happened += Heard;
        var talking = dialogue.RunAsync(ended.Token);
        var drawing = tree.RunAsync(dialogue, ended.Token);
        try
        {
            var end = await conductor.DriveAsync(request.By.Name, Patience.Stay, stop.Token);
            return (end, dialogue.Detach.IsCancellationRequested);
        }
        finally
        {
            run.Session.Happened -= Heard;
            await ended.CancelAsync();
            await Task.WhenAll(talking, drawing);
        }
    }
}
