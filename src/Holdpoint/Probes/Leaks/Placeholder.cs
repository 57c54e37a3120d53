using System.Buffers;

namespace Holdpoint.Probes.Leaks;

/// <summary>Values that stand where a secret would.</summary>
internal static class Placeholder
{
    private static readonly SearchValues<string> Marks = SearchValues.Create(
    [
        "example", "xxxx", "****", "....", "____", "----", "0000000", "1111111", "1234567", "abcdefgh", "changeme", "change_me", "change-me", "placeholder", "dummy", "redacted", "replace", "your_", "your-", "yourkey",
        "insert", "foobar", "sample", "notreal", "not_real", "fake", "todo", "${", "{{", "$(", "#{", "@{", "%{", "<", ">", "…",
    ], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["password", "passwd", "secret", "token", "credential", "apikey", "api_key", "api-key", "private", "public", "test", "pass", "hunter2"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Of a token whose form is known.</summary>
    public static bool Is(ReadOnlySpan<char> value) => value.ContainsAny(Marks) || Entropy(value) < 2;

    /// <summary>Of a value that only its name makes a secret: words instead of chance.</summary>
    public static bool IsWords(ReadOnlySpan<char> value) => Is(value) || value.ContainsAny(Words) || value[0] is '$' or '%' or '/' or '.' or '~' or '@' or '&';

    /// <summary>Shannon's, in bits a character.</summary>
    public static double Entropy(ReadOnlySpan<char> value)
    {
        var counts = new Dictionary<char, int>();
        foreach (var c in value)
            counts[c] = counts.GetValueOrDefault(c) + 1;
        var sum = 0.0;
        foreach (var count in counts.Values)
            sum -= count / (double)value.Length * Math.Log2(count / (double)value.Length);
        return sum;
    }

    /// <summary>How often letters and digits change places within runs of both: <c>base64</c> once, <c>k9Lm2P</c> four times.</summary>
    public static int Turns(ReadOnlySpan<char> value)
    {
        var turns = 0;
        for (var i = 1; i < value.Length; i++)
            if (char.IsAsciiLetterOrDigit(value[i]) && char.IsAsciiLetterOrDigit(value[i - 1]) && char.IsAsciiDigit(value[i]) != char.IsAsciiDigit(value[i - 1]))
                turns++;
        return turns;
    }
}
