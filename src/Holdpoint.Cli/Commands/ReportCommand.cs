using System.CommandLine;
using System.Text;
using Holdpoint.Cli.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Writes the record of a run as a page or a file.</summary>
internal sealed class ReportCommand : RunCommand
{
    private readonly RunOptions _options = new();
    private readonly Option<string?> _format = new("--format", "-f") { Description = $"{string.Join(", ", RecordPages.Formats)}; else by the file's name, else text", HelpName = "FORMAT" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "the file; else standard output", HelpName = "FILE" };

    public override string Summary => "Write the record of a run: one HTML page, the ticked checklist, JSON, JUnit XML";

    public override CommandGroup Group => CommandGroup.Records;

    public override string Details => "The HTML page stands alone and loads nothing. --format markdown is the checklist itself with its boxes ticked and the values after each item; all other bytes stay.";

    public override IReadOnlyList<string> Examples => ["holdpoint report --output report.html", "holdpoint report 20261120 --format markdown", "holdpoint report --format junit --output holdpoint.xml"];

    public override void Declare(Command command)
    {
        _options.AddTo(command);
        command.Add(_format);
        command.Add(_output);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var output = context.Get(_output);
        var format = context.Get(_options.Json) ? "json" : context.Get(_format) ?? ByName(output);
        if (!RecordPages.Formats.Contains(format))
            throw new CliError($"there is no format {format}", Expressions.Nearest.Hint(format, RecordPages.Formats, $"say --format {string.Join(", ", RecordPages.Formats)}"));
        var (_, run) = await _options.OpenAsync(context);
        await using (run)
        {
            var bytes = RecordPages.Bytes(await RecordPages.OfAsync(context, run), format, output is null ? terminal.Width : Terminal.DefaultWidth);
            if (output is null or "-")
            {
                terminal.Print(Encoding.UTF8.GetString(bytes).TrimEnd('\n'));
                return ExitCode.Passed;
            }

            await File.WriteAllBytesAsync(context.World.FullPath(output), bytes, context.Stop);
            terminal.Say($"run {run.Session.Run.Id} as {format}: {output}");
            return ExitCode.Passed;
        }
    }

    private static string ByName(string? file) => Path.GetExtension(file ?? "").ToLowerInvariant() switch
    {
        ".html" or ".htm" => "html",
        ".md" => "markdown",
        ".json" => "json",
        ".xml" => "junit",
        _ => "text",
    };
}
