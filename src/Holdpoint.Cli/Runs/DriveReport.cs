using Holdpoint.Expressions;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>How driving came to an end, in words, as JSON, and as an exit code.</summary>
internal static class DriveReport
{
    public static int ExitCodeOf(DriveEnd end, Run run) => end switch
    {
        DriveEnd.Finished when run is { Start.Rehearsal: not null, End.Outcome: Outcome.RolledBack } => Rehearsing.WhyNot(run) is null ? ExitCode.Passed : ExitCode.Failed,
        DriveEnd.Finished finished => (int)finished.Outcome,
        DriveEnd.Waiting waiting => waiting.ExitCode,
        DriveEnd.Refused => ExitCode.Refused,
        DriveEnd.Stopped => ExitCode.Interrupted,
        // Somebody else's lock or driver is a refusal; a journal that can't be written proves nothing.
        DriveEnd.Lost lost => lost.World == Elsewhere ? ExitCode.Refused : ExitCode.Unknown,
        _ => throw new InvalidOperationException($"no such end: {end.GetType().Name}"),
    };

    /// <summary>What the engine says of the world where another driver has the run.</summary>
    private const string Elsewhere = "another driver has the run";

    public static void Tell(Terminal terminal, DriveEnd end, OpenRun open)
    {
        var run = open.Session.Run;
        switch (end)
        {
            case DriveEnd.Finished finished:
                var sign = Transcript.OfOutcome(finished.Outcome);
                terminal.Print($"{terminal.Paint(sign.Ink, $"{sign.Glyph} {Transcript.OutcomeWord(finished.Outcome)}")}: {Terminal.Clean(finished.Because)}");
                if (run.Rollback?.Ended is { } back)
                    terminal.Print($"  detection {Seconds(back.Detection)}, decision {Seconds(back.Decision)}, execution {Seconds(back.Execution)}, recovery {(back.Recovery is { } r ? Seconds(r) : "not proven")}");
                if (run.Glass is not null && !run.ReviewSigned)
                    terminal.Say("the glass was broken: another person has to sign the review: holdpoint sign review");
                terminal.Say($"the record: holdpoint report {run.Id} --format html");
                break;
            case DriveEnd.Waiting waiting:
                terminal.Print($"{Sign.Holds.Glyph} {(waiting.Work.Gate is { } gate ? $"{GateWords.Of(open.Standing.Plan, gate)} holds" : "the run holds")}; nothing has been changed");
                foreach (var hold in waiting.Work.Holds)
                {
                    terminal.Print($"  {Terminal.Clean(hold.What)}");
                    terminal.Print($"    → {Terminal.Clean(hold.Remedy)}");
                }

                terminal.Print($"then go on: holdpoint resume {run.Id}");
                break;
            case DriveEnd.Refused refused:
                terminal.Say($"holdpoint: {terminal.PaintError(Ink.Bad, "refused:")} {Terminal.Clean(refused.Because)}{(refused.Remedy.Length > 0 ? $" ({Terminal.Clean(refused.Remedy)})" : "")}");
                terminal.Say($"the run waits for it: holdpoint resume {run.Id}, or give it up: holdpoint abort --run {run.Id} --reason …");
                break;
            case DriveEnd.Stopped stopped:
                terminal.Say($"stopped: {Terminal.Clean(stopped.World)}");
                if (!run.HasEnded)
                {
                    terminal.Say($"  go on:    holdpoint resume {run.Id}");
                    terminal.Say(run.Changed ? $"  go back:  holdpoint rollback {run.Id} --reason …" : $"  give up:  holdpoint abort --run {run.Id} --reason …");
                }

                break;
            case DriveEnd.Lost lost:
                terminal.Say($"holdpoint: {terminal.PaintError(Ink.Bad, "error:")} {Terminal.Clean(lost.Because)}; {Terminal.Clean(lost.World)}");
                terminal.Say($"  see what it does: holdpoint status {run.Id}; go on here: holdpoint resume {run.Id}");
                break;
        }
    }

    public static void Json(Terminal terminal, DriveEnd end, OpenRun open) => JsonOut.Print(terminal, json =>
    {
        var run = open.Session.Run;
        json.WriteString("run", run.Id);
        json.WriteString("environment", run.Environment);
        json.WriteString("version", run.Start.Version);
        json.WriteString("folder", open.Folder);
        json.WriteNumber("exit_code", ExitCodeOf(end, run));
        json.WriteString("state", end switch
        {
            DriveEnd.Finished => "finished",
            DriveEnd.Waiting => "waiting",
            DriveEnd.Refused => "refused",
            DriveEnd.Stopped => "stopped",
            _ => "lost",
        });
        json.WriteString("outcome", end is DriveEnd.Finished finished ? Transcript.OutcomeWord(finished.Outcome) : null);
        json.WriteString("because", end switch
        {
            DriveEnd.Finished f => f.Because,
            DriveEnd.Refused r => r.Because,
            DriveEnd.Lost l => l.Because,
            _ => null,
        });
        json.WriteString("world", Conductor.World(run));
        RunJson.Holds(json, (end as DriveEnd.Waiting)?.Work);
        RunJson.Rollback(json, run);
    });

    private static string Seconds(double seconds) => Units.Duration(Math.Round(seconds, seconds >= 10 ? 0 : 1));
}
