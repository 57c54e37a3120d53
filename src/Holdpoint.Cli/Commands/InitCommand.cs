using System.CommandLine;
using Holdpoint.Configuration;

namespace Holdpoint.Cli.Commands;

/// <summary>Writes a checklist and a configuration to begin with.</summary>
internal sealed class InitCommand : CliCommand
{
    private readonly Argument<string?> _folder = new("FOLDER") { Description = "where they go; else here", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "tells what would be written, and writes nothing" };
    private readonly Option<bool> _json = new("--json") { Description = "as JSON" };

    public override string Summary => "Write a checklist and a holdpoint.yaml to begin with";

    public override CommandGroup Group => CommandGroup.Checklists;

    public override string Details => "What is there is never written over. Nothing is asked. The checklist runs as it is: its target only writes a file.";

    public override IReadOnlyList<string> Examples => ["holdpoint init", "holdpoint init deployments/shop --dry-run"];

    public override void Declare(Command command)
    {
        command.Add(_folder);
        command.Add(_dryRun);
        command.Add(_json);
    }

    public override async Task<int> RunAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var given = context.Get(_folder) ?? ".";
        var folder = context.World.FullPath(given);
        (string Name, string Content)[] files = [(Starter.ChecklistName, Starter.Checklist), (ProjectFile.Name, Starter.Configuration(Environment.UserName))];
        var dry = context.Get(_dryRun);
        var kept = new List<string>();
        var written = new List<string>();
        if (!dry)
            Directory.CreateDirectory(folder);
        foreach (var (name, content) in files)
        {
            var shown = Path.Combine(given, name);
            var path = Path.Combine(folder, name);
            var isNew = dry ? !File.Exists(path) : await TryWriteAsync(path, content, context.Stop);
            (isNew ? written : kept).Add(shown);
        }

        if (context.Get(_json))
            JsonOut.Print(terminal, json =>
            {
                JsonOut.Strings(json, dry ? "would_write" : "written", written);
                JsonOut.Strings(json, "kept", kept);
            });
        else
            foreach (var path in written)
                terminal.Print($"{(dry ? "would write" : "written")}: {path}");
        foreach (var path in kept)
            terminal.Say($"{path} is there already, and stays as it is");
        if (!dry && written.Count > 0)
            terminal.Say($"next: holdpoint lint {Path.Combine(given, Starter.ChecklistName)}, then holdpoint check --stage prepare {Path.Combine(given, Starter.ChecklistName)}");
        return ExitCode.Passed;
    }

    /// <summary>False where the file is there: whoever made it in the meantime keeps it too.</summary>
    private static async Task<bool> TryWriteAsync(string path, string content, CancellationToken cancel)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), cancel);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }
}
