using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Lets a run go on past what holds it.</summary>
internal sealed class ReleaseCommand : SpokenCommand
{
    private readonly Argument<string?> _what = new("GATE") { Description = "a gate, a rule, or `freeze`; else whatever holds now", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _reason = ReasonOption();

    public override string Summary => "Let a run go on past the gate, hold or freeze that holds it";

    public override string Details => "A released gate is not computed again, and the record says who released it and why. A rule that breaches before the deploy is accepted by its name, and arms after it was quiet once. In the grace of a rollback a release means: go on without going back.";

    public override IReadOnlyList<string> Examples => ["holdpoint release --reason \"known and harmless\"", "holdpoint release freeze --reason \"the fix for today's incident\""];

    protected override void DeclareOwn(Command command)
    {
        command.Add(_what);
        command.Add(_reason);
    }

    protected override Task<PersonCommand?> SayAsync(CommandContext context, OpenRun run, Person by) =>
        Task.FromResult<PersonCommand?>(new PersonCommand.Release(by.Name, context.Get(_what), Required(context, _reason, "a reason")));
}
