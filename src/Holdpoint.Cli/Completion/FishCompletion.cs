using System.CommandLine;
using System.Text;

namespace Holdpoint.Cli.Completion;

/// <summary>For fish's <c>complete</c>.</summary>
internal static class FishCompletion
{
    public static string Write(IReadOnlyList<CompletedCommand> commands)
    {
        var script = new StringBuilder("# holdpoint completion for fish\n");
        foreach (var command in commands)
        {
            script.Append($"complete -c holdpoint -n __fish_use_subcommand -f -a {command.Name} -d '{command.PlainSummary}'\n");
            foreach (var option in command.Options)
            {
                var names = string.Concat(option.Aliases.Prepend(option.Name).Select(n => n.StartsWith("--", StringComparison.Ordinal) ? $" -l {n[2..]}" : $" -s {n[1..]}"));
                script.Append($"complete -c holdpoint -n '__fish_seen_subcommand_from {command.Name}'{names}{(option.ValueType == typeof(bool) ? "" : " -r")} -d '{CompletedCommand.Plain(option.Description ?? "")}'\n");
            }
        }

        script.Append("complete -c holdpoint -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n");
        return script.ToString();
    }
}
