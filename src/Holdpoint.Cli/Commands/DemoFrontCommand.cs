using System.CommandLine;
using Holdpoint.Cli.Demo;

namespace Holdpoint.Cli.Commands;

/// <summary>What stands before the demo's services and sends users to the live one.</summary>
internal sealed class DemoFrontCommand : CliCommand
{
    private readonly Option<int> _port = new("--port") { Description = "where users come in, on this machine only", Required = true };
    private readonly Option<string> _live = new("--live") { Description = "the file that holds the port of the live service", Required = true };

    public override string Summary => "Send users to the demo's live service";

    public override CommandGroup Group => CommandGroup.Tools;

    public override bool Hidden => true;

    public override void Declare(Command command)
    {
        command.Add(_port);
        command.Add(_live);
    }

    public override Task<int> RunAsync(CommandContext context) => DemoFront.RunAsync(new(context.Get(_port), context.World.FullPath(context.Get(_live)!)), context.Stop);
}
