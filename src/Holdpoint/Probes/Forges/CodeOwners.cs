using System.Text;
using System.Text.RegularExpressions;

namespace Holdpoint.Probes.Forges;

/// <summary>How a forge reads CODEOWNERS.</summary>
internal enum CodeOwnersDialect
{
    /// <summary>https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners</summary>
    GitHub,

    /// <summary>With sections, each asked for itself, and paths that match at any depth: https://docs.gitlab.com/user/project/codeowners/reference/</summary>
    GitLab,
}

/// <summary>Who owns which paths; in each section the last line that matches a path decides.</summary>
internal sealed partial class CodeOwners
{
    private readonly List<Section> _sections = [new("", 1, false, [])];

    private CodeOwners() { }

    public static CodeOwners Parse(string text, CodeOwnersDialect dialect)
    {
        var owners = new CodeOwners();
        var section = owners._sections[0];
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (dialect == CodeOwnersDialect.GitLab && Heading().Match(line) is { Success: true } heading)
            {
                section = owners.SectionOf(heading);
                continue;
            }

            var words = Words(line);
            var excluded = dialect == CodeOwnersDialect.GitLab && words[0].StartsWith('!');
            var named = words.Skip(1).Where(w => w.Contains('@', StringComparison.Ordinal)).ToList();
            section.Rules.Add(new(Pattern(excluded ? words[0][1..] : words[0], dialect), excluded ? [] : named.Count > 0 ? named : section.Owners));
        }

        return owners;
    }

    /// <summary>Of whom an approval is wanted for a path: of each section, <c>Needed</c> of its owners. None: it has no owner.</summary>
    public IEnumerable<Ownership> Of(string path)
    {
        foreach (var section in _sections)
            if (!section.Optional && section.Rules.LastOrDefault(r => r.Pattern.IsMatch(path)) is { Owners.Count: > 0 } rule)
                yield return new(section.Name, section.Needed, rule.Owners);
    }

    /// <summary>Sections of one name, whatever its case, are one.</summary>
    private Section SectionOf(Match heading)
    {
        var name = heading.Groups["name"].Value.Trim();
        if (_sections.Find(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known)
            return known;
        var needed = int.TryParse(heading.Groups["needed"].ValueSpan, out var number) && number > 0 ? number : 1;
        _sections.Add(new(name, needed, heading.Groups["optional"].Length > 0, heading.Groups["owners"].Value.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)));
        return _sections[^1];
    }

    /// <summary>Cut at white space, unless a backslash stands before it; a word that begins with # ends the line.</summary>
    private static List<string> Words(string line)
    {
        List<string> words = [];
        var word = new StringBuilder();
        for (var i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || char.IsWhiteSpace(line[i]))
            {
                if (word.Length > 0)
                    words.Add(word.ToString());
                word.Clear();
            }
            else if (line[i] == '#' && word.Length == 0 && words.Count > 0)
            {
                break;
            }
            else
            {
                word.Append(line[i]);
                if (line[i] == '\\' && i + 1 < line.Length)
                    word.Append(line[++i]);
            }
        }

        return words;
    }

    /// <summary>A pattern of gitignore(5) without its negation and its character sets.</summary>
    internal static Regex Pattern(string pattern, CodeOwnersDialect dialect)
    {
        var folder = pattern.EndsWith('/');
        var body = pattern.Trim('/');
        var rooted = pattern.StartsWith('/') || (dialect == CodeOwnersDialect.GitHub && body.Contains('/', StringComparison.Ordinal));
        var segments = body.Split('/');
        var text = new StringBuilder(rooted ? "^" : "^(?:.*/)?");
        for (var i = 0; i < segments.Length; i++)
        {
            var last = i == segments.Length - 1;
            if (segments[i] == "**")
                text.Append(last ? ".*" : "(?:.*/)?");
            else
                text.Append(Segment(segments[i])).Append(last ? "" : "/");
        }

        // docs/* is what lies in docs itself, while docs and docs/ are everything below it.
        var below = folder ? "/.*" : dialect == CodeOwnersDialect.GitHub && !(rooted && segments[^1] == "*") ? "(?:/.*)?" : "";
        return new(text.Append(below).Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    private static string Segment(string segment)
    {
        var text = new StringBuilder();
        for (var i = 0; i < segment.Length; i++)
            text.Append(segment[i] switch
            {
                '*' => "[^/]*",
                '?' => "[^/]",
                '\\' when i + 1 < segment.Length => Regex.Escape(segment[++i].ToString()),
                var c => Regex.Escape(c.ToString()),
            });
        return text.ToString();
    }

    [GeneratedRegex(@"^(?<optional>\^)?\[(?<name>[^\]]+)\](?:\[(?<needed>\d+)\])?\s*(?<owners>.*)$")]
    private static partial Regex Heading();

    private sealed record Section(string Name, int Needed, bool Optional, IReadOnlyList<string> Owners)
    {
        public List<Rule> Rules { get; } = [];
    }

    private sealed record Rule(Regex Pattern, IReadOnlyList<string> Owners);
}

/// <param name="Section">Empty where the file has none.</param>
/// <param name="Owners">As written: <c>@ana</c>, <c>@octo/team</c>, <c>ana@example.com</c>.</param>
internal sealed record Ownership(string Section, int Needed, IReadOnlyList<string> Owners);
