using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Ends the pauses of a rollout.</summary>
internal sealed class PromoteCommand : SpokenCommand
{
    private readonly Option<string?> _reason = ReasonOption();

    public override string Summary => "End the pauses of the rollout under way and go on to all of the traffic";

    public override string Details => "Health is still waited for, rules are still judged, and one that fires still rolls back. To pause a rollout: holdpoint hold. To give it up: holdpoint rollback.";

    public override IReadOnlyList<string> Examples => ["holdpoint promote --reason \"an hour at 25% is enough\""];

    protected override void DeclareOwn(Command command) => command.Add(_reason);

    protected override Task<PersonCommand?> SayAsync(CommandContext context, OpenRun run, Person by) =>
        Task.FromResult<PersonCommand?>(new PersonCommand.Promote(by.Name, Required(context, _reason, "a reason")));
}
