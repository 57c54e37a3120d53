using System.Text;
using System.Text.RegularExpressions;
using Holdpoint.Configuration;

namespace Holdpoint.Adopting;

/// <summary>Writes what adopted marks need into <c>holdpoint.yaml</c>: a file of its own, or the one that is there with what it lacks.</summary>
internal static partial class ConfigurationDraft
{
    /// <param name="existing">The text that is there; null where there is none.</param>
    /// <returns>The whole text, or null where nothing has to be written; whether it has to stand beside what is there.</returns>
    public static (string? Text, bool Beside, IReadOnlyList<string> Added) Write(string? existing, Project project, IEnumerable<ConfigurationNeeds> needs)
    {
        var all = needs.ToList();
        var variables = all.SelectMany(n => n.Variables).Where(v => !BuiltInNames.All.Contains(v.Name) && !project.Variables.ContainsKey(v.Name)).DistinctBy(v => v.Name).OrderBy(v => v.Name, StringComparer.Ordinal).ToList();
        var metrics = all.SelectMany(n => n.Metrics).Where(m => !project.Metrics.ContainsKey(m.Name)).DistinctBy(m => m.Name).OrderBy(m => m.Name, StringComparer.Ordinal).ToList();
        var channels = all.SelectMany(n => n.Channels).Where(c => !project.Channels.ContainsKey(c)).Distinct().Order(StringComparer.Ordinal).ToList();
        var databases = all.SelectMany(n => n.Databases).Where(d => project.Servers.GetValueOrDefault("postgres")?.ContainsKey(d) is not true).Distinct().Order(StringComparer.Ordinal).ToList();
        var sections = new List<(string Key, List<string> Lines)>
        {
            ("vars", [.. variables.Select(v => $"{v.Name}: {{ required: true }}  # {v.Source}")]),
            ("metrics", [.. metrics.SelectMany(m => new[]
            {
                $"{m.Name}:  # {m.Source}",
                $"  unit: {m.Unit}",
                $"  command: \"echo 'nothing measures {m.Name} yet: say in holdpoint.yaml how (scrape, http or command)' >&2; exit 1\"",
            })]),
            ("servers", databases.Count == 0 ? [] : ["postgres:", .. databases.Select(d => $"  {d}: {{ url: \"${{env:DATABASE_URL}}\" }}")]),
            ("channels", [.. channels.Select(c => $"{c}: {{ file: {{ path: {c}.log }} }}")]),
        };
        sections.RemoveAll(s => s.Lines.Count == 0);
        string[] added = [.. variables.Select(v => v.Name), .. metrics.Select(m => m.Name), .. databases.Select(d => $"postgres {d}"), .. channels];
        if (sections.Count == 0)
            return (null, false, []);
        if (existing is null || string.IsNullOrWhiteSpace(existing))
            return (Fresh(sections), false, added);
        return Merged(existing, sections) is { } merged ? (merged, false, added) : (Fresh(sections), true, added);
    }

    private static string Fresh(List<(string Key, List<string> Lines)> sections)
    {
        var text = new StringBuilder("holdpoint: 1\n");
        foreach (var (key, lines) in sections)
            Append(text, key, lines);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string key, List<string> lines)
    {
        text.Append('\n').Append(Comment(key)).Append(key).Append(":\n");
        foreach (var line in lines)
            text.Append("  ").Append(line).Append('\n');
    }

    private static string Comment(string key) => key switch
    {
        "vars" => "# What differs from place to place. Write a value in the place of { required: true }.\n",
        "metrics" => "# Numbers over time, which rules and checks name. Until they are filled in they are unknown, and never pass.\n",
        "servers" => "# Databases that ? sql asks. The address is taken from the environment, so that no password stands here.\n",
        _ => "",
    };

    /// <summary>Keys that are missing are put below the ones that are there; null where the file is written in a way that lines can't be put into.</summary>
    private static string? Merged(string existing, List<(string Key, List<string> Lines)> sections)
    {
        var end = existing.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var text = new StringBuilder(existing);
        var tail = new StringBuilder();
        foreach (var (key, lines) in sections)
        {
            var match = Regex.Match(text.ToString(), $@"(?m)^{key}\s*:(?<rest>[^\r\n]*)(?:\r?\n|$)");
            if (!match.Success)
            {
                Append(tail, key, lines);
                continue;
            }

            if (match.Groups["rest"].Value.Split('#')[0].Trim().Length > 0 || !match.Value.EndsWith('\n'))
                return null;
            var after = text.ToString(match.Index + match.Length, text.Length - match.Index - match.Length);
            var indent = Child().Match(after) is { Success: true } child ? child.Groups["indent"].Value : "  ";
            var inserted = string.Concat(lines.Select(l => indent + l + end));
            text.Insert(match.Index + match.Length, inserted);
        }

        if (tail.Length > 0)
        {
            if (text[^1] != '\n')
                text.Append(end);
            text.Append(tail.ToString().Replace("\n", end, StringComparison.Ordinal));
        }

        var result = text.ToString();
        return ProjectFile.Parse(ProjectFile.Name, result).Problems.Any(p => p.IsError) && !ProjectFile.Parse(ProjectFile.Name, existing).Problems.Any(p => p.IsError) ? null : result;
    }

    [GeneratedRegex(@"\A(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?<indent> +)\S")]
    private static partial Regex Child();
}
