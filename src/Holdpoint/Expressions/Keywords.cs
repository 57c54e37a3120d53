namespace Holdpoint.Expressions;

/// <summary>The words that structure a mark.</summary>
internal static class Keywords
{
    private static readonly string[] s_timings = ["within", "for", "over", "every", "timeout", "retry"];

    public static IReadOnlyList<string> Timings => s_timings;

    public static bool IsTiming(ReadOnlySpan<char> word) => word is "within" or "for" or "over" or "every" or "timeout" or "retry";

    /// <summary>The timing that a word is, as a string that is there already.</summary>
    public static string Timing(ReadOnlySpan<char> word)
    {
        foreach (var timing in s_timings)
            if (word.SequenceEqual(timing))
                return timing;
        return word.ToString();
    }

    public static bool BeginsClause(ReadOnlySpan<char> word) => IsTiming(word) || word is "warn" or "if" or "grace" or "when" or "unless";

    public static bool IsReserved(ReadOnlySpan<char> word) =>
        BeginsClause(word) || word is "and" or "or" or "not" or "in" or "exists" or "contains" or "baseline";
}
