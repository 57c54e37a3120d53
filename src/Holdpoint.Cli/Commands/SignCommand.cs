using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Signs what waits for a person, or declines to.</summary>
internal sealed class SignCommand : SpokenCommand
{
    private const string Review = "review";

    private readonly Argument<string?> _step = new("STEP") { Description = $"the item; `{Review}`: the review after the glass was broken; without it what you can sign is listed, and signed where it is only one", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _role = new("--role") { Description = "the role as which you sign, where you have several of those asked for", HelpName = "ROLE" };
    private readonly Option<bool> _decline = new("--decline") { Description = "say no; the comment says why" };
    private readonly Option<string?> _comment = new("--comment") { Description = "stands beside the signature", HelpName = "TEXT" };

    public override string Summary => "Sign what waits for a person, or decline to";

    public override string Details => "A signature is bound to the run, its version and what you saw: it lapses when a check that passed gets worse, and when the checklist is amended.";

    public override IReadOnlyList<string> Examples => ["holdpoint sign", "holdpoint sign pre-flight/go --comment \"checked with support\"", "holdpoint sign pre-flight/go --decline --comment \"storm on the network\""];

    protected override void DeclareOwn(Command command)
    {
        command.Add(_step);
        foreach (var option in new Option[] { _role, _decline, _comment })
            command.Add(option);
    }

    protected override async Task<PersonCommand?> SayAsync(CommandContext context, OpenRun run, Person by)
    {
        var comment = context.Get(_comment)?.Trim() ?? "";
        var step = context.Get(_step);
        if (step == Review && run.Session.Run.Glass is not null)
            return context.Get(_decline) ? throw new CliError("a review is signed, not declined", "write what you found as --comment") : new PersonCommand.SignReview(by.Name, comment);
        await Task.CompletedTask;
        return (step ?? Choose(context, run, by)) is { } chosen ? new PersonCommand.Sign(by.Name, chosen, context.Get(_role), context.Get(_decline), comment) : null;
    }

    /// <summary>The one step that can be signed, or the one that a person chooses. Null: there is none.</summary>
    private string? Choose(CommandContext context, OpenRun run, Person by)
    {
        var terminal = context.Terminal;
        var standing = run.Standing;
        var steps = new PersonDesk(standing, run.World.Project.FourEyes).SignableBy(by.Name).Where(s => s.Step.Roles.Roles.Count > 0 && (context.Get(_role) is not { } role || s.Step.Roles.Roles.Contains(role))).ToList();
        if (steps.Count == 0)
        {
            var waiting = standing.Plan.AllItems.SelectMany(i => i.Steps).OfType<PlannedStep.Sign>().Where(s => standing.Of(s) is Expressions.Verdict.Pending).ToList();
            throw new CliError($"there is nothing in run {run.Session.Run.Id} that {by} could sign", waiting.Count == 0 ? "holdpoint status shows what holds" : $"{Gates.Remedy(standing, waiting[0], standing.Of(waiting[0]))}; somebody else? --by NAME", ExitCode.Refused);
        }

        if (steps.Count == 1)
            return steps[0].Step.Id;
        for (var i = 0; i < steps.Count; i++)
            terminal.Say($"{i + 1}  {steps[i].Step.Id}  {GateWords.Of(standing.ItemOf(steps[i].Step))} (as {steps[i].Role})");
        if (!terminal.IsInteractive)
            throw new CliError($"{by.Name} can sign {steps.Count} items", "name one: holdpoint sign STEP");
        return int.TryParse(terminal.Ask("which one?"), out var number) && number >= 1 && number <= steps.Count ? steps[number - 1].Step.Id : null;
    }
}
