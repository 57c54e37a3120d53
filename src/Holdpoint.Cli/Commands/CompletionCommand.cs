using System.CommandLine;
using Holdpoint.Cli.Completion;

namespace Holdpoint.Cli.Commands;

/// <summary>Prints a script that completes commands and options in a shell.</summary>
internal sealed class CompletionCommand : CliCommand
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish" };

    public override string Summary => "Print a script that completes commands and options in your shell";

    public override CommandGroup Group => CommandGroup.Tools;

    public override string Details => "bash: `source <(holdpoint completion bash)` in ~/.bashrc. zsh: `holdpoint completion zsh > _holdpoint` in a folder of $fpath. fish: `holdpoint completion fish > ~/.config/fish/completions/holdpoint.fish`.";

    public override IReadOnlyList<string> Examples => ["source <(holdpoint completion bash)"];

    public override void Declare(Command command) => command.Add(_shell);

    public override Task<int> RunAsync(CommandContext context)
    {
        var commands = CommandTree.All.Where(c => !c.Hidden).Select(c => new CompletedCommand(c.Name, c.Summary, CommandTree.Declared(c))).ToList();
        context.Terminal.Out.Write(context.Get(_shell) switch
        {
            "bash" => BashCompletion.Write(commands),
            "zsh" => ZshCompletion.Write(commands),
            "fish" => FishCompletion.Write(commands),
            var other => throw new CliError($"there is no script for {other}", "bash, zsh or fish"),
        });
        return Task.FromResult(ExitCode.Passed);
    }
}
