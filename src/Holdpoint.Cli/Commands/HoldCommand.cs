using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Holds a run, or a rollback in its grace.</summary>
internal sealed class HoldCommand : SpokenCommand
{
    private readonly Option<string?> _reason = ReasonOption();
    private readonly Option<string> _for = new("--for") { Description = "after this it goes on, unless the hold is renewed; 24h at most", HelpName = "SPAN", DefaultValueFactory = _ => "30m" };

    public override string Summary => "Hold a run, or a rollback in its grace";

    public override string Details => "No further step starts until the hold ends or holdpoint release ends it. Rules are judged meanwhile, and one that fires without grace still rolls back.";

    public override IReadOnlyList<string> Examples => ["holdpoint hold --reason \"support looks at it\" --for 15m"];

    protected override void DeclareOwn(Command command)
    {
        command.Add(_reason);
        command.Add(_for);
    }

    protected override Task<PersonCommand?> SayAsync(CommandContext context, OpenRun run, Person by) =>
        Task.FromResult<PersonCommand?>(new PersonCommand.Hold(by.Name, Required(context, _reason, "a reason"), Spans.Of(context.Get(_for)!, "--for 30m")));
}
