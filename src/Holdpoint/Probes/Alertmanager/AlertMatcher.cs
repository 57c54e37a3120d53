using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdpoint.Probes.Alertmanager;

/// <summary>
/// One condition on a label, as routes have it: <c>severity="critical"</c>, <c>service=~"api|web"</c>. A label that is missing has the empty value
/// (https://prometheus.io/docs/alerting/latest/configuration/#matcher).
/// </summary>
internal sealed class AlertMatcher
{
    private readonly Regex? _pattern;

    private AlertMatcher(string name, string sign, string value, Regex? pattern)
    {
        (Name, Sign, Value) = (name, sign, value);
        _pattern = pattern;
    }

    public string Name { get; }

    /// <summary><c>=</c>, <c>!=</c>, <c>=~</c> or <c>!~</c>.</summary>
    public string Sign { get; }

    public string Value { get; }

    public override string ToString() => $"{Name}{Sign}\"{Value}\"";

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var value = labels.GetValueOrDefault(Name) ?? "";
        return (_pattern is null ? value == Value : _pattern.IsMatch(value)) != (Sign[0] == '!');
    }

    /// <exception cref="Unanswered">An expression that RE2 reads otherwise than .NET does.</exception>
    public static AlertMatcher Of(string name, string sign, string value) => new(name, sign, value, sign.EndsWith('~') ? Anchored(value) : null);

    /// <summary>A list parted by commas, in braces or not. Values are quoted or bare; a backslash escapes <c>"</c>, <c>\</c> and <c>n</c>, and otherwise stands for itself.</summary>
    public static bool TryParseList(string text, [NotNullWhen(true)] out IReadOnlyList<AlertMatcher>? matchers)
    {
        matchers = null;
        var rest = text.Trim();
        if (rest.StartsWith('{') && rest.EndsWith('}'))
            rest = rest[1..^1];
        var all = new List<AlertMatcher>();
        foreach (var part in Parts(rest))
        {
            if (!TryParse(part, out var matcher))
                return false;
            all.Add(matcher);
        }

        matchers = all;
        return true;
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out AlertMatcher? matcher)
    {
        matcher = null;
        var nameEnd = text.StartsWith('"') ? ClosingQuote(text) + 1 : text.AsSpan().IndexOfAny('=', '!');
        if (nameEnd <= 0)
            return false;
        var rest = text[nameEnd..].TrimStart();
        var sign = rest.Length >= 2 && rest[..2] is "=~" or "!=" or "!~" ? rest[..2] : rest.StartsWith('=') ? "=" : "";
        if (sign.Length == 0 || !TryUnquote(text[..nameEnd].Trim(), out var name) || name.Length == 0 || !TryUnquote(rest[sign.Length..].Trim(), out var value))
            return false;
        matcher = Of(name, sign, value);
        return true;
    }

    private static IEnumerable<string> Parts(string text)
    {
        var (begin, quoted) = (0, false);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && !quoted))
            {
                if (text[begin..i].Trim() is { Length: > 0 } part)
                    yield return part;
                begin = i + 1;
            }
            else if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                quoted = !quoted;
            }
        }
    }

    private static int ClosingQuote(string text)
    {
        for (var i = 1; i < text.Length; i++)
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i;
        return -1;
    }

    private static bool TryUnquote(string text, out string value)
    {
        value = "";
        if (text.StartsWith('"'))
        {
            if (ClosingQuote(text) != text.Length - 1)
                return false;
            text = text[1..^1];
        }

        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is 'n' or '"' or '\\')
                plain.Append(text[++i] == 'n' ? '\n' : text[i]);
            else if (text[i] == '"')
                return false;
            else
                plain.Append(text[i]);
        value = plain.ToString();
        return true;
    }

    private static Regex Anchored(string expression)
    {
        // Read by .NET too, and as something else.
        foreach (var only in (string[])["[:", @"\Q", @"\C", "(?U"])
            if (expression.Contains(only, StringComparison.Ordinal))
                throw new Unanswered($"a route matches by the expression {expression}, whose {only} only RE2 understands");
        try
        {
            return new($@"\A(?:{expression.Replace("(?P<", "(?<", StringComparison.Ordinal)})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new Unanswered($"a route matches by the expression {expression}, which can't be read here: {e.Message.Split('\n')[0]}");
        }
    }
}
