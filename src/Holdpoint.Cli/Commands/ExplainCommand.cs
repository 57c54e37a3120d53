using System.CommandLine;
using System.Globalization;
using Holdpoint.Cli.Explaining;

namespace Holdpoint.Cli.Commands;

/// <summary>Says in plain words what a line of a checklist does.</summary>
internal sealed class ExplainCommand : CliCommand
{
    private readonly Argument<string> _place = new("FILE:LINE") { Description = "a line of a checklist: DEPLOY.md:12" };
    private readonly ChecklistOptions _checklist = new();
    private readonly Option<bool> _json = new("--json") { Description = "as JSON" };

    public override string Summary => "Say in plain words what a line of a checklist does, and who can sign it";

    public override CommandGroup Group => CommandGroup.Checklists;

    public override IReadOnlyList<string> Examples => ["holdpoint explain DEPLOY.md:12"];

    public override void Declare(Command command)
    {
        command.Add(_place);
        _checklist.AddOptionsTo(command);
        command.Add(_json);
    }

    public override async Task<int> RunAsync(CommandContext context)
    {
        var (file, line) = PlaceOf(context.Get(_place)!);
        var workspace = await WorkspaceReader.ReadAsync(_checklist.Request(context, file) with { Lint = false }, context.World);
        if (workspace.Checklist is { Source.Text.Length: 0, Problems: [var unreadable] })
        {
            WorkspaceReader.Tell(context.Terminal, [unreadable]);
            return ExitCode.Usage;
        }

        var explained = LineExplainer.Of(workspace, line);
        if (context.Get(_json))
            JsonOut.Print(context.Terminal, json => ExplainedJson.Write(json, file, explained));
        else
            foreach (var text in ExplainedText.Lines(explained, context.Terminal))
                context.Terminal.Print(text);
        if (workspace.HasErrors)
            context.Terminal.Say($"{file} can't be run as it is: holdpoint lint {file}");
        return ExitCode.Passed;
    }

    /// <summary>Editors and compilers write <c>FILE:LINE:COLUMN</c>, so that is taken too.</summary>
    private static (string File, int Line) PlaceOf(string place)
    {
        var parts = place.Split(':');
        var end = parts.Length > 2 && Number(parts[^1]) is not null && Number(parts[^2]) is not null ? parts.Length - 1 : parts.Length;
        return end > 1 && Number(parts[end - 1]) is { } line && string.Join(':', parts[..(end - 1)]) is { Length: > 0 } file
            ? (file, line)
            : throw new CliError($"{place} names no line", "write FILE:LINE, as in DEPLOY.md:12");
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
