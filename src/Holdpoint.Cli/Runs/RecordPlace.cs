using System.CommandLine;
using Holdpoint.Configuration;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>Where the runs of a project are kept, and the office that opens them.</summary>
internal static class RecordPlace
{
    public static Option<string?> Option() => new("--record") { Description = "the folder that holds the runs; else as holdpoint.yaml says, else .holdpoint", HelpName = "FOLDER" };

    public static string Of(Project project) => Path.GetFullPath(project.Record.Folder, project.Folder);

    /// <summary>The record folder for somebody who stands somewhere in the project. It need not exist.</summary>
    public static string Find(CommandContext context, Option<string?>? option = null)
    {
        var world = context.World;
        if (option is not null && context.Get(option) is { Length: > 0 } given)
            return Directory.Exists(world.FullPath(given)) ? world.FullPath(given) : throw new CliError($"there is no folder {given}", "name the folder that holds runs/");
        for (var folder = world.Directory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, ProjectFile.Name)))
                return OfFolder(context, folder);
            if (Directory.Exists(Path.Combine(folder, ".holdpoint", "runs")))
                return Path.Combine(folder, ".holdpoint");
        }

        return ChecklistFiles.Names.Select(n => world.FullPath(n)).FirstOrDefault(File.Exists) is { } checklist
            ? OfFolder(context, Path.GetDirectoryName(checklist)!)
            : Path.Combine(world.Directory, ".holdpoint");
    }

    /// <param name="probes">Probes that programs on PATH bring; null: none.</param>
    public static RunOffice Office(CliWorld world, string folder, IReadOnlyDictionary<string, Probe>? probes = null) =>
        new(folder, world.Time, world.Commands, world.Http, Externals(probes)) { Hosts = world.Hosts };

    /// <summary>Opens a run with whatever probes its checklist names. Dispose it.</summary>
    /// <param name="idOrPrefix">Null: the newest.</param>
    public static async Task<(RunOffice Office, OpenRun Run)> OpenAsync(CommandContext context, string folder, string? idOrPrefix)
    {
        var plain = Office(context.World, folder);
        var opened = await plain.OpenAsync(idOrPrefix, context.Stop);
        // Programs are asked only where the checklist does not read without them.
        if (opened.Definition.Plan is not null)
            return (plain, opened);
        var run = opened.Session.Run;
        var workspace = await WorkspaceReader.ReadAsync(run.Definition, run.Environment, run.Start.Version, context.World);
        if (workspace.PlanOrNull is null || Externals(workspace.Probes).Count == 0)
            return (plain, opened);
        await opened.DisposeAsync();
        var office = Office(context.World, folder, workspace.Probes);
        return (office, await office.OpenAsync(run.Id, context.Stop));
    }

    private static Dictionary<string, Probe> Externals(IReadOnlyDictionary<string, Probe>? probes) =>
        (probes ?? new Dictionary<string, Probe>()).Where(p => !ReferenceEquals(ProbeCatalogue.Probes.GetValueOrDefault(p.Key), p.Value)).ToDictionary(p => p.Key, p => p.Value);

    private static string OfFolder(CommandContext context, string folder)
    {
        var (project, problems) = ProjectFile.LoadFor(Path.Combine(folder, "DEPLOY.md"));
        WorkspaceReader.Tell(context.Terminal, problems.Where(p => p.IsError));
        return Of(project);
    }
}
