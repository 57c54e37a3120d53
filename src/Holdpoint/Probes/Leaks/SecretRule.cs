using System.Text.RegularExpressions;

namespace Holdpoint.Probes.Leaks;

/// <summary>The form of one kind of secret.</summary>
/// <param name="Words">One of them stands in every match; the expression is tried only around them.</param>
/// <param name="Pattern">The secret is its group <c>v</c>, else the whole match.</param>
internal sealed record SecretRule(string Id, IReadOnlyList<string> Words, Regex Pattern)
{
    public SecretRule(string id, string word, string pattern)
        : this(id, [word], new Regex(pattern, RegexOptions.CultureInvariant, Limit))
    {
    }

    /// <summary>For one line, which takes microseconds: 5 s.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Known by the name of what holds it, not by its own form.</summary>
    public bool IsGeneric { get; init; }

    public bool ManyLines { get; init; }

    /// <summary>Whether what has the form is one: match, value, name of the file.</summary>
    public Func<Match, string, string, bool> Accepts { get; init; } = (_, value, _) => !Placeholder.Is(value);
}
