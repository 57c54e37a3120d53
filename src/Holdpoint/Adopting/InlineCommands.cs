using System.Text.RegularExpressions;
using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting;

/// <summary>Commands in an item's inline code: a program that is known, and at least one word behind it.</summary>
internal static partial class InlineCommands
{
    public static IReadOnlyList<string> In(Step step, string text)
    {
        var end = Math.Clamp(step.End, step.TextAt, text.Length);
        return [.. Code().Matches(text[step.TextAt..end]).Select(m => m.Groups["code"].Value.ReplaceLineEndings(" ").Trim()).Where(IsCommand)];
    }

    /// <summary>As a pipeline; null where a shell would read more than one, or nothing.</summary>
    public static ReadBlock Read(string command, Step step) => BlockReader.Read(new(step.Part, step, "bash", [command], step.TextAt, step.Line, step.Line, 0) { IsClosed = true });

    private static bool IsCommand(string code)
    {
        if (!code.Contains(' ', StringComparison.Ordinal) && !code.StartsWith("./", StringComparison.Ordinal) && !code.EndsWith(".sh", StringComparison.Ordinal) || code.Length > 300)
            return false;
        var script = ShellReader.Read([code]);
        return script is { Why: null, IsEmpty: false } && script.Commands.All(c => c.Words.Count > 0) && Known(script.Commands[0]);
    }

    /// <summary>Words whose first is a program, whatever it does.</summary>
    private static bool Known(ShellCommand command) => Judge.Of(command) is not (Effect.Unknown or Effect.Prepares) || Program().IsMatch(command.Program) && command.Words.Count > 1;

    [GeneratedRegex(@"(?<!`)`(?<code>[^`]+)`(?!`)")]
    private static partial Regex Code();

    [GeneratedRegex(@"^(?:docker|docker-compose|kubectl|helm|curl|git|npm|pnpm|yarn|npx|make|php|python3?|pip|terraform|aws|gcloud|fly|heroku|gh|mvn|dotnet|cargo|go|psql|systemctl|\./\S+)$")]
    private static partial Regex Program();
}
