using System.CommandLine;
using System.Text;
using Holdpoint.Cli.Runs;
using Holdpoint.Records;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Shows a whole run in the terminal.</summary>
internal sealed class ShowCommand : RunCommand
{
    private readonly RunOptions _options = new();
    private readonly Option<bool> _timeline = new("--timeline") { Description = "add the story, a line for each transition" };
    private readonly Option<bool> _evidence = new("--evidence") { Description = "add what failed and unknown steps wrote" };

    public override string Summary => "Show a whole run: every item, its values, who did what";

    public override CommandGroup Group => CommandGroup.Records;

    public override IReadOnlyList<string> Examples => ["holdpoint show", "holdpoint show 20261120 --timeline"];

    public override void Declare(Command command)
    {
        _options.AddTo(command);
        command.Add(_timeline);
        command.Add(_evidence);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var (_, run) = await _options.OpenAsync(context);
        await using (run)
        {
            var record = await RecordPages.OfAsync(context, run);
            var text = context.Get(_options.Json)
                ? Encoding.UTF8.GetString(RecordPages.Bytes(record, "json"))
                : RunText.Write(record, new(context.Terminal.Width, context.Get(_timeline), context.Get(_evidence)));
            context.Terminal.Print(text.TrimEnd('\n'));
            return ExitCode.Passed;
        }
    }
}
