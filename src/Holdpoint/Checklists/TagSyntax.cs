using System.Globalization;

namespace Holdpoint.Checklists;

/// <summary>The language's own tags, and what is too near to one of them to be a word of the author's.</summary>
internal static class TagSyntax
{
    private static readonly string[] s_names = ["critical", "advisory", "optional", "weight", "no-return", "id"];

    /// <summary>Reads a word that begins with <c>#</c>: a tag, a near miss with its mend, or neither.</summary>
    public static (string Name, string Value)? Read(ReadOnlySpan<char> word, out (string What, string Fix)? mistake)
    {
        mistake = null;
        word = word[1..];
        var equals = word.IndexOf('=');
        var name = equals < 0 ? word : word[..equals];
        var value = equals < 0 ? "" : word[(equals + 1)..].ToString();
        if (name.IsEmpty || !char.IsLetter(name[0]) || name.Length > 20)
            return null;
        foreach (var known in s_names)
        {
            if (!name.SequenceEqual(known))
                continue;
            mistake = WrongValue(known, value, hasValue: equals >= 0);
            return mistake is null ? (known, value) : null;
        }
        if (Nearest(name) is { } near)
        {
            var example = near switch { "weight" => "#weight=3", "id" => "#id=name", _ => "#" + near };
            mistake = ($"#{name} is not a tag", $"Write {example}, or another word if no tag was meant");
        }
        return null;
    }

    private static (string, string)? WrongValue(string name, string value, bool hasValue) => name switch
    {
        "weight" when value.Length == 0 => ("#weight has no number", "Write #weight=3"),
        "weight" when !decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) =>
            ($"#weight={value} is not a number", "Write a number that is not negative, such as #weight=3"),
        "id" when value.Length == 0 => ("#id has no name", "Write #id=name"),
        "id" when !value.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/') =>
            ($"#id={value} is not a name", "Use letters, digits, '-', '_', '.' and '/'"),
        "weight" or "id" => null,
        _ when hasValue => ($"#{name} takes no value", $"Write #{name}"),
        _ => null,
    };

    private static string? Nearest(ReadOnlySpan<char> name)
    {
        Span<char> plain = stackalloc char[name.Length];
        for (var i = 0; i < name.Length; i++)
            plain[i] = name[i] == '_' ? '-' : char.ToLowerInvariant(name[i]);
        foreach (var known in s_names)
        {
            if (plain.SequenceEqual(known))
                return known;
            // Short words and words with another first letter (#eight, #light) are the author's.
            var near = plain.Length >= 7 ? 2 : plain.Length >= 5 && plain[0] == known[0] ? 1 : 0;
            if (plain.Length >= 4 && known.AsSpan().StartsWith(plain) || near > 0 && Distance(plain, known) <= near)
                return known;
        }
        return null;
    }

    /// <summary>Edits between two words, a swap of neighbours counting as one (optimal string alignment).</summary>
    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
