using System.Security.Cryptography;
using System.Text;

namespace Holdpoint.Journal;

/// <summary>File names made from what people write.</summary>
internal static class SafeName
{
    /// <summary>Characters of a name that are kept.</summary>
    private const int Longest = 80;

    /// <summary>For evidence: letters, digits, dot, dash, underscore; never hidden, never a path; the extension survives shortening.</summary>
    public static string OfEvidence(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-');
        }

        var safe = text.ToString().Trim('.', '-');
        if (safe.Length > Longest)
        {
            var extension = Path.GetExtension(safe);
            extension = extension.Length > 12 ? "" : extension;
            safe = safe[..(Longest - extension.Length)].TrimEnd('.') + extension;
        }

        return safe.Length == 0 ? "evidence" : safe;
    }

    /// <summary>Whether a name that stands in a journal can be one of evidence: no path leads out of the folder by it.</summary>
    public static bool IsOfEvidence(string name) =>
        name.Length is > 0 and <= Longest + 20 && name == name.Trim('.', '-') && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>For an environment: different environments get different names, also where only special characters differ.</summary>
    public static string OfEnvironment(string environment)
    {
        var text = new StringBuilder(environment.Length);
        foreach (var c in environment)
        {
            text.Append(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' ? c : char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : '-');
        }

        var safe = text.ToString().Trim('-');
        if (safe == environment && safe.Length is > 0 and <= Longest)
        {
            return safe;
        }

        var mark = EntryLine.Hex(SHA256.HashData(Encoding.UTF8.GetBytes(environment)))[..6];
        return $"{(safe.Length > Longest ? safe[..Longest] : safe)}_{mark}".TrimStart('_');
    }

    /// <summary>The name itself, then <c>name-2.txt</c>, <c>name-3.txt</c> …</summary>
    public static string Numbered(string name, int number) =>
        number == 1 ? name : $"{Path.GetFileNameWithoutExtension(name)}-{number}{Path.GetExtension(name)}";
}
