using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Gives a run up.</summary>
internal sealed class AbortCommand : SpokenCommand
{
    private readonly Option<string?> _reason = ReasonOption();
    private readonly Option<bool> _leave = new("--leave") { Description = "leave what was deployed as it is now, and nobody watches it" };
    private readonly Option<bool> _back = new("--roll-back") { Description = "go back to what ran before" };

    public override string Summary => "Give a run up";

    public override string Details => "Once something has changed, say what becomes of it: --roll-back or --leave. A rollback under way is given up with --leave: what runs stays as it is now, and the run ends with 7.";

    public override IReadOnlyList<string> Examples => ["holdpoint abort --reason \"wrong version\"", "holdpoint abort --roll-back --reason \"customers complain\""];

    protected override void DeclareOwn(Command command)
    {
        foreach (var option in new Option[] { _reason, _leave, _back })
            command.Add(option);
    }

    protected override Task<PersonCommand?> SayAsync(CommandContext context, OpenRun run, Person by)
    {
        var (leave, back) = (context.Get(_leave), context.Get(_back));
        if (leave && back)
            throw new CliError("--leave and --roll-back exclude each other", "say one of them");
        return Task.FromResult<PersonCommand?>(new PersonCommand.Abort(by.Name, Required(context, _reason, "a reason"), leave ? false : back ? true : null));
    }

    /// <summary>Without a driver it ends here: the end, or the way back, is driven by this process.</summary>
    protected override async Task<int> AfterAsync(CommandContext context, RunOffice office, OpenRun run, Person by) =>
        Drivers.Of(run) is null ? Known(await Driving.DriveAsync(context, run, new(by, office) { Alone = true, Quiet = context.Get(Options.Json) })) : ExitCode.Passed;

    /// <summary>That the run is aborted now is what was asked for, and no failure of this command.</summary>
    private static int Known(int code) => code == ExitCode.Aborted ? ExitCode.Passed : code;
}
