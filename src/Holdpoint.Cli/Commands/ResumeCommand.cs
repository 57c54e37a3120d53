using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Drives on a run whose driver left or died.</summary>
internal sealed class ResumeCommand : RunCommand
{
    private readonly RunOptions _options = new();
    private readonly Option<bool> _wait = new("--wait") { Description = "stay while people are awaited, also where nobody sits at this terminal" };
    private readonly Option<bool> _detach = new("--detach") { Description = "hand the run to a driver of its own and come back at once" };
    private readonly Option<string?> _report = new("--report") { Description = "write the HTML report there at the end", HelpName = "FILE" };
    private readonly Option<bool> _child = new("--detached-child") { Hidden = true };

    public override string Summary => "Drive a run on where it stopped";

    public override string Details =>
        "It goes on from what the journal says, wherever the last driver left or died: checks are asked again, an action that still runs is waited for, one whose end nobody knows is in doubt and never simply repeated.";

    public override IReadOnlyList<string> Examples => ["holdpoint resume", "holdpoint resume 20261120-2359 --detach"];

    public override void Declare(Command command)
    {
        _options.AddTo(command, by: true);
        foreach (var option in new Option[] { _wait, _detach, _report, _child })
            command.Add(option);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var by = await Person.OfAsync(context, _options.By);
        var (office, run) = await _options.OpenAsync(context);
        await using (run)
        {
            var state = run.Session.Run;
            if (run.Session.Run.End is { } end)
                throw new CliError($"run {state.Id} has ended: {Transcript.OutcomeWord(end.Outcome)}: {end.Because}", $"holdpoint report {state.Id} shows it; holdpoint deploy starts another");
            if (Drivers.Of(run) is not null)
                throw Driving.Driven(run);
            context.Terminal.Say($"run {state.Id}: {state.Start.Version} to {state.Environment}, driven on by {by}");
            if (context.Get(_detach))
            {
                await Detached.StartAsync(context, run, office.Folder, by);
                Detached.TellHowToFollow(context.Terminal, run);
                return ExitCode.Passed;
            }

            var alone = context.Get(_child);
            return await Driving.DriveAsync(context, run, new(by, office) { Stay = context.Get(_wait) || alone, Json = context.Get(_options.Json), Report = context.Get(_report), Alone = alone });
        }
    }
}
