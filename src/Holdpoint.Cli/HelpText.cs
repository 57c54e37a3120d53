using System.CommandLine;

namespace Holdpoint.Cli;

/// <summary>Help as lines of plain text, at most 100 columns wide where words allow it.</summary>
internal static class HelpText
{
    private const int Width = 100;

    public static IEnumerable<string> OfAll()
    {
        yield return "Holdpoint runs Markdown production-deployment checklists.";
        yield return "";
        yield return "usage: holdpoint COMMAND [ARGUMENTS] [OPTIONS]";
        var commands = CommandTree.All.Where(c => !c.Hidden).ToList();
        var width = commands.Max(c => c.Name.Length) + 2;
        foreach (var group in commands.GroupBy(c => c.Group))
        {
            yield return "";
            yield return $"{group.Key}";
            foreach (var command in group)
                yield return $"  {command.Name.PadRight(width)}{command.Summary}";
        }

        yield return "";
        yield return "holdpoint COMMAND --help tells more; --version tells the version.";
        yield return $"exit codes: {string.Join(" · ", ExitCode.All.Select(e => $"{e.Code} {e.Meaning.Split([':', '(', ','])[0].Trim()}"))}";
    }

    public static IEnumerable<string> Of(CliCommand command, Command declared)
    {
        yield return $"{command.Summary}.";
        yield return "";
        yield return $"usage: {Usage(declared)}";
        foreach (var paragraph in command.Details.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            yield return "";
            foreach (var line in Wrap(paragraph.ReplaceLineEndings(" "), Width))
                yield return line;
        }

        foreach (var (title, rows) in new[] { ("arguments", Arguments(declared)), ("options", Options(declared)) })
        {
            if (rows.Count == 0)
                continue;
            yield return "";
            yield return title;
            var left = Math.Min(30, rows.Max(r => r.Name.Length)) + 2;
            foreach (var (name, description) in rows)
            {
                var first = true;
                foreach (var line in Wrap(description, Width - left - 2))
                {
                    yield return $"  {(first ? name : "").PadRight(left)}{line}";
                    first = false;
                }
            }
        }

        if (command.Examples.Count == 0)
            yield break;
        yield return "";
        yield return "examples";
        foreach (var example in command.Examples)
            yield return $"  {example}";
    }

    public static string Usage(Command declared)
    {
        var arguments = declared.Arguments.Where(a => !a.Hidden).Select(a =>
        {
            var name = a.Arity.MaximumNumberOfValues > 1 ? $"{a.Name}…" : a.Name;
            return a.Arity.MinimumNumberOfValues > 0 ? $" {name}" : $" [{name}]";
        });
        var required = declared.Options.Where(o => o.Required).Select(o => $" {Named(o)}");
        return $"holdpoint {declared.Name}{string.Concat(arguments)}{string.Concat(required)}{(declared.Options.Any(o => !o.Hidden && !o.Required) ? " [OPTIONS]" : "")}";
    }

    public static IReadOnlyList<(string Name, string Description)> Arguments(Command declared) =>
        [.. declared.Arguments.Where(a => !a.Hidden).Select(a => (a.Name, a.Description ?? ""))];

    public static IReadOnlyList<(string Name, string Description)> Options(Command declared) =>
        [.. declared.Options.Where(o => !o.Hidden).Select(o => (Named(o), $"{o.Description}{(o.Arity.MaximumNumberOfValues > 1 ? " (repeatable)" : "")}{(o.Required ? " (required)" : "")}"))];

    private static string Named(Option option)
    {
        var names = string.Join(", ", option.Aliases.Prepend(option.Name).OrderBy(n => n.Length));
        return option.ValueType == typeof(bool) ? names : $"{names} {option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant()}";
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length > 0 ? $"{line} {word}" : word;
        }

        if (line.Length > 0)
            yield return line;
    }
}
