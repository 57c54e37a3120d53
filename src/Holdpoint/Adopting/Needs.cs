using Holdpoint.Configuration;
using Holdpoint.Expressions;

namespace Holdpoint.Adopting;

/// <summary>What marks and scripts need of the configuration.</summary>
internal static class Needs
{
    public static ConfigurationNeeds Of(IEnumerable<string> marks, IEnumerable<ReadBlock> run, int line)
    {
        var variables = marks.Where(m => !m[1..].StartsWith(" sh ", StringComparison.Ordinal)).SelectMany(m => Word.VariablesIn(m)).Where(v => !v.Contains(':', StringComparison.Ordinal) && !BuiltInNames.All.Contains(v));
        var written = marks.Where(m => m[1..].StartsWith(" sh ", StringComparison.Ordinal)).SelectMany(Placeholders.ReadFromEnvironment).Where(n => !Placeholders.IsSecret(n)).Select(Placeholders.NameOf).Where(n => !n.EndsWith("_value", StringComparison.Ordinal));
        // A secret comes from the environment and stays there: a variable would stand in the journal.
        var ofScripts = run.SelectMany(b => b.Variables).Where(n => !Placeholders.IsSecret(n) && n.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_')).Select(Placeholders.NameOf).Where(n => !n.EndsWith("_value", StringComparison.Ordinal));
        var databases = marks.Any(m => m.StartsWith("? sql " + SqlBlocks.Server, StringComparison.Ordinal)) ? new[] { SqlBlocks.Server } : [];
        return new([.. variables.Concat(written).Concat(ofScripts).Distinct(StringComparer.Ordinal).Select(v => new NeededVariable(v, $"line {line}"))], [], []) { Databases = databases };
    }

    public static ConfigurationNeeds And(this ConfigurationNeeds one, ConfigurationNeeds other) =>
        new([.. one.Variables, .. other.Variables], [.. one.Metrics, .. other.Metrics], [.. one.Channels, .. other.Channels]) { Databases = [.. one.Databases, .. other.Databases] };
}
