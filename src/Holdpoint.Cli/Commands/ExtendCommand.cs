using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Has a run watched for longer.</summary>
internal sealed class ExtendCommand : SpokenCommand
{
    private readonly Option<string?> _reason = ReasonOption();
    private readonly Option<string> _for = new("--for") { Description = "so much longer than planned; 7d at most at a time", HelpName = "SPAN", DefaultValueFactory = _ => "30m" };

    public override string Summary => "Have a run watched for longer";

    public override string Details => "Every watched section that is not over goes on for so much longer, its checks at the pace of the last part of its schedule; rules and availability are judged to the new end. It may be said again, and also before the watch begins.";

    public override IReadOnlyList<string> Examples => ["holdpoint extend --for 2h --reason \"the nightly batch has not run yet\""];

    protected override void DeclareOwn(Command command)
    {
        command.Add(_reason);
        command.Add(_for);
    }

    protected override Task<PersonCommand?> SayAsync(CommandContext context, OpenRun run, Person by) =>
        Task.FromResult<PersonCommand?>(new PersonCommand.Extend(by.Name, Required(context, _reason, "a reason"), Spans.Of(context.Get(_for)!, "--for 30m")));
}
