using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Deploys and rolls back for practice.</summary>
internal sealed class RehearseCommand : RunCommand
{
    private readonly ChecklistOptions _checklist = new();
    private readonly Option<string?> _report = new("--report") { Description = "write the HTML report there at the end", HelpName = "FILE" };
    private readonly Option<string?> _by = Person.Option();
    private readonly Option<bool> _json = new("--json") { Description = "how it ended as JSON on stdout; the log goes to stderr" };

    public override string Summary => "Deploy on another environment and roll back, to know that it works and how long it takes";

    public override string Details =>
        "The checklist's deploy and verify stages are run there, and whatever comes of them, it is rolled back. Nobody is asked: sign-offs, rules, due times and the stages prepare, watch and close are left out, and what would wait for a person ends it. " +
        "The four times of the rollback are recorded, and holdpoint deploy shows them before it starts. An environment that is protected is refused." +
        "\n\nExit 0: it came back well; 1: it came back, and something before that failed, or nothing was rehearsed; 7: it did not come back.";

    public override IReadOnlyList<string> Examples => ["holdpoint rehearse DEPLOY.md --env staging --release 2.20"];

    public override void Declare(Command command)
    {
        _checklist.AddTo(command);
        foreach (var option in new Option[] { _report, _by, _json })
            command.Add(option);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var request = await DeployCommand.WithReleaseAsync(context, _checklist.Request(context));
        if (request.Environment is null)
            throw new CliError("where it is to be rehearsed is not said", "say --env NAME");
        var workspace = await WorkspaceReader.RequireAsync(request, context.World);
        if (workspace.Project.Environments.GetValueOrDefault(workspace.EnvironmentName) is { Protected: true })
            throw new CliError($"{workspace.EnvironmentName} is protected, and a rehearsal passes no gate", "rehearse on an environment that is not", ExitCode.Refused);
        var scope = workspace.ScopeOf(null, context.Time.GetUtcNow());
        var missing = scope.MissingRequired().Concat(scope.ToAsk().Where(q => q.Default is null).Select(q => q.Name)).Distinct().ToList();
        if (missing.Count > 0)
            throw new CliError($"in a rehearsal nobody is asked, and these have no value: {string.Join(", ", missing)}", $"say {string.Join(' ', missing.Select(m => $"--var {m}=…"))}");
        WorkspaceReader.Tell(terminal, scope.CheckOutside());
        var by = await Person.OfAsync(context, _by);
        var office = RecordPlace.Office(context.World, RecordPlace.Of(workspace.Project), workspace.Probes);
        var definition = DeployCommand.Defined(context, workspace);
        var leftOut = Rehearsing.LeftOut(workspace.Plan);
        await using var run = await office.StartAsync(definition, new(workspace.EnvironmentName, request.Release!, null, by.Name, null) { Rehearsal = leftOut }, context.Stop);
        terminal.Say($"rehearsal {run.Session.Run.Id}: {request.Release} to {workspace.EnvironmentName} and back, by {by}; {leftOut}");
        var json = context.Get(_json);
        var code = await Driving.DriveAsync(context, run, new(by, office) { Alone = true, Json = json, Report = context.Get(_report) });
        if (!json && run.Session.Run.HasEnded)
            terminal.Print(Terminal.Clean($"rehearsed on {run.Session.Run.Environment}: {Rehearsing.Told(run.Session.Run)}"));
        return code;
    }
}
