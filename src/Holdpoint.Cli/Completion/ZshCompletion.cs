using System.CommandLine;
using System.Text;

namespace Holdpoint.Cli.Completion;

/// <summary>For zsh's <c>_arguments</c>.</summary>
internal static class ZshCompletion
{
    public static string Write(IReadOnlyList<CompletedCommand> commands)
    {
        var script = new StringBuilder();
        script.Append("#compdef holdpoint\n_holdpoint() {\n  if (( CURRENT == 2 )); then\n    local -a commands=(\n");
        foreach (var command in commands)
            script.Append($"      '{command.Name}:{Text(command.PlainSummary)}'\n");
        script.Append("    )\n    _describe command commands\n    return\n  fi\n  shift words\n  (( CURRENT-- ))\n  case $words[1] in\n");
        foreach (var command in commands)
        {
            script.Append($"    {command.Name})\n      _arguments \\\n");
            foreach (var option in command.Options)
                foreach (var name in option.Aliases.Prepend(option.Name))
                    script.Append($"        '{name}[{Text(option.Description ?? "")}]{(option.ValueType == typeof(bool) ? "" : $":{Text(option.HelpName ?? "value")}:_files")}' \\\n");
            script.Append($"        '--help[help]' \\\n        {(command.Name == "completion" ? "'*:shell:(bash zsh fish)'" : "'*:file:_files'")}\n      ;;\n");
        }

        script.Append("  esac\n}\nif [[ $funcstack[1] == _holdpoint ]]; then\n  _holdpoint \"$@\"\nelse\n  compdef _holdpoint holdpoint\nfi\n");
        return script.ToString();
    }

    private static string Text(string text) => CompletedCommand.Plain(text).Replace("[", "(", StringComparison.Ordinal).Replace("]", ")", StringComparison.Ordinal).Replace(":", ",", StringComparison.Ordinal);
}
