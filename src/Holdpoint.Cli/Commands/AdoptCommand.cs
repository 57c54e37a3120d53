using System.CommandLine;
using Holdpoint.Adopting;
using Holdpoint.Cli.Adopting;

namespace Holdpoint.Cli.Commands;

/// <summary>Makes a checklist that runs of one that is read.</summary>
internal sealed class AdoptCommand : CliCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "the checklist, as your team keeps it" };
    private readonly Option<bool> _inPlace = new("--in-place") { Description = "adds to the file itself; else NAME.holdpoint.md is written beside it" };
    private readonly Option<bool> _diff = new("--diff") { Description = "shows what would be added, and writes nothing" };
    private readonly Option<bool> _json = new("--json") { Description = "what became of each line, as JSON; writes nothing without --in-place" };
    private readonly Option<bool> _interactive = new("--interactive") { Description = "walks through what was left, one line after the other, and asks what it is to be" };
    private readonly Option<bool> _force = new("--force") { Description = "writes over a NAME.holdpoint.md that is there" };

    public override string Summary => "Make a checklist that runs of the one you have";

    public override CommandGroup Group => CommandGroup.Checklists;

    public override string Details =>
        "Marks, tags and fields are added, and a holdpoint.yaml with what they name; nothing else is changed, and nothing is run. "
        + "A command that only asks becomes a check, with what the text expects of it; one that changes something becomes an action, only where the section says that it changes something. "
        + "What is not sure is left, and told with its line and the reason.\n\n"
        + "Adopting twice adds nothing more. A holdpoint.yaml that is there gets the keys that it lacks, and no others.";

    public override IReadOnlyList<string> Examples => ["holdpoint adopt docs/deployment-checklist.md", "holdpoint adopt --diff RELEASING.md", "holdpoint adopt --in-place --json DEPLOY.md"];

    public override void Declare(Command command)
    {
        command.Add(_file);
        command.Add(_inPlace);
        command.Add(_diff);
        command.Add(_json);
        command.Add(_interactive);
        command.Add(_force);
    }

    public override async Task<int> RunAsync(CommandContext context)
    {
        var file = context.Get(_file)!;
        var path = context.World.FullPath(file);
        var (request, configuration) = AdoptionFiles.Read(path, context.World);
        var adopted = Adopter.Adopt(request);
        if (context.Get(_interactive))
            adopted = await WalkThrough.AskAsync(context.Terminal, request, adopted, context.Stop);
        var inPlace = context.Get(_inPlace) || AdoptionFiles.IsAdopted(path);
        var files = AdoptionFiles.Of(path, inPlace, adopted, configuration);
        var json = context.Get(_json);
        var writes = !context.Get(_diff) && (!json || context.Get(_inPlace));
        if (writes)
            await WriteAsync(request, adopted, files, inPlace || context.Get(_force), context.Stop);
        var shown = new AdoptionFiles(Shown(files.Checklist, context.World.Directory), files.Configuration is { } c ? Shown(c, context.World.Directory) : null);
        if (json)
            JsonOut.Print(context.Terminal, writer => AdoptionJson.Write(writer, file, adopted, shown, writes));
        else if (context.Get(_diff))
            foreach (var line in LineDiff.Of(request.Source.Text, adopted.Text, file, shown.Checklist).Concat(LineDiff.Of(request.Configuration ?? "", adopted.Configuration ?? request.Configuration ?? "", shown.Configuration ?? "", shown.Configuration ?? "")))
                context.Terminal.Print(Terminal.Clean(line));
        else
            AdoptionText.Print(context.Terminal, file, adopted, shown, writes);
        return adopted.Refusal.Length > 0 ? ExitCode.Usage : ExitCode.Passed;
    }

    private static async Task WriteAsync(AdoptRequest request, Adopted adopted, AdoptionFiles files, bool over, CancellationToken cancel)
    {
        if (!over && File.Exists(files.Checklist))
            throw new CliError($"{files.Checklist} is there already", $"adopt that one to go on with it, what it has stays; or say --force to write it anew");
        // The configuration first: a checklist that names what is nowhere would be an error.
        if (files.Configuration is { } configuration && adopted.Configuration is { } text)
            await SaveAsync(configuration, System.Text.Encoding.UTF8.GetBytes(text), "nothing was written", cancel);
        if (adopted.IsChanged)
            await SaveAsync(files.Checklist, request.Source.ToBytes(adopted.Text), files.Configuration is { } written ? $"{written} was written, and stays" : "nothing was written", cancel);
    }

    private static async Task SaveAsync(string path, byte[] content, string otherwise, CancellationToken cancel)
    {
        try
        {
            await File.WriteAllBytesAsync(path, content, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliError($"{path} can't be written: {e.Message}", $"{otherwise}; --diff shows what would be added, and writes nothing");
        }
    }

    private static string Shown(string path, string directory) => Path.GetRelativePath(directory, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : path;
}
