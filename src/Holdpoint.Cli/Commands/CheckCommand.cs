using System.CommandLine;
using Holdpoint.Cli.Checking;
using Holdpoint.Plans;

namespace Holdpoint.Cli.Commands;

/// <summary>Asks every check of a checklist, at once and without a run.</summary>
internal sealed class CheckCommand : CliCommand
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMilliseconds(60);

    private readonly ChecklistOptions _checklist = new();
    private readonly Option<string?> _section = new("--section", "-s") { Description = "only sections with these words in their heading, or with this id", HelpName = "WORDS" };
    private readonly Option<string?> _tag = new("--tag", "-t") { Description = "only items with this tag: critical, or one of your own", HelpName = "TAG" };
    private readonly Option<string?> _stage = new("--stage") { Description = "only sections of this stage: prepare, deploy, verify, watch, close, rollback or review", HelpName = "STAGE" };
    private readonly Option<bool> _json = new("--json") { Description = "the verdicts as JSON" };
    private readonly Option<string?> _junit = new("--junit") { Description = "writes JUnit XML for a build server", HelpName = "FILE" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "tells what would be asked, and asks nothing" };

    public override string Summary => "Ask every check now, all at once, without starting a run";

    public override CommandGroup Group => CommandGroup.Checklists;

    public override string Details => """
        Checks are asked side by side, 64 at a time. Actions are not done and people are not asked: only a run does that.
        Metrics are read from their source; what looks back needs a source that keeps its past.

        Exit 0 when everything that was asked passed, 1 when something failed, 6 when nothing failed and something is unknown, or when nothing was asked.
        What is #advisory never fails.
        """;

    public override IReadOnlyList<string> Examples => ["holdpoint check", "holdpoint check DEPLOY.md --env staging --section backups", "holdpoint check --tag critical --junit checks.xml"];

    public override void Declare(Command command)
    {
        _checklist.AddTo(command);
        foreach (var option in (Option[])[_section, _tag, _stage, _json, _junit, _dryRun])
            command.Add(option);
    }

    public override async Task<int> RunAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var workspace = await WorkspaceReader.RequireAsync(_checklist.Request(context) with { Lint = false }, context.World);
        var selection = new CheckSelection(context.Get(_section), context.Get(_tag)?.TrimStart('#'), StageOf(context.Get(_stage)));
        var selected = workspace.Plan.Sections.Where(selection.Takes).SelectMany(s => s.AllItems).Where(selection.Takes).ToList();
        if (selected.Count == 0 && selection != CheckSelection.Everything)
            throw new CliError($"nothing in {workspace.Path} is selected", "its sections are: " + string.Join(", ", workspace.Plan.Sections.Select(s => s.Id).Take(12)));

        if (context.Get(_dryRun))
            return Tell(selected.Where(i => !i.Disabled).SelectMany(i => i.Steps).OfType<PlannedStep.Ask>(), context);

        var last = context.Time.GetTimestamp();
        var done = await new AdHocCheck(workspace, context.World, said => terminal.Say(Terminal.Clean($"! {said}"))).RunAsync(selection, (ended, all) =>
        {
            if (!terminal.ShowsProgress || context.Time.GetElapsedTime(last) < BetweenLines)
                return;
            last = context.Time.GetTimestamp();
            terminal.Progress($"{ended} of {all} checks");
        }, context.Stop);

        if (context.Get(_junit) is { } junit)
            await File.WriteAllBytesAsync(context.World.FullPath(junit), CheckJUnit.Write(done), context.Stop);
        if (context.Get(_json))
            JsonOut.Print(terminal, json => CheckJson.Write(json, done));
        else
            foreach (var line in CheckText.Lines(done, terminal))
                terminal.Print(line);
        return done.ExitCode;
    }

    private int Tell(IEnumerable<PlannedStep.Ask> steps, CommandContext context)
    {
        var asked = steps.ToList();
        if (context.Get(_json))
            JsonOut.Print(context.Terminal, json => JsonOut.Strings(json, "would_ask", asked.Select(s => s.Text)));
        else
            foreach (var step in asked)
                context.Terminal.Print(Terminal.Clean($"? {step.Text}{DryRun.Announced(step.Check)}"));
        return ExitCode.Passed;
    }

    private static Stage? StageOf(string? word) => word is null ? null
        : Enum.TryParse<Stage>(word, ignoreCase: true, out var stage) && !char.IsDigit(word[0]) ? stage
        : throw new CliError($"there is no stage {word}", "prepare, deploy, verify, watch, close, rollback or review");
}
