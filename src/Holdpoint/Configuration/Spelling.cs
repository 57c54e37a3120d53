using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>What to write in place of a name that is not known.</summary>
internal static class Spelling
{
    /// <summary>The near name, else the whole choice where it is short enough to read.</summary>
    public static string Remedy(string written, IReadOnlyCollection<string> known) => Nearest.Hint(written.Replace('-', '_'), known,
        Nearest.Hint(written, known, known.Count == 0 ? "remove it" : $"there are: {string.Join(", ", known.Take(20))}{(known.Count > 20 ? ", …" : "")}"));
}
