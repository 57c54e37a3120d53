using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Tries again what did not pass, or says how an action in doubt ended.</summary>
internal sealed class RetryCommand : SpokenCommand
{
    private readonly Argument<string[]> _steps = new("STEP") { Description = "steps, items or sections by their ids; else everything that did not pass", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _done = new("--done") { Description = "the action in doubt ran to its end" };
    private readonly Option<bool> _again = new("--again") { Description = "the action in doubt is to run again" };
    private readonly Option<bool> _failed = new("--failed") { Description = "the action in doubt failed" };
    private readonly Option<string?> _reason = ReasonOption();
    private readonly Option<bool> _resume = new("--resume") { Description = "drive the run on here, where nobody does" };

    public override string Summary => "Try again what did not pass, or say how an action in doubt ended";

    public override IReadOnlyList<string> Examples => ["holdpoint retry", "holdpoint retry roll-out/new-version-out --done --reason \"the new pods run\""];

    protected override void DeclareOwn(Command command)
    {
        command.Add(_steps);
        foreach (var option in new Option[] { _done, _again, _failed, _reason, _resume })
            command.Add(option);
    }

    protected override Task<PersonCommand?> SayAsync(CommandContext context, OpenRun run, Person by)
    {
        string?[] said = [context.Get(_done) ? "done" : null, context.Get(_again) ? "retry" : null, context.Get(_failed) ? "failed" : null];
        var decisions = said.OfType<string>().ToList();
        if (decisions.Count > 1)
            throw new CliError("--done, --again and --failed exclude each other", "say one of them");
        return Task.FromResult<PersonCommand?>(new PersonCommand.Retry(by.Name, context.Get(_steps) ?? [], decisions.FirstOrDefault(), context.Get(_reason)?.Trim() ?? ""));
    }

    protected override async Task<int> AfterAsync(CommandContext context, RunOffice office, OpenRun run, Person by) =>
        context.Get(_resume) && Drivers.Of(run) is null ? await Driving.DriveAsync(context, run, new(by, office) { Quiet = context.Get(Options.Json) }) : ExitCode.Passed;
}
