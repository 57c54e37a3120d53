using System.CommandLine;
using Holdpoint.Cli.Demo;
using Holdpoint.Cli.Runs;
using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Commands;

/// <summary>Deploys a good version and a bad one of a small real service under traffic, so that a newcomer sees what the product does.</summary>
internal sealed class DemoCommand : RunCommand
{
    private const string First = "1.4.0";
    private const string Good = "1.5.0";
    private const string Bad = "1.6.0";

    private readonly Option<string?> _folder = new("--folder") { Description = "where it plays; must be empty. Else a new folder for temporary files, which stays", HelpName = "FOLDER" };

    public override string Summary => "See it work: a good version and a bad one, on a real service under traffic";

    public override CommandGroup Group => CommandGroup.Tools;

    public override string Details =>
        "Lays out the quickstart (a checklist, its configuration, three releases), starts the service and sends it 50 requests a second. " +
        "Deploys a good version by the checklist, then one that fails every fifth request and is slow; that one is caught by a rule and rolled back. Takes under a minute; ends everything that it started.";

    public override void Declare(Command command) => command.Add(_folder);

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var folder = FolderOf(context);
        Quickstart.LayOut(folder);
        var checklist = Path.Combine(folder, "DEPLOY.md");
        terminal.Print(terminal.Paint(Ink.Strong, "The checklist that is run (DEPLOY.md; nothing in it runs unless it carries a mark):"));
        terminal.Print();
        foreach (var line in await File.ReadAllLinesAsync(checklist, context.Stop))
            terminal.Print(line.Length > 0 ? "    " + line : "");
        terminal.Print();
        terminal.Flush();

        await using var stage = await DemoStage.SetAsync(folder, First, context.World, context.Stop);
        terminal.Print($"Version {First} serves at {stage.Front}, {DemoStage.Rate} requests a second come in. Everything is in {folder}");
        var good = await DeployAsync(context, stage, checklist, Good, "a good version");
        var bad = good.End is DriveEnd.Finished { Outcome: Outcome.Passed } ? await DeployAsync(context, stage, checklist, Bad, "a bad version: every fifth request fails, every answer is slow") : null;

        terminal.Print();
        terminal.Print(terminal.Paint(Ink.Strong, "What happened"));
        Tell(terminal, good);
        if (bad is null)
            return DriveReport.ExitCodeOf(good.End, good.Run);
        Tell(terminal, bad);
        if (bad.Run.Rollback is { Ended: { } ended })
        {
            var recovery = ended.Recovery is { } r ? Units.Duration(r) : "never";
            terminal.Print($"  from the breach to the old version serving again: {Units.Duration(ended.Detection + ended.Decision + ended.Execution + (ended.Recovery ?? 0))}");
            terminal.Print($"    detection {Units.Duration(ended.Detection)}, decision {Units.Duration(ended.Decision)}, execution {Units.Duration(ended.Execution)}, recovery {recovery}");
        }

        terminal.Print();
        terminal.Print("Next: read DEPLOY.md above, copy it, and put a first mark into a checklist of your own: holdpoint init");
        terminal.Print($"      look at the record: cd {folder} && bin/holdpoint history");
        return good.End is DriveEnd.Finished { Outcome: Outcome.Passed } && bad.End is DriveEnd.Finished { Outcome: Outcome.RolledBack } ? ExitCode.Passed : ExitCode.Failed;
    }

    private sealed record Played(string Version, DriveEnd End, Run Run, string Report, long Requests, long Failed);

    private static async Task<Played> DeployAsync(CommandContext context, DemoStage stage, string checklist, string version, string what)
    {
        var terminal = context.Terminal;
        var before = stage.Count;
        terminal.Print();
        terminal.Print(terminal.Paint(Ink.Strong, $"Deploying {version}, {what}"));
        terminal.Flush();
        var folder = Path.GetDirectoryName(checklist)!;
        var yaml = Path.Combine(folder, "holdpoint.yaml");
        var variables = new Dictionary<string, string> { ["front"] = stage.Front, ["program"] = Path.Combine(folder, "bin", "holdpoint") };
        var definition = new Definition([new(checklist, await File.ReadAllTextAsync(checklist, context.Stop)), new(yaml, await File.ReadAllTextAsync(yaml, context.Stop))], yaml, variables);
        var read = RunDefinition.Read(definition, "local", new Dictionary<string, Signature>(), context.Time, lint: false);
        if (read.HasErrors)
            throw new CliError($"the quickstart is not readable: {read.Problems.First(p => p.IsError)}", "use an empty folder");
        var office = RecordPlace.Office(context.World, Path.Combine(folder, ".holdpoint"));
        await using var run = await office.StartAsync(read, new("local", version, null, Environment.UserName, null), context.Stop);
        using var wheel = await RunOffice.TakeWheelAsync(run, context.Stop) ?? throw Driving.Driven(run);
        var conductor = new Conductor(run.Session, run.World, wheel);
        run.Session.Happened += (_, happened, entry) =>
        {
            if (Transcript.Of(conductor.Plan, entry, happened) is not { } line)
                return;
            terminal.Print("  " + line);
            terminal.Flush();
        };
        var end = await conductor.DriveAsync(Environment.UserName, Patience.Leave, context.Stop);
        if (end is DriveEnd.Stopped)
            throw new OperationCanceledException(context.Stop);
        var report = Path.Combine(folder, $"report-{version}.html");
        await File.WriteAllBytesAsync(report, RecordPages.Bytes(await RecordPages.OfAsync(context, run), "html"), CancellationToken.None);
        var after = stage.Count;
        return new(version, end, run.Session.Run, report, after.Sent - before.Sent, after.Failed - before.Failed);
    }

    private static void Tell(Terminal terminal, Played played)
    {
        if (played.End is DriveEnd.Finished finished)
        {
            var sign = Transcript.OfOutcome(finished.Outcome);
            terminal.Print($"  {terminal.Paint(sign.Ink, $"{sign.Glyph} {played.Version} {Transcript.OutcomeWord(finished.Outcome)}")}: {Terminal.Clean(finished.Because)}");
        }
        else
        {
            terminal.Print($"  {played.Version}: {Terminal.Clean(played.End.ToString())}");
        }

        terminal.Print($"    {played.Requests} requests meanwhile, {played.Failed} failed; report: {played.Report}");
    }

    private string FolderOf(CommandContext context)
    {
        if (context.Get(_folder) is not { } given)
            return Directory.CreateTempSubdirectory("holdpoint-demo-").FullName;
        var folder = context.World.FullPath(given);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new CliError($"{given} is not empty", "name a folder that is new or empty");
        Directory.CreateDirectory(folder);
        return folder;
    }
}
