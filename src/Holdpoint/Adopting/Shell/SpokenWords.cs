using System.Text.RegularExpressions;

namespace Holdpoint.Adopting.Shell;

/// <summary>A program that is in no table, judged by the subcommand's own words: <c>shopctl orders check-stock</c> asks, <c>shopctl queue set</c> changes.</summary>
internal static partial class SpokenWords
{
    private const int MostWords = 3;

    private static readonly HashSet<string> Shows = new(StringComparer.OrdinalIgnoreCase)
    {
        "status", "list", "ls", "show", "get", "info", "describe", "version", "inspect", "history", "whoami", "view", "diff", "stats", "current", "details",
    };

    public static Effect Of(IReadOnlyList<string> words)
    {
        // Subcommands stand in front; what comes behind an option is a name.
        if (words.Any(w => w is "--dry-run" or "--dryrun"))
            return Effect.Proves;
        var said = words.TakeWhile(w => Subcommand().IsMatch(w)).Take(MostWords).ToList();
        if (said.Count == 0)
            return Effect.Unknown;
        // Options may turn a question into its opposite: --fix, --delete.
        var options = words.Where(w => w.StartsWith('-')).ToList();
        var effects = said.Select(w => Word(w, options)).Where(e => e is not null).Distinct().ToList();
        return effects is [{ } one] ? one : Effect.Unknown;
    }

    /// <summary>Null: a word that names a thing.</summary>
    private static Effect? Word(string word, IReadOnlyList<string> options)
    {
        var parts = word.Split(['-', '_', ':', '.'], StringSplitOptions.RemoveEmptyEntries);
        var byName = ScriptNames.Of(word, options);
        if (parts.Any(Shows.Contains))
            return byName is Effect.Unknown or Effect.Proves && ScriptNames.AreHarmless(options) ? Effect.Shows : Effect.Unknown;
        return byName is Effect.Unknown && ScriptNames.SaysNothing(word) ? null : byName;
    }

    [GeneratedRegex("^[a-z][a-z0-9:_-]*$")]
    private static partial Regex Subcommand();
}
