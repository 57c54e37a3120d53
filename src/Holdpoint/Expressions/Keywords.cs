namespace Holdpoint.Expressions;

/// <summary>The words that structure a mark.</summary>
internal static class Keywords
{
    public static IReadOnlyList<string> Timings { get; } = ["within", "for", "over", "every", "timeout", "retry"];

    public static bool IsTiming(ReadOnlySpan<char> word) => word is "within" or "for" or "over" or "every" or "timeout" or "retry";

    public static bool BeginsClause(ReadOnlySpan<char> word) => IsTiming(word) || word is "warn" or "if" or "grace" or "when" or "unless";

    public static bool IsReserved(ReadOnlySpan<char> word) =>
        BeginsClause(word) || word is "and" or "or" or "not" or "in" or "exists" or "contains" or "baseline";
}
