using System.CommandLine;

namespace Holdpoint.Cli.Completion;

/// <summary>A command as a shell completes it. The scripts hold the whole tree: a shell that starts a program at each Tab is slow.</summary>
internal sealed record CompletedCommand(string Name, string Summary, Command Declared)
{
    public IReadOnlyList<Option> Options => [.. Declared.Options.Where(o => !o.Hidden)];

    public IEnumerable<string> OptionNames => Options.SelectMany(o => o.Aliases.Prepend(o.Name)).Append("--help");

    /// <summary>Without backticks and quotes, which mean something to shells.</summary>
    public string PlainSummary => Plain(Summary);

    public static string Plain(string text) => text.Replace("`", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal);
}
