using Holdpoint.Expressions;

namespace Holdpoint.Cli.Runs;

/// <summary>Spans of time on a command line, written as in checklists.</summary>
internal static class Spans
{
    public static TimeSpan Of(string text, string example) =>
        Units.ParseDuration(text.Trim()) is { } span && span > TimeSpan.Zero ? span : throw new CliError($"{text} is no span of time", $"write it with its unit: {example}");
}
