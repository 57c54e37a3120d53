using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Goes back to what ran before.</summary>
internal sealed class RollbackCommand : RunCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly RunOptions _options = new();
    private readonly Option<string?> _reason = new("--reason") { Description = "why; it stands in the record", HelpName = "TEXT" };
    private readonly Option<string[]> _only = new("--only") { Description = "this target alone; may be given several times", HelpName = "TARGET" };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "do not wait for the driver that lives: it has been asked, and goes back by itself" };

    public override string Summary => "Go back to what ran before the run";

    public override string Details =>
        "A driver that lives is asked and goes back at once; this command waits for it and tells how it ended. Where none does, this process drives the rollback. " +
        "No gate, no freeze and no sign-off holds a rollback. Exit 4: rolled back; 7: the rollback failed.";

    public override IReadOnlyList<string> Examples => ["holdpoint rollback --reason \"customers can't pay\"", "holdpoint rollback --only api --reason \"the rest is fine\""];

    public override void Declare(Command command)
    {
        _options.AddTo(command, by: true);
        command.Add(_reason);
        command.Add(_only);
        command.Add(_noWait);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var reason = context.Get(_reason)?.Trim() is { Length: > 0 } text ? text : terminal.Ask("why?") ?? throw new CliError("rollback needs a reason", "say --reason \"…\"");
        var by = await Person.OfAsync(context, _options.By);
        var (office, run) = await _options.OpenAsync(context);
        await using (run)
        {
            var under = run.Session.Run is { Rollback: not null, HasEnded: false };
            if (!under && await RunOffice.SayAsync(run, new PersonCommand.RollBack(by.Name, reason) { Only = context.Get(_only) ?? [] }, context.Stop) is { } refused)
                throw new CliError(refused.Because, refused.Remedy, ExitCode.Refused);
            terminal.Say(under ? $"run {run.Session.Run.Id} goes back already" : $"run {run.Session.Run.Id} goes back: {reason} ({by})");
            if (Drivers.Of(run) is not { } driver)
                return await Driving.DriveAsync(context, run, new(by, office) { Json = context.Get(_options.Json) });
            terminal.Say($"{driver} drives it");
            if (context.Get(_noWait))
                return ExitCode.Passed;
            return await FollowAsync(context, office, run, by);
        }
    }

    private async Task<int> FollowAsync(CommandContext context, RunOffice office, OpenRun run, Person by)
    {
        var terminal = context.Terminal;
        var told = run.Session.Entries.Count;
        while (true)
        {
            await run.Session.RefreshAsync(context.Stop);
            foreach (var entry in run.Session.Entries.Skip(told))
                if (EventNames.FromEntry(entry) is { } happened && Transcript.Of(run.Standing.Plan, entry, happened) is { } line)
                    terminal.Say(line.ToString());
            told = run.Session.Entries.Count;
            if (run.Session.Run.End is { } end)
            {
                var finished = new DriveEnd.Finished(end.Outcome, end.Because);
                if (context.Get(_options.Json))
                    DriveReport.Json(terminal, finished, run);
                else
                    DriveReport.Tell(terminal, finished, run);
                return DriveReport.ExitCodeOf(finished, run.Session.Run);
            }

            // The driver died meanwhile: going back must not wait for anybody.
            if (Drivers.Of(run) is null)
                return await Driving.DriveAsync(context, run, new(by, office) { Json = context.Get(_options.Json) });
            await Task.Delay(Look, context.Time, context.Stop);
        }
    }
}
