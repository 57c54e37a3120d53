using System.Text.RegularExpressions;

namespace Holdpoint.Metrics;

/// <summary>
/// What can be seen of a PromQL query from outside, without evaluating it (https://prometheus.io/docs/prometheus/latest/querying/basics/):
/// which series it is computed from, and, of a ratio of rates, how to count the events below the line.
/// What it does not understand it leaves out.
/// </summary>
internal static partial class PromQl
{
    private static readonly HashSet<string> Operators = new(StringComparer.OrdinalIgnoreCase) { "and", "or", "unless", "atan2" };
    private static readonly HashSet<string> Groupings = new(StringComparer.OrdinalIgnoreCase) { "by", "without", "on", "ignoring", "group_left", "group_right" };
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "bool", "offset", "inf", "nan" };

    /// <summary>Selectors of series as the query writes them, each once, without their ranges. Those that look at a past of their own (<c>offset</c>, <c>@</c>) are left out.</summary>
    public static IReadOnlyList<string> Selectors(string query)
    {
        var tokens = TokensOf(query);
        var found = new List<string>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].IsName && Groupings.Contains(tokens[i].Text))
            {
                i = At(tokens, i + 1) == "(" ? After(tokens, i + 1) - 1 : i;
                continue;
            }

            var isName = tokens[i].IsName && !Operators.Contains(tokens[i].Text) && !Words.Contains(tokens[i].Text)
                && At(tokens, i + 1) is var next && next != "(" && !Groupings.Contains(next);
            if (!isName && tokens[i].Text != "{")
                continue;
            var end = isName ? i + 1 : i;
            if (At(tokens, end) == "{")
                end = After(tokens, end);
            var selector = query[tokens[i].Start..tokens[end - 1].End];
            if (At(tokens, end) == "[")
                end = After(tokens, end);
            if (At(tokens, end) is not ("@" or "offset") && !found.Contains(selector))
                found.Add(selector);
            i = end - 1;
        }

        return found;
    }

    /// <summary>A query for the number of events behind a ratio: <c>sum(increase(b[1m]))</c> for <c>sum(rate(a[1m])) / sum(rate(b[1m]))</c>; null where it is no such ratio.</summary>
    public static string? EventsOf(string query)
    {
        var tokens = TokensOf(query);
        var operators = new List<int>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Text is "(" or "{" or "[")
                i = After(tokens, i) - 1;
            else if (IsOperator(tokens[i]) && i > 0)
                operators.Add(i);
        }

        var divisions = operators.Where(o => tokens[o].Text == "/").ToArray();
        if (divisions.Length != 1 || Groupings.Contains(At(tokens, divisions[0] + 1)))
            return null;
        var last = operators.Where(o => o > divisions[0]).DefaultIfEmpty(tokens.Count).First() - 1;
        if (last <= divisions[0])
            return null;
        var below = query[tokens[divisions[0] + 1].Start..tokens[last].End];
        var counted = Rate().Replace(below, "increase(");
        return counted != below || Counted().IsMatch(below) ? counted : null;
    }

    /// <summary>Whether it is one series of a counter as it stands, which grows until the service restarts.</summary>
    public static bool IsBareCounter(string query) => Selectors(query) is [var only] && only.Length == query.Trim().Length && only.Split('{')[0].TrimEnd().EndsWith("_total", StringComparison.Ordinal);

    private static bool IsOperator(Token token) => token.IsName ? Operators.Contains(token.Text) : token.Text is "+" or "-" or "*" or "/" or "%" or "^" or "==" or "!=" or "<" or ">" or "<=" or ">=";

    private static string At(List<Token> tokens, int index) => index < tokens.Count ? tokens[index].Text : "";

    /// <summary>The index after the bracket that closes the one here; the end where none does.</summary>
    private static int After(List<Token> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += tokens[i].Text is "(" or "{" or "[" ? 1 : tokens[i].Text is ")" or "}" or "]" ? -1 : 0;
            if (depth == 0)
                return i + 1;
        }

        return tokens.Count;
    }

    private static List<Token> TokensOf(string query) =>
        [.. Lexis().Matches(query).Where(m => !m.Groups["comment"].Success).Select(m => new Token(m.Value, m.Index, m.Index + m.Length, m.Groups["name"].Success))];

    private readonly record struct Token(string Text, int Start, int End, bool IsName);

    [GeneratedRegex("""(?<comment>\#[^\n]*)|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|(?<name>[A-Za-z_:][A-Za-z0-9_:]*)|[0-9.][A-Za-z0-9_.:]*|[=!<>]=|[=!]~|\S""")]
    private static partial Regex Lexis();

    [GeneratedRegex(@"\bi?rate\s*\(")]
    private static partial Regex Rate();

    [GeneratedRegex(@"\b(?:increase|count_over_time|sum_over_time)\s*\(")]
    private static partial Regex Counted();
}
