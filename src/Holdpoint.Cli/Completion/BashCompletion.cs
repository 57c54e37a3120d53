using System.Text;

namespace Holdpoint.Cli.Completion;

/// <summary>For bash's <c>complete</c>; files where no option is meant.</summary>
internal static class BashCompletion
{
    public static string Write(IReadOnlyList<CompletedCommand> commands)
    {
        var script = new StringBuilder();
        script.Append("# holdpoint completion for bash\n_holdpoint() {\n  local word=${COMP_WORDS[COMP_CWORD]} options=\n  COMPREPLY=()\n");
        script.Append("  if [[ $COMP_CWORD -eq 1 ]]; then\n");
        script.Append($"    COMPREPLY=($(compgen -W \"{string.Join(' ', commands.Select(c => c.Name))} --help --version\" -- \"$word\"))\n    return\n  fi\n");
        script.Append("  case ${COMP_WORDS[1]} in\n");
        foreach (var command in commands)
            script.Append($"    {command.Name}) options=\"{string.Join(' ', command.OptionNames)}\" ;;\n");
        script.Append("    help) COMPREPLY=($(compgen -W \"" + string.Join(' ', commands.Select(c => c.Name)) + "\" -- \"$word\")); return ;;\n  esac\n");
        script.Append("  if [[ $word == -* ]]; then\n    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n  elif [[ ${COMP_WORDS[1]} == completion ]]; then\n    COMPREPLY=($(compgen -W \"bash zsh fish\" -- \"$word\"))\n  else\n    COMPREPLY=($(compgen -f -- \"$word\"))\n  fi\n}\n");
        script.Append("complete -o filenames -o bashdefault -F _holdpoint holdpoint ./holdpoint\n");
        return script.ToString();
    }
}
