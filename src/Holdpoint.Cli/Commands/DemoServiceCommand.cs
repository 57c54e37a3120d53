using System.CommandLine;
using Holdpoint.Cli.Demo;
using Holdpoint.Expressions;

namespace Holdpoint.Cli.Commands;

/// <summary>The small web service that the demo deploys.</summary>
internal sealed class DemoServiceCommand : CliCommand
{
    private readonly Option<int> _port = new("--port") { Description = "where it listens, on this machine only", Required = true };
    private readonly Option<string> _version = new("--version") { Description = "what it says it is", Required = true };
    private readonly Option<string?> _errors = new("--errors") { Description = "the share of requests that it fails: 20%" };
    private readonly Option<string?> _slow = new("--slow") { Description = "what it adds to each answer: 400ms" };

    public override string Summary => "Serve the demo's notes";

    public override CommandGroup Group => CommandGroup.Tools;

    public override bool Hidden => true;

    public override void Declare(Command command)
    {
        command.Add(_port);
        command.Add(_version);
        command.Add(_errors);
        command.Add(_slow);
    }

    public override Task<int> RunAsync(CommandContext context) => DemoService.RunAsync(
        new(context.Get(_port), context.Get(_version)!)
        {
            Errors = Read(context.Get(_errors), Dimension.Ratio, "--errors 20%"),
            Slow = TimeSpan.FromSeconds(Read(context.Get(_slow), Dimension.Duration, "--slow 400ms")),
        }, context.Stop);

    private static double Read(string? text, Dimension dimension, string example) => text is null ? 0
        : Units.ParseNumber(text) is { } number && number.Dimension == dimension ? number.Amount
        : throw new CliError($"{text} can't be read", $"write {example}");
}
