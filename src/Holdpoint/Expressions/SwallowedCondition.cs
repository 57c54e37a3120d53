using System.Text.RegularExpressions;

namespace Holdpoint.Expressions;

/// <summary>Finds a condition of ours at the end of a command line, where the shell takes it for arguments of the command.</summary>
internal static partial class SwallowedCondition
{
    /// <summary>Where it begins; -1: there is none. A fact in quotes, or one that a <c>$</c> makes a variable, is the command's own; behind <c>&lt;</c> and <c>&gt;</c> only a number is no file.</summary>
    public static int In(string command, Signature signature)
    {
        foreach (Match match in Comparison().Matches(command))
            if ((match.Groups["path"].Success || signature.Fact(match.Groups["fact"].ValueSpan) is not null) && !IsQuoted(command.AsSpan(0, match.Index)))
                return match.Index;
        return -1;
    }

    private static bool IsQuoted(ReadOnlySpan<char> before)
    {
        var quote = '\0';
        foreach (var c in before)
            if (c is '"' or '\'' && (quote == '\0' || quote == c))
                quote = quote == '\0' ? c : '\0';
        return quote != '\0';
    }

    [GeneratedRegex("""
        (?<=\s(?:not\s+)?)
        (?:(?<path>\$[.\[][\w.*\[\]"]+) | (?<fact>[a-z]+)(?:\s*"[^"]*")?)
        \s*
        (?:==|!=|<=|>=|(?<=\s)[<>]\s*\d|(?<=\s)(?:not\s+)?in\s+(?:\[|\S+\.\.)|(?<=\s)(?:not\s+)?contains\s+["'])
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Comparison();
}
