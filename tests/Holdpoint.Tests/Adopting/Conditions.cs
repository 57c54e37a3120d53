using System.Text.RegularExpressions;

namespace Holdpoint.Tests.Adopting;

/// <summary>Whether marks judge as a table expects: the same comparison with the same value, whatever the fact is called.</summary>
internal static partial class Conditions
{
    /// <summary>What probes judge without a condition.</summary>
    private static readonly (string Expect, string Mark)[] ByDefault =
    [
        ("ready == total", "? compose"), ("devices >= 1", "? gpu"), ("loss == 0%", "? ping"), ("exit == 0", "? run"), ("exit == 0", "? sh"), ("exit == 0", "! run"), ("exit == 0", "! sh"),
    ];

    public static bool Agree(string expect, string added)
    {
        if (expect == "-")
            return true;
        if (expect.StartsWith('@') || expect.StartsWith('#'))
            return added.Contains(expect, StringComparison.Ordinal);
        if (expect.Contains(": ", StringComparison.Ordinal) && char.IsUpper(expect[0]))
            return added.Contains(expect, StringComparison.Ordinal) || added.Contains(expect.Split(": ")[1], StringComparison.Ordinal);
        // A softened expectation is at most a warning; none at all agrees too.
        if (expect.StartsWith("warn unless ", StringComparison.Ordinal))
            return !Comparison().IsMatch(added) || added.Contains("warn unless", StringComparison.Ordinal) && Agree(expect["warn unless ".Length..], added);
        return expect.Split(" and ").All(e => ByDefault.Any(d => d.Expect == e && added.Contains(d.Mark, StringComparison.Ordinal)) || Said(e, added));
    }

    private static bool Said(string expect, string added)
    {
        if (Comparison().Match(expect) is not { Success: true } comparison)
            return added.Contains(expect, StringComparison.Ordinal);
        var (sign, value) = (comparison.Groups["sign"].Value, comparison.Groups["value"].Value.Trim('"'));
        return Comparison().Matches(added).Any(m => IsSame(m.Groups["value"].Value.Trim('"'), value) && Same(sign, m.Groups["sign"].Value));
    }

    private static bool IsSame(string one, string other) =>
        one == other || decimal.TryParse(one, System.Globalization.CultureInfo.InvariantCulture, out var a) && decimal.TryParse(other, System.Globalization.CultureInfo.InvariantCulture, out var b) && a == b;

    /// <summary>A limit in words draws no line between "below" and "at most".</summary>
    private static bool Same(string one, string other) => one == other || one.TrimEnd('=') == other.TrimEnd('=') && one[0] is '<' or '>' || one == "contains" && other == "has";

    [GeneratedRegex(@"(?<sign>==|>=|<=|>|<|\bcontains|\bhas|\bin)\s+(?<value>""[^""]*""|[0-9][^\s`]*(?: baseline)?|baseline|total)")]
    private static partial Regex Comparison();
}
