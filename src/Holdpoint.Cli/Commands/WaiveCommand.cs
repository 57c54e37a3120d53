using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Expressions;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Lets a run pass over a check or a sign-off, for a while and with a reason.</summary>
internal sealed class WaiveCommand : SpokenCommand
{
    private readonly Argument<string> _step = new("STEP") { Description = "the item or its mark, by its id" };
    private readonly Option<string?> _reason = ReasonOption();
    private readonly Option<string> _for = new("--for") { Description = "how long the waiver holds, 7d at most", HelpName = "SPAN", DefaultValueFactory = _ => "24h" };
    private readonly Option<string?> _role = new("--role") { Description = "the role as which you waive", HelpName = "ROLE" };
    private readonly Option<bool> _notApplicable = new("--not-applicable") { Description = "an item marked #optional does not apply this time" };

    public override string Summary => "Pass over a check or a sign-off, for a while and with a reason";

    public override string Details => "The waiver lies over the verdict and never replaces it: both stand in the record. Actions are not waived.";

    public override IReadOnlyList<string> Examples => ["holdpoint waive pre-flight/disk-space --reason \"20 GB are enough tonight\" --for 4h"];

    protected override void DeclareOwn(Command command)
    {
        command.Add(_step);
        foreach (var option in new Option[] { _reason, _for, _role, _notApplicable })
            command.Add(option);
    }

    protected override Task<PersonCommand?> SayAsync(CommandContext context, OpenRun run, Person by)
    {
        var step = context.Get(_step)!;
        var reason = Required(context, _reason, "a reason");
        return Task.FromResult<PersonCommand?>(context.Get(_notApplicable)
            ? new PersonCommand.NotApplicable(by.Name, step, reason)
            : new PersonCommand.Waive(by.Name, step, context.Get(_role), reason, Spans.Of(context.Get(_for)!, "--for 24h")));
    }
}
