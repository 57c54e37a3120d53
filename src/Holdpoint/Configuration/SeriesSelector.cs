using System.Text;
using System.Text.RegularExpressions;

namespace Holdpoint.Configuration;

/// <summary>Which series of a page are meant, as PromQL writes it: <c>http_requests_total{code=~"5..",method!="GET"}</c>.</summary>
public sealed record SeriesSelector(string Name, IReadOnlyList<LabelMatcher> Matchers, string Text)
{
    internal static ScalarKind Kind { get; } = new(text => Read(text).Mistake);

    public bool Matches(string name, IReadOnlyDictionary<string, string> labels) =>
        name == Name && Matchers.All(m => m.Matches(labels.GetValueOrDefault(m.Label, "")));

    public override string ToString() => Text;

    internal static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');

    internal static (SeriesSelector? Selector, Mistake? Mistake) Read(string written)
    {
        const string form = "write it as http_requests_total{code=~\"5..\"}";
        var text = written.Trim();
        var brace = text.IndexOf('{', StringComparison.Ordinal);
        var name = (brace < 0 ? text : text[..brace]).TrimEnd();
        if (!IsName(name))
            return (null, new(name.Contains('(', StringComparison.Ordinal) ? "this is a PromQL expression; a page is asked for one series" : $"'{name}' is no name of a series", form));
        var matchers = new List<LabelMatcher>();
        if (brace < 0)
            return (new(name, matchers, text), null);
        if (!text.EndsWith('}'))
            return (null, new("'{' has no '}' at the end", form));

        var rest = text.AsSpan(brace + 1, text.Length - brace - 2).Trim();
        while (rest.Length > 0)
        {
            var (matcher, length, mistake) = ReadMatcher(rest, form);
            if (matcher is null)
                return (null, mistake);
            matchers.Add(matcher);
            rest = rest[length..].TrimStart();
            if (rest.IsEmpty)
                break;
            if (rest[0] != ',')
                return (null, new($"a comma is missing before '{Shown(rest)}'", form));
            rest = rest[1..].TrimStart();
        }

        return (new(name, matchers, text), null);
    }

    private static (LabelMatcher? Matcher, int Length, Mistake? Mistake) ReadMatcher(ReadOnlySpan<char> text, string form)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        var label = text[..end].ToString();
        var at = end;
        while (at < text.Length && text[at] == ' ')
            at++;
        var comparison = text[at..] switch
        {
            ['=', '~', ..] => "=~",
            ['!', '~', ..] => "!~",
            ['!', '=', ..] => "!=",
            ['=', ..] => "=",
            _ => "",
        };
        if (label.Length == 0 || comparison.Length == 0)
            return (null, 0, new($"a label is meant at '{Shown(text)}'", form));
        at += comparison.Length;
        while (at < text.Length && text[at] == ' ')
            at++;
        if (at >= text.Length || text[at] is not ('"' or '\''))
            return (null, 0, new($"the value of the label '{label}' is not in quotes", form));
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            // Only what would end the value, and the backslash itself, is escaped; \d stays as it is for the pattern.
            if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '\\' or '"' or '\'')
                at++;
            value.Append(text[at++]);
        }

        if (at >= text.Length)
            return (null, 0, new($"the value of the label '{label}' has no closing quote", form));
        try
        {
            return (new LabelMatcher(label, comparison, value.ToString()), at + 1, null);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return (null, 0, new($"the regular expression of the label '{label}' can't be read: {e.Message.ReplaceLineEndings(" ")}", "it is matched whole: 5.. or GET|POST; look back and look ahead are not supported"));
        }
    }

    private static string Shown(ReadOnlySpan<char> text) => text.Length > 30 ? text[..30].ToString() + "…" : text.ToString();
}

/// <summary>One condition on a label. A label that is missing counts as empty.</summary>
public sealed class LabelMatcher
{
    private readonly Regex? _pattern;

    /// <param name="comparison"><c>=</c>, <c>!=</c>, <c>=~</c> or <c>!~</c>; a pattern has to match the whole value.</param>
    /// <exception cref="ArgumentException">The pattern can't be read.</exception>
    /// <exception cref="NotSupportedException">The pattern needs backtracking.</exception>
    public LabelMatcher(string label, string comparison, string value)
    {
        Label = label;
        Comparison = comparison;
        Value = value;
        // Time linear in the text, whatever the pattern.
        _pattern = comparison is "=~" or "!~" ? new Regex($@"\A(?:{value})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant) : null;
    }

    public string Label { get; }

    public string Comparison { get; }

    public string Value { get; }

    public bool Matches(string value) => Comparison switch
    {
        "=" => value == Value,
        "!=" => value != Value,
        "=~" => _pattern!.IsMatch(value),
        _ => !_pattern!.IsMatch(value),
    };
}
