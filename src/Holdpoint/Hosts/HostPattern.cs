using System.Globalization;
using Holdpoint.Probes;

namespace Holdpoint.Hosts;

/// <summary>A file pattern as a search on another machine: where <c>find</c> starts, how deep it goes, and which of what it finds is meant.</summary>
/// <param name="Folder">The path up to the first wildcard.</param>
internal sealed record HostPattern(string Folder, IReadOnlyList<string> Segments)
{
    /// <param name="path">Without braces.</param>
    public static HostPattern Of(string path)
    {
        var parts = path.Split('/');
        var wild = Array.FindIndex(parts, p => p.AsSpan().ContainsAny("*?["));
        var cut = wild < 0 ? parts.Length - 1 : wild;
        return new(cut == 0 ? "." : cut == 1 && parts[0].Length == 0 ? "/" : string.Join('/', parts[..cut]), [.. parts[cut..].Where(p => p.Length > 0)]);
    }

    /// <summary>As for files here: a wildcard goes through links, <c>**</c> does not, nor into hidden folders.</summary>
    public string Find => Segments.Contains("**") ? Segments.Any(s => s[0] == '.') ? "find ." : "find . -name '.?*' -type d -prune -o" : $"find -L . -maxdepth {Segments.Count.ToString(CultureInfo.InvariantCulture)}";

    /// <param name="found">As <c>find .</c> prints it.</param>
    public bool Fits(string found) => FileGlob.Fits([.. Segments], found.Split('/', StringSplitOptions.RemoveEmptyEntries) is [".", .. var rest] ? rest : [found]);
}
