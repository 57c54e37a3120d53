using System.Text;
using System.Text.RegularExpressions;

namespace Holdpoint.Probes;

/// <summary>
/// File patterns as a shell reads them: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>{a,b}</c>, <c>**</c> (any folders) and a leading <c>~</c>.
/// As there, a wildcard does not stand for a leading dot, and <c>**</c> goes neither into hidden folders nor through links.
/// </summary>
internal static class FileGlob
{
    /// <summary>A path as people write it: <c>~/x</c>, <c>/x</c>, or relative to <paramref name="directory"/>.</summary>
    public static string Absolute(string path, string directory)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        return Path.GetFullPath(path, directory);
    }

    /// <summary>Files (never folders) that match, each once, in order of their names.</summary>
    /// <exception cref="UnauthorizedAccessException">A folder on the way can't be listed: the answer would not be whole.</exception>
    public static IReadOnlyList<string> Files(string pattern, string directory)
    {
        var literal = Absolute(pattern, directory);
        if (IsFile(literal))
            return [literal];
        return [.. Braces(pattern).SelectMany(p => Walk(Absolute(p, directory))).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary><c>a.{js,ts}</c> is <c>a.js</c> and <c>a.ts</c>; braces without a comma stay as they are.</summary>
    public static IEnumerable<string> Braces(string pattern)
    {
        for (var open = pattern.IndexOf('{'); open >= 0; open = pattern.IndexOf('{', open + 1))
        {
            var depth = 0;
            var cuts = new List<int> { open };
            for (var i = open; i < pattern.Length; i++)
            {
                depth += pattern[i] switch { '{' => 1, '}' => -1, _ => 0 };
                if (pattern[i] == ',' && depth == 1)
                    cuts.Add(i);
                if (depth > 0)
                    continue;
                if (cuts.Count == 1)
                    break;
                cuts.Add(i);
                return cuts.Zip(cuts.Skip(1), (a, b) => pattern[..open] + pattern[(a + 1)..b] + pattern[(i + 1)..]).SelectMany(Braces).ToList();
            }
        }

        return [pattern];
    }

    /// <summary>Whether a path, cut into its names, is one that a pattern means, cut likewise.</summary>
    public static bool Fits(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        if (pattern.IsEmpty)
            return path.IsEmpty;
        if (pattern[0] == "**")
        {
            ReadOnlySpan<string> next = pattern.Length == 1 ? ["*"] : pattern[1..];
            return Fits(next, path) || (path.Length > 1 && !path[0].StartsWith('.') && Fits(pattern, path[1..]));
        }

        if (path.IsEmpty)
            return false;
        var isLiteral = !pattern[0].AsSpan().ContainsAny("*?[");
        return (isLiteral ? path[0] == pattern[0] : (pattern[0][0] == '.' || !path[0].StartsWith('.')) && Translate(pattern[0]).IsMatch(path[0])) && Fits(pattern[1..], path[1..]);
    }

    private static IEnumerable<string> Walk(string absolute)
    {
        var root = Path.GetPathRoot(absolute) ?? "/";
        return Walk(root, absolute[root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries));
    }

    private static IEnumerable<string> Walk(string folder, ReadOnlyMemory<string> rest)
    {
        var segment = rest.Span[0];
        var last = rest.Length == 1;
        if (segment == "**")
        {
            // "a/**" is every file below a, as "a/**/*" is.
            var next = last ? new[] { "*" } : rest[1..];
            return Walk(folder, next).Concat(Folders(folder).Where(f => !Hidden(f) && !IsLink(f)).SelectMany(f => Walk(f, rest)));
        }

        if (!segment.AsSpan().ContainsAny("*?["))
        {
            var path = Path.Combine(folder, segment);
            if (last)
                return IsFile(path) ? [path] : [];
            return Directory.Exists(path) ? Walk(path, rest[1..]) : [];
        }

        var name = Translate(segment);
        bool Matches(string path) => name.IsMatch(Path.GetFileName(path)) && (segment[0] == '.' || !Hidden(path));
        // What was there when it was listed may be gone.
        return last
            ? Entries(() => Directory.EnumerateFiles(folder)).Where(Matches).Where(IsFile)
            : Folders(folder).Where(Matches).SelectMany(f => Walk(f, rest[1..]));
    }

    private static IEnumerable<string> Walk(string folder, string[] segments) => segments.Length == 0 ? [] : Walk(folder, segments.AsMemory());

    private static List<string> Folders(string folder) => Entries(() => Directory.EnumerateDirectories(folder));

    private static List<string> Entries(Func<IEnumerable<string>> list)
    {
        try
        {
            return [.. list()];
        }
        catch (DirectoryNotFoundException)
        {
            // A folder that isn't there holds no file: that is the answer.
            return [];
        }
    }

    private static bool Hidden(string path) => Path.GetFileName(path).StartsWith('.');

    /// <summary>A link to nothing exists, and is no file.</summary>
    private static bool IsFile(string path) => File.Exists(path) && (!IsLink(path) || File.Exists(File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName));

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static Regex Translate(string segment)
    {
        var text = new StringBuilder("^");
        for (var i = 0; i < segment.Length; i++)
        {
            var close = segment[i] == '[' && i + 2 < segment.Length ? segment.IndexOf(']', i + 2) : -1;
            if (close > 0)
            {
                var set = segment[(i + 1)..close];
                var negated = set[0] is '!' or '^';
                text.Append(negated ? "[^" : "[").Append((negated ? set[1..] : set).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("^", "\\^", StringComparison.Ordinal)).Append(']');
                i = close;
            }
            else
            {
                text.Append(segment[i] switch { '*' => ".*", '?' => ".", var c => Regex.Escape(c.ToString()) });
            }
        }

        return new(text.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }
}
