using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Ends the watch of a run ahead of its time.</summary>
internal sealed class EndWatchCommand : SpokenCommand
{
    private readonly Option<string?> _reason = ReasonOption();

    public override string Summary => "End the watch of a run ahead of its time, with a last look";

    public override string Details => "Watched checks run once more, and the run goes on as after the end of its watch. The record says who ended it, why, and how much of the planned time was watched. It needs a role where there are roles, and with four eyes somebody else than who drives the run. Refused while a rule that rolls back is breaching, or something holds the run; a rule that is blind then leaves the run unknown.";

    public override IReadOnlyList<string> Examples => ["holdpoint end-watch --reason \"quiet for three hours, and the office closes\""];

    protected override void DeclareOwn(Command command) => command.Add(_reason);

    protected override Task<PersonCommand?> SayAsync(CommandContext context, OpenRun run, Person by) =>
        Task.FromResult<PersonCommand?>(new PersonCommand.EndWatch(by.Name, Required(context, _reason, "a reason")));
}
