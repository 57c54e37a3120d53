using System.CommandLine;
using System.Text;

namespace Holdpoint.Cli.Commands;

/// <summary>Writes docs/commands.md from the commands themselves.</summary>
internal sealed class DocsCommand : CliCommand
{
    public override string Summary => "Print docs/commands.md";

    public override CommandGroup Group => CommandGroup.Tools;

    public override bool Hidden => true;

    /// <summary>The text of docs/commands.md.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(line).Append('\n');
        Line("# Commands");
        Line();
        Line("Results go to stdout, talk to stderr. `--json` prints one document whose `format` is 1: names may be added to it, and none changes its meaning. "
            + "Colour is used on terminals only; `NO_COLOR` takes it away, `FORCE_COLOR` brings it. Nobody is asked anything where no terminal is, or where `CI` is set.");
        Line();
        Line("Where no checklist is named, the first of these is taken: " + string.Join(", ", ChecklistFiles.Names.Select(n => $"`{n}`")) + ".");
        Line();
        Line("This page is what the hidden command `holdpoint docs` prints.");
        Line();
        Line("## Exit codes");
        Line();
        foreach (var (code, meaning) in ExitCode.All)
            Line($"- `{code}`: {meaning}");
        foreach (var group in CommandTree.All.Where(c => !c.Hidden).GroupBy(c => c.Group))
        {
            Line();
            Line($"## {group.Key}");
            foreach (var command in group)
                Describe(command, Line);
        }

        return text.ToString();
    }

    public override Task<int> RunAsync(CommandContext context)
    {
        context.Terminal.Out.Write(Markdown());
        return Task.FromResult(ExitCode.Passed);
    }

    private static void Describe(CliCommand command, Action<string> line)
    {
        var declared = CommandTree.Declared(command);
        line("");
        line($"### {command.Name}");
        line("");
        line($"{Escaped(command.Summary)}.");
        line("");
        line("```text");
        line(HelpText.Usage(declared));
        line("```");
        foreach (var paragraph in command.Details.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            line("");
            line(Escaped(paragraph.ReplaceLineEndings(" ").Trim()));
        }

        var rows = HelpText.Arguments(declared).Concat(HelpText.Options(declared)).ToList();
        if (rows.Count > 0)
            line("");
        foreach (var (name, description) in rows)
            line($"- `{name}`: {Escaped(description)}");
        if (command.Examples.Count == 0)
            return;
        line("");
        line("```bash");
        foreach (var example in command.Examples)
            line(example);
        line("```");
    }

    /// <summary>What Markdown would take for a tag, emphasis or a heading; text in backticks stays.</summary>
    private static string Escaped(string text)
    {
        var parts = text.Split('`');
        for (var i = 0; i < parts.Length; i += 2)
            parts[i] = parts[i].Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);
        return string.Join('`', parts);
    }
}
