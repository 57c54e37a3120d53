using System.CommandLine;
using System.Globalization;
using Holdpoint.Cli.Runs;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Rollouts;
using Holdpoint.Processes;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Starts a run of a checklist and drives it.</summary>
internal sealed class DeployCommand : RunCommand
{
    private static readonly TimeSpan GitLimit = TimeSpan.FromSeconds(10);

    private readonly ChecklistOptions _checklist = new();
    private readonly Option<string?> _at = new("--at") { Description = "when the deploy is planned: 02:00, 2026-11-20T02:00, +2h; what is due before or after goes by it", HelpName = "TIME" };
    private readonly Option<bool> _wait = new("--wait") { Description = "stay while people are awaited, also where nobody sits at this terminal" };
    private readonly Option<bool> _detach = new("--detach") { Description = "hand the run to a driver of its own and come back at once" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "tell what would be done, in order, and do nothing" };
    private readonly Option<string?> _glass = new("--break-glass") { Description = "pass gates, freezes and four eyes; everybody is told, and the review stays open until another person signs it", HelpName = "REASON" };
    private readonly Option<string?> _report = new("--report") { Description = "write the HTML report there at the end", HelpName = "FILE" };
    private readonly Option<string?> _by = Person.Option();
    private readonly Option<bool> _json = new("--json") { Description = "how it ended as JSON on stdout; the log goes to stderr" };

    public override string Summary => "Run a checklist: check, hold, deploy, verify, watch, or roll back";

    public override string Details =>
        "The run is driven by this process and recorded as it goes: whatever happens to this terminal, holdpoint resume goes on where it stopped. " +
        "At a terminal it shows a tree with a prompt below it; elsewhere one line for each transition. " +
        "Where people are awaited and nothing has been changed yet, it leaves with exit 3 unless --wait is given or a person sits here; once something has changed, it stays." +
        "\n\nCtrl-C stops it cleanly and says in what state the world is; an action under way goes on without it.";

    public override IReadOnlyList<string> Examples =>
    [
        "holdpoint deploy --env production --release 2.20",
        "holdpoint deploy DEPLOY.md --env staging --release 2.20 --var ticket=CHG-7 --dry-run",
        "holdpoint deploy --env production --release 2.20 --detach",
    ];

    public override void Declare(Command command)
    {
        _checklist.AddTo(command);
        foreach (var option in new Option[] { _at, _wait, _detach, _dryRun, _glass, _report, _by, _json })
            command.Add(option);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var request = await WithReleaseAsync(context, _checklist.Request(context));
        var planned = PlannedTime(context);
        if (context.Get(_glass) is { } glass && glass.Trim().Length == 0)
            throw new CliError("breaking the glass needs a reason", "--break-glass \"why\"");
        var workspace = await WorkspaceReader.RequireAsync(request, context.World);
        if (context.Get(_dryRun))
        {
            foreach (var line in DryRun.Lines(workspace.Plan, (act, section) => RolloutPreview.Of(act, request.Release!, workspace.ScopeOf(section, context.Time.GetUtcNow()), context.World.Commands, context.Time)))
                terminal.Print(Terminal.Clean(line));
            Require(workspace.ScopeOf(null, context.Time.GetUtcNow()).MissingRequired());
            return ExitCode.Passed;
        }

        workspace = await AnsweredAsync(context, workspace, request);
        WorkspaceReader.Tell(terminal, workspace.ScopeOf(null, context.Time.GetUtcNow()).CheckOutside());
        var by = await Person.OfAsync(context, _by);
        var office = RecordPlace.Office(context.World, RecordPlace.Of(workspace.Project), workspace.Probes);
        var definition = Defined(context, workspace);
        await TellRehearsalAsync(context, office, workspace);
        await using var run = await office.StartAsync(definition, new(workspace.EnvironmentName, request.Release!, null, by.Name, planned), context.Stop);
        terminal.Say($"run {run.Session.Run.Id}: {request.Release} to {workspace.EnvironmentName}, by {by}");
        if (context.Get(_glass) is { } reason && await RunOffice.SayAsync(run, new PersonCommand.BreakGlass(by.Name, reason.Trim()), context.Stop) is { } refused)
            throw new CliError(refused.Because, refused.Remedy, ExitCode.Refused);
        if (context.Get(_detach))
            return await DetachAsync(context, office, run, by);
        return await Driving.DriveAsync(context, run, new(by, office) { Stay = context.Get(_wait), Json = context.Get(_json), Report = context.Get(_report) });
    }

    /// <summary>As a run takes it, with the probes that programs on PATH bring.</summary>
    internal static RunDefinition Defined(CommandContext context, Workspace workspace)
    {
        var signatures = workspace.Probes.Where(p => !ReferenceEquals(Probes.ProbeCatalogue.Probes.GetValueOrDefault(p.Key), p.Value)).ToDictionary(p => p.Key, p => p.Value.Signature);
        return RunDefinition.Read(workspace.Definition, workspace.EnvironmentName, signatures, context.Time, lint: false);
    }

    /// <summary>Whoever deploys to production should know whether the way back was ever gone.</summary>
    private static async Task TellRehearsalAsync(CommandContext context, RunOffice office, Workspace workspace)
    {
        var isProduction = workspace.EnvironmentName == "production" || workspace.Project.Environments.GetValueOrDefault(workspace.EnvironmentName) is { Protected: true };
        if (isProduction && workspace.Plan.Of(Stage.Deploy).Any())
            context.Terminal.Say(Terminal.Clean(await LastRehearsal.OfAsync(office.Store, workspace.Definition, context.Time.GetUtcNow(), context.Stop) ?? "never rehearsed: holdpoint rehearse --env NAME deploys and rolls back elsewhere"));
    }

    private async Task<int> DetachAsync(CommandContext context, RunOffice office, OpenRun run, Person by)
    {
        await Detached.StartAsync(context, run, office.Folder, by);
        Detached.TellHowToFollow(context.Terminal, run);
        if (context.Get(_json))
            JsonOut.Print(context.Terminal, json =>
            {
                json.WriteString("run", run.Session.Run.Id);
                json.WriteString("folder", run.Folder);
                json.WriteString("state", "detached");
            });
        return ExitCode.Passed;
    }

    /// <summary>The version of a release is never guessed from nothing: what git calls this commit, or what was given.</summary>
    internal static async Task<WorkspaceRequest> WithReleaseAsync(CommandContext context, WorkspaceRequest request)
    {
        if (request.Release is { } given)
            return given.Trim().Length > 0 ? request with { Release = given.Trim() } : throw new CliError("--release names no version", "write --release VERSION");
        var folder = Path.GetDirectoryName(context.World.FullPath(request.Path));
        var git = new Processes.Command("git", ["describe", "--tags", "--dirty"]) { WorkingDirectory = Directory.Exists(folder) ? folder : context.World.Directory };
        if (await context.World.Commands.RunAsync(git, GitLimit, context.Stop) is CommandResult.Exited { ExitCode: 0, Output.Text: var described } && described.Trim() is { Length: > 0 } tag)
        {
            context.Terminal.Say($"version {tag}, as git describes this commit");
            return request with { Release = tag };
        }

        throw new CliError("which version is to be deployed is not known", "say --release VERSION, or tag the commit");
    }

    private async Task<Workspace> AnsweredAsync(CommandContext context, Workspace workspace, WorkspaceRequest request)
    {
        var scope = workspace.ScopeOf(null, context.Time.GetUtcNow());
        var answers = new Dictionary<string, string>(request.Variables, StringComparer.Ordinal);
        foreach (var question in scope.ToAsk())
        {
            var shown = question.Default is { } otherwise ? $"{question.Text} [{otherwise}]:" : $"{question.Text}:";
            var answer = context.Get(_json) || context.Get(_detach) && !context.Terminal.IsInteractive ? null : context.Terminal.Ask(shown);
            if (answer is not null)
                answers[question.Name] = answer;
            else if (question.Default is null)
                throw new CliError($"the checklist asks \"{question.Text}\", and nobody answers", $"say --var {question.Name}=…");
        }

        Require(scope.MissingRequired().Where(n => !answers.ContainsKey(n)));
        return answers.Count == request.Variables.Count ? workspace : await WorkspaceReader.RequireAsync(request with { Variables = answers, Lint = false }, context.World);
    }

    private static void Require(IEnumerable<string> missing)
    {
        if (missing.ToList() is { Count: > 0 } names)
            throw new CliError($"{(names.Count == 1 ? "a required variable has" : "required variables have")} no value: {string.Join(", ", names)}", $"say {string.Join(' ', names.Select(m => $"--var {m}=…"))}");
    }

    private DateTimeOffset? PlannedTime(CommandContext context)
    {
        if (context.Get(_at)?.Trim() is not { } text)
            return null;
        var now = context.Time.GetLocalNow();
        DateTimeOffset? at = text switch
        {
            ['+', .. var span] when Units.ParseDuration(span) is { } offset => now + offset,
            _ when TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) => Next(time, now, context.Time.LocalTimeZone),
            _ when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var moment) => moment,
            _ => null,
        };
        return at switch
        {
            null => throw new CliError($"--at {text} is no time", "write --at 02:00, --at 2026-11-20T02:00+01:00 or --at +2h"),
            { } moment when moment < now - TimeSpan.FromMinutes(1) => throw new CliError($"--at {text} is over: {moment:yyyy-MM-dd HH:mm zzz}", "give a time to come, or leave --at out"),
            _ => at,
        };
    }

    private static DateTimeOffset Next(TimeOnly time, DateTimeOffset now, TimeZoneInfo zone)
    {
        var day = DateOnly.FromDateTime(now.DateTime);
        var local = day.ToDateTime(time) > now.DateTime ? day.ToDateTime(time) : day.AddDays(1).ToDateTime(time);
        return new(local, zone.GetUtcOffset(local));
    }
}
